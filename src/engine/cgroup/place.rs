//! Where control groups are looked for: passed in, so that tests bring a tree of their own.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where the control group file systems are mounted, and where we stand in them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CgroupPlace {
    /// `/sys/fs/cgroup` on every machine.
    pub mount: PathBuf,
    /// `/proc/self/cgroup`: lines `number:controllers:path`.
    pub own: String,
}

impl CgroupPlace {
    /// The machine's own, as this process sees it. Nothing is wrong when there is none.
    pub fn of_this_process() -> Self {
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self { mount: PathBuf::from("/sys/fs/cgroup"), own }
    }

    /// The path of our own group, with a leading slash: in the hierarchy of a controller (version 1), or in the
    /// unified one when `controller` is empty.
    pub(super) fn own_path(&self, controller: &str) -> Option<&str> {
        self.own.lines().find_map(|line| {
            let mut fields = line.splitn(3, ':');
            let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
            controllers.split(',').any(|name| name == controller).then_some(path)
        })
    }
}
