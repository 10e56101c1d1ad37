//! The host hand's own side: our program, re-executed under a private name, outside the namespace.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;

use super::message::{HostReport, HostRequest, receive, send};
use super::remote::survive_interrupts;
use super::run::HostShell;

/// The private name under which our program is the host hand.
pub(super) const NAME: &str = "moussaillon-host-hand";

/// Takes the call our own shell makes to this program; `None` for everybody else's.
pub fn enter(name: &OsStr, arguments: &[OsString], variables: &[(OsString, OsString)]) -> Option<ExitCode> {
    if name != NAME {
        return None;
    }
    let [program, directory] = arguments else { return Some(ExitCode::FAILURE) };
    let shell = HostShell {
        program: PathBuf::from(program),
        directory: PathBuf::from(directory),
        variables: variables.to_vec(),
    };
    Some(match serve(&shell) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn serve(shell: &HostShell) -> io::Result<()> {
    survive_interrupts()?;
    // The conversation arrives as standard input: the one descriptor a child is sure to get.
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    while let Some((request, descriptors)) = receive::<HostRequest>(&stream)? {
        let streams: [OwnedFd; 3] =
            descriptors.try_into().map_err(|_| io::Error::other("a request comes with three streams"))?;
        // A shell that cannot be started is said as shells say it: 126.
        let failed = |_| HostReport { code: 126, directory: request.directory.clone(), variables: None };
        let report = shell.run(&request, streams).unwrap_or_else(failed);
        send(&stream, &report, &[])?;
    }
    Ok(())
}
