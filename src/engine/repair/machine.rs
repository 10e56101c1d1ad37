//! What is left outside the state root: processes, mounts, control groups, devices.

use super::{PATIENCE, Repair, RepairReport};
use crate::engine::Engine;
use crate::engine::cgroup::{Hierarchy, containers_with_groups, remove_deserted};
use crate::engine::launch::{Tier, leftovers};

impl Engine {
    pub(super) fn repair_processes(&self, report: &mut RepairReport) {
        let root = self.paths.root();
        // A process stands where links lead.
        let containers = root.canonicalize().unwrap_or_else(|_| root.to_owned()).join("containers");
        for helper in leftovers::stray_helpers(&containers, &self.paths.networks()) {
            let ended = helper.process.end();
            let pid = helper.process.pid;
            report.note(Repair::Process { name: helper.name, pid }, pid, ended);
        }
    }

    pub(super) fn repair_mounts(&self, report: &mut RepairReport) {
        // Volumes are not among them: what somebody mounts there is theirs.
        let places = [self.paths.containers(), self.paths.staging()];
        let places = places.map(|place| place.canonicalize().unwrap_or(place));
        // A disk of one's own may be mounted at the directory itself.
        for path in leftovers::mounts_below(&places).into_iter().filter(|path| !places.contains(path)) {
            let unmounted = leftovers::unmount(&path);
            report.note(Repair::Mount { path: path.clone() }, path.display(), unmounted);
        }
    }

    pub(super) fn repair_groups(&self, report: &mut RepairReport) {
        let hierarchy = Hierarchy::find(&self.cgroups);
        let mut removed = self.sweep_groups();
        for id in containers_with_groups(&hierarchy) {
            // Of a container that is no more, or of another state root, whose running containers keep theirs.
            if !self.paths.container(&id).exists() && remove_deserted(&hierarchy, &id, PATIENCE) {
                removed.push(id);
            }
        }
        report.done.extend(removed.into_iter().map(|id| Repair::Group { container: id.short().to_owned() }));
    }

    pub(super) fn repair_devices(&self, report: &mut RepairReport) {
        if self.tier != Tier::Root {
            return;
        }
        // A kernel without netlink has no devices of ours.
        for name in leftovers::stray_uplinks(leftovers::has_monitors_here()).unwrap_or_default() {
            let removed = leftovers::remove_uplink(&name);
            report.note(Repair::Device { name: name.clone() }, name, removed);
        }
    }
}
