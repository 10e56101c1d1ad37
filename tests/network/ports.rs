//! Published ports: they answer, they are taken, they are given back.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

use super::world::World;
use super::{Rule, SERVER, eventually, start};

pub const RULES: &[Rule] = &[
    ("a published port answers, and stop frees it", answers),
    ("the caller is seen to come from the gateway", comes_from_the_gateway),
    ("a taken port is Docker's error", taken),
    ("a range, an address, a chosen port", forms),
    ("what is sent is what arrives, both ways, each closed alone", intact),
    ("many connections at once", many),
    ("datagrams come and are answered, IPv4 and IPv6", datagrams),
    ("a page by IPv6", by_six),
];

/// A port nobody has.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap().local_addr().unwrap().port()
}

pub(super) fn local(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

pub(super) fn get(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.contains("page").then_some(answer)
}

fn answers(world: &World) {
    let port = free_port();
    start(world, "web", &["-p", &format!("{port}:80")], SERVER);
    eventually("the page comes", || get(local(port)).is_some());
    let shown = world.docker(&["ps", "--format", "{{.Ports}}"]).stdout();
    assert!(shown.starts_with(&format!("0.0.0.0:{port}->80/tcp")), "{shown}");
    let ports = world.docker(&["port", "web", "80"]).stdout();
    assert_eq!(ports.lines().next(), Some(format!("0.0.0.0:{port}").as_str()));
    world.docker(&["stop", "-t", "0", "web"]).stdout();
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).expect("stop has freed it");
    world.docker(&["start", "web"]).stdout();
    eventually("it answers again", || get(local(port)).is_some());
    world.docker(&["rm", "-f", "web"]).stdout();
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).expect("rm has freed it");
}

fn comes_from_the_gateway(world: &World) {
    let port = free_port();
    let server = SERVER.replace("httpd -f", "httpd -f -v");
    start(world, "who", &["-p", &format!("{port}:80")], &server);
    eventually("the page comes", || get(local(port)).is_some());
    let gateway = world.docker(&["inspect", "-f", "{{.NetworkSettings.Gateway}}", "who"]).stdout();
    eventually("it has written who called", || world.docker(&["logs", "who"]).everything().contains(gateway.trim()));
}

fn taken(world: &World) {
    let port = free_port();
    let published = format!("{port}:80");
    start(world, "first", &["-p", &published], SERVER);
    let second = world.docker(&["run", "--name", "second", "-p", &published, "alpine", "true"]);
    assert_eq!(second.code(), 125);
    second.refused("driver failed programming external connectivity on endpoint second (");
    second.refused(&format!("Bind for 0.0.0.0:{port} failed: port is already allocated"));
    // Somebody else's.
    let other = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let published = format!("{}:80", other.local_addr().unwrap().port());
    let third = world.docker(&["run", "--rm", "-p", &published, "alpine", "true"]);
    third.refused("bind: address already in use");
    assert_eq!(
        world.docker(&["ps", "-a", "--format", "{{.Names}} {{.State}}"]).stdout(),
        "second created\nfirst running\n"
    );
}

