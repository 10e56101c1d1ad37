//! Networks and ports, with real containers: as ourselves (root, in CI) and as an ordinary user.
//!
//! A static `busybox` plays server and client inside; where there is none, nothing is tested, and that is said.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "network/at_random.rs"]
mod at_random;
#[path = "network/names.rs"]
mod names;
#[path = "network/ports.rs"]
mod ports;
#[path = "network/traces.rs"]
mod traces;
#[path = "network/way_out.rs"]
mod way_out;
#[path = "security/world.rs"]
#[allow(dead_code)] // other tests use the rest
mod world;

use std::path::Path;
use std::time::{Duration, Instant};

use world::World;

/// What must hold, and the test of it.
type Rule = (&'static str, fn(&World));

/// Where a static busybox stands.
const BUSYBOX: &[&str] = &["/usr/bin/busybox", "/bin/busybox", "/bin/busybox.static"];

/// `-v` of the busybox inside, as `/bin/busybox`.
fn busybox() -> Option<String> {
    let found = BUSYBOX.iter().find(|path| Path::new(path).is_file())?;
    Some(format!("{found}:/bin/busybox:ro"))
}

fn hold(world: &World, rules: &[Rule]) {
    for (rule, test) in rules {
        eprintln!("- {rule}");
        test(world);
        world.clear();
    }
}

fn all(rules: &[Rule]) {
    if busybox().is_none() {
        eprintln!("not run: no static busybox here");
        return;
    }
    if nix::unistd::geteuid().is_root() {
        hold(&World::as_ourselves(), rules);
    }
    hold(&World::as_an_ordinary_user(), rules);
}

/// Starts a container that stays, with a busybox.
fn start(world: &World, name: &str, options: &[&str], line: &str) {
    let volume = busybox().expect("looked for before");
    let mut words = vec!["run", "-d", "--name", name, "-v", &volume];
    words.extend(options);
    words.extend(["alpine", "/bin/busybox", "sh", "-c", line]);
    world.docker(&words).stdout();
}

/// A shell line that prints the page of a server, and fails when there is none: some builds of busybox have a `wget` that
/// falls over names.
fn fetch(host: &str, port: u16) -> String {
    format!(r"printf 'GET / HTTP/1.0\r\n\r\n' | busybox nc -w 2 {host} {port} 2>/dev/null | busybox grep -x page")
}

/// Serves one page on port 80.
const SERVER: &str = "mkdir /tmp/www; echo page >/tmp/www/index.html; exec busybox httpd -f -p 80 -h /tmp/www";

/// The host's address on the pair that leads to a world's switch, as root.
fn device_of_host(world: &World) -> String {
    let switch = std::fs::read_to_string(world.path("state/networks/switch.json")).expect("something is connected");
    let switch: serde_json::Value = serde_json::from_str(&switch).expect("our own");
    switch["pair"]["host"].as_str().expect("root has a pair").to_owned()
}

/// Waits for what must come true soon.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}: not after ten seconds");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn ports_answer_and_are_given_back() {
    all(ports::RULES);
}

#[test]
fn containers_find_each_other_by_name() {
    all(names::RULES);
}

#[test]
fn nothing_is_left_behind() {
    all(traces::RULES);
}

#[test]
fn a_hundred_come_and_go() {
    all(at_random::RULES);
}

#[test]
fn the_way_out() {
    all(way_out::RULES);
}
