//! A new layer as an archive: the directories it needs, then what is planned, on top of what is there.
//!
//! Written as an archive and not as files, so that owners are recorded even where we may not give files away, and so
//! that the one careful unpacker of the engine lays everything down. A directory of the base that gets something new
//! is written with what it is there (overlayfs would otherwise show another one).

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::Stat;
use tar::EntryType;

use super::files::{FileNode, FileTree, LeafNode, TwinKey};
use super::local_archive::open_archive;
use super::owner::Owner;
use super::transfer::{Existing, PlannedContent, PlannedEntry, at};
use super::{BuildError, BuildFrontend};
use crate::engine::launch::Tier;
use crate::engine::layer::{LayerError, OPAQUE_NAME, TarEntry, TarWriter, read_xattrs, xattrs_asked_for};
use crate::engine::oci::{Descriptor, DiffId, media_type};
use crate::engine::store::{LayerContent, LayerRecord, Stage};
use crate::engine::{Engine, EngineError};

/// What a path is in the layer being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placed {
    Directory,
    Leaf,
}

struct LayerArchive<'a> {
    base: &'a FileTree,
    writer: TarWriter<BufWriter<File>>,
    placed: HashMap<PathBuf, Placed>,
    /// What the base has here is no more: something of another kind took its place.
    replaced: HashSet<PathBuf>,
    /// Whether what is copied may take the place of something of another kind, as what is unpacked always may.
    may_replace: bool,
    /// The first names of files that have several.
    twins: HashMap<TwinKey, PathBuf>,
    /// Seconds since 1970, for what has no date of its own.
    now: u64,
    /// Nothing is younger.
    latest: Option<u64>,
}

impl Engine {
    /// Makes a layer of these entries on top of `base`, whose diff ids are `below`.
    pub(super) fn layer_of_entries(
        &self,
        entries: &[PlannedEntry],
        base: &FileTree,
        below: &[DiffId],
        epoch: Option<Timestamp>,
        frontend: BuildFrontend,
    ) -> Result<LayerRecord, BuildError> {
        let stage = Stage::new(&self.paths)?;
        let path = stage.path().join("new.tar");
        let failed = |error: io::Error| BuildError::from(EngineError::io(&path, error));
        let file = File::create_new(&path).map_err(failed)?;
        let mut archive = LayerArchive {
            base,
            writer: TarWriter::new(BufWriter::new(file)),
            placed: HashMap::new(),
            replaced: HashSet::new(),
            may_replace: frontend == BuildFrontend::Classic,
            twins: HashMap::new(),
            now: seconds(self.clock.now()),
            latest: epoch.map(seconds),
        };
        for entry in in_packing_order(entries) {
            archive.entry(entry)?;
        }
        archive.writer.finish().map_err(failed)?;
        let mut content = BufReader::new(File::open(&path).map_err(failed)?);
        let mut staged = self.stage_layer(LayerContent::Archive(&mut content))?;
        // What was unpacked came in an order of its own; what is somebody else's may be ours on the disk.
        let foreign = |entry: &PlannedEntry| entry.owner != Owner { uid: 0, gid: 0 };
        let archives = entries.iter().any(|entry| matches!(entry.content, PlannedContent::Archive(..)));
        if (archives || (self.tier == Tier::SingleId && entries.iter().any(foreign)))
            && !staged.packs_again(self.tier)?
        {
            let size = std::fs::metadata(&path).map_err(failed)?.len();
            let digest = staged.record.diff_id.digest().clone();
            staged.keep_archive(&path, Descriptor { media_type: media_type::LAYER_TAR.to_owned(), digest, size })?;
        }
        staged.sync()?;
        self.place_layer(below, &staged)?;
        Ok(staged.record.clone())
    }
}

fn seconds(time: Timestamp) -> u64 {
    u64::try_from(time.as_second()).unwrap_or(0)
}

