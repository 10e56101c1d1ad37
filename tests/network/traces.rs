//! What is left when things die in any order: no process, no namespace, no device, no packet rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::world::World;
use super::{Rule, SERVER, eventually, start};

pub const RULES: &[Rule] = &[
    ("containers removed one by one leave nothing", removed),
    ("killed monitors leave nothing", killed_monitors),
    ("a killed porter comes back, once", killed_porter),
    ("a killed way out is no loss but the way out", killed_gateway),
];

/// Network namespaces something has or holds, beyond our own.
pub(super) fn namespaces() -> BTreeSet<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let mut found = BTreeSet::new();
    for process in processes.filter(|path| path.join("ns").exists()) {
        let held = fs::read_dir(process.join("fd")).into_iter().flatten().flatten().map(|entry| entry.path());
        for link in held.chain([process.join("ns/net")]) {
            let target = fs::read_link(link).unwrap_or_default().display().to_string();
            found.extend(target.starts_with("net:[").then_some(target));
        }
    }
    found
}

/// The network namespaces of this world: its containers' and its switch.
pub(super) fn of(world: &World) -> BTreeSet<String> {
    let ids = world.docker(&["ps", "-q"]).stdout();
    let mut found = BTreeSet::new();
    for id in ids.lines() {
        let process = world.first_process(id);
        let own = fs::read_link(format!("/proc/{process}/ns/net")).unwrap();
        found.insert(own.display().to_string());
        let held = fs::read_dir(format!("/proc/{}/fd", parent(process))).unwrap().flatten();
        let targets = held.filter_map(|entry| fs::read_link(entry.path()).ok()).map(|path| path.display().to_string());
        found.extend(targets.filter(|target| target.starts_with("net:[")));
    }
    let host = fs::read_link("/proc/self/ns/net").unwrap().display().to_string();
    found.remove(&host);
    found
}

/// The device on the host that leads to this world's switch, as root.
pub(super) fn device(world: &World) -> Option<String> {
    let switch = fs::read_to_string(world.path("state/networks/switch.json")).ok()?;
    let switch: serde_json::Value = serde_json::from_str(&switch).ok()?;
    switch["pair"]["device"].as_str().map(str::to_owned)
}

pub(super) fn parent(process: i32) -> i32 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let line = status.lines().find(|line| line.starts_with("PPid:")).expect("a parent");
    line.trim_start_matches("PPid:").trim().parse().expect("a number")
}

