//! What a container sees of control groups on `/sys/fs/cgroup`.

use std::os::fd::AsFd;
use std::path::PathBuf;

use rustix::mount::MountAttrFlags;

use super::cgroup::CgroupNamespace;
use super::mounts::{Root, Target, make_readonly, new_filesystem};
use super::{LaunchError, LaunchPlan};
use crate::engine::cgroup::Hierarchy;
use crate::engine::rootfs::{Mount, MountKind};

/// Where containers look for their control group.
const GROUPS: &str = "/sys/fs/cgroup";

/// Shows the container its own control group on `/sys/fs/cgroup`, as Docker does: read-only, all of it in the unified
/// hierarchy, a directory for each controller in the older ones. Nothing when it has none.
///
/// # Errors
/// [`LaunchError::Step`] with the path.
pub fn mount(root: &Root, plan: &LaunchPlan) -> Result<(), LaunchError> {
    let (group, privileged) = (&plan.cgroup.group, plan.rootfs.privileged);
    let directory = |source: PathBuf, target: String| {
        root.bind(&Mount { source, target, writable: privileged, kind: MountKind::Directory })
    };
    let own = group.directories();
    match (&group.hierarchy, own.first()) {
        (_, None) | (Hierarchy::Absent, _) => Ok(()),
        (Hierarchy::Unified { .. }, Some((_, own))) => {
            let shown = match plan.cgroup.namespace {
                CgroupNamespace::Private => own.clone(),
                CgroupNamespace::Host => plan.cgroups.mount.clone(),
            };
            directory(shown, GROUPS.to_owned())
        }
        (Hierarchy::Legacy { .. }, Some(_)) => {
            let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID
                | MountAttrFlags::MOUNT_ATTR_NODEV
                | MountAttrFlags::MOUNT_ATTR_NOEXEC;
            let made = new_filesystem("tmpfs", &[("mode", "755"), ("size", "64k")], attributes)
                .map_err(|error| LaunchError::step(format!("mount tmpfs on {GROUPS}"), error))?;
            root.attach(&made, GROUPS, Target::Existing)?;
            for (controller, group) in own {
                directory(group, format!("{GROUPS}/{}", controller.legacy_name()))?;
            }
            if privileged { Ok(()) } else { make_readonly(made.as_fd(), GROUPS) }
        }
    }
}
