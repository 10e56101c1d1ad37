//! The name of an entry of a layer: relative, without `.` or `..`, checked before anything is touched.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::LayerError;

/// More than any honest image; under what would exhaust descriptors or the stack of whoever walks the tree.
pub(super) const MAX_DEPTH: usize = 256;
/// `PATH_MAX`, terminator included.
const MAX_LENGTH: usize = 4096;

/// A checked name. Empty for the root of the layer (`./`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EntryPath(PathBuf);

impl EntryPath {
    /// Checks a name as the archive has it. A leading `/` or `./` means the root of the layer, as Docker reads it.
    pub(crate) fn parse(name: &[u8]) -> Result<Self, LayerError> {
        let refused = |reason| Err(LayerError::refused(name, reason));
        if name.is_empty() {
            return refused("it has no name");
        }
        if name.contains(&0) {
            return refused("a zero byte in its name");
        }
        if name.len() >= MAX_LENGTH {
            return refused("its name is too long");
        }
        let mut path = PathBuf::new();
        let mut depth = 0;
        for component in name.split(|byte| *byte == b'/') {
            match component {
                b"" | b"." => {}
                b".." => return refused("it leads outside the layer"),
                _ => {
                    depth += 1;
                    path.push(OsStr::from_bytes(component));
                }
            }
        }
        if depth > MAX_DEPTH {
            return refused("it is too deep");
        }
        Ok(Self(path))
    }

    /// Relative to the root of the layer.
    pub(crate) fn as_path(&self) -> &Path {
        &self.0
    }

    /// Whether it is the root of the layer.
    pub(crate) fn is_root(&self) -> bool {
        self.0.as_os_str().is_empty()
    }

    /// The directory it stands in; empty for the root of the layer.
    pub(crate) fn parent(&self) -> &Path {
        self.0.parent().unwrap_or(Path::new(""))
    }

    /// Its last component; empty for the root.
    pub(crate) fn name(&self) -> OsString {
        self.0.file_name().unwrap_or_default().to_owned()
    }

    /// A refusal that names it.
    pub(crate) fn refused(&self, reason: &'static str) -> LayerError {
        LayerError::refused(self.0.as_os_str().as_bytes(), reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_layer() {
        for (name, path) in
            [("./", ""), ("/", ""), ("/etc/passwd", "etc/passwd"), ("./a/./b//c/", "a/b/c"), ("...", "...")]
        {
            assert_eq!(EntryPath::parse(name.as_bytes()).unwrap().as_path(), Path::new(path), "{name}");
        }
    }

    #[test]
    fn names_that_lead_outside_are_refused() {
        let deep = "d/".repeat(MAX_DEPTH + 1);
        let long = "l".repeat(4096);
        for name in ["", "..", "../x", "a/../../x", "/../x", "a\0b", &deep, &long] {
            assert!(EntryPath::parse(name.as_bytes()).is_err(), "{name:?}");
        }
    }
}
