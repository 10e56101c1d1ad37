//! From `--device` and `--privileged` to the devices a container is given. Source: moby `oci/devices_linux.go`,
//! containerd `oci.HostDevices`.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use super::config::{DeviceMapping, HostConfig};
use crate::engine::EngineError;
use crate::engine::launch::DeviceNode;

const PERMISSIONS: u32 = 0o7777;
/// What is a container's own even when it has every device of the host.
const OWN: &[&str] = &["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"];
/// No real `/dev` is deeper or larger.
const DEEPEST: usize = 8;
const MOST: usize = 4096;

/// The devices of a container.
///
/// # Errors
/// [`EngineError::InvalidRequest`] in Docker's words.
pub(super) fn of(host: &HostConfig) -> Result<Vec<DeviceNode>, EngineError> {
    let mut nodes = Vec::new();
    if host.security.privileged {
        collect(Path::new("/dev"), "/dev", true, DEEPEST, &mut nodes);
    }
    for mapping in &host.devices.devices {
        let already = host.security.privileged && mapping.path_on_host == mapping.path_in_container;
        if !already {
            nodes.extend(mapped(mapping)?);
        }
    }
    Ok(nodes)
}

fn mapped(mapping: &DeviceMapping) -> Result<Vec<DeviceNode>, EngineError> {
    let refused = |reason: &str| {
        EngineError::InvalidRequest(format!(
            "error gathering device information while adding custom device \"{}\": {reason}",
            mapping.path_on_host
        ))
    };
    let source = fs::canonicalize(&mapping.path_on_host).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => refused("no such file or directory"),
        io::ErrorKind::PermissionDenied => refused("permission denied"),
        _ => refused(&error.to_string()),
    })?;
    if let Some(node) = node(&source, &mapping.path_in_container, false) {
        return Ok(vec![node]);
    }
    let mut nodes = Vec::new();
    collect(&source, &mapping.path_in_container, false, DEEPEST, &mut nodes);
    if nodes.is_empty() { Err(refused("not a device node")) } else { Ok(nodes) }
}

/// Every device below a directory; links and what cannot be read are passed over.
fn collect(directory: &Path, target: &str, all: bool, depth: usize, nodes: &mut Vec<DeviceNode>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if nodes.len() >= MOST || (all && depth == DEEPEST && OWN.contains(&name)) {
            continue;
        }
        let (path, target) = (entry.path(), format!("{target}/{name}"));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => collect(&path, &target, all, depth - 1, nodes),
            Ok(kind) if kind.is_symlink() => {}
            _ => nodes.extend(node(&path, &target, all)),
        }
    }
}

/// A device by its path; `None` for anything else.
fn node(path: &Path, target: &str, optional: bool) -> Option<DeviceNode> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let kind = metadata.file_type();
    let numbers = (rustix::fs::major(metadata.rdev()), rustix::fs::minor(metadata.rdev()));
    (kind.is_char_device() || kind.is_block_device()).then(|| DeviceNode {
        source: path.to_path_buf(),
        target: target.to_owned(),
        block: kind.is_block_device(),
        numbers,
        mode: metadata.mode() & PERMISSIONS,
        owner: (metadata.uid(), metadata.gid()),
        optional,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str) -> Result<Vec<DeviceNode>, String> {
        let mapping = DeviceMapping {
            path_on_host: path.to_owned(),
            path_in_container: "/dev/x".to_owned(),
            cgroup_permissions: "rwm".to_owned(),
        };
        mapped(&mapping).map_err(|error| error.to_string())
    }

    #[test]
    fn a_device_a_directory_and_what_is_neither() {
        let found = said("/dev/null").unwrap();
        assert_eq!((found[0].numbers, found[0].block, found[0].target.as_str()), ((1, 3), false, "/dev/x"));
        let reason = |path| said(path).unwrap_err().rsplit_once(": ").unwrap().1.to_owned();
        assert_eq!(reason("/dev/nonexistent"), "no such file or directory");
        assert_eq!(reason("/etc/hostname"), "not a device node");
        assert_eq!(reason("/etc"), "not a device node");
        assert!(said("/dev").unwrap().iter().any(|node| node.target == "/dev/x/null"));
    }
}
