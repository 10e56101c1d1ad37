//! The guest programs of the embedded images: `sh` and the applets, entered by `argv[0]`
//! before anything else starts.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

/// Runs the guest program called `name` when there is one and we stand in a guest image; `None` sends the caller on.
pub fn enter(_name: &OsStr, _arguments: &[OsString]) -> Option<ExitCode> {
    None
}
