//! Out of one directory and into another.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use super::{Arrival, CopyError, Place, archive, unpack_into};

fn archived(directory: &Path, source: &str, renamed: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    archive(&Place::on_host(directory).unwrap(), Path::new(source), Path::new(renamed), &mut bytes).unwrap();
    bytes
}

fn names(bytes: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(bytes);
    archive.entries().unwrap().map(|entry| String::from_utf8(entry.unwrap().path_bytes().into()).unwrap()).collect()
}

fn lay(bytes: &[u8], directory: &Path) -> Result<(), CopyError> {
    unpack_into(&Place::on_host(directory).unwrap(), bytes, Arrival::default())
}

#[test]
fn a_tree_arrives_under_its_new_name() {
    let root = tempfile::tempdir().unwrap();
    let (from, to) = (root.path().join("from"), root.path().join("to"));
    fs::create_dir_all(from.join("tree/deep")).unwrap();
    fs::create_dir(&to).unwrap();
    fs::write(from.join("tree/deep/.wh.file"), "content").unwrap();
    fs::set_permissions(from.join("tree/deep/.wh.file"), fs::Permissions::from_mode(0o741)).unwrap();
    fs::hard_link(from.join("tree/deep/.wh.file"), from.join("tree/second")).unwrap();
    symlink("/nowhere", from.join("tree/link")).unwrap();
    let bytes = archived(&from, "tree", "renamed");
    assert_eq!(names(&bytes), ["renamed/", "renamed/deep/", "renamed/deep/.wh.file", "renamed/link", "renamed/second"]);
    lay(&bytes, &to).unwrap();
    let arrived = fs::metadata(to.join("renamed/deep/.wh.file")).unwrap();
    assert_eq!((arrived.mode() & 0o7777, arrived.nlink()), (0o741, 2));
    assert_eq!(fs::read_link(to.join("renamed/link")).unwrap(), Path::new("/nowhere"));
    assert_eq!(names(&archived(&from, "tree/.", "."))[..2], ["./", "./deep/"]);
    assert_eq!(names(&archived(&from, ".", "/"))[..2], ["/", "/tree/"]);
    // One small file is four blocks, as Docker counts.
    assert_eq!(archived(&from.join("tree/deep"), ".wh.file", "file").len(), 2048);
}

#[test]
fn directories_are_merged_files_replaced_and_the_two_never_mixed() {
    let root = tempfile::tempdir().unwrap();
    let (from, to) = (root.path().join("from"), root.path().join("to"));
    fs::create_dir_all(from.join("a")).unwrap();
    fs::create_dir_all(to.join("a")).unwrap();
    fs::write(from.join("a/same"), "new").unwrap();
    fs::write(to.join("a/same"), "old").unwrap();
    fs::write(to.join("a/other"), "stays").unwrap();
    let held = fs::File::open(to.join("a/same")).unwrap();
    lay(&archived(&from, "a", "a"), &to).unwrap();
    assert_eq!(fs::read_to_string(to.join("a/same")).unwrap(), "new");
    assert_eq!(std::io::read_to_string(held).unwrap(), "old");
    assert!(to.join("a/other").exists());
    let over_directory = lay(&archived(&from.join("a"), "same", "a"), &to).unwrap_err().to_string();
    let shown = to.display();
    assert_eq!(over_directory, format!("cannot overwrite directory \"{shown}/a\" with non-directory \"{shown}\""));
    let over_file = lay(&archived(&from, "a", "same"), &to.join("a")).unwrap_err().to_string();
    assert_eq!(over_file, format!("cannot overwrite non-directory \"{shown}/a/same\" with directory \"{shown}/a\""));
}

#[test]
fn nothing_is_written_through_a_link_of_the_archive_nor_of_the_destination() {
    let root = tempfile::tempdir().unwrap();
    let (victim, to) = (root.path().join("victim"), root.path().join("to"));
    fs::create_dir(&victim).unwrap();
    fs::create_dir(&to).unwrap();
    for file in ["door/file", "door/deeper/file"] {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = header(0);
        header.set_entry_type(tar::EntryType::Symlink);
        builder.append_link(&mut header, "door", &victim).unwrap();
        builder.append_data(&mut self::header(4), file, &b"evil"[..]).unwrap();
        assert!(lay(&builder.into_inner().unwrap(), &to).is_err());
        assert_eq!(fs::read_dir(&victim).unwrap().count(), 0);
        fs::remove_file(to.join("door")).unwrap();
    }
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = header(4);
    header.as_old_mut().name[..9].copy_from_slice(b"../victim");
    header.set_cksum();
    builder.append(&header, &b"evil"[..]).unwrap();
    assert!(lay(&builder.into_inner().unwrap(), &to).is_err());
}

fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header
}

#[test]
fn links_of_a_root_lead_inside_it() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("etc")).unwrap();
    fs::write(root.path().join("etc/passwd"), "inside").unwrap();
    symlink("/etc", root.path().join("link")).unwrap();
    symlink("../../../../etc/passwd", root.path().join("climber")).unwrap();
    let place = Place::in_root(fs::File::open(root.path()).unwrap().into(), Path::new("/"));
    assert_eq!(place.stat(Path::new("/link")).unwrap().link_target.unwrap(), Path::new("/etc"));
    assert_eq!(place.stat(Path::new("/climber")).unwrap().link_target.unwrap(), Path::new("/etc/passwd"));
    assert!(place.stat(Path::new("/link/")).unwrap().is_directory());
    assert!(place.stat(Path::new("/etc/passwd/")).is_err());
    let mut bytes = Vec::new();
    archive(&place, Path::new("/link/passwd"), Path::new("passwd"), &mut bytes).unwrap();
    assert!(bytes.windows(6).any(|window| window == b"inside"));
}
