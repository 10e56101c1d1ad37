//! `mount`: lists what is mounted. Mounting itself is not for a container without privileges.

use std::ffi::OsString;
use std::io::Write;

use super::failure::{AppletResult, Failure};

/// `mount`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    if !arguments.is_empty() {
        return Err(Failure::new("permission denied (are you root?)"));
    }
    let text = std::fs::read_to_string("/proc/mounts").map_err(|error| Failure::at("/proc/mounts", &error))?;
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        if let [source, target, kind, options, ..] = fields.as_slice() {
            writeln!(output, "{source} on {target} type {kind} ({options})")?;
        }
    }
    Ok(0)
}
