//! An engine on a state root of its own, contexts made of a few files, and what a build told.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use moussaillon::engine::build::{
    BuildContext, BuildEvent, BuildFailure, BuildFrontend, BuildRequest, BuiltImage, ClassicEvent, DockerfileSource,
    ProgressEvent,
};
use moussaillon::engine::launch::Tier;
use moussaillon::engine::registry::RegistryOptions;
use moussaillon::engine::store::ImageRecord;
use moussaillon::engine::{Clock, Engine, EngineOptions};
use moussaillon::userland::APPLETS;

static GUESTS: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| APPLETS.iter().map(|applet| (applet.name, applet.path)).collect());

/// Root of the machine has all the ids there are; the root of `unshare -Ur` has one.
fn tier() -> Tier {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap();
    if map.split_whitespace().last() == Some("1") { Tier::SingleId } else { Tier::Root }
}

/// A state root and a context, removed when dropped.
pub struct Yard {
    pub engine: Engine,
    root: tempfile::TempDir,
}

/// How a build ended and what it told.
pub struct Told {
    pub result: Result<BuiltImage, BuildFailure>,
    pub events: Vec<BuildEvent>,
}

impl Yard {
    /// Needs to be root, of the machine or of a user namespace: an ordinary user's process would have to enter one
    /// first, which a test with threads cannot. Says so and gives nothing otherwise; ordinary users come through
    /// the program.
    pub fn open() -> Option<Self> {
        Self::open_at(Clock::System)
    }