/// Processes of ours that serve this world: children of its monitors, and those that have its state root open.
pub(super) fn helpers(monitor: i32) -> Vec<i32> {
    let children = fs::read_to_string(format!("/proc/{monitor}/task/{monitor}/children")).unwrap_or_default();
    children.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

/// Nothing of these namespaces and this device is left, soon.
pub(super) fn gone(namespaces_before: &BTreeSet<String>, device: Option<&str>) {
    assert!(!namespaces_before.is_empty(), "there was something to lose");
    eventually("its namespaces are gone", || namespaces_before.is_disjoint(&namespaces()));
    if let Some(device) = device {
        eventually("its device on the host is gone", || !PathBuf::from(format!("/sys/class/net/{device}")).exists());
        if let Ok(rules) = Command::new("nft").args(["list", "tables"]).output() {
            let rules = String::from_utf8_lossy(&rules.stdout).into_owned();
            assert!(!rules.contains(device), "{rules}");
        }
    }
}

fn removed(world: &World) {
    world.docker(&["network", "create", "net"]).stdout();
    start(world, "one", &["-p", "80"], SERVER);
    start(world, "two", &["--network", "net", "-p", "81/udp"], SERVER);
    let (before, device) = (of(world), device(world));
    world.docker(&["rm", "-f", "one"]).stdout();
    world.docker(&["exec", "two", "true"]).stdout();
    world.docker(&["stop", "-t", "0", "two"]).stdout();
    gone(&before, device.as_deref());
    world.docker(&["rm", "two"]).stdout();
    world.docker(&["network", "rm", "net"]).stdout();
}

fn killed_monitors(world: &World) {
    start(world, "one", &["-p", "80"], SERVER);
    start(world, "two", &["-p", "80"], SERVER);
    let (before, device) = (of(world), device(world));
    let ids = world.docker(&["ps", "-q"]).stdout();
    let monitors: Vec<i32> = ids.lines().map(|id| parent(world.first_process(id))).collect();
    let children: Vec<i32> = monitors.iter().flat_map(|monitor| helpers(*monitor)).collect();
    for monitor in monitors {
        kill(Pid::from_raw(monitor), Signal::SIGKILL).expect("ours to kill");
    }
    gone(&before, device.as_deref());
    for child in children {
        eventually("their children are gone", || !lives(child));
    }
    // The addresses are free again.
    let address = ["run", "--rm", "alpine", "sh", "-c", "grep eth0 /proc/net/route | wc -l; tail -n 1 /etc/hosts"];
    assert!(world.docker(&address).stdout().contains(".0.2\t"));
}

/// Whether a process is there and not a zombie.
pub(super) fn lives(process: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

fn killed_porter(world: &World) {
    start(world, "one", &["-p", "80"], SERVER);
    let (before, device) = (of(world), device(world));
    let first = world.first_process("one");
    let port = world.docker(&["port", "one", "80"]).stdout();
    let port: u16 = port.lines().next().and_then(|line| line.rsplit(':').next()?.parse().ok()).expect("published");
    let page = || super::ports::get(super::ports::local(port));
    eventually("the page comes", || page().is_some());
    let porter = || helpers(parent(first)).into_iter().find(|helper| *helper != first).expect("it publishes");
    // One that dies at once would die again; this one has lived.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let old = porter();
    kill(Pid::from_raw(old), Signal::SIGKILL).expect("ours to kill");
    eventually("the page comes again", || page().is_some());
    assert_ne!(porter(), old);
    kill(Pid::from_raw(porter()), Signal::SIGKILL).expect("ours to kill");
    eventually("callers are refused", || std::net::TcpStream::connect(super::ports::local(port)).is_err());
    assert_eq!(world.docker(&["exec", "one", "echo", "alive"]).stdout(), "alive\n");
    world.docker(&["rm", "-f", "one"]).stdout();
    gone(&before, device.as_deref());
}

/// The process that leads an ordinary user's containers out, and the program it runs.
pub(super) fn gateway(world: &World) -> Vec<i32> {
    let directory = world.path("state/networks").display().to_string();
    let of_world = |pid: &i32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0);
        words.next() == Some(b"moussaillon-gateway") && words.next() == Some(directory.as_bytes())
    };
    let all = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut found: Vec<i32> = all.filter(of_world).collect();
    found.extend(found.clone().into_iter().flat_map(helpers));
    found
}

fn killed_gateway(world: &World) {
    start(world, "one", &["-p", "80"], SERVER);
    if !world.is_an_ordinary_user() {
        assert_eq!(gateway(world), Vec::<i32>::new(), "root needs none");
        return;
    }
    let processes = gateway(world);
    let Some(first) = processes.first() else {
        eprintln!("not run: neither pasta nor slirp4netns leads out here");
        return;
    };
    kill(Pid::from_raw(*first), Signal::SIGKILL).expect("ours to kill");
    for process in processes {
        eventually("what it ran has gone with it", || !lives(process));
    }
    let port = world.docker(&["port", "one", "80"]).stdout();
    let port: u16 = port.lines().next().and_then(|line| line.rsplit(':').next()?.parse().ok()).expect("published");
    eventually("the page still comes", || super::ports::get(super::ports::local(port)).is_some());
    let (before, device) = (of(world), device(world));
    world.docker(&["rm", "-f", "one"]).stdout();
    gone(&before, device.as_deref());
}
