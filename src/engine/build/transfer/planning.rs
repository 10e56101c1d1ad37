//! Each source in turn: what it is, what of it is seen, what is copied.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use super::{
    Destination, Download, Existing, Missing, PlannedContent, PlannedEntry, SourceOwners, SourceTree, TransferPlan,
};
use super::{TransferRequest, at, clean};
use crate::engine::build::BuildError;
use crate::engine::build::files::{DirectoryNode, FileNode, Glob, LeafNode, has_wildcard};
use crate::engine::build::local_archive::is_archive;
use crate::engine::build::owner::Owner;

/// A path of the sources: from their root, and below the source it belongs to.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) below: PathBuf,
}

impl Place {
    /// A source itself.
    pub(super) fn root(path: &Path) -> Self {
        Self { path: path.to_owned(), below: PathBuf::new() }
    }

    /// What is in it under this name.
    pub(super) fn join(&self, name: &std::ffi::OsStr) -> Self {
        Self { path: self.path.join(name), below: self.below.join(name) }
    }
}

pub(super) struct Planning<'a> {
    pub(super) request: &'a TransferRequest,
    pub(super) source: &'a SourceTree<'a>,
    pub(super) destination: Destination,
    pub(super) plan: TransferPlan,
    /// How many sources were begun: hard links are kept within each.
    pub(super) source_number: usize,
}

