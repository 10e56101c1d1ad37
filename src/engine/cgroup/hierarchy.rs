//! Which control groups this process may make groups in: the unified hierarchy (version 2, ours whole or delegated),
//! a hierarchy for each controller (version 1, also when an empty version 2 stands beside), or none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use serde::{Deserialize, Serialize};

use super::{CgroupPlace, Controller};

/// The file through which a group is entered.
pub(super) const PROCESSES: &str = "cgroup.procs";
const SUBTREE: &str = "cgroup.subtree_control";
const CONTROLLERS: &str = "cgroup.controllers";

/// Where groups of ours can be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hierarchy {
    /// Version 2: one tree.
    Unified {
        /// The topmost group that is ours to divide.
        root: PathBuf,
    },
    /// Version 1: one tree for each controller; those we may write in.
    Legacy {
        /// The group of each controller that is ours to divide.
        roots: BTreeMap<Controller, PathBuf>,
    },
    /// None we may write in.
    Absent,
}

impl Hierarchy {
    /// Looks for it. Costs a few `access(2)`.
    pub fn find(place: &CgroupPlace) -> Self {
        if place.mount.join(CONTROLLERS).exists() {
            return delegated(place).map_or(Self::Absent, |root| Self::Unified { root });
        }
        let root_of = |controller: Controller| {
            let mount = place.mount.join(controller.legacy_name());
            let own = place.own_path(controller.legacy_name()).unwrap_or_default().trim_start_matches('/').to_owned();
            let found = [mount.clone(), mount.join(own)].into_iter().find(|group| may_divide(group));
            found.map(|group| (controller, group))
        };
        let roots: BTreeMap<_, _> = Controller::ALL.into_iter().filter_map(root_of).collect();
        if roots.is_empty() { Self::Absent } else { Self::Legacy { roots } }
    }

    /// The controllers that groups made here can have. In the unified hierarchy they are handed down first, which
    /// shows what is really ours: a group with processes of its own keeps its controllers for itself.
    pub fn controllers(&self) -> BTreeSet<Controller> {
        match self {
            Self::Unified { root } => hand_down(root),
            Self::Legacy { roots } => roots.keys().copied().collect(),
            Self::Absent => BTreeSet::new(),
        }
    }

    /// Docker's `CgroupVersion`; `None` when there is none.
    pub fn version(&self) -> Option<&'static str> {
        match self {
            Self::Unified { .. } => Some("2"),
            Self::Legacy { .. } => Some("1"),
            Self::Absent => None,
        }
    }
}

/// Gives the groups below one all controllers it has; those they have afterwards.
pub(super) fn hand_down(group: &Path) -> BTreeSet<Controller> {
    let words = |file: &str| fs::read_to_string(group.join(file)).unwrap_or_default();
    let here = words(CONTROLLERS);
    let known = Controller::ALL.into_iter().filter_map(|controller| Some((controller, controller.unified_name()?)));
    let here: Vec<_> = known.filter(|(_, name)| here.split_whitespace().any(|word| word == *name)).collect();
    let below = words(SUBTREE);
    let missing: Vec<_> = here.iter().filter(|(_, name)| !below.split_whitespace().any(|word| word == *name)).collect();
    let write = |names: &[String]| fs::write(group.join(SUBTREE), names.join(" ")).is_ok();
    let wanted: Vec<String> = missing.iter().map(|(_, name)| format!("+{name}")).collect();
    let refused: BTreeSet<Controller> = if missing.is_empty() || write(&wanted) {
        BTreeSet::new()
    } else {
        // One that is refused (real-time processes, a group with processes) must not take the others with it.
        missing.iter().filter(|(_, name)| !write(&[format!("+{name}")])).map(|(controller, _)| *controller).collect()
    };
    here.into_iter().map(|(controller, _)| controller).filter(|controller| !refused.contains(controller)).collect()
}

/// The topmost group above our own that is ours to divide. Processes may be moved between two groups only by whoever
/// may write in a group above both, hence the topmost.
fn delegated(place: &CgroupPlace) -> Option<PathBuf> {
    if may_divide(&place.mount) {
        return Some(place.mount.clone());
    }
    let own = place.own_path("")?;
    let mut group = place.mount.clone();
    own.split('/').filter(|name| !name.is_empty()).find_map(|name| {
        group.push(name);
        (may_divide(&group) && group.join(SUBTREE).exists()).then(|| group.clone())
    })
}

fn may_divide(group: &Path) -> bool {
    access(group, Access::WRITE_OK).is_ok() && access(group.join(PROCESSES), Access::WRITE_OK).is_ok()
}
