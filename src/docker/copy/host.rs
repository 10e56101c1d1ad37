//! Paths of the host, with the client's own complaints about them.

use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::destination::End;
use super::path::{base, beside, ends_with_separator, followed, split};
use crate::docker::go_error;

/// Links followed before we give up, as Docker does.
const MAX_LINKS: usize = 10;

/// A source on the host.
///
/// # Errors
/// Go's sentence.
pub fn source(path: &str, follow: bool) -> Result<End, String> {
    let said = |action: &str, path: &str, error: &io::Error| match error.kind() {
        io::ErrorKind::NotADirectory => go_error(error),
        _ => said(action, path, error),
    };
    let (path, renamed) = if follow {
        let target = fs::canonicalize(path).map_err(|error| said("lstat", &last_of_links(path), &error))?;
        followed(path, &target.to_string_lossy())
    } else {
        let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
        let parent = if parent.is_empty() { "/" } else { parent };
        let resolved = fs::canonicalize(parent).map_err(|error| said("lstat", parent, &error))?;
        let resolved = format!("{}/{name}", resolved.to_string_lossy().trim_end_matches('/'));
        let renamed = (ends_with_separator(path) && base(path) != base(&resolved)).then(|| base(path));
        (resolved, renamed)
    };
    let status = fs::symlink_metadata(&path).map_err(|error| said("lstat", &path, &error))?;
    Ok(End { path, exists: true, is_directory: status.is_dir(), renamed })
}

/// Where a chain of links ends, there or not.
fn last_of_links(path: &str) -> String {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        path = beside(&path, &target);
    }
    path
}

/// A destination on the host; its parent must be there.
///
/// # Errors
/// Go's sentence.
pub fn destination(path: &str) -> Result<End, String> {
    let mut path = path.to_owned();
    for _ in 0..=MAX_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(status) if status.is_symlink() => {
                let target = fs::read_link(&path).map_err(|error| said("readlink", &path, &error))?;
                path = beside(&path, &target);
            }
            Ok(status) => return Ok(End { path, exists: true, is_directory: status.is_dir(), renamed: None }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let parent = split(&path).0;
                let status = fs::metadata(&parent).map_err(|error| said("stat", &parent, &error))?;
                if !status.is_dir() {
                    return Err("not a directory".to_owned());
                }
                return Ok(End { path, exists: false, is_directory: false, renamed: None });
            }
            Err(error) => return Err(said("lstat", &path, &error)),
        }
    }
    Err(format!("readlink {path}: too many links"))
}

/// What the client checks before it asks for anything.
///
/// # Errors
/// Docker's sentence.
pub fn check_output(path: &str) -> Result<(), String> {
    let parent = Path::new(path.trim_end_matches('/')).parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent
        && matches!(fs::metadata(parent), Err(error) if error.kind() == io::ErrorKind::NotFound)
    {
        return Err(format!("invalid output path: directory \"{}\" does not exist", parent.display()));
    }
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(said("stat", path, &error)),
        Ok(status) if status.file_type().is_char_device() || status.file_type().is_block_device() => {
            Err(format!("invalid output path: \"{path}\" must be a directory or a regular file: got a device"))
        }
        Ok(_) => Ok(()),
    }
}

/// An operating-system error in Go's words.
fn said(action: &str, path: &str, error: &io::Error) -> String {
    format!("{action} {path}: {}", go_error(error))
}
