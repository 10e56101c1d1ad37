//! Networks of one's own: names, isolation, joining and leaving.

use super::world::{Ran, World};
use super::{Rule, SERVER, busybox, eventually, fetch, start};

pub const RULES: &[Rule] = &[
    ("two find each other by name and alias, a third elsewhere does not", by_name),
    ("a network's range, an asked address, internal networks", ranges),
    ("a running container joins and leaves", joins),
    ("networks that are used stay, unused ones are pruned", removal),
    ("a container in another's network", shared),
    ("/etc/hosts is as Docker writes it", hosts),
    ("a link is a name and variables, as Docker's still is", linked),
    ("names nobody has are somebody else's business", unknown),
];

/// Runs a line in a new container of these networks.
fn run(world: &World, options: &[&str], line: &str) -> Ran {
    let volume = busybox().expect("looked for before");
    let mut words = vec!["run", "--rm", "-v", &volume];
    words.extend(options);
    words.extend(["alpine", "/bin/busybox", "sh", "-c", line]);
    world.docker(&words)
}

fn by_name(world: &World) {
    for network in ["here", "there"] {
        world.docker(&["network", "create", network]).stdout();
    }
    start(world, "web", &["--network", "here", "--network-alias", "server"], SERVER);
    for name in ["web", "server", "web.here", "WEB"] {
        let line = format!("for i in 1 2 3 4 5 6 7 8 9; do {} && break; busybox usleep 200000; done", fetch(name, 80));
        assert_eq!(run(world, &["--network", "here"], &line).stdout(), "page\n", "{name}");
    }
    let address = world.docker(&["inspect", "-f", "{{.NetworkSettings.Networks.here.IPAddress}}", "web"]).stdout();
    let elsewhere = format!("{} || echo no name; {} || echo no way", fetch("web", 80), fetch(address.trim(), 80));
    for network in ["there", "bridge"] {
        let said = run(world, &["--network", network], &elsewhere).everything();
        assert!(said.contains("no name") && said.contains("no way") && !said.contains("page"), "{network}: {said}");
    }
    let shown =
        world.docker(&["network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}", "here"]);
    assert_eq!(shown.stdout().trim(), format!("web {}/16", address.trim()));
    let reverse = run(world, &["--network", "here"], &format!("busybox nslookup {}", address.trim())).everything();
    assert!(reverse.contains("web.here"), "{reverse}");
    // The same over TCP, for who wants a long answer: the length, the question, one address.
    let question = r"\000\030\253\315\001\000\000\001\000\000\000\000\000\000\006server\000\000\001\000\001";
    let line = format!("busybox printf '{question}' | busybox nc -w 5 127.0.0.11 53 | busybox od -An -v -tu1");
    let said = run(world, &["--network", "here"], &line).stdout();
    let said: Vec<&str> = said.split_whitespace().collect();
    assert_eq!((said.len(), said[..4].join(" ")), (42, "0 40 171 205".to_owned()), "{said:?}");
    assert_eq!(said[38..].join("."), address.trim());
}

fn ranges(world: &World) {
    let create =
        ["network", "create", "--subnet", "10.77.0.0/24", "--ip-range", "10.77.0.128/25", "--gateway", "10.77.0.9"];
    world.docker(&[&create[..], &["--aux-address", "kept=10.77.0.129", "--internal", "own"]].concat()).stdout();
    let first = run(world, &["--network", "own"], "busybox ip -4 addr show eth0; busybox ip route").stdout();
    assert!(first.contains("inet 10.77.0.128/24"), "{first}");
    assert!(!first.contains("default"), "an internal network leads nowhere: {first}");
    start(world, "fixed", &["--network", "name=own,ip=10.77.0.77"], "exec sleep 300");
    let second = run(world, &["--network", "own", "--ip", "10.77.0.77"], "true");
    second.refused("Address already in use");
    run(world, &["--network", "own", "--ip", "10.78.0.1"], "true")
        .refused("no configured subnet or ip-range contain the IP address 10.78.0.1");
    world
        .docker(&["network", "create", "--subnet", "10.77.0.0/16", "overlaps"])
        .refused("Pool overlaps with other one on this address space");
    let mac = world.docker(&["inspect", "-f", "{{.NetworkSettings.Networks.own.MacAddress}}", "fixed"]).stdout();
    assert_eq!(mac.trim(), "02:42:0a:4d:00:4d");
}

fn joins(world: &World) {
    world.docker(&["network", "create", "late"]).stdout();
    start(world, "server", &["--network", "late"], SERVER);
    start(world, "joiner", &[], "exec sleep 300");
    let line = fetch("server", 80);
    let fetch = ["exec", "joiner", "/bin/busybox", "sh", "-c", &line];
    assert_ne!(world.docker(&fetch).code(), 0, "before it has joined");
    world.docker(&["network", "connect", "--alias", "other", "late", "joiner"]).stdout();
    eventually("it finds the server", || world.docker(&fetch).code() == 0);
    world.docker(&["network", "connect", "late", "joiner"]).refused("already exists in network late");
    world.docker(&["network", "disconnect", "late", "joiner"]).stdout();
    assert_ne!(world.docker(&fetch).code(), 0, "after it has left");
    world.docker(&["network", "disconnect", "late", "joiner"]).refused("is not connected to network late");
    let networks = world.docker(&["ps", "--filter", "name=joiner", "--format", "{{.Networks}}"]).stdout();
    assert_eq!(networks, "bridge\n");
}

