//! Whether a mount can be, before anything is made for it. Source: moby `volume/mounts/linux_parser.go`.

use std::path::Path;

use super::{mode, tmpfs};
use crate::engine::container::MountSpec;
use crate::engine::system_words;

/// Where a mount was asked for: a missing source of `-v` is made, one of `--mount` is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedBy {
    Volume,
    Mount,
}

/// Checks one mount.
///
/// # Errors
/// The daemon's sentence.
pub(super) fn check(spec: &MountSpec, asked_by: AskedBy) -> Result<(), String> {
    reason(spec, asked_by).map_err(|reason| format!("invalid mount config for type \"{}\": {reason}", spec.kind))
}

fn reason(spec: &MountSpec, asked_by: AskedBy) -> Result<(), String> {
    if spec.target.is_empty() {
        return Err("field Target must not be empty".to_owned());
    }
    target(&spec.target)?;
    match spec.kind.as_str() {
        "bind" => bind(spec, asked_by),
        "volume" => volume(spec),
        "tmpfs" => memory(spec),
        _ => Err("mount type unknown".to_owned()),
    }
}

/// Checks where a mount is to be.
///
/// # Errors
/// The daemon's sentence.
pub(super) fn target(path: &str) -> Result<(), String> {
    if super::tidy(path) == "/" && path.starts_with('/') {
        return Err("invalid specification: destination can't be '/'".to_owned());
    }
    absolute(path)
}

fn absolute(path: &str) -> Result<(), String> {
    if path.starts_with('/') {
        Ok(())
    } else {
        Err(format!("invalid mount path: '{path}' mount path must be absolute"))
    }
}

fn extra(field: &str) -> String {
    format!("field {field} must not be specified")
}

fn bind(spec: &MountSpec, asked_by: AskedBy) -> Result<(), String> {
    if spec.source.is_empty() {
        return Err("field Source must not be empty".to_owned());
    }
    let options = spec.bind_options.as_ref();
    if let Some(options) = options.filter(|options| !options.propagation.is_empty())
        && !mode::is_propagation(&options.propagation)
    {
        return Err(format!("invalid propagation mode: {}", options.propagation));
    }
    if spec.volume_options.is_some() {
        return Err(extra("VolumeOptions"));
    }
    absolute(&spec.source)?;
    if asked_by == AskedBy::Volume {
        return Ok(());
    }
    match Path::new(&spec.source).metadata() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(format!("bind source path does not exist: {}", spec.source))
        }
        Err(error) => Err(format!("stat {}: {}", spec.source, system_words(&error))),
    }
}

fn volume(spec: &MountSpec) -> Result<(), String> {
    if spec.bind_options.is_some() {
        return Err(extra("BindOptions"));
    }
    let anonymous = spec.source.is_empty();
    if let Some(options) = spec.volume_options.as_ref().filter(|options| !options.subpath.is_empty()) {
        if anonymous {
            return Err("must not set Subpath when using anonymous volumes".to_owned());
        }
        let climbs = Path::new(&options.subpath)
            .components()
            .any(|part| !matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir));
        if climbs {
            return Err("subpath must be a relative path within the volume".to_owned());
        }
    }
    if anonymous && spec.read_only {
        return Err("must not set ReadOnly mode when using anonymous volumes".to_owned());
    }
    Ok(())
}

fn memory(spec: &MountSpec) -> Result<(), String> {
    if spec.bind_options.is_some() {
        return Err(extra("BindOptions"));
    }
    if !spec.source.is_empty() {
        return Err(extra("Source"));
    }
    tmpfs::of_options(spec.tmpfs_options.as_ref()).map(drop)
}
