//! What is said between a client, the monitor of a container, and the processes it starts.
//!
//! ```text
//!  client (docker run, exec…)          monitor                       first process
//!    │ spawn, fd 0 = socket ─────────────▶│ setsid, fork, parent leaves    │
//!    │ Request::Launch(LaunchPlan) ──────▶│ fork into new namespaces ─────▶│ root file system, mounts
//!    │                                    │◀──── Report::Terminal + pty ───│ (with -t only)
//!    │                                    │                                │ pivot_root, user, capabilities,
//!    │                                    │                                │ seccomp
//!    │                                    │◀──── end of file ──────────────│ execve
//!    │                                    │      or Report::Failed         ┊ exit
//!    │◀── Reply::Started | Reply::Failed ─│ state.json: running            │
//!    │◀── Reply::Output ──────────────────│◀──── pipes or pty ─────────────│
//!    │ Request::Input, Resize, Signal ───▶│─────────────────────────────▶  │
//!    │                                    │◀──── pidfd readable ───────────│ exit
//!    │◀── Reply::Exited(code) ────────────│ state.json: exited             ┊
//! ```
//!
//! Other clients connect to the monitor's socket and start with `Attach`, `Exec`, `Signal`, `StayDown` or `Wait`.
//! On the wire a message is one byte (its kind), a little-endian `u32` (the length), and that many bytes.

use std::io;

use serde::{Deserialize, Serialize};

use super::{ConnectPlan, DisconnectPlan, LaunchError, LaunchPlan, ProcessPlan};
use crate::engine::container::{AttachRequest, OutputStream};

/// No message is longer: a plan with a huge environment fits, a runaway peer does not.
const MAX_LENGTH: usize = 8 << 20;
const HEADER: usize = 5;

/// From a client to the monitor.
#[derive(Debug, Clone)]
pub enum Request {
    /// The first message a monitor gets: what to start, and which streams this client wants.
    Launch(Box<LaunchPlan>, Option<AttachRequest>),
    /// Join the streams of the first process.
    Attach(AttachRequest),
    /// Start one more process; with streams when asked.
    Exec(Box<ProcessPlan>, Option<AttachRequest>),
    /// Bytes for standard input.
    Input(Vec<u8>),
    /// No more input will come.
    InputClosed,
    /// The client's window.
    Resize {
        /// Lines.
        rows: u16,
        /// Columns.
        columns: u16,
    },
    /// Send a signal to the process this client is attached to (the first one unless it came from `Exec`).
    Signal(i32),
    /// Tell when the first process exits.
    Wait,
    /// Somebody wants the container stopped: whatever its restart policy says, its next end is final. Answered by `Started`:
    /// a monitor that hands over to the next one answers nothing.
    StayDown,
    /// Join one more network; answered by `Started` or `Failed`.
    Connect(Box<ConnectPlan>),
    /// Leave a network; answered by `Started` or `Failed`.
    Disconnect(DisconnectPlan),
}

/// From the monitor to a client.
#[derive(Debug, Clone)]
pub enum Reply {
    /// The process has been executed.
    Started,
    /// It could not be.
    Failed(LaunchError),
    /// Bytes of its output.
    Output(OutputStream, Vec<u8>),
    /// It exited.
    Exited(i32),
}

/// From a starting process to its monitor; end of file means it has been executed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Report {
    /// The master of its pseudo-terminal comes with this message.
    Terminal,
    /// `exec` only: the process itself, as numbered on the host.
    Pid(i32),
    /// It could not be executed.
    Failed(LaunchError),
}

/// A kind byte and its payload.
type Frame = (u8, Vec<u8>);

impl Request {
    /// The message as bytes.
    pub fn encode(&self) -> Vec<u8> {
        frame(match self {
            Self::Launch(plan, attach) => (0, json(&(plan, attach))),
            Self::Attach(attach) => (1, json(attach)),
            Self::Exec(plan, attach) => (2, json(&(plan, attach))),
            Self::Input(bytes) => (3, bytes.clone()),
            Self::InputClosed => (4, Vec::new()),
            Self::Resize { rows, columns } => (5, json(&(rows, columns))),
            Self::Signal(number) => (6, json(number)),
            Self::Wait => (7, Vec::new()),
            Self::StayDown => (8, Vec::new()),
            Self::Connect(plan) => (9, json(plan)),
            Self::Disconnect(plan) => (10, json(plan)),
        })
    }

