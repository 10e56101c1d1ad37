//! An engine that pulls from a test's registry, and what its store may hold afterwards.

use std::fs;
use std::path::PathBuf;

use moussaillon::engine::launch::Tier;
use moussaillon::engine::oci::Reference;
use moussaillon::engine::registry::{CredentialSource, Credentials, RegistryOptions};
use moussaillon::engine::store::{PullEvent, Pulled};
use moussaillon::engine::{Clock, Engine, EngineError, EngineOptions};

pub struct Puller {
    pub engine: Engine,
    _root: tempfile::TempDir,
}

impl Puller {
    pub fn new() -> Self {
        Self::with(RegistryOptions::default())
    }

    /// Who has a name and a secret for every registry.
    pub fn with_credentials() -> Self {
        let me = Credentials { username: "me".to_owned(), secret: "secret".to_owned() };
        Self::with(RegistryOptions {
            credentials: CredentialSource::new(move |_| Some(me.clone())),
            ..RegistryOptions::default()
        })
    }

    fn with(registry: RegistryOptions) -> Self {
        let root = tempfile::tempdir().unwrap();
        let engine = Engine::open(EngineOptions {
            root: root.path().join("state"),
            program: PathBuf::from("/proc/self/exe"),
            guest_applets: &[],
            cgroups: moussaillon::engine::cgroup::CgroupPlace::default(),
            clock: Clock::System,
            tier: Tier::SingleId,
            registry,
        });
        Self { engine: engine.unwrap(), _root: root }
    }

    pub fn pull(&self, name: &str) -> Result<Pulled, EngineError> {
        self.pull_telling(name, &mut |_| {})
    }

    pub fn pull_telling(&self, name: &str, events: &mut dyn FnMut(PullEvent)) -> Result<Pulled, EngineError> {
        self.engine.pull_image(&name.parse::<Reference>().unwrap(), events)
    }

    /// The files of an image's layers, by what is in them.
    pub fn contents(&self, pulled: &Pulled) -> Vec<Vec<u8>> {
        let layers = self.engine.layer_directories(&pulled.image).unwrap();
        layers.iter().enumerate().map(|(n, layer)| fs::read(layer.join(n.to_string())).unwrap()).collect()
    }

    /// Nothing is committed, nothing is left behind.
    pub fn assert_empty(&self, case: &str) {
        assert_eq!(self.engine.images().unwrap(), [], "{case}: an image");
        let paths = self.engine.paths();
        for directory in [paths.staging(), paths.layers(), paths.root().join("blobs/sha256")] {
            let left: Vec<_> = fs::read_dir(&directory).unwrap().flatten().map(|entry| entry.path()).collect();
            assert!(left.is_empty(), "{case}: {left:?}");
        }
    }
}
