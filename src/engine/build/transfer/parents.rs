//! COPY --parents: the sources keep the directories they stand in, from the root of the sources or from `/./` on.

use std::path::{Path, PathBuf};

use super::planning::{Place, Planning};
use super::{Missing, at, clean};
use crate::engine::build::BuildError;
use crate::engine::build::files::{DirectoryNode, FileNode, IgnoreRules, has_wildcard};

impl Planning<'_> {
    /// One source.
    pub(super) fn with_parents(&mut self, written: &str) -> Result<Option<Missing>, BuildError> {
        let (pivot, pattern) = written.split_once("/./").unwrap_or(("/", written));
        let pattern = clean(pattern);
        let found = self.source.files.find(&clean(pivot)).map_err(|errno| at(Path::new(pivot), errno))?;
        let missing = || Missing(format!("/{}", clean(pivot).join(&pattern).display()));
        let Some(FileNode::Directory(start)) = found.node else { return Ok(Some(missing())) };
        let all = pattern.as_os_str().is_empty();
        let text = if all { "**".to_owned() } else { pattern.to_string_lossy().into_owned() };
        let wanted = IgnoreRules::parse(&text).map_err(BuildError::Invalid)?;
        let to = self.destination.path.clone();
        let before = self.plan.entries.len();
        self.destination_entry();
        self.source_number += 1;
        self.fitting(&wanted, &Place::root(&found.path), &start, &to)?;
        let nothing = self.plan.entries.len() == before + 1;
        Ok((nothing && !all && !has_wildcard(written)).then(missing))
    }

    /// What fits in a directory, each directory on the way written only when something in it does.
    fn fitting(
        &mut self,
        wanted: &IgnoreRules,
        from: &Place,
        directory: &DirectoryNode,
        to: &Path,
    ) -> Result<(), BuildError> {
        for name in self.source.files.names(directory).map_err(|errno| at(&from.path, errno))? {
            let (from, to): (Place, PathBuf) = (from.join(&name), to.join(&name));
            let node = self.source.files.child(directory, &name).map_err(|errno| at(&from.path, errno))?;
            let Some(node) = node else { continue };
            if !self.is_seen(&from.path, &node)? {
                continue;
            }
            let fits = wanted.hides(&from.below) && !self.is_excluded(&from.below);
            match node {
                FileNode::Directory(inside) => {
                    let before = self.plan.entries.len();
                    self.directory_entry(to.clone(), inside.stat.as_ref());
                    self.fitting(wanted, &from, &inside, &to)?;
                    if !fits && self.plan.entries.len() == before + 1 {
                        self.plan.entries.truncate(before);
                    }
                }
                FileNode::Leaf(leaf) if fits => self.leaf(to, &leaf)?,
                FileNode::Leaf(_) => {}
            }
        }
        Ok(())
    }
}
