//! The build context: a directory of the host, seen through `.dockerignore`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::fs::FileType;

use super::BuildError;
use super::files::{FileNode, FileTree, IgnoreRules};
use super::request::{BuildContext, BuildFrontend, BuildRequest, DockerfileSource};
use super::transfer::at;
use crate::engine::EngineError;
use crate::engine::layer::OverlayXattrs;

/// What says which files are not seen.
const IGNORE_FILE: &str = ".dockerignore";

/// The context, opened.
pub(super) struct Context {
    pub(super) files: FileTree,
    pub(super) ignore: IgnoreRules,
    /// Bytes of the `.dockerignore` that was found, and its name.
    pub(super) ignore_file: Option<(String, usize)>,
}

impl Context {
    /// Opens it and reads `NAME.dockerignore` beside the Dockerfile (BuildKit) or else `.dockerignore`.
    pub(super) fn open(request: &BuildRequest) -> Result<Self, BuildError> {
        let BuildContext::Directory(directory) = &request.context else {
            let files = FileTree::of_layers(&[], OverlayXattrs::User)?;
            return Ok(Self { files, ignore: IgnoreRules::default(), ignore_file: None });
        };
        match &request.dockerfile {
            // Whoever packed the archive chose what is in it.
            DockerfileSource::Inside(_) => {
                let files = FileTree::of_directory(directory)?;
                Ok(Self { files, ignore: IgnoreRules::default(), ignore_file: None })
            }
            DockerfileSource::File(path) if request.frontend == BuildFrontend::BuildKit => {
                Self::of_directory(directory, Some(path.as_path()))
            }
            DockerfileSource::File(_) | DockerfileSource::Text(_) => Self::of_directory(directory, None),
        }
    }

    /// Opens a directory; `NAME.dockerignore` beside this Dockerfile goes before its own.
    pub(super) fn of_directory(directory: &Path, dockerfile: Option<&Path>) -> Result<Self, BuildError> {
        let files = match FileTree::of_directory(directory) {
            Err(EngineError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                return Err(BuildError::NoContext(directory.to_owned()));
            }
            other => other?,
        };
        let with = |name: String, text: String| -> Result<Self, BuildError> {
            let ignore = IgnoreRules::parse(&text).map_err(BuildError::Invalid)?;
            Ok(Self { files: files.clone(), ignore, ignore_file: Some((name, text.len())) })
        };
        if let Some(path) = dockerfile {
            let own = PathBuf::from(format!("{}.dockerignore", path.display()));
            match std::fs::read_to_string(&own) {
                Ok(text) => return with(own.file_name().unwrap_or_default().to_string_lossy().into_owned(), text),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Err(EngineError::io(own, error).into()),
            }
        }
        // Links of the context lead nowhere else.
        match files.read_file(IGNORE_FILE.as_ref()) {
            Some(text) => with(IGNORE_FILE.to_owned(), text),
            None => Ok(Self { files, ignore: IgnoreRules::default(), ignore_file: None }),
        }
    }

    /// How many bytes what is under these paths takes on its way to a builder, counted by `size_of`.
    pub(super) fn size(&self, paths: &[PathBuf], size_of: fn(&Path, u64) -> u64) -> Result<u64, BuildError> {
        let mut total = 0;
        for path in paths {
            // What is not there, the instruction that wants it will say.
            if let Ok(found) = self.files.find(path)
                && let Some(node) = found.node
            {
                self.add(&found.path, &node, size_of, &mut total)?;
            }
        }
        Ok(total)
    }

    fn add(
        &self,
        path: &Path,
        node: &FileNode,
        size_of: fn(&Path, u64) -> u64,
        total: &mut u64,
    ) -> Result<(), BuildError> {
        let hidden = !path.as_os_str().is_empty() && self.ignore.hides(path);
        match node {
            FileNode::Leaf(_) if hidden => {}
            FileNode::Leaf(leaf) => {
                let length = if leaf.kind() == FileType::RegularFile {
                    u64::try_from(leaf.stat.st_size).unwrap_or(0)
                } else {
                    0
                };
                *total += size_of(path, length);
            }
            FileNode::Directory(_) if hidden && !self.ignore.may_show_inside_hidden() => {}
            FileNode::Directory(directory) => {
                if !hidden && !path.as_os_str().is_empty() {
                    *total += size_of(path, 0);
                }
                for name in self.files.names(directory).map_err(|errno| at(path, errno))? {
                    let inside = path.join(&name);
                    if let Some(child) = self.files.child(directory, &name).map_err(|errno| at(&inside, errno))? {
                        self.add(&inside, &child, size_of, total)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A file in a tar: its header and its content in whole blocks.
pub(super) fn tar_size(_path: &Path, length: u64) -> u64 {
    512 + length.div_ceil(512) * 512
}

/// A file as BuildKit's client sends it: what is known of it, and its content in packets.
pub(super) fn packet_size(path: &Path, length: u64) -> u64 {
    let known = 21 + path.as_os_str().len() as u64;
    if length == 0 {
        return known;
    }
    let digits = (64 - u64::from(length.leading_zeros())).div_ceil(7);
    known + 3 + 3 * digits + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_as_long_as_recorded() {
        for (length, sent) in [(0, 31), (25, 62), (61, 98), (176, 216)] {
            assert_eq!(packet_size(Path::new("Dockerfile"), length), sent);
        }
    }
}
