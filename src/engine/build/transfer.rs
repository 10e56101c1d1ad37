//! What a COPY or ADD puts where, decided before a byte is copied: [`TransferPlan`].
//!
//! Docker's rules: a directory's content is copied, not the directory; a file goes into a directory that exists or
//! whose name ends with `/`; several sources need such a directory; links are followed when they are the source itself
//! and copied as they are below it; ADD unpacks local archives.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use super::BuildError;
use super::archive_kind::ArchiveKind;
use super::files::{FileNode, FileTree, Found, Glob, IgnoreRules, LeafNode, has_wildcard};
use super::owner::Owner;
use crate::engine::EngineError;

/// Where the sources are.
pub(super) struct SourceTree<'a> {
    /// The files.
    pub(super) files: &'a FileTree,
    /// Those of the context that are not seen.
    pub(super) ignore: Option<&'a IgnoreRules>,
    /// Whether owners are kept: those of the context never are.
    pub(super) owners: SourceOwners,
}

/// What becomes of the owners of the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceOwners {
    /// The context's files become root's.
    Root,
    /// A stage's or an image's stay theirs.
    Kept,
}

/// A COPY or ADD whose variables have been replaced.
#[derive(Debug, Clone)]
pub(super) struct TransferRequest {
    /// `COPY` or `ADD`.
    pub(super) name: &'static str,
    /// Paths and patterns.
    pub(super) sources: Vec<String>,
    /// Files whose content is in the Dockerfile: name and content.
    pub(super) inline: Vec<(String, Vec<u8>)>,
    /// As written, variables replaced.
    pub(super) destination: String,
    /// The stage's working directory, absolute.
    pub(super) working_dir: String,
    /// `--chown`.
    pub(super) owner: Option<Owner>,
    /// `--chmod`.
    pub(super) mode: Option<u32>,
}

/// One thing to put in the new layer.
#[derive(Debug, Clone)]
pub(super) struct PlannedEntry {
    /// Relative to the root, no link in it.
    pub(super) path: PathBuf,
    /// Permission bits and the like.
    pub(super) mode: u32,
    /// Whose it will be.
    pub(super) owner: Owner,
    /// Seconds since 1970; `None`: now.
    pub(super) modified: Option<u64>,
    /// What it is.
    pub(super) content: PlannedContent,
}

/// What an entry is.
#[derive(Debug, Clone)]
pub(super) enum PlannedContent {
    /// A directory.
    Directory(Existing),
    /// A file of the sources.
    File(LeafNode),
    /// A file of the Dockerfile.
    Inline(Vec<u8>),
    /// A link and where it leads.
    Link(PathBuf),
    /// A local archive to be unpacked here (ADD).
    Archive(LeafNode, ArchiveKind),
}

/// What becomes of a directory that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// It keeps its mode and its owner: the destination itself.
    Kept,
    /// It takes those of the source: what is below the destination.
    Dressed,
}

/// All of it, in order.
#[derive(Debug, Default)]
pub(super) struct TransferPlan {
    pub(super) entries: Vec<PlannedEntry>,
}

/// Nothing was found at a source: where it was looked for.
pub(super) struct Missing(pub(super) String);

impl TransferPlan {
    /// Decides it all. `base` is what is there already.
    ///
    /// # Errors
    /// `Ok(Err(Missing))` for a source that is not there.
    pub(super) fn make(
        request: &TransferRequest,
        source: &SourceTree<'_>,
        base: &FileTree,
    ) -> Result<Result<Self, Missing>, BuildError> {
        let destination = Destination::find(request, base)?;
        let mut planning = Planning { request, source, destination, plan: Self::default() };
        for pattern in &request.sources {
            if let Some(missing) = planning.source(pattern)? {
                return Ok(Err(missing));
            }
        }
        for (name, content) in &request.inline {
            let path = planning.destination.of_file(Path::new(name).file_name().unwrap_or_default());
            planning.plan.entries.push(PlannedEntry {
                path,
                mode: request.mode.unwrap_or(0o644),
                owner: request.owner.unwrap_or(Owner { uid: 0, gid: 0 }),
                modified: None,
                content: PlannedContent::Inline(content.clone()),
            });
        }
        Ok(Ok(planning.plan))
    }
}

/// Where the sources go.
struct Destination {
    /// Relative to the root, links followed.
    path: PathBuf,
    is_directory: bool,
}

