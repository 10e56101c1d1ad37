//! What is said between the shell and its host hand: length-prefixed JSON, the three streams beside the request.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// More than any environment or line.
const MESSAGE_BYTES_MAX: usize = 16 << 20;

/// A line to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRequest {
    /// As typed.
    pub line: String,
    /// Where.
    pub directory: PathBuf,
    /// What `$?` is at its start.
    pub last_code: i32,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostReport {
    /// Its exit code; 128 + the signal's number when killed.
    pub code: i32,
    /// Where it left the shell.
    pub directory: PathBuf,
    /// The variables it left exported; `None` when it was killed before it could say.
    pub variables: Option<Vec<(String, String)>>,
}

pub(super) fn send(stream: &UnixStream, message: &impl Serialize, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).map_err(io::Error::other)?.to_be_bytes();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(io::Error::other("too many descriptors"));
    }
    let sent = sendmsg(stream, &[IoSlice::new(&length)], &mut ancillary, SendFlags::NOSIGNAL)?;
    let mut stream = stream;
    stream.write_all(&length[sent..])?;
    stream.write_all(&body)
}

/// The next message and the descriptors that came with it; `None` at the end of the conversation.
pub(super) fn receive<M: DeserializeOwned>(stream: &UnixStream) -> io::Result<Option<(M, Vec<OwnedFd>)>> {
    let mut length = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = loop {
        match recvmsg(stream, &mut [IoSliceMut::new(&mut length)], &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
            Err(rustix::io::Errno::INTR) => {}
            other => break other?.bytes,
        }
    };
    if received == 0 {
        return Ok(None);
    }
    let descriptors = ancillary
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
            _ => None,
        })
        .flatten()
        .collect();
    let mut stream = stream;
    stream.read_exact(&mut length[received..])?;
    let size = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    if size > MESSAGE_BYTES_MAX {
        return Err(io::Error::other("message too long"));
    }
    let mut body = vec![0; size];
    stream.read_exact(&mut body)?;
    Ok(Some((serde_json::from_slice(&body)?, descriptors)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    #[test]
    fn a_request_arrives_with_its_streams() {
        let (here, there) = UnixStream::pair().unwrap();
        let request = HostRequest { line: "ls | wc".into(), directory: "/".into(), last_code: 3 };
        let null = std::fs::File::open("/dev/null").unwrap();
        send(&here, &request, &[null.as_fd(), null.as_fd(), null.as_fd()]).unwrap();
        let (read, descriptors) = receive::<HostRequest>(&there).unwrap().unwrap();
        assert_eq!((read, descriptors.len()), (request, 3));
        drop(here);
        assert!(receive::<HostRequest>(&there).unwrap().is_none());
    }
}
