//! What was pushed, on disk: `registry/blobs/sha256/HEX`, and for each repository `NAME/_manifests/HEX` (its media type)
//! and `NAME/_tags/TAG` (a digest). Manifests are blobs. Staged, synced, renamed, like all we keep.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::name::{is_repository, is_tag};
use crate::engine::oci::Digest;
use crate::engine::store::staging;
use crate::engine::{EngineError, Paths};

/// Deeper than any honest repository name.
const MAX_DEPTH: usize = 16;

/// The store of what was pushed.
#[derive(Debug)]
pub struct Depot {
    paths: Paths,
    root: PathBuf,
    /// Held by the one server of a state root.
    _lock: File,
}

impl Depot {
    /// Opens it, for one server at a time (`None` for a second); uploads nobody will resume are gone.
    pub fn open(paths: &Paths) -> Result<Option<Self>, EngineError> {
        let root = paths.root().join("registry");
        let failed = |error| EngineError::io(&root, error);
        for directory in ["blobs/sha256", "repositories"] {
            fs::create_dir_all(root.join(directory)).map_err(failed)?;
        }
        let lock = File::options().create(true).truncate(false).write(true).open(root.join("lock")).map_err(failed)?;
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        match fs::remove_dir_all(root.join("uploads")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => fs::create_dir(root.join("uploads")).map_err(failed)?,
        }
        Ok(Some(Self { paths: paths.clone(), root, _lock: lock }))
    }

    /// Where uploads under way are.
    pub fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }

    /// A blob, open.
    pub fn blob(&self, digest: &Digest) -> io::Result<Option<File>> {
        match File::open(self.blob_path(digest)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }

    /// Takes a finished and synced upload in.
    pub fn place(&self, upload: &Path, digest: &Digest) -> Result<(), EngineError> {
        let target = self.blob_path(digest);
        fs::rename(upload, &target).map_err(|error| EngineError::io(&target, error))?;
        staging::sync_parent(&target)
    }

    /// Forgets a blob; false when it was not there.
    pub fn delete_blob(&self, digest: &Digest) -> io::Result<bool> {
        removed(fs::remove_file(self.blob_path(digest)))
    }

    /// Keeps a manifest, under a tag when one is given.
    pub fn put_manifest(
        &self,
        repository: &str,
        media_type: &str,
        bytes: &[u8],
        tag: Option<&str>,
    ) -> Result<Digest, EngineError> {
        let digest = Digest::of(bytes);
        staging::write_file(&self.paths, &self.blob_path(&digest), bytes)?;
        self.note(&self.repository(repository).join("_manifests").join(digest.hex()), media_type)?;
        if let Some(tag) = tag {
            self.note(&self.repository(repository).join("_tags").join(tag), &digest.to_string())?;
        }
        Ok(digest)
    }

    /// The manifest of a repository by its digest: media type and bytes.
    pub fn manifest(&self, repository: &str, digest: &Digest) -> io::Result<Option<(String, Vec<u8>)>> {
        let note = self.repository(repository).join("_manifests").join(digest.hex());
        let Some(media_type) = read(&note)? else { return Ok(None) };
        Ok(read(&self.blob_path(digest))?.map(|bytes| (String::from_utf8_lossy(&media_type).into_owned(), bytes)))
    }

    /// What a tag leads to.
    pub fn tag(&self, repository: &str, tag: &str) -> io::Result<Option<Digest>> {
        let note = read(&self.repository(repository).join("_tags").join(tag))?;
        Ok(note.and_then(|digest| String::from_utf8(digest).ok()?.parse().ok()))
    }

    /// Forgets a tag; false when it was not there.
    pub fn delete_tag(&self, repository: &str, tag: &str) -> io::Result<bool> {
        removed(fs::remove_file(self.repository(repository).join("_tags").join(tag)))
    }

    /// Forgets a manifest of a repository and the tags that lead to it; false when it was not there.
    pub fn delete_manifest(&self, repository: &str, digest: &Digest) -> io::Result<bool> {
        for tag in self.tags(repository)? {
            if self.tag(repository, &tag)?.as_ref() == Some(digest) {
                self.delete_tag(repository, &tag)?;
            }
        }
        removed(fs::remove_file(self.repository(repository).join("_manifests").join(digest.hex())))
    }

    /// The tags of a repository, in no order.
    pub fn tags(&self, repository: &str) -> io::Result<Vec<String>> {
        let names = names(&self.repository(repository).join("_tags"))?;
        Ok(names.into_iter().filter(|name| is_tag(name)).collect())
    }

    /// Whether anything was ever pushed to a repository.
    pub fn has_repository(&self, repository: &str) -> bool {
        self.repository(repository).join("_manifests").is_dir()
    }

    /// The repositories, in no order.
    pub fn repositories(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut left = vec![(String::new(), 0)];
        while let Some((prefix, depth)) = left.pop() {
            for name in names(&self.root.join("repositories").join(&prefix))? {
                if name == "_manifests" && !prefix.is_empty() {
                    found.push(prefix.clone());
                }
                let whole = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
                if depth < MAX_DEPTH && is_repository(&whole) {
                    left.push((whole, depth + 1));
                }
            }
        }
        Ok(found)
    }

    fn note(&self, path: &Path, text: &str) -> Result<(), EngineError> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| EngineError::io(parent, error))?;
        }
        staging::write_file(&self.paths, path, text.as_bytes())
    }

    fn blob_path(&self, digest: &Digest) -> PathBuf {
        self.root.join("blobs/sha256").join(digest.hex())
    }

    fn repository(&self, name: &str) -> PathBuf {
        self.root.join("repositories").join(name)
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        other => other.map(Some),
    }
}

fn removed(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other.map(|()| true),
    }
}

fn names(directory: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(directory) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error),
        Ok(entries) => Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()),
    }
}
