//! A case's context made real.
//!
//! An archive of a context is written a line per entry:
//!
//! ```text
//! d PATH MODE UID:GID
//! - PATH MODE UID:GID TEXT        the text's `+cap` at its end: with the capability net_bind_service
//! l PATH TARGET
//! h PATH OTHER MODE UID:GID        those of OTHER: some unpackers believe a link's own
//! p PATH MODE UID:GID             a named pipe
//! ```

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::os::unix::fs::{PermissionsExt, lchown, symlink};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::cases::{Node, NodeKind};
use super::ours::ORDINARY_USER;

/// When everything of a context was changed, unless the case says otherwise: 2020.
const SECONDS: u64 = 1_600_000_000;

/// Makes the context and everything in it, the same to the second each time.
pub fn make(root: &Path, nodes: &[Node]) {
    fs::create_dir_all(root).unwrap();
    for node in nodes {
        let path = root.join(&node.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match &node.kind {
            NodeKind::File => fs::write(&path, &node.content).unwrap(),
            NodeKind::Directory => fs::create_dir_all(&path).unwrap(),
            NodeKind::Symlink(target) => symlink(target, &path).unwrap(),
            NodeKind::HardLink(other) => fs::hard_link(root.join(other), &path).unwrap(),
            NodeKind::Tar { gzip } => fs::write(&path, archive(&node.content, *gzip)).unwrap(),
        }
    }
    touch(root);
    own(root);
    for node in nodes.iter().filter(|node| node.mode.is_some()) {
        fs::set_permissions(root.join(&node.path), fs::Permissions::from_mode(node.mode.unwrap())).unwrap();
    }
    for node in nodes.iter().filter(|node| node.seconds.is_some()) {
        let file = File::open(root.join(&node.path)).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(node.seconds.unwrap())).unwrap();
    }
}

/// Everything below, then itself.
fn touch(path: &Path) {
    let metadata = fs::symlink_metadata(path).unwrap();
    if metadata.is_symlink() {
        return;
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            touch(&entry.unwrap().path());
        }
    }
    File::open(path).unwrap().set_modified(UNIX_EPOCH + Duration::from_secs(SECONDS)).unwrap();
}

/// Gives it to the ordinary user, who must be able to read what is closed to others. Whose a context is, is in no image.
fn own(path: &Path) {
    lchown(path, Some(ORDINARY_USER), Some(ORDINARY_USER)).unwrap();
    if fs::symlink_metadata(path).unwrap().is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            own(&entry.unwrap().path());
        }
    }
}

/// `CAP_NET_BIND_SERVICE`, permitted and effective, as the kernel keeps it.
const CAPABILITY: [u8; 20] = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

fn archive(lines: &str, gzip: bool) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for line in lines.lines() {
        let words: Vec<&str> = line.splitn(5, ' ').collect();
        let mut header = tar::Header::new_ustar();
        header.set_mtime(SECONDS);
        header.set_mode(0o777);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(0);
        let at = if words[0] == "h" { 3 } else { 2 };
        if words[0] != "l" {
            let (uid, gid) = words[at + 1].split_once(':').unwrap();
            header.set_mode(u32::from_str_radix(words[at], 8).unwrap());
            header.set_uid(uid.parse().unwrap());
            header.set_gid(gid.parse().unwrap());
        }
        header.set_entry_type(match words[0] {
            "d" => tar::EntryType::Directory,
            "-" => tar::EntryType::Regular,
            "l" => tar::EntryType::Symlink,
            "h" => tar::EntryType::Link,
            "p" => tar::EntryType::Fifo,
            other => panic!("{other}"),
        });
        match words[0] {
            "-" => {
                let text = words.get(4).copied().unwrap_or_default();
                if text.ends_with("+cap") {
                    builder.append_pax_extensions([("SCHILY.xattr.security.capability", &CAPABILITY[..])]).unwrap();
                }
                header.set_size(text.len() as u64);
                builder.append_data(&mut header, words[1], Cursor::new(text)).unwrap();
            }
            "l" | "h" => builder.append_link(&mut header, words[1], words[2]).unwrap(),
            _ => builder.append_data(&mut header, words[1], std::io::empty()).unwrap(),
        }
    }
    let bytes = builder.into_inner().unwrap();
    if !gzip {
        return bytes;
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&bytes).unwrap();
    encoder.finish().unwrap()
}
