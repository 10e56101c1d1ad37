//! Subshells: this program executed again, with the state and the tree it must run.
//!
//! ```text
//! parent                                   child (argv[0] = sh, MOUSSAILLON_SUBSHELL set)
//!   socketpair ── child's end is its stdin
//!   one byte + all descriptors (SCM_RIGHTS) ─▶ becomes its table
//!   Order as JSON, then end of stream ───────▶ becomes its state; runs the command; exits
//! ```

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command as Process, Stdio};

use nix::unistd::Pid;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize};

use super::Shell;
use super::descriptors::Descriptors;
use super::launch::{Group, join, own_program};
use super::state::State;
use super::syntax::Command;

/// Says to the executed program that it is a subshell. Never passed on: the state carries the environment.
pub(super) const MARK: &str = "MOUSSAILLON_SUBSHELL";

/// As many descriptors as one message can carry.
const DESCRIPTOR_LIMIT: usize = 253;

/// What a subshell is told.
#[derive(Serialize, Deserialize)]
struct Order {
    state: State,
    command: Command,
    /// The numbers of the descriptors sent along, in their order.
    numbers: Vec<u32>,
}

impl Shell {
    /// Starts a subshell that runs `command` with `descriptors`.
    pub(super) fn start_subshell(
        &mut self,
        command: &Command,
        descriptors: &Descriptors,
        group: Group,
    ) -> io::Result<Pid> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut process = Process::new(own_program());
        process.arg0("sh").env_clear().env(MARK, "1");
        // Its output is the socket too until it has its table: /dev/null may not exist in a guest.
        process.stdout(Stdio::from(OwnedFd::from(theirs.try_clone()?))).stdin(Stdio::from(OwnedFd::from(theirs)));
        join(&mut process, group);
        let child = self.signals.unblocked(|| process.spawn())?;
        drop(process);
        let pid = self.adopt(child.id());
        let mut state = self.state.clone();
        state.options.switch('i', false);
        state.options.switch('m', false);
        state.traps.retain(|_, action| action.is_empty());
        let files: Vec<(u32, BorrowedFd<'_>)> = descriptors.iter().take(DESCRIPTOR_LIMIT).collect();
        let order =
            Order { state, command: command.clone(), numbers: files.iter().map(|(number, _)| *number).collect() };
        send(&ours, &files.iter().map(|(_, file)| *file).collect::<Vec<_>>(), &order)?;
        Ok(pid)
    }
}

/// Reads the order that this program was executed for.
pub(super) fn receive() -> io::Result<(Shell, Command)> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTOR_LIMIT))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    recvmsg(&stream, &mut [IoSliceMut::new(&mut byte)], &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let mut files = Vec::new();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            files.extend(rights);
        }
    }
    let mut text = String::new();
    (&stream).read_to_string(&mut text)?;
    let order: Order = serde_json::from_str(&text)?;
    let descriptors = Descriptors::of(order.numbers.into_iter().zip(files));
    // The socket must not stay our standard input: nothing of the parent's may hang on it.
    if let Ok(file) = descriptors.get(0) {
        rustix::stdio::dup2_stdin(file)?;
    }
    if let Ok(file) = descriptors.get(2) {
        rustix::stdio::dup2_stderr(file)?;
    }
    Ok((Shell::from_state(order.state, descriptors), order.command))
}

fn send(mut stream: &UnixStream, files: &[BorrowedFd<'_>], order: &Order) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTOR_LIMIT))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(files));
    }
    sendmsg(stream, &[IoSlice::new(&[0])], &mut ancillary, SendFlags::NOSIGNAL)?;
    stream.write_all(&serde_json::to_vec(order)?)?;
    stream.shutdown(std::net::Shutdown::Write)
}
