//! Pull, load, build and commit killed at any instant, as ourselves and as an ordinary user: the store opens, nothing that
//! was acknowledged is lost, and the next try succeeds.
//!
//! `MOUSSAILLON_CRASH_ROUNDS` says how often; the seed of the instants is printed and may be given again as
//! `MOUSSAILLON_CRASH_SEED`.

#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code)] // shared pieces are not all used here

#[path = "registry/image.rs"]
mod image;
#[path = "registry/server.rs"]
mod server;
#[path = "security/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use image::{Image, noise};
use server::Server;
use world::World;

const ROUNDS_DEFAULT: usize = 120;
/// Kept by a tag of its own from the start: what was acknowledged once.
const KEPT: [&str; 2] = ["alpine:latest", "kept:1"];

/// A deed that makes an image of this name.
struct Deed {
    makes: String,
    arguments: Vec<String>,
    /// How long it takes when nobody kills it.
    takes: Duration,
}

#[test]
fn a_store_survives_kills_as_ourselves() {
    try_all(&World::as_ourselves());
}

#[test]
fn a_store_survives_kills_as_an_ordinary_user() {
    try_all(&World::as_an_ordinary_user());
}

fn try_all(world: &World) {
    let image = Image::of(&(0..4).map(|n| noise(n, 400_000)).collect::<Vec<_>>());
    let server = Server::start(move |asked| image.answer(asked));
    let mut deeds = prepare(world, &server.address);
    let mut chance = Chance::new();
    let mut names: BTreeSet<String> = KEPT.map(str::to_owned).into();
    for round in 0..setting("MOUSSAILLON_CRASH_ROUNDS").unwrap_or(ROUNDS_DEFAULT as u64) {
        let at = usize::try_from(round).unwrap() % deeds.len();
        let deed = &mut deeds[at];
        if names.remove(&deed.makes) {
            docker(world, &["rmi", &deed.makes]);
        }
        let acknowledged = killed_after(world, deed, chance.below(deed.takes * 6 / 5));
        if acknowledged {
            names.insert(deed.makes.clone());
        }
        let here = docker(world, &["images", "--format", "{{.Repository}}:{{.Tag}}"]);
        let here: BTreeSet<&str> = here.lines().collect();
        for name in &names {
            assert!(here.contains(name.as_str()), "round {round}: {name} was lost by a killed {:?}", deed.arguments);
        }
        docker(world, &deed.arguments.iter().map(String::as_str).collect::<Vec<_>>());
        names.insert(deed.makes.clone());
    }
    for name in &names {
        docker(world, &["inspect", name]);
    }
    assert_eq!(docker(world, &["ps", "-a", "--format", "{{.Names}}"]).trim(), "source", "a container was left behind");
    let staged = std::fs::read_dir(world.path("state/tmp")).unwrap().count();
    assert_eq!(staged, 0, "something was left staged");
}

/// What there is at the start, and the deeds with the time each takes.
fn prepare(world: &World, registry: &str) -> Vec<Deed> {
    docker(world, &["pull", "-q", "alpine"]);
    docker(world, &["tag", "alpine", "kept:1"]);
    docker(world, &["run", "--name", "source", "alpine", "sh", "-c", "seq 100000 > /numbers"]);
    world.write("context/file", "content\n");
    world.write("context/Dockerfile", "FROM alpine\nCOPY file /file\nRUN seq 50000 > /numbers\nRUN rm /file\n");
    let archive = world.path("state/archive.tar").display().to_string();
    docker(world, &["commit", "source", "saved:1"]);
    docker(world, &["save", "-o", &archive, "saved:1"]);
    docker(world, &["rmi", "saved:1"]);
    let pulled = format!("{registry}/some/image:1");
    let context = world.path("context").display().to_string();
    let deeds: [(&str, &[&str]); 4] = [
        (&pulled, &["pull", "-q", &pulled]),
        ("saved:1", &["load", "-q", "-i", &archive]),
        ("built:1", &["build", "-q", "--no-cache", "-t", "built:1", &context]),
        ("committed:1", &["commit", "source", "committed:1"]),
    ];
    deeds
        .into_iter()
        .map(|(makes, arguments)| {
            let start = Instant::now();
            docker(world, arguments);
            let takes = start.elapsed();
            docker(world, &["rmi", makes]);
            let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
            Deed { makes: makes.to_owned(), arguments, takes }
        })
        .collect()
}

/// Whether it said it was done before it was killed.
fn killed_after(world: &World, deed: &Deed, instant: Duration) -> bool {
    let words: Vec<&str> = deed.arguments.iter().map(String::as_str).collect();
    let mut child = world.command(&words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Not a wait for something: the instant of the kill.
    std::thread::sleep(instant);
    let _ = child.kill();
    child.wait().unwrap().success()
}

fn docker(world: &World, arguments: &[&str]) -> String {
    world.docker(arguments).stdout()
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Instants by chance, the same for the same seed (xorshift).
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.subsec_nanos().into());
        let seed = setting("MOUSSAILLON_CRASH_SEED").unwrap_or_else(now) | 1;
        eprintln!("MOUSSAILLON_CRASH_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, limit: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        limit * u32::try_from(self.0 % 10_000).unwrap() / 10_000
    }
}
