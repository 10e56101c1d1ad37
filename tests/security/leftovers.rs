//! What is left when something dies: nothing that runs, nothing that is mounted, nothing that blocks the next command.

use std::fs;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Rule;
use super::world::World;

pub const RULES: &[Rule] = &[
    ("a container removed by --rm leaves nothing", removed),
    ("a killed monitor takes its container with it", killed_monitor),
    ("a killed client leaves its container running", killed_client),
    ("a killed container is seen as such and can be removed", killed_container),
    ("nothing is mounted on the host", nothing_mounted),
];

fn removed(world: &World) {
    world.run("alpine", "echo made > /made").stdout();
    eventually("the container's directory is gone", || containers(world) == 0);
}

fn killed_monitor(world: &World) {
    let id = world.detached("alpine");
    let first = world.first_process(&id);
    let monitor = parent(first);
    assert!(fs::read_to_string(format!("/proc/{monitor}/cmdline")).expect("it lives").contains("monitor"));
    kill(Pid::from_raw(monitor), Signal::SIGKILL).expect("ours to kill");
    eventually("the first process ends with its monitor", || !lives(first));
    assert_eq!(world.docker(&["ps", "-q"]).stdout(), "", "it is still said to run");
    let all = world.docker(&["ps", "-a", "--format", "{{.ID}} {{.Status}}"]).stdout();
    assert!(all.contains("Exited"), "{all}");
    world.docker(&["start", &id]).stdout();
    assert_ne!(world.docker(&["ps", "-q"]).stdout(), "", "it cannot be started again");
    world.docker(&["rm", "-f", &id]).stdout();
    assert_eq!(containers(world), 0);
}

fn killed_client(world: &World) {
    let mut client = world.command(&["run", "--name", "survivor", "alpine", "sleep", "300"]).spawn().expect("starts");
    eventually("it runs", || world.docker(&["ps", "--format", "{{.Names}}"]).stdout().trim() == "survivor");
    client.kill().expect("ours to kill");
    client.wait().expect("killed");
    assert_eq!(world.docker(&["exec", "survivor", "echo", "alive"]).stdout(), "alive\n");
    world.docker(&["rm", "-f", "survivor"]).stdout();
}

fn killed_container(world: &World) {
    let id = world.detached("alpine");
    let first = world.first_process(&id);
    let monitor = parent(first);
    kill(Pid::from_raw(first), Signal::SIGKILL).expect("ours to kill");
    eventually("the monitor writes down the end and leaves", || !lives(monitor));
    let code = world.docker(&["inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", &id]).stdout();
    assert_eq!(code.trim(), "exited 137");
    world.docker(&["rm", &id]).stdout();
}

fn nothing_mounted(world: &World) {
    let id = world.detached("alpine");
    let state = world.path("state");
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("readable");
    let ours: Vec<&str> = mounts.lines().filter(|line| line.contains(&state.display().to_string())).collect();
    assert_eq!(ours, Vec::<&str>::new(), "while a container runs");
    world.docker(&["rm", "-f", &id]).stdout();
}

fn containers(world: &World) -> usize {
    fs::read_dir(world.path("state/containers")).expect("made by now").count()
}

fn parent(process: i32) -> i32 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let line = status.lines().find(|line| line.starts_with("PPid:")).expect("a parent");
    line.trim_start_matches("PPid:").trim().parse().expect("a number")
}

/// Whether a process is there and not a zombie.
fn lives(process: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Waits for what must come true soon.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}: not after ten seconds");
        std::thread::sleep(Duration::from_millis(20));
    }
}
