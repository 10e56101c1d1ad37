//! Whether an overlay can be mounted where the store is: by mounting one, in a process of its own.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};

use super::{LaunchError, Tier, mounts};

/// The name this program is executed under to try.
pub const NAME: &str = "moussaillon-overlay-probe";

/// Tries in an empty directory of the store; what the kernel said when it cannot be.
///
/// # Errors
/// [`LaunchError::Step`].
pub fn probe_overlay(program: &Path, directory: &Path, tier: Tier) -> Result<(), LaunchError> {
    let failed = |error: io::Error| LaunchError::step("try an overlay mount", error);
    for name in ["lower", "upper", "work", "merged"] {
        fs::create_dir(directory.join(name)).map_err(failed)?;
    }
    fs::write(directory.join("lower/file"), "lower").map_err(failed)?;
    let options = mounts::overlay_options("lower", Path::new("upper"), Path::new("work"), tier);
    let output = Command::new(program)
        .arg0(NAME)
        .arg(options)
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    Err(LaunchError::step("try an overlay mount", String::from_utf8_lossy(&output.stderr)))
}

/// What this program does when executed under [`NAME`]: mounts in its directory, changes a file of the lower layer.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let tried = arguments.first().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput)).and_then(|options| {
        unshare(CloneFlags::CLONE_NEWNS)?;
        let nowhere = None::<&str>;
        mount(nowhere, "/", nowhere, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nowhere)?;
        mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_os_str()))?;
        fs::write("merged/file", "upper")?;
        fs::remove_file("merged/file")
    });
    match tried {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The one who asked reads it.
            let _ = io::Write::write_all(&mut io::stderr(), error.to_string().as_bytes());
            ExitCode::FAILURE
        }
    }
}
