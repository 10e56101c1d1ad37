//! What stands at a path of a stack of layers, without mounting it: whiteouts, opaque directories and links are
//! followed as overlayfs and the kernel would, inside the stack only.

use std::path::{Path, PathBuf};

use super::LayerError;
use super::overlay::OverlayXattrs;
use super::stack::LayerStack;

/// The host path of what stands at `path` (absolute) in `stack` (topmost first), links followed; `None` when nothing does.
/// A link that leads nowhere is what stands there itself.
///
/// # Errors
/// [`LayerError::Io`] with the path.
pub fn look_up(stack: &[PathBuf], path: &Path, xattrs: OverlayXattrs) -> Result<Option<PathBuf>, LayerError> {
    let place = LayerStack::highest_first(stack.to_vec(), xattrs).resolve(path)?;
    Ok(place.map(|place| place.on_host))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Two layers: `low` has /etc/motd, /srv/a, /bin -> /usr/bin, /usr/bin/sh; `top` has /srv/b and hides /etc/motd.
    fn stack() -> (tempfile::TempDir, Vec<PathBuf>) {
        let root = tempfile::tempdir().unwrap();
        let (low, top) = (root.path().join("low"), root.path().join("top"));
        for directory in ["low/etc", "low/srv", "low/usr/bin", "top/etc", "top/srv"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        for file in ["low/etc/motd", "low/srv/a", "low/usr/bin/sh", "top/srv/b"] {
            fs::write(root.path().join(file), file).unwrap();
        }
        symlink("/usr/bin", low.join("bin")).unwrap();
        symlink("../nowhere", low.join("srv/broken")).unwrap();
        symlink("loop", low.join("loop")).unwrap();
        super::super::overlay::make_whiteout(fs::File::open(top.join("etc")).unwrap(), OsStr::new("motd")).unwrap();
        (root, vec![top, low])
    }

    #[test]
    fn layers_are_seen_as_one_tree() {
        let (root, stack) = stack();
        let look = |path: &str| {
            let found = look_up(&stack, Path::new(path), OverlayXattrs::User).unwrap();
            found.map(|found| found.strip_prefix(root.path()).unwrap().display().to_string())
        };
        assert_eq!(look("/srv/a").as_deref(), Some("low/srv/a"));
        assert_eq!(look("/srv/b").as_deref(), Some("top/srv/b"));
        assert_eq!(look("/etc/motd"), None, "a whiteout hides it");
        assert_eq!(look("/bin/sh").as_deref(), Some("low/usr/bin/sh"), "an absolute link stays inside");
        assert_eq!(look("/srv/../../../bin/sh").as_deref(), Some("low/usr/bin/sh"));
        assert_eq!(look("/srv/broken").as_deref(), Some("low/srv/broken"), "a link that leads nowhere is there");
        assert_eq!(look("/srv/broken/x"), None);
        assert_eq!(look("/loop/x"), None);
        assert_eq!(look("/srv/a/x"), None);
    }
}
