//! What leads out: for root a pair to the host, which reaches the containers by their addresses.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use super::world::World;
use super::{Rule, device_of_host, eventually, fetch, start};

pub const RULES: &[Rule] = &[("a container of root's calls a service of the host", calls_the_host)];

fn calls_the_host(world: &World) {
    if world.is_an_ordinary_user() {
        // pasta and slirp4netns speak to the host's own network: nothing of ours to prove without one.
        return;
    }
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // What is sent and not read cuts the answer short.
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\npage\n");
        }
    });
    start(world, "caller", &[], "exec sleep 300");
    let host = device_of_host(world);
    eventually("the host answers", || {
        world.docker(&["exec", "caller", "/bin/busybox", "sh", "-c", &fetch(&host, port)]).code() == 0
    });
}