fn forms(world: &World) {
    let port = free_port();
    let only = format!("127.0.0.1:{port}:80");
    start(world, "forms", &["-p", &only, "-p", "80", "--expose", "81-82", "-P", "-p", "38000-38999:83/udp"], SERVER);
    eventually("the page comes", || get(local(port)).is_some());
    let ports = world.docker(&["port", "forms"]).stdout();
    let lines: Vec<&str> = ports.lines().collect();
    assert!(lines.contains(&format!("80/tcp -> 127.0.0.1:{port}").as_str()), "{ports}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("80/tcp")).count(), 3, "{ports}");
    for exposed in ["81/tcp -> 0.0.0.0:3", "82/tcp -> 0.0.0.0:3", "83/udp -> 0.0.0.0:38"] {
        assert!(lines.iter().any(|line| line.starts_with(exposed)), "{exposed} is not in {ports}");
    }
}

/// Bytes in no order that a mistake would keep.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

fn intact(world: &World) {
    let port = free_port();
    // It answers only after the end of what it is sent: our half must close alone.
    start(
        world,
        "echo",
        &["-p", &format!("{port}:7")],
        "while busybox nc -l -p 7 -e sh -c 'busybox cat >/tmp/got; cat /tmp/got'; do :; done",
    );
    let sent = noise(3_000_001);
    let exchange = || {
        let mut stream = TcpStream::connect(local(port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        stream.write_all(&sent).ok()?;
        stream.shutdown(Shutdown::Write).ok()?;
        let mut received = Vec::new();
        stream.read_to_end(&mut received).ok()?;
        (!received.is_empty()).then_some(received)
    };
    let mut received = None;
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while received.is_none() && std::time::Instant::now() < deadline {
        received = exchange();
    }
    assert!(received.as_ref() == Some(&sent), "{:?} bytes came back", received.map(|bytes| bytes.len()));
}

fn many(world: &World) {
    let port = free_port();
    start(world, "web", &["-p", &format!("{port}:80")], SERVER);
    eventually("the page comes", || get(local(port)).is_some());
    let mut open: Vec<TcpStream> = Vec::new();
    for _ in 0..40 {
        open.push(TcpStream::connect(local(port)).unwrap());
    }
    for stream in &mut open {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    }
    for (number, mut stream) in open.into_iter().enumerate() {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("page"), "connection {number}: {answer:?}");
    }
}

/// Answers datagrams in a container's network, each with what it got and `!`, as often as it is told to.
fn echo_inside(first: i32, port: u16, times: usize) -> std::thread::JoinHandle<()> {
    let (ready, is_ready) = std::sync::mpsc::channel();
    let echo = std::thread::spawn(move || {
        let namespace = std::fs::File::open(format!("/proc/{first}/ns/net")).expect("it lives");
        nix::sched::setns(namespace, nix::sched::CloneFlags::CLONE_NEWNET).expect("root may");
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        ready.send(()).unwrap();
        for _ in 0..times {
            let mut bytes = [0; 2048];
            let (count, from) = socket.recv_from(&mut bytes).expect("a datagram");
            bytes[count] = b'!';
            socket.send_to(&bytes[..=count], from).unwrap();
        }
    });
    is_ready.recv().expect("it listens");
    echo
}

fn datagrams(world: &World) {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not run: a server of ours in a container's network needs root");
        return;
    }
    let port = free_port();
    let published = [format!("127.0.0.1:{port}:53/udp"), format!("[::1]:{port}:53/udp")];
    let options: Vec<&str> = published.iter().flat_map(|port| ["-p", port]).collect();
    let six = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    start(world, "udp", if six { &options } else { &options[..2] }, "exec sleep 300");
    let hosts: &[IpAddr] = &[Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let hosts = &hosts[..if six { 2 } else { 1 }];
    let echo = echo_inside(world.first_process("udp"), 53, hosts.len() * 4);
    for host in hosts {
        let callers = [0, 1].map(|_| UdpSocket::bind((*host, 0)).unwrap());
        for (number, word) in [(0, "one"), (1, "two"), (1, "three"), (0, "four")] {
            let caller: &UdpSocket = &callers[number];
            caller.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            caller.send_to(word.as_bytes(), SocketAddr::new(*host, port)).unwrap();
            let mut bytes = [0; 64];
            let (count, from) = caller.recv_from(&mut bytes).expect("an answer");
            assert_eq!((&bytes[..count], from), (format!("{word}!").as_bytes(), SocketAddr::new(*host, port)));
        }
    }
    echo.join().expect("it has answered all");
    world.docker(&["rm", "-f", "udp"]).stdout();
    assert!(hosts.iter().all(|host| UdpSocket::bind((*host, port)).is_ok()), "rm has freed it");
}

fn by_six(world: &World) {
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("not run: no IPv6 here");
        return;
    }
    let port = free_port();
    start(world, "six", &["-p", &format!("[::1]:{port}:80")], SERVER);
    eventually("the page comes", || get(SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port)).is_some());
    assert!(TcpStream::connect(local(port)).is_err(), "by IPv6 only");
    assert_eq!(world.docker(&["port", "six"]).stdout(), format!("80/tcp -> [::1]:{port}\n"));
    world
        .docker(&["run", "--rm", "-p", &format!("[::1]:{port}:80"), "alpine", "true"])
        .refused("port is already allocated");
}
