//! An engine on a state root of its own, for tests that start nothing.

use std::ops::Deref;

use super::container::{ContainerId, CreateRequest};
use super::launch::Tier;
use super::registry::RegistryOptions;
use super::{Clock, Engine, EngineOptions};

/// Removed with its state when dropped.
pub(crate) struct TestEngine {
    engine: Engine,
    _root: tempfile::TempDir,
}

/// What the fixture's "own program" holds.
pub(crate) const PROGRAM: &[u8] = &[7; 3_000_001];

impl TestEngine {
    /// Its "own program" is [`PROGRAM`], its `alpine` has two commands.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("program");
        std::fs::write(&program, PROGRAM).unwrap();
        let options = EngineOptions {
            root: root.path().join("state"),
            program,
            guest_applets: &[("sh", "/bin/sh"), ("env", "/usr/bin/env")],
            clock: Clock::System,
            tier: Tier::SingleId,
            registry: RegistryOptions::offline(),
            cgroups: crate::engine::cgroup::CgroupPlace::default(),
        };
        Self { engine: Engine::open(options).unwrap(), _root: root }
    }

    /// Pulls without watching.
    pub(crate) fn pull(&self, name: &str) -> super::store::Pulled {
        self.pull_image(&name.parse().unwrap(), &mut |_| {}).unwrap()
    }

    /// Creates a container of an image.
    pub(crate) fn create(&self, image: &str) -> ContainerId {
        let mut request = CreateRequest::default();
        image.clone_into(&mut request.config.image);
        self.create_container(request).unwrap().id
    }
}

impl Deref for TestEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}
