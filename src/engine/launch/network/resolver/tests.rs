use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};

use super::*;

/// A question for the addresses of `big.example`.
fn question() -> Vec<u8> {
    let mut bytes = vec![0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    bytes.extend_from_slice(b"\x03big\x07example\0\0\x01\0\x01");
    bytes
}

fn framed(message: &[u8]) -> Vec<u8> {
    [&u16::try_from(message.len()).unwrap().to_be_bytes(), message].concat()
}

/// Drives the resolver until this says enough.
fn drive(resolver: &mut Resolver, mut enough: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !enough() {
        assert!(Instant::now() < until, "nothing came");
        let wait = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
        let _ = poll(&mut [PollFd::from_borrowed_fd(resolver.watched(), PollFlags::IN)], Some(&wait));
        resolver.turn(Instant::now());
    }
}

#[test]
fn a_long_answer_comes_whole_to_who_asked_by_a_connection() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let upstream = elsewhere.local_addr().unwrap();
    let datagrams = UdpSocket::bind(upstream).unwrap();
    let far = std::thread::spawn(move || {
        for _ in 0..2 {
            let mut bytes = [0; 512];
            let (count, from) = datagrams.recv_from(&mut bytes).unwrap();
            // A response that is cut.
            bytes[2] |= 0x82;
            datagrams.send_to(&bytes[..count], from).unwrap();
            let (mut stream, _) = elsewhere.accept().unwrap();
            let mut asked = vec![0; 2 + count];
            stream.read_exact(&mut asked).unwrap();
            let mut answer = asked[2..].to_vec();
            answer[2] |= 0x80;
            answer.resize(3000, 7);
            stream.write_all(&framed(&answer)).unwrap();
        }
    });

    let state = tempfile::tempdir().unwrap();
    let (inside, listener) = (UdpSocket::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let to = listener.local_addr().unwrap();
    inside.set_nonblocking(true).unwrap();
    listener.set_nonblocking(true).unwrap();
    let sockets: Vec<OwnedFd> = vec![
        inside.into(),
        listener.into(),
        crate::engine::launch::network::ports::question_socket(false).unwrap(),
        crate::engine::launch::network::ports::stream_socket(false).unwrap(),
    ];
    let duty = ResolverDuty {
        state_root: state.path().to_owned(),
        container: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef".parse().unwrap(),
        upstream: vec![upstream],
    };
    let mut resolver = Resolver::new(duty, sockets.into_iter()).unwrap();

    // Twice, one after the other, through the one socket there is; the second says that it will ask no more.
    for last in [false, true] {
        let mut client = TcpStream::connect(to).unwrap();
        client.write_all(&framed(&question())).unwrap();
        if last {
            client.shutdown(Shutdown::Write).unwrap();
        }
        client.set_nonblocking(true).unwrap();
        let mut answer = Vec::new();
        drive(&mut resolver, || {
            let mut bytes = [0; 4096];
            if let Ok(count) = client.read(&mut bytes) {
                answer.extend_from_slice(&bytes[..count]);
            }
            answer.len() >= 3002
        });
        assert_eq!(answer[..4], [0x0b, 0xb8, 0xab, 0xcd]);
        assert_eq!(answer[5] & 2, 0, "not cut");
    }
    far.join().unwrap();

    // What is no question ends the connection.
    let mut client = TcpStream::connect(to).unwrap();
    client.write_all(&framed(b"nonsense")).unwrap();
    client.set_nonblocking(true).unwrap();
    drive(&mut resolver, || matches!(client.read(&mut [0; 8]), Ok(0)));
    assert!(resolver.patience().is_none(), "somebody is still waited for");
}
