//! One TCP connection carried: what comes from one side goes to the other without passing through our memory
//! (`splice(2)`), each direction closed when its source is.

use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, Shutdown, SocketFlags, SocketType, connect, shutdown, socket_with, sockopt};
use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};

/// What is asked of a pipe, and of one splice; the kernel may grant less.
const PIPE_SIZE: usize = 1 << 20;
/// Past this many splices of one connection, the others get their turn.
const TURN: usize = 16;
/// Pipes kept for the next burst.
const SPARE_PIPES: usize = 32;

/// What a connection wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To be woken.
    Wait,
    /// To go on at once, after the others.
    Again,
    /// To be forgotten.
    End,
}

/// Pipes that hold nothing, ready for use: an idle connection holds none.
#[derive(Debug, Default)]
pub struct Pipes {
    spare: Vec<Pipe>,
}

#[derive(Debug)]
struct Pipe {
    reader: OwnedFd,
    writer: OwnedFd,
    held: usize,
}

impl Pipes {
    fn take(&mut self) -> Result<Pipe, Errno> {
        if let Some(pipe) = self.spare.pop() {
            return Ok(pipe);
        }
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        // An ordinary user has a limit over all pipes: past it they stay small.
        let _ = fcntl_setpipe_size(&writer, PIPE_SIZE);
        Ok(Pipe { reader, writer, held: 0 })
    }

    fn give_back(&mut self, pipe: Pipe) {
        if self.spare.len() < SPARE_PIPES {
            self.spare.push(pipe);
        }
    }
}

/// One way of a connection.
#[derive(Debug, Default)]
struct Way {
    pipe: Option<Pipe>,
    ended: bool,
    closed: bool,
}

/// A connection from a caller to the container.
#[derive(Debug)]
pub struct Stream {
    caller: OwnedFd,
    container: OwnedFd,
    connected: bool,
    out: Way,
    back: Way,
}

impl Stream {
    /// Begins to call the container for a caller.
    ///
    /// # Errors
    /// What `socket(2)` and `connect(2)` answer.
    pub fn new(caller: OwnedFd, target: &SocketAddr) -> Result<Self, Errno> {
        let family = if target.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let container = socket_with(family, SocketType::STREAM, flags, None)?;
        for end in [&caller, &container] {
            let _ = sockopt::set_tcp_nodelay(end, true);
        }
        match connect(&container, target) {
            Ok(()) | Err(Errno::INPROGRESS) => {}
            Err(error) => return Err(error),
        }
        Ok(Self { caller, container, connected: false, out: Way::default(), back: Way::default() })
    }

    /// Both ends.
    pub fn ends(&self) -> [&OwnedFd; 2] {
        [&self.caller, &self.container]
    }

    /// Carries what can be carried now.
    pub fn turn(&mut self, pipes: &mut Pipes) -> Next {
        if !self.connected {
            match sockopt::socket_error(&self.container) {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Next::End,
            }
            // Woken before the answer came: there is no other end yet.
            match rustix::net::getpeername(&self.container) {
                Ok(_) => self.connected = true,
                Err(Errno::NOTCONN) => return Next::Wait,
                Err(_) => return Next::End,
            }
        }
        let out = carry(&mut self.out, &self.caller, &self.container, pipes);
        let back = carry(&mut self.back, &self.container, &self.caller, pipes);
        match (out, back) {
            (Ok(first), Ok(second)) if self.out.closed && self.back.closed => {
                let _ = (first, second);
                Next::End
            }
            (Ok(first), Ok(second)) => {
                if first || second {
                    Next::Again
                } else {
                    Next::Wait
                }
            }
            (Err(_), _) | (_, Err(_)) => {
                // A connection that was cut is cut on the other side too, not ended politely.
                for end in [&self.caller, &self.container] {
                    let _ = sockopt::set_socket_linger(end, Some(std::time::Duration::ZERO));
                }
                Next::End
            }
        }
    }
}

/// Carries one way until nothing more comes or goes; true when there is more to do.
fn carry(way: &mut Way, from: &OwnedFd, to: &OwnedFd, pipes: &mut Pipes) -> Result<bool, Errno> {
    if way.closed {
        return Ok(false);
    }
    for _ in 0..TURN {
        let mut pipe = match way.pipe.take() {
            Some(pipe) => pipe,
            None => pipes.take()?,
        };
        let read = if way.ended || pipe.held > 0 { Ok(pipe.held) } else { fill(&mut pipe, from) };
        match read {
            Ok(0) => way.ended = true,
            Ok(_) => {}
            Err(Errno::AGAIN) => {
                pipes.give_back(pipe);
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        if pipe.held == 0 {
            pipes.give_back(pipe);
            way.closed = true;
            // The other side may have gone already.
            let _ = shutdown(to, Shutdown::Write);
            return Ok(false);
        }
        let wrote = drain(&mut pipe, to);
        if pipe.held == 0 {
            pipes.give_back(pipe);
        } else {
            way.pipe = Some(pipe);
        }
        match wrote {
            Ok(()) => {}
            Err(Errno::AGAIN) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

const FLAGS: SpliceFlags = SpliceFlags::NONBLOCK.union(SpliceFlags::MOVE);

fn fill(pipe: &mut Pipe, from: &OwnedFd) -> Result<usize, Errno> {
    loop {
        match splice(from.as_fd(), None, pipe.writer.as_fd(), None, PIPE_SIZE, FLAGS) {
            Err(Errno::INTR) => {}
            Ok(count) => {
                pipe.held = count;
                return Ok(count);
            }
            Err(error) => return Err(error),
        }
    }
}

fn drain(pipe: &mut Pipe, to: &OwnedFd) -> Result<(), Errno> {
    while pipe.held > 0 {
        match splice(pipe.reader.as_fd(), None, to.as_fd(), None, pipe.held, FLAGS) {
            Err(Errno::INTR) => {}
            Ok(count) => pipe.held -= count.min(pipe.held),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
