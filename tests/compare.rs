//! The same contexts built by Docker's daemon, by `buildah` and by us, as root and as an ordinary user: the same images.
//!
//! What is compared: the configuration, the history (with Docker's), and every path of the flattened layers: its type, mode, owner,
//! link, content, hard links and extended attributes. The cases are the files of `compare/contexts`, whose form is
//! told in `compare/cases.rs`; where a program rightly differs, the case says so with its reason. About two minutes.
//!
//! Needs root (for the others' sake), `dockerd`, a client of its with BuildKit, `buildah`, `unshare`, `setpriv` and a static `busybox`;
//! what the machine lacks is said.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "compare/buildah.rs"]
mod buildah;
#[path = "compare/cases.rs"]
mod cases;
mod common;
#[path = "compare/context.rs"]
mod context;
#[path = "compare/dockerd.rs"]
mod dockerd;
#[path = "compare/image.rs"]
mod image;
#[path = "compare/judge.rs"]
mod judge;
#[path = "compare/ours.rs"]
mod ours;
#[path = "registry/server.rs"]
#[allow(dead_code)] // the tests of registries use more of it
mod server;
#[path = "compare/tree.rs"]
mod tree;
#[path = "compare/workshop.rs"]
mod workshop;

use std::thread;

use cases::Case;
use judge::Judge;
use workshop::{Builder, Workshop};

/// As many Dockerfiles as there must be at least.
const LEAST: usize = 40;

#[test]
fn the_same_contexts_make_the_same_images() {
    let cases = Case::all();
    assert!(cases.len() >= LEAST, "{} cases", cases.len());
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: other builders are not started, and nothing is compared");
        return;
    }
    let Some(workshop) = Workshop::open(&cases) else { return };
    let mut builders: Vec<Box<dyn Builder>> =
        vec![Box::new(ours::Ours::as_root(&workshop)), Box::new(ours::Ours::as_ordinary_user(&workshop))];
    if let Some(daemon) = dockerd::Dockerd::start(&workshop) {
        builders.push(Box::new(daemon));
    }
    if let Some(buildah) = buildah::Buildah::open(&workshop) {
        builders.push(Box::new(buildah));
    }
    if builders.len() == 2 {
        return;
    }
    let results: Vec<_> = thread::scope(|scope| {
        let (workshop, cases) = (&workshop, &cases);
        let threads: Vec<_> = builders
            .iter()
            .map(|builder| scope.spawn(move || (builder.name(), workshop.build_all(builder.as_ref(), cases))))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    drop(builders);
    let mut judge = Judge::default();
    for case in &cases {
        judge.compare(case, &results);
    }
    judge.sentence();
}