    fn decode((kind, payload): Frame) -> io::Result<Self> {
        Ok(match kind {
            0 => {
                let (plan, attach) = from_json(&payload)?;
                Self::Launch(plan, attach)
            }
            1 => Self::Attach(from_json(&payload)?),
            2 => {
                let (plan, attach) = from_json(&payload)?;
                Self::Exec(plan, attach)
            }
            3 => Self::Input(payload),
            4 => Self::InputClosed,
            5 => {
                let (rows, columns) = from_json(&payload)?;
                Self::Resize { rows, columns }
            }
            6 => Self::Signal(from_json(&payload)?),
            7 => Self::Wait,
            8 => Self::StayDown,
            9 => Self::Connect(from_json(&payload)?),
            10 => Self::Disconnect(from_json(&payload)?),
            other => return Err(unknown(other)),
        })
    }
}

impl Reply {
    /// The message as bytes.
    pub fn encode(&self) -> Vec<u8> {
        frame(match self {
            Self::Started => (0, Vec::new()),
            Self::Failed(error) => (1, json(error)),
            Self::Output(OutputStream::Stdout, bytes) => (2, bytes.clone()),
            Self::Output(OutputStream::Stderr, bytes) => (3, bytes.clone()),
            Self::Exited(code) => (4, json(code)),
        })
    }

    fn decode((kind, payload): Frame) -> io::Result<Self> {
        Ok(match kind {
            0 => Self::Started,
            1 => Self::Failed(from_json(&payload)?),
            2 => Self::Output(OutputStream::Stdout, payload),
            3 => Self::Output(OutputStream::Stderr, payload),
            4 => Self::Exited(from_json(&payload)?),
            other => return Err(unknown(other)),
        })
    }
}

/// Bytes received so far, cut into messages.
#[derive(Debug, Default)]
pub struct Inbox {
    bytes: Vec<u8>,
}

impl Inbox {
    /// Adds what was received.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole request.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when the peer does not speak our language.
    pub fn next_request(&mut self) -> io::Result<Option<Request>> {
        self.next_frame()?.map(Request::decode).transpose()
    }

    /// The next whole reply.
    ///
    /// # Errors
    /// As [`Inbox::next_request`].
    pub fn next_reply(&mut self) -> io::Result<Option<Reply>> {
        self.next_frame()?.map(Reply::decode).transpose()
    }

    fn next_frame(&mut self) -> io::Result<Option<Frame>> {
        let Some((kind, length)) = self
            .bytes
            .split_first()
            .and_then(|(kind, rest)| Some((*kind, u32::from_le_bytes(*rest.first_chunk()?) as usize)))
        else {
            return Ok(None);
        };
        if length > MAX_LENGTH {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("message of {length} bytes")));
        }
        if self.bytes.len() < HEADER + length {
            return Ok(None);
        }
        let payload = self.bytes[HEADER..HEADER + length].to_vec();
        self.bytes.drain(..HEADER + length);
        Ok(Some((kind, payload)))
    }
}

fn frame((kind, payload): Frame) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + payload.len());
    bytes.push(kind);
    let length = u32::try_from(payload.len()).expect("senders cut their messages below 8 MiB");
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&payload);
    bytes
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("our own messages have string keys only")
}

fn from_json<T: for<'de> Deserialize<'de>>(payload: &[u8]) -> io::Result<T> {
    serde_json::from_slice(payload).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn unknown(kind: u8) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("message of unknown kind {kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_being_cut_anywhere() {
        let sent = [
            Request::Input(b"hello".to_vec()),
            Request::Resize { rows: 40, columns: 120 },
            Request::InputClosed,
            Request::Signal(15),
        ];
        let bytes: Vec<u8> = sent.iter().flat_map(Request::encode).collect();
        for cut in 0..bytes.len() {
            let mut inbox = Inbox::default();
            let mut received = Vec::new();
            for part in [&bytes[..cut], &bytes[cut..]] {
                inbox.extend(part);
                while let Some(request) = inbox.next_request().unwrap() {
                    received.push(request);
                }
            }
            assert_eq!(format!("{received:?}"), format!("{sent:?}"), "cut at {cut}");
        }
    }

    #[test]
    fn an_endless_message_is_refused() {
        let mut inbox = Inbox::default();
        inbox.extend(&[3, 0xff, 0xff, 0xff, 0xff]);
        assert!(inbox.next_request().is_err());
    }
}
