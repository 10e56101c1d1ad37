//! Where there is one id only, `apt` cannot become its user `_apt` to fetch: it looks at what it has become, and gives up.
//! While a step runs it reads that it need not, in a file of ours that is in no layer. Source: `apt.conf(5)`, Sandbox.

use std::path::Path;

use crate::engine::build::files::{FileNode, FileTree};
use crate::engine::launch::Tier;

/// Where it reads what is local.
const DIRECTORY: &str = "/etc/apt/apt.conf.d";
const TEXT: &str = "APT::Sandbox::User \"root\";\n";

/// The place and the text of that file, in a root that has `apt`.
pub(super) fn file(base: &FileTree, tier: Tier) -> Option<(String, String)> {
    if tier != Tier::SingleId {
        return None;
    }
    let found = base.find(Path::new(DIRECTORY)).ok()?;
    matches!(found.node, Some(FileNode::Directory(_))).then(|| (format!("{DIRECTORY}/99-one-id"), TEXT.to_owned()))
}