    /// The same with a clock of the test's.
    pub fn open_at(clock: Clock) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            eprintln!("not root: run as `unshare -Ur cargo test`, or see the tests of the program");
            return None;
        }
        let root = tempfile::tempdir().unwrap();
        let options = EngineOptions {
            root: root.path().join("state"),
            program: env!("CARGO_BIN_EXE_moussaillon").into(),
            guest_applets: GUESTS.as_slice(),
            clock,
            tier: tier(),
            registry: RegistryOptions::offline(),
            cgroups: moussaillon::engine::cgroup::CgroupPlace::of_this_process(),
        };
        fs::create_dir(root.path().join("context")).unwrap();
        Some(Self { engine: Engine::open(options).unwrap(), root })
    }

    pub fn context(&self) -> PathBuf {
        self.root.path().join("context")
    }

    pub fn outside(&self) -> &Path {
        self.root.path()
    }

    /// Writes a file of the context.
    pub fn file(&self, name: &str, content: &str) -> &Self {
        let path = self.context().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        self
    }

    pub fn mode(&self, name: &str, mode: u32) -> &Self {
        fs::set_permissions(self.context().join(name), fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    /// A request for this Dockerfile in this context.
    pub fn request(&self, dockerfile: &str) -> BuildRequest {
        let path = self.context().join("Dockerfile");
        fs::write(&path, dockerfile).unwrap();
        BuildRequest {
            context: BuildContext::Directory(self.context()),
            dockerfile: DockerfileSource::File(path),
            dockerfile_name: "Dockerfile".to_owned(),
            ..BuildRequest::default()
        }
    }

    pub fn build_with(&self, request: &BuildRequest) -> Told {
        let mut events = Vec::new();
        let result = self.engine.build(request, &mut |event| events.push(event));
        Told { result, events }
    }

    pub fn build(&self, dockerfile: &str) -> Told {
        self.build_with(&self.request(dockerfile))
    }

    pub fn classic(&self, dockerfile: &str) -> Told {
        self.build_with(&BuildRequest { frontend: BuildFrontend::Classic, ..self.request(dockerfile) })
    }

    /// The image of a build that must succeed.
    pub fn image(&self, dockerfile: &str) -> ImageRecord {
        self.built(&self.build(dockerfile))
    }

    pub fn built(&self, told: &Told) -> ImageRecord {
        let built = told.result.as_ref().unwrap_or_else(|failure| panic!("{failure}\n{}", told.output()));
        self.engine.image(built.image.as_ref().unwrap()).unwrap().unwrap()
    }

    /// Asserts what a path of an image is, its layers looked through from the top: `d755 0:0`, `-644 0:0 content`, `l target`.
    #[track_caller]
    pub fn has(&self, image: &ImageRecord, path: &str, expected: &str) {
        assert_eq!(self.look(image, path), Some(Self::owned(expected)), "{path}");
    }

    /// What a path of an image is, or nothing.
    pub fn look(&self, image: &ImageRecord, path: &str) -> Option<String> {
        use std::os::unix::fs::MetadataExt;
        for layer in self.engine.layer_directories(image).unwrap().iter().rev() {
            let path = layer.join(path.trim_start_matches('/'));
            let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
            // Where there is one id only, the layer's archive knows the owners and the files do not.
            let owner = match tier() {
                Tier::SingleId => "*".to_owned(),
                _ => format!("{}:{}", metadata.uid(), metadata.gid()),
            };
            let mode = metadata.mode() & 0o7777;
            return Some(if metadata.is_dir() {
                format!("d{mode:o} {owner}")
            } else if metadata.is_symlink() {
                format!("l {}", fs::read_link(&path).unwrap().display())
            } else {
                format!("-{mode:o} {owner} {}", fs::read_to_string(&path).unwrap())
            });
        }
        None
    }

    /// What [`Yard::look`] should say, whatever ids there are here.
    pub fn owned(expected: &str) -> String {
        let mut words: Vec<&str> = expected.split(' ').collect();
        if tier() == Tier::SingleId && words.len() > 1 && words[1].contains(':') {
            words[1] = "*";
        }
        words.join(" ")
    }

    /// Names left under the staging directory.
    pub fn staged(&self) -> usize {
        fs::read_dir(self.engine.paths().staging()).unwrap().count()
    }
}

impl Told {
    /// What the commands wrote.
    pub fn output(&self) -> String {
        let bytes: Vec<u8> = self
            .events
            .iter()
            .flat_map(|event| match event {
                BuildEvent::Progress(ProgressEvent::Output { bytes, .. })
                | BuildEvent::Classic(ClassicEvent::Output { bytes, .. }) => bytes.clone(),
                _ => Vec::new(),
            })
            .collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The vertices in the order of their numbers, each with how it ended: `[1/2] FROM docker.io/library/alpine:latest = cached`.
    pub fn vertices(&self) -> Vec<String> {
        let mut vertices: BTreeMap<usize, String> = BTreeMap::new();
        for event in &self.events {
            let BuildEvent::Progress(event) = event else { continue };
            match event {
                ProgressEvent::Started { number, vertex } => {
                    assert_eq!(vertices.insert(*number, vertex.to_string()), None);
                }
                ProgressEvent::Cached { number } => ended(&mut vertices, *number, "cached"),
                ProgressEvent::Done { number, .. } => ended(&mut vertices, *number, "done"),
                ProgressEvent::Failed { number, message, .. } => ended(&mut vertices, *number, message),
                ProgressEvent::Canceled { number } => ended(&mut vertices, *number, "canceled"),
                _ => {}
            }
        }
        vertices.into_values().collect()
    }

    /// How many instructions were found in the cache, and how many were carried out.
    pub fn cached_and_done(&self) -> (usize, usize) {
        let instructions: Vec<String> = self
            .vertices()
            .into_iter()
            .filter(|vertex| {
                vertex.starts_with('[') && !vertex.starts_with("[internal]") && !vertex.contains("] FROM ")
            })
            .collect();
        let count = |end: &str| instructions.iter().filter(|vertex| vertex.ends_with(end)).count();
        (count("= cached"), count("= done"))
    }

    pub fn failure(self) -> BuildFailure {
        self.result.expect_err("the build should have failed")
    }
}

fn ended(vertices: &mut BTreeMap<usize, String>, number: usize, how: &str) {
    vertices.get_mut(&number).unwrap().push_str(&format!(" = {how}"));
}
