//! The embedded `alpine`: our own program as every command, laid out as Alpine lays its files out.

use std::path::Path;

use super::archive::ArchivePlan;
use super::image::{CREATED_SECONDS, EmbeddedImage, labels};
use super::nginx;
use crate::engine::EngineError;
use crate::engine::oci::RuntimeConfig;

/// The tags it has.
pub(super) const TAGS: &[&str] = &["latest", "3"];

const DESCRIPTION: &str = include_str!("alpine/description.txt");
/// Where our program stands in the image, by a name under which it is nothing but those commands; each is a link to it.
pub(super) const PROGRAM: &str = "/bin/moussaillon-applet";

/// Directories and their permissions, as in Alpine's own root file system.
const DIRECTORIES: &[(&str, u32)] = &[
    ("/bin", 0o755),
    ("/dev", 0o755),
    ("/etc", 0o755),
    ("/etc/profile.d", 0o755),
    ("/home", 0o755),
    ("/lib", 0o755),
    ("/media", 0o755),
    ("/mnt", 0o755),
    ("/opt", 0o755),
    ("/proc", 0o555),
    ("/root", 0o700),
    ("/run", 0o755),
    ("/sbin", 0o755),
    ("/srv", 0o755),
    ("/sys", 0o555),
    ("/tmp", 0o1777),
    ("/usr", 0o755),
    ("/usr/bin", 0o755),
    ("/usr/lib", 0o755),
    ("/usr/local", 0o755),
    ("/usr/local/bin", 0o755),
    ("/usr/local/lib", 0o755),
    ("/usr/local/share", 0o755),
    ("/usr/sbin", 0o755),
    ("/usr/share", 0o755),
    ("/var", 0o755),
    ("/var/cache", 0o755),
    ("/var/empty", 0o555),
    ("/var/lib", 0o755),
    ("/var/local", 0o755),
    ("/var/log", 0o755),
    ("/var/mail", 0o755),
    ("/var/opt", 0o755),
    ("/var/spool", 0o755),
    ("/var/tmp", 0o1777),
];

const FILES: &[(&str, &str)] = &[
    ("/etc/group", include_str!("alpine/etc/group")),
    ("/etc/hostname", "localhost\n"),
    ("/etc/hosts", include_str!("alpine/etc/hosts")),
    ("/etc/os-release", include_str!("alpine/etc/os-release")),
    ("/etc/passwd", include_str!("alpine/etc/passwd")),
    ("/etc/profile", include_str!("alpine/etc/profile")),
    ("/etc/shells", "/bin/sh\n"),
];

const LINKS: &[(&str, &str)] = &[("/var/lock", "/run/lock"), ("/var/run", "/run")];

/// Describes it: `program` under many names.
pub(super) fn image(program: &Path, applets: &[(&str, &str)]) -> Result<EmbeddedImage, EngineError> {
    let mut layer = ArchivePlan::new(CREATED_SECONDS);
    for (path, mode) in DIRECTORIES {
        layer.directory(path, *mode);
    }
    for (path, content) in FILES {
        layer.file(path, 0o644, content.as_bytes());
    }
    for (path, target) in LINKS {
        layer.link(path, target);
    }
    layer.copy(PROGRAM, 0o755, program)?;
    for (_, path) in applets.iter().filter(|(name, _)| *name != nginx::APPLET) {
        layer.link(path, PROGRAM);
    }
    Ok(EmbeddedImage {
        config: RuntimeConfig {
            env: vec!["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()],
            cmd: Some(vec!["/bin/sh".to_owned()]),
            working_dir: "/".to_owned(),
            labels: labels("alpine", DESCRIPTION),
            ..RuntimeConfig::default()
        },
        layers: vec![(layer, "ADD moussaillon-rootfs.tar / # moussaillon".to_owned())],
        settings: vec!["CMD [\"/bin/sh\"]".to_owned()],
    })
}