fn removal(world: &World) {
    world.docker(&["network", "create", "--label", "keep=yes", "used"]).stdout();
    world.docker(&["network", "create", "unused"]).stdout();
    start(world, "user", &["--network", "used"], "exec sleep 300");
    world.docker(&["network", "rm", "used"]).refused("has active endpoints");
    world.docker(&["network", "rm", "bridge"]).refused("bridge is a pre-defined network and cannot be removed");
    world.docker(&["network", "create", "used"]).refused("network with name used already exists");
    world.docker(&["network", "create", "-d", "overlay", "far"]).refused("not a swarm manager");
    world.docker(&["network", "create", "-d", "macvlan", "far"]).refused("macvlan");
    let pruned = world.docker(&["network", "prune", "-f"]).stdout();
    assert!(pruned.contains("unused\n") && !pruned.contains("\nused"), "{pruned}");
    world.docker(&["rm", "-f", "user"]).stdout();
    world.docker(&["network", "rm", "used"]).stdout();
}

fn shared(world: &World) {
    start(world, "host", &["-h", "owner"], SERVER);
    let line = format!("for i in 1 2 3 4 5; do {} && break; busybox usleep 200000; done", fetch("127.0.0.1", 80));
    assert_eq!(run(world, &["--network", "container:host"], &line).stdout(), "page\n");
    world.docker(&["stop", "-t", "0", "host"]).stdout();
    run(world, &["--network", "container:host"], "true").refused("cannot join network of a non running container");
    run(world, &["--network", "nowhere"], "true").refused("network nowhere not found");
}

fn hosts(world: &World) {
    let said = run(
        world,
        &["-h", "hh", "--domainname", "example", "--add-host", "db:10.0.0.9"],
        "cat /etc/hosts /etc/hostname",
    )
    .stdout();
    let expected = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\n\
        ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n10.0.0.9\tdb\n";
    let (before, after) = said.split_at(expected.len().min(said.len()));
    assert_eq!(before, expected);
    assert!(after.ends_with(".0.2\thh.example hh\nhh\n"), "{after}");
    let long = run(world, &["-h", "hh.example"], "cat /etc/hosts").stdout();
    assert!(long.ends_with(".0.2\thh.example hh\n"), "{long}");
    let none = run(world, &["--network", "none"], "busybox ip link | busybox grep -c mtu; cat /etc/hosts").stdout();
    assert!(none.starts_with("1\n127.0.0.1\tlocalhost\n"), "{none}");
}

fn unknown(world: &World) {
    world.docker(&["network", "create", "quiet"]).stdout();
    let said = run(
        world,
        &["--network", "quiet", "--dns", "127.0.0.1"],
        "busybox nslookup nobody.example 127.0.0.11 || echo nobody",
    );
    assert!(said.everything().contains("nobody"), "{}", said.everything());
}

fn linked(world: &World) {
    start(world, "db", &["-e", "WORD=x", "--expose", "5432", "--expose", "7/udp"], "exec sleep 300");
    let said = run(world, &["--link", "db:data-x"], "env | busybox grep -i data_x; busybox grep data-x /etc/hosts");
    let said = said.stdout();
    let expected = [
        "DATA_X_PORT=udp://ADDRESS:7",
        "DATA_X_PORT_7_UDP=udp://ADDRESS:7",
        "DATA_X_PORT_7_UDP_ADDR=ADDRESS",
        "DATA_X_PORT_7_UDP_PORT=7",
        "DATA_X_PORT_7_UDP_PROTO=udp",
        "DATA_X_PORT_5432_TCP=tcp://ADDRESS:5432",
        "DATA_X_PORT_5432_TCP_ADDR=ADDRESS",
        "DATA_X_PORT_5432_TCP_PORT=5432",
        "DATA_X_PORT_5432_TCP_PROTO=tcp",
        "DATA_X_ENV_WORD=x",
    ];
    let address = world.docker(&["inspect", "-f", "{{.NetworkSettings.IPAddress}}", "db"]).stdout();
    for line in expected.map(|line| line.replace("ADDRESS", address.trim())) {
        assert!(said.lines().any(|found| found == line), "{line} is not in {said}");
    }
    assert!(said.contains(&format!("{}\tdata-x ", address.trim())) && said.contains("/data-x\n"), "{said}");
    run(world, &["--link", "nobody"], "true").refused("could not get container for nobody: No such container: nobody");
    let host = run(world, &["--link", "db", "--network", "host"], "true");
    host.refused("conflicting options: host type networking can't be used with links");
    world.docker(&["stop", "-t", "0", "db"]).stdout();
    run(world, &["--name", "own", "--link", "db"], "true")
        .refused("Cannot link to a non running container: /db AS /own/db");
    let host = run(world, &["--network", "none", "--add-host", "me:host-gateway"], "busybox tail -n 1 /etc/hosts");
    assert!(host.stdout().ends_with(".0.1\tme\n"));
}
