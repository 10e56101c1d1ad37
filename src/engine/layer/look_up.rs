//! What stands at a path of a stack of layers, without mounting it: whiteouts, opaque directories and links are
//! followed as overlayfs and the kernel would, inside the stack only.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Component, Path, PathBuf};

use super::LayerError;
use super::overlay::OverlayXattrs;

/// As the kernel's own limit.
const LINKS: usize = 40;

/// The host path of what stands at `path` (absolute) in `stack` (topmost first), links followed; `None` when nothing does.
/// A link that leads nowhere is what stands there itself.
///
/// # Errors
/// [`LayerError::Io`] with the path.
pub fn look_up(stack: &[PathBuf], path: &Path, xattrs: OverlayXattrs) -> Result<Option<PathBuf>, LayerError> {
    let mut links = LINKS;
    let found = walk(stack, path, xattrs, &mut links)?;
    Ok(found.into_iter().next())
}

/// The places that share in `path`, topmost first: one for a file, one or more for a directory.
fn walk(
    stack: &[PathBuf],
    path: &Path,
    xattrs: OverlayXattrs,
    links: &mut usize,
) -> Result<Vec<PathBuf>, LayerError> {
    let mut places = stack.to_vec();
    let mut reached = PathBuf::from("/");
    let mut rest = path.components();
    while let Some(component) = rest.next() {
        let name = match component {
            Component::Normal(name) => name,
            Component::ParentDir => {
                reached.pop();
                return walk(stack, &reached.join(rest.as_path()), xattrs, links);
            }
            _ => continue,
        };
        places = enter(&places, name, xattrs)?;
        let Some(first) = places.first() else { return Ok(places) };
        let Some(target) = link_target(first)? else {
            reached.push(name);
            continue;
        };
        if *links == 0 {
            return Ok(Vec::new());
        }
        *links -= 1;
        let last = rest.as_path().as_os_str().is_empty();
        let followed = walk(stack, &reached.join(target).join(rest.as_path()), xattrs, links)?;
        return Ok(if followed.is_empty() && last { places } else { followed });
    }
    Ok(places)
}

/// What bears this name in the merged directory that `places` share in.
fn enter(places: &[PathBuf], name: &OsStr, xattrs: OverlayXattrs) -> Result<Vec<PathBuf>, LayerError> {
    let mut found: Vec<PathBuf> = Vec::new();
    for place in places {
        let path = place.join(name);
        let Some(metadata) = metadata(&path)? else { continue };
        let whiteout = metadata.file_type().is_char_device() && metadata.rdev() == 0;
        // Under a directory only directories add to it; anything else is hidden, with all that lies below.
        if whiteout || (!metadata.is_dir() && !found.is_empty()) {
            break;
        }
        found.push(path);
        if !metadata.is_dir() || is_opaque(&found[found.len() - 1], xattrs)? {
            break;
        }
    }
    Ok(found)
}

fn is_opaque(directory: &Path, xattrs: OverlayXattrs) -> Result<bool, LayerError> {
    let open = File::open(directory).map_err(|error| failed(directory, error))?;
    xattrs.is_opaque(&open).map_err(|errno| failed(directory, errno.into()))
}

fn link_target(path: &Path) -> Result<Option<PathBuf>, LayerError> {
    match metadata(path)? {
        Some(metadata) if metadata.is_symlink() => fs::read_link(path).map(Some).map_err(|error| failed(path, error)),
        _ => Ok(None),
    }
}

fn metadata(path: &Path) -> Result<Option<Metadata>, LayerError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(failed(path, error)),
    }
}

fn failed(path: &Path, source: io::Error) -> LayerError {
    LayerError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
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
        super::super::overlay::make_whiteout(&fs::File::open(top.join("etc")).unwrap(), OsStr::new("motd")).unwrap();
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