/// Sorted as a directory is packed, so that packing the layer's files makes the same archive; of several files that go to
/// one place the last.
fn in_packing_order(entries: &[PlannedEntry]) -> Vec<&PlannedEntry> {
    let mut sorted: Vec<&PlannedEntry> = entries.iter().collect();
    if entries.iter().any(|entry| matches!(entry.content, PlannedContent::Archive(..))) {
        return sorted;
    }
    sorted.sort_by(|one, other| one.path.cmp(&other.path));
    let is_leaf = |entry: &PlannedEntry| !matches!(entry.content, PlannedContent::Directory(_));
    let hidden = |at: usize, sorted: &[&PlannedEntry]| {
        let (this, next) = (sorted[at], sorted.get(at + 1));
        is_leaf(this) && next.is_some_and(|next| next.path == this.path && is_leaf(next))
    };
    let kept: Vec<bool> = (0..sorted.len()).map(|at| !hidden(at, &sorted)).collect();
    let mut kept = kept.into_iter();
    sorted.retain(|_| kept.next().unwrap_or(true));
    sorted
}

impl LayerArchive<'_> {
    fn entry(&mut self, entry: &PlannedEntry) -> Result<(), BuildError> {
        let modified = entry.modified.unwrap_or(self.now);
        match &entry.content {
            PlannedContent::Directory(existing) => self.directory(entry, *existing),
            PlannedContent::File(leaf) => self.file(entry, leaf),
            PlannedContent::Twin(leaf, source) => self.twin(entry, leaf, *source),
            PlannedContent::Inline(content) => {
                let mut header = header(entry, EntryType::Regular, modified);
                header.size = content.len() as u64;
                self.leaf(&header, content.as_slice())
            }
            PlannedContent::Link(target) => {
                let mut header = header(entry, EntryType::Symlink, modified);
                header.link = Some(target.clone());
                self.leaf(&header, io::empty())
            }
            PlannedContent::Archive(leaf) => self.unpacked(entry, leaf),
        }
    }

    fn directory(&mut self, entry: &PlannedEntry, existing: Existing) -> Result<(), BuildError> {
        if entry.path.as_os_str().is_empty() {
            return Ok(());
        }
        match (self.there(&entry.path)?, existing) {
            (Some(Placed::Leaf), Existing::Dressed) if self.may_replace => self.replace(&entry.path),
            (Some(Placed::Leaf), _) => return Err(not_a_directory(&entry.path)),
            (Some(Placed::Directory), Existing::Kept) => return Ok(()),
            _ => {}
        }
        let modified = entry.modified.unwrap_or(self.now);
        self.make_parents(&entry.path, entry.owner)?;
        self.append(&header(entry, EntryType::Directory, modified), io::empty())?;
        let is_new = self.placed.insert(entry.path.clone(), Placed::Directory).is_none();
        if is_new && self.replaced.contains(&entry.path) && self.base_directory(&entry.path)? {
            // A directory, then something else, then a directory: nothing of the first shows through.
            let mark = entry.path.join(OPAQUE_NAME);
            self.append(&TarEntry::new(&mark, EntryType::Regular, 0, modified), io::empty())?;
        }
        Ok(())
    }

    /// Whether the base has a directory at a path, seen or not.
    fn base_directory(&self, path: &Path) -> Result<bool, BuildError> {
        match self.base.find_entry(path) {
            Ok(found) => Ok(matches!(found.node, Some(FileNode::Directory(_)))),
            Err(rustix::io::Errno::NOTDIR) => Ok(false),
            Err(errno) => Err(at(path, errno)),
        }
    }

    /// What is at a path now.
    fn there(&self, path: &Path) -> Result<Option<Placed>, BuildError> {
        match self.placed.get(path) {
            Some(placed) => Ok(Some(*placed)),
            None => Ok(self.in_base(path)?.map(|(placed, _)| placed)),
        }
    }

    /// Something of another kind goes where this is, and where what is in it was.
    fn replace(&mut self, path: &Path) {
        self.placed.retain(|placed, _| !placed.starts_with(path));
        self.replaced.insert(path.to_owned());
    }

    fn file(&mut self, entry: &PlannedEntry, leaf: &LeafNode) -> Result<(), BuildError> {
        let file = leaf.open().map_err(|errno| at(&entry.path, errno))?;
        let mut header = header(entry, EntryType::Regular, entry.modified.unwrap_or(self.now));
        header.size = u64::try_from(leaf.stat.st_size).unwrap_or(0);
        header.xattrs = read_xattrs(&file).map_err(|errno| at(&entry.path, errno))?;
        // As long as it was when it was planned, whatever happens to it meanwhile.
        let content = file.chain(io::repeat(0)).take(header.size);
        self.leaf(&header, content)
    }

    /// One more name of a file that is there, or its first.
    fn twin(&mut self, entry: &PlannedEntry, leaf: &LeafNode, source: usize) -> Result<(), BuildError> {
        let Some(first) = self.twins.get(&leaf.twin_key(source)) else {
            self.twins.insert(leaf.twin_key(source), entry.path.clone());
            return self.file(entry, leaf);
        };
        let mut header = header(entry, EntryType::Link, entry.modified.unwrap_or(self.now));
        header.link = Some(first.clone());
        self.leaf(&header, io::empty())
    }

    fn leaf(&mut self, header: &TarEntry, content: impl Read) -> Result<(), BuildError> {
        if self.there(&header.path)? == Some(Placed::Directory) {
            if !self.may_replace {
                let path = header.path.display();
                return Err(BuildError::Invalid(format!("cannot replace to directory /{path} with file")));
            }
            self.replace(&header.path);
        }
        let owner = Owner { uid: u32::try_from(header.uid).unwrap_or(0), gid: u32::try_from(header.gid).unwrap_or(0) };
        self.make_parents(&header.path, owner)?;
        self.append(header, content)?;
        self.placed.insert(header.path.clone(), Placed::Leaf);
        Ok(())
    }

    /// Writes the directories above a path: as they are in the base, or new ones.
    fn make_parents(&mut self, path: &Path, owner: Owner) -> Result<(), BuildError> {
        let mut parent = PathBuf::new();
        for component in path.parent().into_iter().flat_map(Path::components) {
            parent.push(component);
            match self.placed.get(&parent) {
                Some(Placed::Directory) => continue,
                Some(Placed::Leaf) => return Err(not_a_directory(&parent)),
                None => {}
            }
            let entry = match self.in_base(&parent)? {
                Some((Placed::Leaf, _)) => return Err(not_a_directory(&parent)),
                Some((Placed::Directory, Some(stat))) => {
                    TarEntry { kind: EntryType::Directory, size: 0, ..TarEntry::of(&parent, &stat) }
                }
                _ => TarEntry {
                    uid: owner.uid.into(),
                    gid: owner.gid.into(),
                    ..TarEntry::new(&parent, EntryType::Directory, 0o755, self.now)
                },
            };
            self.append(&entry, io::empty())?;
            self.placed.insert(parent.clone(), Placed::Directory);
        }
        Ok(())
    }

    /// What the base has at a path without links in it.
    fn in_base(&self, path: &Path) -> Result<Option<(Placed, Option<Stat>)>, BuildError> {
        if self.is_replaced(path) {
            return Ok(None);
        }
        match self.base.find_entry(path) {
            Ok(found) => Ok(found.node.map(|node| match node {
                FileNode::Directory(directory) => (Placed::Directory, directory.stat),
                FileNode::Leaf(leaf) => (Placed::Leaf, Some(leaf.stat)),
            })),
            Err(rustix::io::Errno::NOTDIR) => Ok(None),
            Err(errno) => Err(at(path, errno)),
        }
    }

    /// Whether something else took the place of what the base has there, or of what holds it.
    fn is_replaced(&self, path: &Path) -> bool {
        !self.replaced.is_empty() && path.ancestors().any(|above| self.replaced.contains(above))
    }

    /// Where a directory of the base leads.
    fn followed(&self, directory: &Path) -> Result<PathBuf, BuildError> {
        if self.is_replaced(directory) {
            return Ok(directory.to_owned());
        }
        Ok(self.base.find(directory).map_err(|errno| at(directory, errno))?.path)
    }

    /// The entries of an archive, each in its place under the destination. What its names may not do, the layer's
    /// unpacker refuses; here links of the base are followed, so that `bin/x` lands where `/bin` leads.
    fn unpacked(&mut self, planned: &PlannedEntry, leaf: &LeafNode) -> Result<(), BuildError> {
        let directory = PlannedEntry {
            mode: 0o755,
            modified: None,
            content: PlannedContent::Directory(Existing::Kept),
            ..planned.clone()
        };
        self.directory(&directory, Existing::Kept)?;
        let may_replace = std::mem::replace(&mut self.may_replace, true);
        self.unpacked_entries(planned, leaf)?;
        self.may_replace = may_replace;
        Ok(())
    }

    fn unpacked_entries(&mut self, planned: &PlannedEntry, leaf: &LeafNode) -> Result<(), BuildError> {
        let mut archive = tar::Archive::new(open_archive(leaf)?);
        let broken = |error| BuildError::from(EngineError::from(LayerError::Archive(error)));
        for entry in archive.entries().map_err(broken)? {
            let mut entry = entry.map_err(broken)?;
            let name = entry.path().map_err(broken)?.into_owned();
            let Some(inside) = inner_path(&name)? else { continue };
            let kind = entry.header().entry_type();
            let place = planned.path.join(&inside);
            let parent = self.followed(place.parent().unwrap_or(Path::new("")))?;
            let path = parent.join(place.file_name().unwrap_or_default());
            let header = entry.header();
            let mut copied =
                TarEntry::new(&path, kind, header.mode().map_err(broken)? & 0o7777, header.mtime().map_err(broken)?);
            // Blank is nobody in particular, as in Go.
            copied.uid = header.uid().unwrap_or(0);
            copied.gid = header.gid().unwrap_or(0);
            copied.xattrs = xattrs_asked_for(&mut entry).map_err(broken)?;
            match kind {
                EntryType::Directory => {
                    let owner = Owner {
                        uid: u32::try_from(copied.uid).unwrap_or(0),
                        gid: u32::try_from(copied.gid).unwrap_or(0),
                    };
                    self.directory(
                        &PlannedEntry {
                            path,
                            mode: copied.mode,
                            owner,
                            modified: Some(copied.modified),
                            content: PlannedContent::Directory(Existing::Dressed),
                        },
                        Existing::Dressed,
                    )?;
                }
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                    copied.kind = EntryType::Regular;
                    copied.size = entry.size();
                    self.leaf(&copied, &mut entry)?;
                }
                EntryType::Symlink => {
                    copied.link = entry.link_name().map_err(broken)?.map(std::borrow::Cow::into_owned);
                    self.leaf(&copied, io::empty())?;
                }
                EntryType::Link => {
                    let target =
                        entry.link_name().map_err(broken)?.map(std::borrow::Cow::into_owned).unwrap_or_default();
                    copied.link = inner_path(&target)?.map(|target| planned.path.join(target));
                    self.leaf(&copied, io::empty())?;
                }
                EntryType::Fifo => self.leaf(&copied, io::empty())?,
                // Devices are left out, as everywhere.
                _ => {}
            }
        }
        Ok(())
    }

    fn append(&mut self, entry: &TarEntry, content: impl Read) -> Result<(), BuildError> {
        let modified = self.latest.map_or(entry.modified, |latest| entry.modified.min(latest));
        let entry = &TarEntry { modified, ..entry.clone() };
        self.writer.append(entry, content).map_err(|error| BuildError::from(EngineError::io(&entry.path, error)))
    }
}

fn header(entry: &PlannedEntry, kind: EntryType, modified: u64) -> TarEntry {
    TarEntry {
        uid: entry.owner.uid.into(),
        gid: entry.owner.gid.into(),
        ..TarEntry::new(&entry.path, kind, entry.mode, modified)
    }
}

fn not_a_directory(path: &Path) -> BuildError {
    BuildError::Invalid(format!("cannot copy to non-directory: /{}", path.display()))
}

/// The name of an archive's entry, relative; nothing for its root; an error when it leads outside.
fn inner_path(name: &Path) -> Result<Option<PathBuf>, BuildError> {
    let mut inside = PathBuf::new();
    for component in name.components() {
        match component {
            Component::Normal(name) => inside.push(name),
            Component::ParentDir => {
                let entry = name.display().to_string();
                return Err(BuildError::from(EngineError::from(LayerError::Refused {
                    entry,
                    reason: "it leads outside the layer",
                })));
            }
            _ => {}
        }
    }
    Ok((!inside.as_os_str().is_empty()).then_some(inside))
}
