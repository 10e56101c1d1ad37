//! How the monitor gives its porter a duty and the descriptors it needs: messages on a socket pair, the descriptors first.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many descriptors ride along with one message.
const AT_ONCE: usize = 64;
/// Longer than any duty: two thousand ports take half of it.
const MAX_DUTY: usize = 160 * 1024;
/// A message that only brings descriptors.
const DESCRIPTORS: &[u8] = b"+";

/// Sends a duty.
///
/// # Errors
/// What `sendmsg(2)` answers.
pub fn send(link: &OwnedFd, duty: &impl Serialize, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    for some in descriptors.chunks(AT_ONCE) {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(AT_ONCE))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        ancillary.push(SendAncillaryMessage::ScmRights(some));
        sendmsg(link, &[IoSlice::new(DESCRIPTORS)], &mut ancillary, SendFlags::NOSIGNAL)?;
    }
    let json = serde_json::to_vec(duty)?;
    let mut nothing = SendAncillaryBuffer::default();
    sendmsg(link, &[IoSlice::new(&json)], &mut nothing, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Receives a duty.
///
/// # Errors
/// What `recvmsg(2)` answers; [`io::ErrorKind::UnexpectedEof`] when the monitor is gone.
pub fn receive<T: DeserializeOwned>(link: &impl AsFd) -> io::Result<(T, Vec<OwnedFd>)> {
    let mut bytes = vec![0; MAX_DUTY];
    let mut received = Vec::new();
    loop {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(AT_ONCE))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let count = match recvmsg(link, &mut [IoSliceMut::new(&mut bytes)], &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
            Err(rustix::io::Errno::INTR) => continue,
            other => other?.bytes,
        };
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                received.extend(descriptors);
            }
        }
        match &bytes[..count] {
            [] => return Err(io::ErrorKind::UnexpectedEof.into()),
            DESCRIPTORS => {}
            json => return Ok((serde_json::from_slice(json)?, received)),
        }
    }
}
