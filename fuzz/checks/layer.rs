use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tar::Header;

use crate::engine::layer::{Decompressed, OverlayXattrs, Owners, UnpackLimits, UnpackOptions, pack, unpack};

const BLOCK: usize = 512;
const LIMITS: UnpackLimits = UnpackLimits { entries: 1000, bytes: 4 << 20 };
const SECRET: &str = "nobody's business";

/// Nothing beside the directory is touched; a layer that was taken is packed, unpacked and packed again into the same
/// bytes. Every other input is taken as an archive whose sums are made right, or chance would never get past them.
pub fn layer(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else { return };
    let mut bytes = bytes.to_vec();
    if choice % 2 == 0 {
        mend_sums(&mut bytes);
    }
    let scratch = Scratch::new();
    let victim = scratch.0.join("victim");
    fs::write(&victim, SECRET).expect("a victim");
    let before = witness(&victim);
    let Ok(content) = Decompressed::new(bytes.as_slice()) else { return };
    if unpack(content, &scratch.directory("layer"), options()).is_ok() {
        let first = packed(&scratch.0.join("layer"));
        unpack(first.as_slice(), &scratch.directory("again"), options()).expect("what we packed can be unpacked");
        assert!(packed(&scratch.0.join("again")) == first, "packed otherwise the second time");
    }
    assert_eq!(witness(&victim), before);
    let beside = fs::read_dir(&scratch.0).expect("a directory").flatten().map(|entry| entry.file_name());
    assert!(beside.into_iter().all(|name| ["layer", "again", "victim"].iter().any(|known| name == *known)));
}

fn options() -> UnpackOptions {
    let root = rustix::process::geteuid().is_root();
    UnpackOptions {
        owners: if root { Owners::Keep } else { Owners::Ignore },
        xattrs: OverlayXattrs::User,
        limits: LIMITS,
    }
}

fn packed(directory: &Path) -> Vec<u8> {
    let mut archive = Vec::new();
    pack(directory, OverlayXattrs::User, &mut archive).expect("what was unpacked can be packed");
    archive
}

/// Content, mode, owner, names and date.
fn witness(path: &Path) -> (String, u32, u32, u64, i64) {
    let status = fs::symlink_metadata(path).expect("the victim");
    let content = fs::read_to_string(path).expect("the victim's content");
    (content, status.mode(), status.uid(), status.nlink(), status.mtime_nsec())
}

fn mend_sums(archive: &mut [u8]) {
    let mut position = 0_usize;
    while let Some(block) = archive.get_mut(position..position.saturating_add(BLOCK)) {
        position += BLOCK;
        if block.iter().all(|byte| *byte == 0) {
            continue;
        }
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(block);
        header.set_cksum();
        block.copy_from_slice(header.as_bytes());
        let size = header.entry_size().ok().and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
        position = position.saturating_add(size.checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX));
    }
}

/// A directory that is gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let path = fast_directory().join(format!("moussaillon-fuzz-{}", std::process::id()));
        remove(&path).expect("the last one's remains");
        fs::create_dir(&path).expect("a directory of our own");
        Self(path)
    }

    fn directory(&self, name: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir(&path).expect("a directory");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = remove(&self.0);
    }
}

/// In memory, where that keeps the attributes that overlayfs' notes are (since Linux 6.6); a disk is ten times slower.
fn fast_directory() -> &'static Path {
    static FOUND: LazyLock<PathBuf> = LazyLock::new(|| {
        let memory = PathBuf::from("/dev/shm");
        let probe = memory.join(format!("moussaillon-fuzz-{}-probe", std::process::id()));
        let kept = fs::write(&probe, "").is_ok()
            && rustix::fs::setxattr(&probe, "user.overlay.opaque", b"y", rustix::fs::XattrFlags::empty()).is_ok();
        let _ = fs::remove_file(&probe);
        if kept { memory } else { std::env::temp_dir() }
    });
    &FOUND
}

/// Removes a tree in which directories may be closed to us.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(status) if status.is_dir() => {
            fs::set_permissions(path, Permissions::from_mode(0o700))?;
            for entry in fs::read_dir(path)? {
                remove(&entry?.path())?;
            }
            fs::remove_dir(path)
        }
        Ok(_) => fs::remove_file(path),
    }
}