impl Planning<'_> {
    pub(super) fn source(&mut self, pattern: &str) -> Result<Option<Missing>, BuildError> {
        if !has_wildcard(pattern) {
            let missing = || {
                Some(Missing(format!(
                    "/{}",
                    pattern.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/')
                )))
            };
            return Ok(if self.path(Path::new(pattern))? { None } else { missing() });
        }
        let cleaned: PathBuf = clean(pattern);
        let text = cleaned.to_string_lossy().into_owned();
        let Some(glob) = Glob::parse(&text) else {
            return Err(BuildError::Invalid(format!("syntax error in pattern: {pattern}")));
        };
        let mut matches = Vec::new();
        self.matching(&glob, Path::new(""), cleaned.components().count(), &mut matches)?;
        for path in matches {
            self.path(&path)?;
        }
        Ok(None)
    }

    /// The paths of so many components that fit.
    fn matching(
        &self,
        glob: &Glob,
        directory: &Path,
        depth: usize,
        matches: &mut Vec<PathBuf>,
    ) -> Result<(), BuildError> {
        let Some(FileNode::Directory(open)) =
            self.source.files.find(directory).map_err(|errno| at(directory, errno))?.node
        else {
            return Ok(());
        };
        for name in self.source.files.names(&open).map_err(|errno| at(directory, errno))? {
            let path = directory.join(&name);
            if depth == 1 {
                if path.to_str().is_some_and(|text| glob.matches(text)) {
                    matches.push(path);
                }
            } else {
                self.matching(glob, &path, depth - 1, matches)?;
            }
        }
        Ok(())
    }

    /// One source; false when it is not there.
    fn path(&mut self, path: &Path) -> Result<bool, BuildError> {
        // A file in the way of a longer path is as good as nothing there.
        let found = match self.source.files.find(path) {
            Ok(found) => found,
            Err(Errno::NOTDIR | Errno::LOOP) => return Ok(false),
            Err(errno) => return Err(at(path, errno)),
        };
        let Some(node) = found.node else { return Ok(false) };
        if !self.is_seen(&clean(&path.to_string_lossy()), &node)? || !self.is_seen(&found.path, &node)? {
            return Ok(false);
        }
        match node {
            FileNode::Directory(directory) => {
                let destination = self.destination.path.clone();
                self.destination_entry();
                self.source_number += 1;
                self.children(&Place::root(&found.path), &directory, &destination)?;
            }
            FileNode::Leaf(leaf) => {
                if self.is_excluded(Path::new(path.file_name().unwrap_or_default())) {
                    return Ok(true);
                }
                if self.request.unpack
                    && leaf.kind() == FileType::RegularFile
                    && is_archive(&leaf).map_err(|errno| at(path, errno))?
                {
                    let stat = leaf.stat;
                    let entry = self.entry(self.destination.path.clone(), &stat, PlannedContent::Archive(leaf));
                    self.plan.entries.push(entry);
                    return Ok(true);
                }
                let name: OsString = clean(&path.to_string_lossy()).file_name().unwrap_or_default().to_owned();
                let destination = self.destination.of_file(&name);
                self.source_number += 1;
                self.leaf(destination, &leaf)?;
            }
        }
        Ok(true)
    }

    fn children(&mut self, from: &Place, directory: &DirectoryNode, to: &Path) -> Result<(), BuildError> {
        for name in self.source.files.names(directory).map_err(|errno| at(&from.path, errno))? {
            let (from, to) = (from.join(&name), to.join(&name));
            let node = self.source.files.child(directory, &name).map_err(|errno| at(&from.path, errno))?;
            let Some(node) = node else { continue };
            if !self.is_seen(&from.path, &node)? {
                continue;
            }
            let excluded = self.is_excluded(&from.below);
            match node {
                FileNode::Directory(inside) => {
                    let before = self.plan.entries.len();
                    self.directory_entry(to.clone(), inside.stat.as_ref());
                    self.children(&from, &inside, &to)?;
                    // Something in it may have been taken back in.
                    if excluded && self.plan.entries.len() == before + 1 {
                        self.plan.entries.truncate(before);
                    }
                }
                FileNode::Leaf(_) if excluded => {}
                FileNode::Leaf(leaf) => self.leaf(to, &leaf)?,
            }
        }
        Ok(())
    }

    pub(super) fn is_excluded(&self, below: &Path) -> bool {
        self.request.excludes.as_ref().is_some_and(|rules| rules.hides(below))
    }

    /// Whether `.dockerignore` lets it through, or something in it.
    pub(super) fn is_seen(&self, path: &Path, node: &FileNode) -> Result<bool, BuildError> {
        let Some(rules) = self.source.ignore else { return Ok(true) };
        if path.as_os_str().is_empty() || !rules.hides(path) {
            return Ok(true);
        }
        let FileNode::Directory(directory) = node else { return Ok(false) };
        if !rules.may_show_inside_hidden() {
            return Ok(false);
        }
        for name in self.source.files.names(directory).map_err(|errno| at(path, errno))? {
            let inside = path.join(&name);
            let child = self.source.files.child(directory, &name).map_err(|errno| at(&inside, errno))?;
            if let Some(child) = child
                && self.is_seen(&inside, &child)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn leaf(&mut self, to: PathBuf, leaf: &LeafNode) -> Result<(), BuildError> {
        let content = match leaf.kind() {
            FileType::RegularFile if leaf.stat.st_nlink > 1 => PlannedContent::Twin(leaf.clone(), self.source_number),
            FileType::RegularFile => PlannedContent::File(leaf.clone()),
            FileType::Symlink => PlannedContent::Link(leaf.target().map_err(|errno| at(&to, errno))?),
            // Sockets, devices and pipes of a context mean nothing elsewhere.
            _ => return Ok(()),
        };
        let entry = self.entry(to, &leaf.stat, content);
        self.plan.entries.push(entry);
        Ok(())
    }

    /// Where a directory's content goes: nothing of the directory itself comes along, nor does --chmod mean it.
    pub(super) fn destination_entry(&mut self) {
        self.plan.entries.push(PlannedEntry {
            path: self.destination.path.clone(),
            mode: 0o755,
            owner: self.request.owner.unwrap_or(Owner { uid: 0, gid: 0 }),
            modified: None,
            content: PlannedContent::Directory(Existing::Kept),
        });
    }

    pub(super) fn directory_entry(&mut self, to: PathBuf, stat: Option<&Stat>) {
        let entry = match stat {
            Some(stat) => self.entry(to, stat, PlannedContent::Directory(Existing::Dressed)),
            None => PlannedEntry {
                path: to,
                mode: self.request.mode.as_ref().map_or(0o755, |mode| mode.apply(0o755, true)),
                owner: self.request.owner.unwrap_or(Owner { uid: 0, gid: 0 }),
                modified: None,
                content: PlannedContent::Directory(Existing::Dressed),
            },
        };
        self.plan.entries.push(entry);
    }

    /// A file that came from a URL: readable by its owner alone, as Docker leaves it.
    pub(super) fn download(&mut self, download: &Download) -> Result<(), BuildError> {
        let unpacked = self.request.unpack_downloads
            && is_archive(&download.leaf).map_err(|errno| at(Path::new(&download.name), errno))?;
        let (path, content) = if unpacked {
            (self.destination.path.clone(), PlannedContent::Archive(download.leaf.clone()))
        } else {
            (self.destination.of_file(download.name.as_ref()), PlannedContent::File(download.leaf.clone()))
        };
        self.plan.entries.push(PlannedEntry {
            path,
            mode: self.request.mode.as_ref().map_or(0o600, |mode| mode.apply(0o600, false)),
            owner: self.request.owner.unwrap_or(Owner { uid: 0, gid: 0 }),
            modified: Some(download.modified),
            content,
        });
        Ok(())
    }

    fn entry(&self, path: PathBuf, stat: &Stat, content: PlannedContent) -> PlannedEntry {
        let own = match self.source.owners {
            SourceOwners::Root => Owner { uid: 0, gid: 0 },
            SourceOwners::Kept => Owner { uid: stat.st_uid, gid: stat.st_gid },
        };
        let own_mode = stat.st_mode & 0o7777;
        let mode = match (&content, &self.request.mode) {
            (PlannedContent::Link(_), _) => 0o777,
            (PlannedContent::Directory(_), Some(mode)) => mode.apply(own_mode, true),
            (_, Some(mode)) => mode.apply(own_mode, false),
            _ => own_mode,
        };
        PlannedEntry {
            path,
            mode,
            owner: self.request.owner.unwrap_or(own),
            modified: Some(u64::try_from(stat.st_mtime).unwrap_or(0)),
            content,
        }
    }
}
