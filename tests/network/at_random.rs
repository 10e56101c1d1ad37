//! Very many containers with published ports, started and ended in every way there is, in an order nobody planned: nothing
//! of them is left. A hundred take a quarter of a minute, for both kinds of users together.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::traces::{device, gateway, gone, helpers, lives, namespaces, of, parent};
use super::world::World;
use super::{Rule, eventually, start};

pub const RULES: &[Rule] = &[("many started and killed at random leave nothing", at_random)];

/// How many containers.
fn many() -> usize {
    std::env::var("MOUSSAILLON_TEST_MANY").ok().and_then(|many| many.parse().ok()).unwrap_or(100)
}

/// What there was of a container.
struct Lived {
    id: String,
    first: i32,
    monitor: i32,
    /// Its porter, among them.
    processes: Vec<i32>,
    port: u16,
}

impl Lived {
    fn look(world: &World, name: &str) -> Self {
        let said = world.docker(&["inspect", "-f", "{{.Id}} {{.State.Pid}}", name]).stdout();
        let (id, first) = said.trim().split_once(' ').expect("two words");
        let first = first.parse().expect("a number");
        let monitor = parent(first);
        let port = world.docker(&["port", name, "80"]).stdout();
        let port = port.lines().next().and_then(|line| line.rsplit(':').next()?.parse().ok()).expect("published");
        let mut processes = vec![first, monitor];
        processes.extend(helpers(monitor));
        Self { id: id.to_owned(), first, monitor, processes, port }
    }
}

fn murder(process: i32) {
    kill(Pid::from_raw(process), Signal::SIGKILL).expect("ours to kill");
}

fn at_random(world: &World) {
    // The first lesson begins with nothing.
    let mut opened = world.moussaillon(&["-c", "docker ps"]);
    let opened = opened.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program starts");
    assert!(opened.success());
    world.docker(&["network", "create", "net"]).stdout();
    let many = many();
    let name = |number: usize| format!("c{number}");
    let network = |number: usize| if number.is_multiple_of(2) { "net" } else { "bridge" };
    let options = |number: usize| ["--network", network(number), "-p", "80", "-p", "81/udp"];
    // Every eighth is started by a shell that is killed while it is attached.
    let mut shells: Vec<(usize, Child)> = Vec::new();
    for number in 0..many {
        if number % 8 == 7 {
            let line = format!("docker run --name {} {} alpine sleep 300", name(number), options(number).join(" "));
            let mut shell = world.moussaillon(&["-c", &line]);
            let shell = shell.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
            shells.push((number, shell));
        } else {
            start(world, &name(number), &options(number), "exec sleep 300");
        }
    }
    let running = || world.docker(&["ps", "-q"]).stdout().lines().count();
    eventually("all run", || running() == many);
    let (before, device, outside) = (of(world), device(world), gateway(world));
    assert!(before.len() > many, "each has its own, and the switch: {}", before.len());
    let lived: Vec<Lived> = (0..many).map(|number| Lived::look(world, &name(number))).collect();
    let ports: BTreeSet<u16> = lived.iter().map(|lived| lived.port).collect();
    assert_eq!(ports.len(), many, "each has a port of its own");
    for (_, shell) in &mut shells {
        shell.kill().and_then(|()| shell.wait()).expect("ours to kill");
    }
    assert_eq!(running(), many, "a killed shell kills no container");

    // An order nobody planned, the same each time.
    let mut order: Vec<usize> = (0..many).collect();
    order.sort_by_key(|number| (number * 7919 + 13) % 101);
    for (turn, number) in order.into_iter().enumerate() {
        let lived = &lived[number];
        let porter = || lived.processes.iter().find(|process| ![lived.first, lived.monitor].contains(process));
        match turn % 6 {
            0 => murder(lived.monitor),
            1 => murder(lived.first),
            2 => drop(world.docker(&["stop", "-t", "0", &name(number)]).stdout()),
            3 => drop(world.docker(&["rm", "-f", &name(number)]).stdout()),
            4 => {
                murder(*porter().expect("it publishes"));
                murder(lived.monitor);
            }
            _ => {
                murder(*porter().expect("it publishes"));
                drop(world.docker(&["kill", &name(number)]).stdout());
            }
        }
        if turn == many / 2 {
            outside.first().into_iter().for_each(|gateway| murder(*gateway));
        }
    }
    nothing_is_left(world, &lived, &outside);
    gone(&before, device.as_deref());
    assert!(before.is_disjoint(&namespaces()));
    world.clear();
    world.docker(&["network", "rm", "net"]).stdout();
}

fn nothing_is_left(world: &World, lived: &[Lived], outside: &[i32]) {
    eventually("none is said to run", || world.docker(&["ps", "-q"]).stdout().is_empty());
    for process in lived.iter().flat_map(|lived| &lived.processes).chain(outside) {
        eventually("every process is gone", || !lives(*process));
    }
    for lived in lived {
        eventually("its port is free", || TcpListener::bind((Ipv4Addr::UNSPECIFIED, lived.port)).is_ok());
    }
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("readable");
    let state = world.path("state").display().to_string();
    assert_eq!(mounts.lines().find(|line| line.contains(&state)), None, "nothing is mounted");
    let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids"];
    for (lived, root) in lived.iter().flat_map(|lived| roots.map(|root| (lived, root))) {
        let group = Path::new(root).join("moussaillon").join(&lived.id);
        assert!(!group.exists(), "{}", group.display());
    }
}