impl Destination {
    fn find(request: &TransferRequest, base: &FileTree) -> Result<Self, BuildError> {
        let written = &request.destination;
        let whole = Path::new("/").join(request.working_dir.trim_start_matches('/')).join(written);
        let said_directory = written.is_empty() || written.ends_with('/') || written == "." || written.ends_with("/.");
        if request.sources.len() + request.inline.len() > 1 && !said_directory {
            return Err(BuildError::DestinationNotDirectory(request.name));
        }
        let Found { path, node } = base.find(&whole).map_err(|errno| at(&whole, errno))?;
        let is_directory = said_directory || matches!(node, Some(FileNode::Directory(_)));
        Ok(Self { path, is_directory })
    }

    fn of_file(&self, name: &std::ffi::OsStr) -> PathBuf {
        if self.is_directory { self.path.join(name) } else { self.path.clone() }
    }
}

struct Planning<'a> {
    request: &'a TransferRequest,
    source: &'a SourceTree<'a>,
    destination: Destination,
    plan: TransferPlan,
}

impl Planning<'_> {
    fn source(&mut self, pattern: &str) -> Result<Option<Missing>, BuildError> {
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
                self.directory_entry(destination.clone(), directory.stat.as_ref(), Existing::Kept);
                self.children(&found.path, &directory, &destination)?;
            }
            FileNode::Leaf(leaf) => {
                if self.request.name == "ADD"
                    && leaf.kind() == FileType::RegularFile
                    && let Some(kind) = ArchiveKind::of(&leaf).map_err(|errno| at(path, errno))?
                {
                    let stat = leaf.stat;
                    let entry = self.entry(self.destination.path.clone(), &stat, PlannedContent::Archive(leaf, kind));
                    self.plan.entries.push(entry);
                    return Ok(true);
                }
                let name: OsString = clean(&path.to_string_lossy()).file_name().unwrap_or_default().to_owned();
                let destination = self.destination.of_file(&name);
                self.leaf(destination, &leaf)?;
            }
        }
        Ok(true)
    }

    fn children(&mut self, from: &Path, directory: &super::files::DirectoryNode, to: &Path) -> Result<(), BuildError> {
        for name in self.source.files.names(directory).map_err(|errno| at(from, errno))? {
            let (from, to) = (from.join(&name), to.join(&name));
            let Some(node) = self.source.files.child(directory, &name).map_err(|errno| at(&from, errno))? else {
                continue;
            };
            if !self.is_seen(&from, &node)? {
                continue;
            }
            match node {
                FileNode::Directory(inside) => {
                    self.directory_entry(to.clone(), inside.stat.as_ref(), Existing::Dressed);
                    self.children(&from, &inside, &to)?;
                }
                FileNode::Leaf(leaf) => self.leaf(to, &leaf)?,
            }
        }
        Ok(())
    }

    /// Whether `.dockerignore` lets it through, or something in it.
    fn is_seen(&self, path: &Path, node: &FileNode) -> Result<bool, BuildError> {
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

    fn leaf(&mut self, to: PathBuf, leaf: &LeafNode) -> Result<(), BuildError> {
        let content = match leaf.kind() {
            FileType::RegularFile => PlannedContent::File(leaf.clone()),
            FileType::Symlink => PlannedContent::Link(leaf.target().map_err(|errno| at(&to, errno))?),
            // Sockets, devices and pipes of a context mean nothing elsewhere.
            _ => return Ok(()),
        };
        let entry = self.entry(to, &leaf.stat, content);
        self.plan.entries.push(entry);
        Ok(())
    }

    fn directory_entry(&mut self, to: PathBuf, stat: Option<&Stat>, existing: Existing) {
        let entry = match stat {
            Some(stat) => self.entry(to, stat, PlannedContent::Directory(existing)),
            None => PlannedEntry {
                path: to,
                mode: self.request.mode.unwrap_or(0o755),
                owner: self.request.owner.unwrap_or(Owner { uid: 0, gid: 0 }),
                modified: None,
                content: PlannedContent::Directory(existing),
            },
        };
        self.plan.entries.push(entry);
    }

    fn entry(&self, path: PathBuf, stat: &Stat, content: PlannedContent) -> PlannedEntry {
        let own = match self.source.owners {
            SourceOwners::Root => Owner { uid: 0, gid: 0 },
            SourceOwners::Kept => Owner { uid: stat.st_uid, gid: stat.st_gid },
        };
        let mode = match (&content, self.request.mode) {
            (PlannedContent::Link(_), _) => 0o777,
            (_, Some(mode)) => mode,
            _ => stat.st_mode & 0o7777,
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

/// Go's `path.Clean`, relative to the root.
pub(super) fn clean(path: &str) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => drop(cleaned.pop()),
            _ => cleaned.push(component),
        }
    }
    cleaned
}

pub(super) fn at(path: &Path, errno: Errno) -> BuildError {
    BuildError::from(EngineError::io(path, errno.into()))
}
