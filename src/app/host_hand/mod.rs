//! The host hand: lines that are not a plain docker command, run by the system's shell as the real user.
//!
//! As root we run them ourselves. As an ordinary user our process lives in a user namespace, where files would
//! seem to belong to root and `sudo` or `ping` would fail; so a small process of ours, started *before* the
//! namespace is entered, runs them outside:
//!
//! ```text
//! moussaillon (in its namespace)                    host hand (outside, same terminal)
//!   │ request: line, directory, $?  + fds 0 1 2  ──▶  │
//!   │                                                 │── bash -c … ──▶ the line
//!   │                                                 │◀── exit code, $PWD, variables
//!   │ ◀── report: code, directory, environment        │
//! ```
//!
//! The shell is bash when there is one, else sh: the lessons' lines are written for them (`<<<` is bash's).

mod directory;
mod message;
mod remote;
mod run;
mod serve;

pub use directory::ShellDirectory;
pub use message::{HostReport, HostRequest};
pub use remote::{HostHand, survive_interrupts};
pub use run::HostShell;
pub use serve::enter;
