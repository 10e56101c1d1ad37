//! Whether the host shares what a bind is taken from. Source: moby `daemon/oci_linux.go`, `ensureShared`.

use std::path::Path;

use crate::engine::rootfs::Propagation;

/// A line of `/proc/self/mountinfo`, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
struct HostMount {
    point: String,
    shared: bool,
    slave: bool,
}

/// Refuses a propagation that the mount a path is on cannot give.
///
/// # Errors
/// The daemon's sentence.
pub(super) fn check(source: &Path, propagation: Propagation, mountinfo: &str) -> Result<(), String> {
    if propagation == Propagation::Private {
        return Ok(());
    }
    let source = source.canonicalize().unwrap_or_else(|_| source.to_path_buf());
    let mounts = mountinfo.lines().filter_map(read);
    // Of two mounts on one path the later covers the earlier.
    let Some(mount) = mounts.filter(|mount| source.starts_with(&mount.point)).max_by_key(|mount| mount.point.len())
    else {
        return Ok(());
    };
    let wanted = match propagation {
        Propagation::Shared if !mount.shared => "shared",
        Propagation::Slave if !mount.shared && !mount.slave => "shared or slave",
        _ => return Ok(()),
    };
    Err(format!("path {} is mounted on {} but it is not a {wanted} mount", source.display(), mount.point))
}

fn read(line: &str) -> Option<HostMount> {
    let (before, _) = line.split_once(" - ")?;
    let mut fields = before.split(' ');
    let point = unescape(fields.nth(4)?);
    let optional: Vec<&str> = fields.skip(1).collect();
    let has = |tag: &str| optional.iter().any(|field| field.starts_with(tag));
    Some(HostMount { point, shared: has("shared:"), slave: has("master:") })
}

/// The kernel writes spaces, tabs, line ends and backslashes of a path in octal.
fn unescape(field: &str) -> String {
    field.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str = "\
25 1 0:22 / / rw,relatime shared:1 - ext4 /dev/vda rw
26 25 0:23 / /proc rw - proc proc rw
27 25 0:24 / /a\\040b rw master:3 - tmpfs tmpfs rw
28 25 0:25 / /private rw - tmpfs tmpfs rw
";

    #[test]
    fn the_hosts_own_propagation_decides() {
        let check = |path: &str, propagation| check(Path::new(path), propagation, INFO);
        check("/private/x", Propagation::Private).unwrap();
        check("/srv", Propagation::Shared).unwrap();
        check("/a b/c", Propagation::Slave).unwrap();
        let words = check("/a b/c", Propagation::Shared).unwrap_err();
        assert_eq!(words, "path /a b/c is mounted on /a b but it is not a shared mount");
        let words = check("/private/x", Propagation::Slave).unwrap_err();
        assert_eq!(words, "path /private/x is mounted on /private but it is not a shared or slave mount");
    }
}
