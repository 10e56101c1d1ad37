//! `/proc`, `/sys` and `/dev` of a container, laid out as Docker lays them out: what is there, what is masked,
//! what is read-only. Source: moby `oci/defaults.go`.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, makedev};
use rustix::mount::{MountAttrFlags, OpenTreeFlags, open_tree};

use super::mounts::{Root, Target, clone_mount, new_filesystem};
use super::{LaunchError, LaunchPlan, Namespace, NetworkPlan, Tier};

const MASKED: &[&str] = &[
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
];
const READ_ONLY: &[&str] = &["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
/// Name, major, minor.
const DEVICES: &[(&str, u32, u32)] =
    &[("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0)];
const LINKS: &[(&str, &str)] = &[
    ("/proc/self/fd", "fd"),
    ("/proc/self/fd/0", "stdin"),
    ("/proc/self/fd/1", "stdout"),
    ("/proc/self/fd/2", "stderr"),
    ("/proc/kcore", "core"),
    ("pts/ptmx", "ptmx"),
];
/// The group that owns terminals in every distribution.
const TTY_GROUP: &str = "5";

/// Mounts `/proc`, `/dev` and `/sys`.
///
/// # Errors
/// [`LaunchError::Step`] with the path.
pub fn mount_kernel_filesystems(root: &Root, plan: &LaunchPlan) -> Result<(), LaunchError> {
    let tier = plan.tier;
    let guarded =
        MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    mount_proc(root, plan, guarded)?;
    let dev = [("mode", "755"), ("size", "65536k")];
    root.mount_new("tmpfs", &dev, MountAttrFlags::MOUNT_ATTR_NOSUID, "/dev")?;
    make_devices(root, tier)?;
    let mut pts = vec![("ptmxmode", "0666"), ("mode", "0620")];
    if tier != Tier::SingleId {
        pts.push(("gid", TTY_GROUP));
    }
    let terminals = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    root.mount_new("devpts", &pts, terminals, "/dev/pts")?;
    mount_messages(root, plan, guarded)?;
    plan.isolation.mount_shared_memory(root)?;
    let writable = if plan.rootfs.privileged { MountAttrFlags::empty() } else { MountAttrFlags::MOUNT_ATTR_RDONLY };
    mount_sys(root, &plan.network, guarded | writable)
}

/// A user namespace may mount `/proc` for processes of its own only; otherwise the host's is lent.
fn mount_proc(root: &Root, plan: &LaunchPlan, attributes: MountAttrFlags) -> Result<(), LaunchError> {
    match root.mount_new("proc", &[], attributes, "/proc") {
        Err(_) if plan.isolation.pid == Namespace::Host => lend(root, "/proc", true),
        other => other,
    }
}

/// Likewise for message queues.
fn mount_messages(root: &Root, plan: &LaunchPlan, attributes: MountAttrFlags) -> Result<(), LaunchError> {
    match root.mount_new("mqueue", &[], attributes, "/dev/mqueue") {
        Err(_) if plan.isolation.ipc == Namespace::Host => {
            if Path::new("/dev/mqueue").exists() {
                lend(root, "/dev/mqueue", true)
            } else {
                Ok(())
            }
        }
        other => other,
    }
}

/// A directory of the host at the same place in the container.
fn lend(root: &Root, path: &str, writable: bool) -> Result<(), LaunchError> {
    root.bind(&crate::engine::rootfs::Mount {
        source: path.into(),
        target: path.to_owned(),
        writable,
        kind: crate::engine::rootfs::MountKind::Directory,
    })
}

/// Hides and freezes what Docker hides and freezes.
///
/// # Errors
/// [`LaunchError::Step`] with the path.
pub fn mask(root: &Root) -> Result<(), LaunchError> {
    let null = root.open("/dev/null", Target::Existing)?;
    let attributes = MountAttrFlags::MOUNT_ATTR_RDONLY | MountAttrFlags::MOUNT_ATTR_NODEV;
    let empty = new_filesystem("tmpfs", &[("size", "0k")], attributes)
        .map_err(|error| LaunchError::step("mount an empty tmpfs", error))?;
    for path in MASKED {
        // Not every kernel has every one of them.
        let Ok(place) = root.open_with(path, OFlags::PATH) else { continue };
        if is_directory(&place)? {
            let view = clone_mount(&empty).map_err(|error| LaunchError::step(format!("mask {path}"), error))?;
            root.attach(&view, path, Target::Existing)?;
        } else {
            root.bind_inside(&null, path)?;
        }
    }
    for path in READ_ONLY {
        if root.open_with(path, OFlags::PATH).is_ok() {
            root.freeze(path)?;
        }
    }
    Ok(())
}

fn make_devices(root: &Root, tier: Tier) -> Result<(), LaunchError> {
    let dev = root.open("/dev", Target::Existing)?;
    for (name, major, minor) in DEVICES {
        let failed = |error: rustix::io::Errno| LaunchError::step(format!("make /dev/{name}"), error);
        if tier == Tier::Root {
            let everybody = Mode::from_raw_mode(0o666);
            rustix::fs::mknodat(&dev, *name, FileType::CharacterDevice, everybody, makedev(*major, *minor))
                .map_err(failed)?;
            // The umask must not have its say.
            rustix::fs::chmodat(&dev, *name, everybody, rustix::fs::AtFlags::empty()).map_err(failed)?;
        } else {
            // A user namespace cannot make devices: the host's are lent.
            let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
            let lent = open_tree(CWD, format!("/dev/{name}"), flags).map_err(failed)?;
            root.attach(&lent, &format!("/dev/{name}"), Target::File)?;
        }
    }
    // Not every kernel shows its memory.
    let shown = |target: &str| target != "/proc/kcore" || Path::new(target).exists();
    for (target, name) in LINKS.iter().filter(|(target, _)| shown(target)) {
        rustix::fs::symlinkat(*target, &dev, *name)
            .map_err(|error| LaunchError::step(format!("link /dev/{name}"), error))?;
    }
    Ok(())
}

/// A user namespace may mount sysfs only with a network namespace of its own; otherwise the host's is lent.
fn mount_sys(root: &Root, network: &NetworkPlan, attributes: MountAttrFlags) -> Result<(), LaunchError> {
    if !matches!(network, NetworkPlan::Host) && root.mount_new("sysfs", &[], attributes, "/sys").is_ok() {
        return Ok(());
    }
    lend(root, "/sys", !attributes.contains(MountAttrFlags::MOUNT_ATTR_RDONLY))
}

fn is_directory(place: &OwnedFd) -> Result<bool, LaunchError> {
    let status = rustix::fs::fstat(place).map_err(|error| LaunchError::step("look at a masked path", error))?;
    Ok(FileType::from_raw_mode(status.st_mode) == FileType::Directory)
}
