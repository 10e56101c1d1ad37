//! A pull killed at any instant: what was in place is whole, what was not leaves nothing that blocks the next one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::RemoveImageRequest;
use crate::engine::launch::Tier;
use crate::engine::oci::ChainId;
use crate::engine::registry::RegistryOptions;
use crate::engine::{Clock, Engine, EngineOptions};

/// The child works in a directory that holds this file, its "own program"; nowhere else does it do anything.
const PROGRAM: &str = "program-of-the-crash-test";
const ROUNDS: u64 = 16;

fn engine(root: &Path) -> Engine {
    let options = EngineOptions {
        root: root.join("state"),
        program: root.join(PROGRAM),
        guest_applets: &[("sh", "/bin/sh")],
        clock: Clock::System,
        tier: Tier::SingleId,
        registry: RegistryOptions::offline(),
        cgroups: crate::engine::cgroup::CgroupPlace::default(),
    };
    Engine::open(options).unwrap()
}

fn pull(engine: &Engine) {
    for name in ["hello-world", "alpine"] {
        engine.pull_image(&name.parse().unwrap(), &mut |_| {}).unwrap();
    }
}

/// Pulls and removes without end, until killed.
#[test]
fn child() {
    let root = PathBuf::from(".");
    if !root.join(PROGRAM).exists() {
        return;
    }
    let engine = engine(&root);
    loop {
        pull(&engine);
        for name in ["alpine", "hello-world"] {
            engine.remove_image(name, RemoveImageRequest::default()).unwrap();
        }
    }
}

#[test]
fn a_pull_killed_at_any_instant_leaves_a_whole_store() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join(PROGRAM), vec![9; 2_000_000]).unwrap();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "engine::store::crash::child"])
            .current_dir(root.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Not a wait for something: the instant of the kill, another one each time.
        std::thread::sleep(Duration::from_micros(20_000 + round * 3_700));
        child.kill().unwrap();
        child.wait().unwrap();

        let engine = engine(root.path());
        assert_eq!(std::fs::read_dir(engine.paths().staging()).unwrap().count(), 0, "round {round}: not swept");
        for image in engine.images().unwrap() {
            for layer in engine.layer_directories(&image).unwrap() {
                assert!(layer.is_dir());
            }
        }
        pull(&engine);
        let image = engine.resolve_image("alpine").unwrap();
        let layer = engine.layer_directory(&ChainId::stack(&image.config.rootfs.diff_ids)[0]);
        assert_eq!(std::fs::read(layer.join("bin/moussaillon-applet")).unwrap(), vec![9; 2_000_000], "round {round}");
    }
}
