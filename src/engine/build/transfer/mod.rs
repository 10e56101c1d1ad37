//! What a COPY or ADD puts where, decided before a byte is copied: [`TransferPlan`].
//!
//! Docker's rules: a directory's content is copied, not the directory; a file goes into a directory that exists or
//! whose name ends with `/`; several sources need such a directory; links are followed when they are the source itself
//! and copied as they are below it; ADD unpacks local archives.

mod parents;
mod planning;

use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::BuildError;
use super::files::{FileNode, FileTree, Found, IgnoreRules, LeafNode};
use super::mode::ModeChange;
use super::owner::Owner;
use crate::engine::EngineError;
use planning::Planning;

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

/// A file that came from a URL.
#[derive(Debug, Clone)]
pub(super) struct Download {
    /// What it is called where it goes.
    pub(super) name: String,
    /// Where it is now.
    pub(super) leaf: LeafNode,
    /// Seconds since 1970, as the server says.
    pub(super) modified: u64,
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
    /// Files that came from URLs: name, where they are now, when they were last changed.
    pub(super) downloads: Vec<Download>,
    /// As written, variables replaced.
    pub(super) destination: String,
    /// The stage's working directory, absolute.
    pub(super) working_dir: String,
    /// `--chown`.
    pub(super) owner: Option<Owner>,
    /// `--chmod`.
    pub(super) mode: Option<ModeChange>,
    /// `--exclude`: what is left out, relative to each source.
    pub(super) excludes: Option<IgnoreRules>,
    /// `--parents`.
    pub(super) parents: bool,
    /// Whether archives are unpacked.
    pub(super) unpack: bool,
    /// Whether those that came from URLs are.
    pub(super) unpack_downloads: bool,
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
    /// A file of the sources with several names: those that came with the same source, so numbered, stay one file.
    Twin(LeafNode, usize),
    /// A file of the Dockerfile.
    Inline(Vec<u8>),
    /// A link and where it leads.
    Link(PathBuf),
    /// A local archive to be unpacked here (ADD).
    Archive(LeafNode),
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
        let mut planning = Planning { request, source, destination, plan: Self::default(), source_number: 0 };
        for pattern in &request.sources {
            let missing = if request.parents { planning.with_parents(pattern)? } else { planning.source(pattern)? };
            if let Some(missing) = missing {
                return Ok(Err(missing));
            }
        }
        for download in &request.downloads {
            planning.download(download)?;
        }
        for (name, content) in &request.inline {
            let path = planning.destination.of_file(Path::new(name).file_name().unwrap_or_default());
            planning.plan.entries.push(PlannedEntry {
                path,
                mode: request.mode.as_ref().map_or(0o644, |mode| mode.apply(0o644, false)),
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
        let said_directory = request.parents
            || written.is_empty()
            || written.ends_with('/')
            || written == "."
            || written.ends_with("/.");
        if request.sources.len() + request.inline.len() + request.downloads.len() > 1 && !said_directory {
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
