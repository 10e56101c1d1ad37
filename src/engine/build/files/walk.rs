//! Paths in a [`FileTree`]: links followed inside it, `..` stopped at its root.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use rustix::fs::FileType;
use rustix::io::Errno;

use super::layered::{DirectoryNode, FileNode, FileTree, LeafNode};

/// What a text that is read whole may hold: a Dockerfile, a passwd file.
const MAX_TEXT: u64 = 16 << 20;
/// As the kernel's own limit.
const MAX_LINKS: usize = 40;

/// Where a path leads.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Without links, `.` or `..`, relative to the root; what does not exist included.
    pub(crate) path: PathBuf,
    /// What is there; `None` when some component does not exist.
    pub(crate) node: Option<FileNode>,
}

/// Whether a link at the very end is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Followed,
    Kept,
}

enum Step {
    Name(OsString),
    Up,
}

impl FileTree {
    /// Follows a path to its very end.
    ///
    /// # Errors
    /// [`Errno::LOOP`] after forty links, [`Errno::NOTDIR`] when a component is a file.
    pub(crate) fn find(&self, path: &Path) -> Result<Found, Errno> {
        self.resolve(path, Last::Followed)
    }

    /// The same, a link at the very end being what is found.
    pub(crate) fn find_entry(&self, path: &Path) -> Result<Found, Errno> {
        self.resolve(path, Last::Kept)
    }

    /// The text of a small file; empty when it does not exist or is not a file.
    pub(crate) fn read_text(&self, path: &Path) -> String {
        self.read_file(path).unwrap_or_default()
    }

    /// The same; `None` when it does not exist or is not a file.
    pub(crate) fn read_file(&self, path: &Path) -> Option<String> {
        use std::io::Read as _;
        let Ok(Found { node: Some(FileNode::Leaf(leaf)), .. }) = self.find(path) else { return None };
        if leaf.kind() != FileType::RegularFile {
            return None;
        }
        let mut bytes = Vec::new();
        leaf.open().ok()?.take(MAX_TEXT).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn resolve(&self, path: &Path, last: Last) -> Result<Found, Errno> {
        let mut steps = VecDeque::new();
        prepend(&mut steps, path);
        // The directories from the root to where we are; what lies beyond the first missing name has none.
        let mut above: Vec<DirectoryNode> = vec![self.root()];
        let mut reached = PathBuf::new();
        let mut missing = 0_usize;
        let mut links = 0_usize;
        let mut leaf: Option<LeafNode> = None;
        while let Some(step) = steps.pop_front() {
            if leaf.is_some() {
                return Err(Errno::NOTDIR);
            }
            let name = match step {
                Step::Name(name) => name,
                Step::Up => {
                    reached.pop();
                    if missing > 0 {
                        missing -= 1;
                    } else if above.len() > 1 {
                        above.pop();
                    }
                    continue;
                }
            };
            let node = match above.last() {
                Some(directory) if missing == 0 => self.child(directory, &name)?,
                _ => None,
            };
            match node {
                None => {
                    missing += 1;
                    reached.push(name);
                }
                Some(FileNode::Directory(directory)) => {
                    above.push(directory);
                    reached.push(name);
                }
                Some(FileNode::Leaf(found))
                    if found.kind() == FileType::Symlink && (last == Last::Followed || !steps.is_empty()) =>
                {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(Errno::LOOP);
                    }
                    let target = found.target()?;
                    if target.is_absolute() {
                        above.truncate(1);
                        reached = PathBuf::new();
                    }
                    prepend(&mut steps, &target);
                }
                Some(FileNode::Leaf(found)) => {
                    reached.push(name);
                    leaf = Some(found);
                }
            }
        }
        let node = match (missing, leaf) {
            (0, Some(leaf)) => Some(FileNode::Leaf(leaf)),
            (0, None) => above.pop().map(FileNode::Directory),
            _ => None,
        };
        Ok(Found { path: reached, node })
    }
}

fn prepend(steps: &mut VecDeque<Step>, path: &Path) {
    for component in path.components().rev() {
        match component {
            Component::Normal(name) => steps.push_front(Step::Name(name.to_owned())),
            Component::ParentDir => steps.push_front(Step::Up),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn layers(root: &Path) -> [PathBuf; 2] {
        ["low", "high"].map(|name| {
            let directory = root.join(name);
            fs::create_dir(&directory).unwrap();
            directory
        })
    }

    fn tree(directories: &[PathBuf]) -> FileTree {
        FileTree::of_layers(directories, crate::engine::layer::OverlayXattrs::User).unwrap()
    }

    #[test]
    fn the_higher_layer_hides_the_lower() {
        let root = tempfile::tempdir().unwrap();
        let [low, high] = layers(root.path());
        fs::create_dir_all(low.join("etc")).unwrap();
        fs::write(low.join("etc/a"), "low").unwrap();
        fs::write(low.join("etc/b"), "low").unwrap();
        fs::create_dir_all(high.join("etc")).unwrap();
        fs::write(high.join("etc/a"), "high").unwrap();
        let tree = tree(&[low, high]);
        assert_eq!(tree.read_text(Path::new("/etc/a")), "high");
        assert_eq!(tree.read_text(Path::new("/etc/b")), "low");
        let Some(FileNode::Directory(etc)) = tree.find(Path::new("etc")).unwrap().node else { panic!() };
        assert_eq!(tree.names(&etc).unwrap(), ["a", "b"]);
    }

    #[test]
    fn links_stay_inside() {
        let root = tempfile::tempdir().unwrap();
        let [low, high] = layers(root.path());
        fs::write(root.path().join("secret"), "host").unwrap();
        fs::create_dir_all(low.join("usr/bin")).unwrap();
        symlink("usr/bin", low.join("bin")).unwrap();
        symlink("../../../../secret", high.join("up")).unwrap();
        symlink(root.path().join("secret"), high.join("absolute")).unwrap();
        symlink("loop", high.join("loop")).unwrap();
        let tree = tree(&[low, high]);
        assert_eq!(tree.find(Path::new("/bin/../bin/tool")).unwrap().path, Path::new("usr/bin/tool"));
        assert!(tree.find(Path::new("/up")).unwrap().node.is_none());
        assert!(tree.find(Path::new("/absolute")).unwrap().node.is_none());
        assert_eq!(tree.find(Path::new("/loop")).unwrap_err(), Errno::LOOP);
        assert!(matches!(tree.find_entry(Path::new("/loop")).unwrap().node, Some(FileNode::Leaf(_))));
        assert_eq!(tree.find(Path::new("../../x")).unwrap().path, Path::new("x"));
    }
}
