//! Whiteouts of an archive turned into overlayfs' own. They speak of lower layers only: nothing of this layer is
//! removed by them, in whichever order the archive has them.

use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

use rustix::fs::FileType;

use super::LayerError;
use super::entry_path::EntryPath;
use super::overlay::{META_PREFIX, OPAQUE_NAME, OverlayXattrs, WHITEOUT_PREFIX, make_whiteout};
use super::tree::{Tree, kind_at};

/// Whether a name says that something is removed.
pub(crate) fn is_whiteout_name(name: &OsStr) -> bool {
    name.as_bytes().starts_with(WHITEOUT_PREFIX.as_bytes())
}

/// Lays down what an entry with such a name means; the mark, in its directory, when one was made.
pub(crate) fn apply_whiteout(
    tree: &Tree,
    path: &EntryPath,
    xattrs: OverlayXattrs,
) -> Result<Option<(OwnedFd, OsString)>, LayerError> {
    let name = path.name();
    let failed = |errno| LayerError::io(tree.on_host(path), errno);
    if name == OPAQUE_NAME {
        let directory = tree.make_parent(path)?;
        return xattrs.set_opaque(&directory).map(|()| None).map_err(failed);
    }
    if name.as_bytes().starts_with(META_PREFIX.as_bytes()) {
        return Ok(None);
    }
    let removed = OsStr::from_bytes(&name.as_bytes()[WHITEOUT_PREFIX.len()..]);
    if removed.is_empty() || removed == "." || removed == ".." {
        return Err(path.refused("a whiteout of nothing"));
    }
    let parent = tree.make_parent(path)?;
    match kind_at(&parent, removed).map_err(failed)? {
        None => {
            make_whiteout(&parent, removed).map_err(failed)?;
            Ok(Some((parent, removed.to_owned())))
        }
        // The layer has it too: what lies under it is hidden, what the layer has stays.
        Some(FileType::Directory) => {
            let inside = tree.directory(&path.parent().join(removed)).map_err(failed)?;
            xattrs.set_opaque(&inside).map(|()| None).map_err(failed)
        }
        Some(_) => Ok(None),
    }
}
