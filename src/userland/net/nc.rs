//! `nc [-l] [-p PORT] [-w SECONDS] [-z] [-v] [-u] [HOST] [PORT]`

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{resolve, words};
use crate::userland::applets::{Options, short};

/// Runs it.
pub fn main(arguments: &[String]) -> i32 {
    match run(arguments) {
        Ok(()) => 0,
        Err(reason) => {
            let _ = writeln!(io::stderr(), "nc: {reason}");
            1
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let options = Options::parse(arguments, &short("lzvun", "pw"))?;
    if options.has('u') {
        return Err("-u: not supported".to_owned());
    }
    let number = |text: &str| text.parse::<u16>().map_err(|_| format!("invalid number '{text}'"));
    let wait = options.value('w').map(|text| number(text).map(u64::from)).transpose()?.map(Duration::from_secs);
    let operands: Vec<&str> = options.operands.iter().map(String::as_str).collect();
    let stream = if options.has('l') {
        let port = match (options.value('p'), operands.as_slice()) {
            (Some(port), _) => number(port)?,
            (None, [port] | [_, port]) => number(port)?,
            _ => return Err("usage: nc -l -p PORT".to_owned()),
        };
        let listener =
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).map_err(|error| format!("bind: {}", words(&error)))?;
        listener.accept().map_err(|error| words(&error))?.0
    } else {
        let [host, port] = operands.as_slice() else { return Err("usage: nc [-w SECONDS] [-z] HOST PORT".to_owned()) };
        let port = number(port)?;
        let addresses = resolve::addresses(host).map_err(|error| error.to_string())?;
        let stream = connect(&addresses.iter().map(|address| (*address, port).into()).collect::<Vec<_>>(), wait)
            .map_err(|error| format!("{host} ({}:{port}): {}", addresses[0], words(&error)))?;
        if options.has('v') {
            let _ = writeln!(io::stderr(), "{host} ({}:{port}) open", addresses[0]);
        }
        stream
    };
    if options.has('z') {
        return Ok(());
    }
    converse(stream, wait).map_err(|error| words(&error))
}

/// The first address that answers.
pub(super) fn connect(addresses: &[SocketAddr], wait: Option<Duration>) -> io::Result<TcpStream> {
    let mut last = io::ErrorKind::NotFound.into();
    for address in addresses {
        let tried = match wait.filter(|wait| !wait.is_zero()) {
            Some(wait) => TcpStream::connect_timeout(address, wait),
            None => TcpStream::connect(address),
        };
        match tried {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Passes bytes both ways until the other side has said all; the end of our input ends our half only.
fn converse(mut stream: TcpStream, wait: Option<Duration>) -> io::Result<()> {
    let stdin = io::stdin();
    let mut talking = true;
    let mut buffer = vec![0; 16 << 10];
    let timeout =
        wait.map_or(PollTimeout::NONE, |wait| PollTimeout::try_from(wait.as_millis()).unwrap_or(PollTimeout::MAX));
    loop {
        let mut watched = vec![PollFd::new(stream.as_fd(), PollFlags::POLLIN)];
        if talking {
            watched.push(PollFd::new(stdin.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut watched, timeout) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(nix::Error::EINTR) => continue,
            Err(error) => return Err(error.into()),
        }
        let ready = |place: usize| watched.get(place).is_some_and(|watch| watch.any().unwrap_or(false));
        let (heard, typed) = (ready(0), ready(1));
        // What we have to say first: the other side may only be waiting to leave.
        if typed {
            match nix::unistd::read(stdin.as_fd(), &mut buffer)? {
                0 => {
                    talking = false;
                    stream.shutdown(Shutdown::Write)?;
                }
                count => stream.write_all(&buffer[..count])?,
            }
        }
        if heard {
            match stream.read(&mut buffer)? {
                0 => return Ok(()),
                count => {
                    let mut output = io::stdout().lock();
                    output.write_all(&buffer[..count])?;
                    output.flush()?;
                }
            }
        }
    }
}
