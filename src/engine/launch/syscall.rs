//! The system calls no crate wraps safely: the only `unsafe` of the project.
//!
//! Each function carries its own argument. Nothing else belongs here.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::sched::CloneFlags;
use nix::unistd::Pid;
use seccompiler::sock_filter;

/// `clone3` only, hence beyond the 32 bits of the flags libc names.
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Which side of a [`fork_into`] we are on.
#[derive(Debug)]
pub enum Fork {
    /// The caller: the child's number and a descriptor that stands for it.
    Parent {
        /// As the caller sees it.
        pid: Pid,
        /// A pidfd, close-on-exec.
        pidfd: OwnedFd,
    },
    /// The child, in its new namespaces.
    Child,
}

/// Forks into new namespaces: `clone3(2)` without shared memory and without a new stack, like `fork(2)`.
///
/// With `CLONE_PARENT` the child becomes our sibling. With `group`, the directory of a control group of version 2, the
/// child is born in it.
///
/// # Errors
/// What `clone3` answers. [`io::ErrorKind::Unsupported`] when this process has several threads.
pub fn fork_into(namespaces: CloneFlags, group: Option<BorrowedFd<'_>>) -> io::Result<Fork> {
    // After a fork of a threaded process the child may only do async-signal-safe things: other threads may
    // have held the allocator's lock. So a threaded caller is refused, and the child is an ordinary process.
    if std::fs::read_dir("/proc/self/task")?.count() != 1 {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "fork of a process with several threads"));
    }
    let mut pidfd: libc::c_int = -1;
    #[allow(clippy::cast_sign_loss)] // flag bits and a signal number
    let flags = namespaces.bits() as u64 | libc::CLONE_PIDFD as u64;
    // CLONE_PARENT takes the exit signal from the caller's own; asking for one is EINVAL.
    let exit_signal = if namespaces.contains(CloneFlags::CLONE_PARENT) { 0 } else { libc::SIGCHLD };
    // SAFETY: `clone_args` is plain data for which all zeroes is valid ("nothing asked").
    let mut arguments: libc::clone_args = unsafe { std::mem::zeroed() };
    arguments.flags = flags;
    arguments.pidfd = std::ptr::from_mut(&mut pidfd) as u64;
    if let Some(group) = group {
        arguments.flags |= CLONE_INTO_CGROUP;
        #[allow(clippy::cast_sign_loss)] // an open descriptor is not negative
        {
            arguments.cgroup = group.as_raw_fd() as u64;
        }
    }
    #[allow(clippy::cast_sign_loss)]
    {
        arguments.exit_signal = exit_signal as u64;
    }
    // SAFETY: no CLONE_VM and no stack, so the child gets a copy of our memory and returns here, as after
    // fork(2). We have one thread (checked above), so every lock is in a known state in the child. The kernel
    // reads `arguments` and writes one descriptor number to `pidfd`; both outlive the call.
    let answer =
        unsafe { libc::syscall(libc::SYS_clone3, std::ptr::from_mut(&mut arguments), size_of::<libc::clone_args>()) };
    match answer {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(Fork::Child),
        pid => Ok(Fork::Parent {
            pid: Pid::from_raw(i32::try_from(pid).map_err(io::Error::other)?),
            // SAFETY: the kernel has just opened this descriptor for us, and nobody else knows it.
            pidfd: unsafe { OwnedFd::from_raw_fd(pidfd) },
        }),
    }
}

/// Loads a seccomp filter without touching `no_new_privs` (so that set-user-id programs work in a container,
/// as under Docker). Needs `CAP_SYS_ADMIN` in our user namespace.
///
/// # Errors
/// What `seccomp(2)` answers; [`io::ErrorKind::InvalidInput`] for a program longer than a filter may be.
pub fn load_seccomp(program: &[sock_filter]) -> io::Result<()> {
    let length = u16::try_from(program.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    // `seccompiler::sock_filter` and `libc::sock_filter` are the same kernel structure, `repr(C)` both.
    let filter = libc::sock_fprog { len: length, filter: program.as_ptr().cast::<libc::sock_filter>().cast_mut() };
    // SAFETY: the kernel copies `length` instructions from `filter.filter`, which points at that many, and
    // verifies them; it keeps no pointer.
    let answer =
        unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, std::ptr::from_ref(&filter)) };
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Marks every descriptor from 3 on to be closed by the next `exec`: a container inherits 0, 1 and 2 only.
///
/// # Errors
/// What `close_range(2)` answers (Linux ≥ 5.11 for this flag).
pub fn close_on_exec_from_three() -> io::Result<()> {
    const FIRST: libc::c_uint = 3;
    // SAFETY: only flags are changed: no descriptor is closed, so none that Rust owns becomes stale.
    let answer = unsafe { libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) };
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Changes what a mount allows and how it propagates, with all that is mounted below it when `recursive`.
///
/// # Errors
/// What `mount_setattr(2)` answers: `ENOSYS` before Linux 5.12.
pub fn set_mount_attributes(tree: BorrowedFd<'_>, add: u64, propagation: u64, recursive: bool) -> io::Result<()> {
    let attributes = libc::mount_attr { attr_set: add, attr_clr: 0, propagation, userns_fd: 0 };
    let flags = libc::AT_EMPTY_PATH | if recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: the path is empty and ends with a zero, the kernel reads `attributes` (whose size it is told) and keeps
    // no pointer; the descriptor is open for as long as it is lent.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            flags,
            std::ptr::from_ref(&attributes),
            size_of::<libc::mount_attr>(),
        )
    };
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Gives every signal its default meaning again and blocks none, as a program expects to start.
///
/// Rust's runtime ignores SIGPIPE, and what is ignored stays ignored across `exec`.
pub fn restore_default_signals() {
    const LAST_SIGNAL: libc::c_int = 64;
    for number in 1..=LAST_SIGNAL {
        // SAFETY: SIG_DFL names no code of ours. Numbers that cannot be changed (SIGKILL, SIGSTOP, libc's own
        // real-time signals) are refused with EINVAL, which is what we want for them.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
    let _ = nix::sys::signal::SigSet::empty().thread_set_mask();
}
