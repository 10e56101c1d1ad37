//! Layers made to harm: each is refused or contained, and a victim beside the layer's directory is never touched.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use tar::{Builder, EntryType, Header};

use super::{LayerError, OverlayXattrs, Owners, UnpackLimits, UnpackOptions, unpack};

const NOBODY: u32 = 65534;

/// One entry, its name written as it is.
struct Raw<'a> {
    name: &'a str,
    kind: EntryType,
    link: &'a str,
    content: &'a str,
    pax: &'a [(&'a str, &'a [u8])],
}

fn file<'a>(name: &'a str, content: &'a str) -> Raw<'a> {
    Raw { name, kind: EntryType::Regular, link: "", content, pax: &[] }
}

fn directory(name: &str) -> Raw<'_> {
    Raw { kind: EntryType::Directory, ..file(name, "") }
}

fn link<'a>(name: &'a str, target: &'a str) -> Raw<'a> {
    Raw { kind: EntryType::Symlink, link: target, ..file(name, "") }
}

fn hard<'a>(name: &'a str, target: &'a str) -> Raw<'a> {
    Raw { kind: EntryType::Link, link: target, ..file(name, "") }
}

fn archive(entries: &[Raw<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for entry in entries {
        if !entry.pax.is_empty() {
            builder.append_pax_extensions(entry.pax.iter().copied()).unwrap();
        }
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..entry.name.len()].copy_from_slice(entry.name.as_bytes());
        header.as_old_mut().linkname[..entry.link.len()].copy_from_slice(entry.link.as_bytes());
        header.set_entry_type(entry.kind);
        header.set_size(entry.content.len() as u64);
        header.set_mode(0o644 | if entry.kind == EntryType::Directory { 0o111 } else { 0 });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(1);
        if matches!(entry.kind, EntryType::Char | EntryType::Block) {
            header.set_device_major(1).unwrap();
            header.set_device_minor(3).unwrap();
        }
        header.set_cksum();
        builder.append(&header, entry.content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn options() -> UnpackOptions {
    let root = rustix::process::geteuid().is_root();
    UnpackOptions {
        owners: if root { Owners::Keep } else { Owners::Ignore },
        xattrs: OverlayXattrs::User,
        limits: UnpackLimits::default(),
    }
}

/// Every path under a directory with what it is; whiteouts as `-`, opaque directories as `path/!`.
fn tree(root: &Path) -> Vec<String> {
    fn visit(root: &Path, path: &Path, listed: &mut Vec<String>) {
        for name in super::tree::names(super::tree::Tree::open(&root.join(path)).unwrap().root()).unwrap() {
            let path = path.join(name);
            let whole = root.join(&path);
            let status = fs::symlink_metadata(&whole).unwrap();
            let shown = path.display();
            let kind = status.file_type();
            listed.push(if kind.is_dir() {
                let opaque = OverlayXattrs::User.is_opaque(super::tree::Tree::open(&whole).unwrap().root()).unwrap();
                format!("{shown}/{}", if opaque { "!" } else { "" })
            } else if kind.is_symlink() {
                format!("{shown}@")
            } else if kind.is_char_device() {
                assert_eq!(status.rdev(), 0);
                format!("-{shown}")
            } else if kind.is_file() {
                format!("{shown}={}", fs::read_to_string(&whole).unwrap())
            } else {
                format!("{shown}?")
            });
            if kind.is_dir() {
                visit(root, &path, listed);
            }
        }
    }
    let mut listed = Vec::new();
    visit(root, Path::new(""), &mut listed);
    listed
}

/// What must not change: names, contents, modes, owners, dates.
fn witness(root: &Path) -> Vec<String> {
    let mut lines = tree(root);
    for name in ["", "secret", "inner", "inner/deep"] {
        let status = fs::symlink_metadata(root.join(name)).unwrap();
        lines.push(format!(
            "{:o} {} {} {} {}",
            status.mode(),
            status.uid(),
            status.nlink(),
            status.mtime(),
            status.mtime_nsec()
        ));
    }
    lines
}

/// Unpacks beside a victim, which must come out as it was.
fn unpacked(entries: &[Raw<'_>]) -> Result<Vec<String>, LayerError> {
    let root = tempfile::tempdir().unwrap();
    let victim = root.path().join("victim");
    fs::create_dir_all(victim.join("inner")).unwrap();
    fs::write(victim.join("secret"), "secret").unwrap();
    fs::write(victim.join("inner/deep"), "deep").unwrap();
    let layer = root.path().join("layer");
    fs::create_dir(&layer).unwrap();
    let before = witness(&victim);
    let result = unpack(archive(entries).as_slice(), &layer, options());
    assert_eq!(witness(&victim), before, "the victim was touched");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2, "something was made beside the layer");
    result.map(|()| tree(&layer))
}

#[test]
fn names_and_links_that_lead_outside_stay_inside_or_are_refused() {
    let refused: &[(&[Raw<'_>], &str)] = &[
        (&[file("../victim/secret", "x")], "it leads outside the layer"),
        (&[file("a/../../victim/secret", "x")], "it leads outside the layer"),
        (&[file("/../victim/secret", "x")], "it leads outside the layer"),
        (&[hard("x", "../victim/secret")], "it leads outside the layer"),
        (&[hard("x", "victim/secret")], "a hard link to what is not in the layer"),
        (&[link("up", "../victim"), hard("x", "up/secret")], "a hard link to what is not in the layer"),
        (&[link("loop", "loop"), file("loop/x", "x")], "its parent is a loop of links"),
        (&[file("f", "x"), file("f/x", "x")], "its parent is not a directory"),
        (&[link("dangling", "nowhere"), file("dangling/x", "x")], "its parent is not a directory"),
        (&[directory("d"), hard("x", "d")], "a hard link to a directory"),
        (&[hard("x", "x")], "a link to itself"),
        (&[file("./", "x")], "the root of a layer is a directory"),
        (&[file("s", "x"), Raw { content: "x", ..link("l", "s") }], "a size where there is no content"),
        (&[file("s", "x"), Raw { content: "x", ..hard("l", "s") }], "a size where there is no content"),
        (&[Raw { content: "x", ..directory("d") }], "a size where there is no content"),
        (&[Raw { kind: EntryType::GNUSparse, ..file("s", "x") }], "unknown kind of entry"),
        (&[Raw { pax: &[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0")], ..file("s", "x") }], "a sparse file"),
    ];
    for (entries, reason) in refused {
        let error = unpacked(entries).expect_err(reason).to_string();
        assert!(error.contains(reason), "{error}, not {reason}");
    }

    let contained: &[(&[Raw<'_>], &[&str])] = &[
        // Absolute names are names of the layer.
        (&[file("/etc/passwd", "x")], &["etc/", "etc/passwd=x"]),
        // A link planted first, then written through: resolved inside the layer.
        (
            &[directory("victim"), link("out", "../../victim"), file("out/secret", "x")],
            &["out@", "victim/", "victim/secret=x"],
        ),
        (&[directory("etc"), link("out", "/etc"), file("out/passwd", "x")], &["etc/", "etc/passwd=x", "out@"]),
        // A link as the last component is replaced, never written through.
        (&[link("secret", "../victim/secret"), file("secret", "x")], &["secret=x"]),
        (&[link("d", "../victim"), directory("d")], &["d/"]),
        // A hard link to a link is that link, not what it leads to; writing to its name replaces it.
        (&[link("a", "../victim/secret"), hard("b", "a"), file("b", "x")], &["a@", "b=x"]),
        // Devices are left out.
        (&[Raw { kind: EntryType::Char, ..file("null", "") }, Raw { kind: EntryType::Block, ..file("disk", "") }], &[]),
    ];
    for (entries, expected) in contained {
        assert_eq!(unpacked(entries).unwrap(), *expected);
    }
}

#[test]
fn whiteouts_hide_lower_layers_and_nothing_else() {
    for name in [".wh.", "d/.wh.", ".wh...", ".wh.."] {
        let error = unpacked(&[directory("d"), file("victim", "x"), file(name, "")]).expect_err(name).to_string();
        assert!(error.contains("a whiteout of nothing"), "{name}: {error}");
    }
    for name in [".wh./../x", ".wh.x/y", ".wh.x/y/z"] {
        assert!(unpacked(&[file(name, "")]).is_err(), "{name}");
    }
    let laid_down: &[(&[Raw<'_>], &[&str])] = &[
        (&[file(".wh.gone", "")], &["-gone"]),
        (&[file("d/.wh.gone", "content is ignored")], &["d/", "-d/gone"]),
        // Opaque comes after files of this layer: they stay.
        (&[directory("d"), file("d/mine", "x"), file("d/.wh..wh..opq", "")], &["d/!", "d/mine=x"]),
        (&[file(".wh..wh.plnk", ""), directory(".wh..wh.aufs")], &[]),
        // The layer removes and makes anew, in either order.
        (&[file(".wh.d", ""), directory("d"), file("d/new", "x")], &["d/!", "d/new=x"]),
        (&[directory("d"), file("d/new", "x"), file(".wh.d", "")], &["d/!", "d/new=x"]),
        (&[file(".wh.f", ""), file("f", "x")], &["f=x"]),
        (&[file("f", "x"), file(".wh.f", "")], &["f=x"]),
        // Through a link: inside the layer.
        (
            &[directory("victim"), link("out", "../victim"), file("out/.wh.secret", "")],
            &["out@", "victim/", "-victim/secret"],
        ),
        (&[directory("victim"), link("out", "../victim"), file("out/.wh..wh..opq", "")], &["out@", "victim/!"]),
    ];
    for (entries, expected) in laid_down {
        assert_eq!(unpacked(entries).unwrap(), *expected);
    }
}

#[test]
fn a_layer_cannot_write_overlays_notes_nor_owners_that_cannot_be() {
    let notes: &[(&str, &[u8])] = &[
        ("SCHILY.xattr.user.overlay.opaque", b"y"),
        ("SCHILY.xattr.user.overlay.redirect", b"/etc"),
        ("SCHILY.xattr.trusted.overlay.opaque", b"y"),
        ("SCHILY.xattr.user.kept", b"yes"),
    ];
    let root = tempfile::tempdir().unwrap();
    let entries = [Raw { pax: notes, ..directory("d") }];
    unpack(archive(&entries).as_slice(), root.path(), options()).unwrap();
    let directory = super::tree::Tree::open(&root.path().join("d")).unwrap();
    assert_eq!(super::xattr::read(directory.root()).unwrap(), [("user.kept".to_owned(), b"yes".to_vec())]);
    let mut list = [0_u8; 512];
    let length = rustix::fs::flistxattr(directory.root(), &mut list[..]).unwrap();
    assert!(!OsStr::from_bytes(&list[..length]).to_string_lossy().contains("overlay"));

    assert!(unpacked(&[Raw { pax: &[("uid", b"4294967295")], ..file("f", "x") }]).is_err());
    // A size the header contradicts: parsers disagree on where the next entry begins.
    assert!(unpacked(&[Raw { pax: &[("size", b"0")], ..file("f", "x") }]).is_err());
    let outside: &[(&str, &[u8])] = &[("path", b"../victim/secret")];
    assert!(unpacked(&[Raw { pax: outside, ..file("f", "x") }]).is_err());
    let through: &[(&str, &[u8])] = &[("linkpath", b"../victim/secret")];
    assert!(unpacked(&[Raw { pax: through, ..hard("f", "g") }]).is_err());
}

#[test]
fn bombs_and_cut_archives_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let limited = |limits: UnpackLimits, archive: &mut dyn Read| {
        unpack(archive, root.path(), UnpackOptions { limits, ..options() }).unwrap_err().to_string()
    };
    let many: Vec<_> = (0..20).map(|_| file("same", "")).collect();
    let error = limited(UnpackLimits { entries: 10, ..UnpackLimits::default() }, &mut archive(&many).as_slice());
    assert_eq!(error, "refused layer: more than 10 entries");
    let few = UnpackLimits { bytes: 1000, ..UnpackLimits::default() };
    let large = "x".repeat(1001);
    assert_eq!(limited(few, &mut archive(&[file("large", &large)]).as_slice()), "refused layer: more than 1000 bytes");
    // Zeros without end behind the archive's end.
    let mut endless = archive(&[]).as_slice().to_vec();
    endless.extend([0; 5000]);
    assert_eq!(limited(few, &mut endless.as_slice()), "refused layer: more than 1000 bytes");
    // A name of a gigabyte: refused before it is read.
    let mut header = Header::new_gnu();
    header.set_path("././@LongLink").unwrap();
    header.set_entry_type(EntryType::GNULongName);
    header.set_size(1 << 30);
    header.set_cksum();
    let mut long = (&header.as_bytes()[..]).chain(std::io::repeat(b'a'));
    assert_eq!(
        limited(UnpackLimits::default(), &mut long),
        "refused layer: more than 1048576 bytes in front of an entry"
    );
    let whole = archive(&[file("large", &large)]);
    assert!(limited(UnpackLimits::default(), &mut &whole[..1000]).starts_with("invalid layer archive"));
}

#[test]
fn no_tree_is_deeper_than_what_walks_it() {
    // Each link leads to the bottom of what the last one made.
    let deep = vec!["d"; 40].join("/");
    let names: Vec<(String, String)> = (0..8)
        .map(|round| if round == 0 { deep.clone() } else { format!("l{round}/{deep}") })
        .enumerate()
        .map(|(round, path)| (path, format!("l{}", round + 1)))
        .collect();
    let entries: Vec<Raw<'_>> = names.iter().flat_map(|(path, next)| [directory(path), link(next, path)]).collect();
    let error = unpacked(&entries).expect_err("320 directories").to_string();
    assert!(error.contains("it is too deep"), "{error}");
    assert_eq!(unpacked(&entries[..8]).unwrap().len(), 4 * 40 + 4);
}

/// The same names for us and for another reader, however they are written.
#[test]
fn another_tar_sees_the_same_entries() {
    let [prefixed, long] = [format!("{}/{}", "p".repeat(100), "n".repeat(90)), format!("{}/f", "l".repeat(120))];
    let mut builder = Builder::new(Vec::new());
    let mut append = |header: &mut Header, name: &str| {
        header.set_size(1);
        header.set_mode(0o644);
        builder.append_data(header, name, &b"x"[..]).unwrap();
    };
    append(&mut Header::new_ustar(), &prefixed);
    append(&mut Header::new_gnu(), &long);
    append(&mut Header::new_gnu(), "plain");
    let extended = [("path", "pax/é".as_bytes()), ("mtime", b"1.5")];
    builder.append_pax_extensions(extended).unwrap();
    let mut header = Header::new_ustar();
    header.set_path("other").unwrap();
    header.set_size(0);
    header.set_mode(0o644);
    header.set_cksum();
    builder.append(&header, std::io::empty()).unwrap();
    let archive = builder.into_inner().unwrap();

    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("archive"), &archive).unwrap();
    let layer = root.path().join("layer");
    fs::create_dir(&layer).unwrap();
    unpack(archive.as_slice(), &layer, options()).unwrap();
    let mut ours: Vec<String> =
        tree(&layer).iter().filter_map(|line| Some(line.split_once('=')?.0.to_owned())).collect();
    ours.sort();
    let listed = Command::new("tar").args(["--quoting-style=literal", "-tf"]).arg(root.path().join("archive")).output();
    let Ok(listed) = listed else { return };
    let mut theirs: Vec<String> = String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect();
    theirs.sort();
    assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(&listed.stderr));
    assert_eq!(ours.len(), 4);
}

/// The tests above, by a user who is nobody: what root's rights might have hidden.
#[test]
fn an_ordinary_user_is_as_safe() {
    if !rustix::process::geteuid().is_root() {
        // Then the tests above were run by one.
        return;
    }
    // By descriptor: the way to the test program may be closed to others, the program is not.
    let program = fs::File::open("/proc/self/exe").unwrap();
    rustix::io::fcntl_setfd(&program, rustix::io::FdFlags::empty()).unwrap();
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&program));
    let output = Command::new(path)
        .args(["--test-threads=1", "--skip", "ordinary_user", "engine::layer::hostile::"])
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("7 passed"), "{said}");
}

#[test]
fn numbers_that_are_left_blank_are_nought_as_go_reads_them() {
    let mut blank = archive(&[file("a", "x")]);
    let mut header = Header::new_old();
    header.as_mut_bytes().copy_from_slice(&blank[..512]);
    let fields = header.as_old_mut();
    (fields.uid, fields.gid, fields.mode, fields.mtime) = ([b' '; 8], [0; 8], [b' '; 8], [0; 12]);
    header.set_cksum();
    blank[..512].copy_from_slice(header.as_bytes());
    let root = tempfile::tempdir().unwrap();
    unpack(blank.as_slice(), root.path(), options()).unwrap();
    let status = fs::metadata(root.path().join("a")).unwrap();
    assert_eq!((status.mode() & 0o7777, status.mtime(), status.len()), (0, 0, 1));
}
