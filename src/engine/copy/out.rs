//! A file or a directory as an archive.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::place::{kind_of, status_at};
use super::{CopyError, Place};
use crate::engine::layer::Packer;

/// Writes what stands at `source` (relative to the place), its own entry first, under the name `renamed`: `hosts` for
/// one file, `etc` and `etc/hosts` for a directory, `.` and `./hosts` when the directory's own name does not matter.
///
/// The last component of `source` is a link itself, never what it leads to, unless it ends in `/` or `/.`.
///
/// # Errors
/// [`CopyError::Io`] when it is not there, [`CopyError::Archive`] when a part of it cannot be read.
pub fn archive(place: &Place, source: &Path, renamed: &Path, output: impl Write) -> Result<(), CopyError> {
    let failed = |errno: Errno| CopyError::io("open", place.shown(source), errno);
    let file = place.open(source, OFlags::PATH | OFlags::NOFOLLOW).map_err(failed)?;
    let status = rustix::fs::fstat(&file).map_err(failed)?;
    let mut packer = Packer::plain(&place.shown(Path::new("")), output);
    if kind_of(&status).is_dir() {
        let directory =
            rustix::fs::openat(&file, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
                .map_err(failed)?;
        packer.directory_itself(&directory, renamed, &status)?;
    } else {
        let parent = place.directory(source.parent().unwrap_or(Path::new(""))).map_err(failed)?;
        let name = source.file_name().unwrap_or(OsStr::new("."));
        // What it is now, in the directory we hold open: it may have been replaced since we looked.
        let status = status_at(&parent, name).map_err(failed)?.ok_or(Errno::NOENT).map_err(failed)?;
        packer.child(&parent, name, renamed, &status)?;
    }
    Ok(packer.finish()?)
}
