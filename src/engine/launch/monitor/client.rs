//! Somebody connected to the monitor: an attached terminal, a `docker exec`, a `docker stop`.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;

use rustix::io::Errno;

use crate::engine::container::{AttachRequest, OutputStream};
use crate::engine::launch::protocol::{Inbox, Reply, Request};

/// Past this much unsent output, the process is not read any more until the client catches up.
const FULL: usize = 1 << 20;
const READ_SIZE: usize = 16 * 1024;

/// One connection.
#[derive(Debug)]
pub struct Client {
    /// Non-blocking.
    pub stream: UnixStream,
    inbox: Inbox,
    outgoing: Vec<u8>,
    /// The process it is about: an index of the monitor's table; the first process is 0.
    pub process: usize,
    /// Which of its streams it wants.
    pub attached: Option<AttachRequest>,
    /// Whether it wants to know the exit code.
    pub waits: bool,
    /// Whether it has gone.
    pub gone: bool,
}

impl Client {
    /// A new connection about the first process.
    ///
    /// # Errors
    /// What setting it non-blocking answers.
    pub fn new(stream: UnixStream, inbox: Inbox) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self { stream, inbox, outgoing: Vec::new(), process: 0, attached: None, waits: false, gone: false })
    }

    /// Reads what it sent; requests that are whole are handed out one by one.
    pub fn receive(&mut self) -> Vec<Request> {
        let mut buffer = [0; READ_SIZE];
        match self.stream.read(&mut buffer) {
            Ok(0) => self.gone = true,
            Ok(count) => self.inbox.extend(&buffer[..count]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(_) => self.gone = true,
        }
        self.pending_requests()
    }

    /// Requests that came before we listened.
    pub fn pending_requests(&mut self) -> Vec<Request> {
        let mut requests = Vec::new();
        loop {
            match self.inbox.next_request() {
                Ok(Some(request)) => requests.push(request),
                Ok(None) => return requests,
                Err(_) => {
                    self.gone = true;
                    return requests;
                }
            }
        }
    }

    /// Whether it wants output of this stream of this process.
    pub fn wants(&self, process: usize, stream: OutputStream) -> bool {
        self.process == process
            && self.attached.is_some_and(|attached| match stream {
                OutputStream::Stdout => attached.stdout,
                OutputStream::Stderr => attached.stderr,
            })
    }

    /// Queues a reply.
    pub fn send(&mut self, reply: &Reply) {
        if !self.gone {
            self.outgoing.extend_from_slice(&reply.encode());
            self.flush();
        }
    }

    /// Sends what can be sent.
    pub fn flush(&mut self) {
        while !self.outgoing.is_empty() {
            match rustix::net::send(&self.stream, &self.outgoing, rustix::net::SendFlags::NOSIGNAL) {
                Ok(count) => {
                    self.outgoing.drain(..count);
                }
                Err(Errno::AGAIN) => return,
                Err(Errno::INTR) => {}
                Err(_) => {
                    self.gone = true;
                    self.outgoing.clear();
                }
            }
        }
    }

    /// Whether something waits to be sent.
    pub fn wants_write(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Whether the process should hold back.
    pub fn is_full(&self) -> bool {
        self.outgoing.len() >= FULL
    }
}
