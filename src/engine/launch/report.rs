//! How a starting process tells its monitor how it goes: small JSON messages on a socket pair, one descriptor
//! riding along for the pseudo-terminal. The end of file, when `exec` closes our end, means success.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};

use super::LaunchError;
use super::protocol::Report;

/// Longer than any report: an error names one path.
const MAX_REPORT: usize = 16 * 1024;

/// The starting process's end.
#[derive(Debug)]
pub struct Reporter(OwnedFd);

/// The monitor's end.
#[derive(Debug)]
pub struct ReportReader(OwnedFd);

/// Both ends.
///
/// # Errors
/// What `socketpair(2)` answers.
pub fn channel() -> io::Result<(Reporter, ReportReader)> {
    let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    Ok((Reporter(ours), ReportReader(theirs)))
}

impl Reporter {
    /// Sends a report; a monitor that is gone cannot be told anything, so failures are dropped.
    pub fn send(&self, report: &Report, descriptor: Option<&OwnedFd>) {
        let Ok(bytes) = serde_json::to_vec(report) else { return };
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let borrowed = descriptor.map(AsFd::as_fd);
        if let Some(descriptor) = &borrowed {
            ancillary.push(SendAncillaryMessage::ScmRights(std::slice::from_ref(descriptor)));
        }
        let _ = sendmsg(&self.0, &[IoSlice::new(&bytes)], &mut ancillary, SendFlags::NOSIGNAL);
    }

    /// Sends the error there is, if there is one.
    pub fn failed(&self, error: &LaunchError) {
        self.send(&Report::Failed(error.clone()), None);
    }
}

impl ReportReader {
    /// The next report with its descriptor; `None` when the process has been executed (or died silently).
    ///
    /// # Errors
    /// What `recvmsg(2)` answers, or [`io::ErrorKind::InvalidData`].
    pub fn next(&self) -> io::Result<Option<(Report, Option<OwnedFd>)>> {
        let mut bytes = vec![0; MAX_REPORT];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let received = loop {
            match recvmsg(&self.0, &mut [IoSliceMut::new(&mut bytes)], &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
                Err(rustix::io::Errno::INTR) => {}
                other => break other?,
            }
        };
        if received.bytes == 0 {
            return Ok(None);
        }
        let report = serde_json::from_slice(&bytes[..received.bytes])?;
        let descriptor = ancillary.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        Ok(Some((report, descriptor)))
    }
}
