//! Archives made to write elsewhere than where they are unpacked, as what ADD unpacks and as the context itself, as root and
//! as an ordinary user: the host's files stay as they were.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use tar::EntryType;

use super::hostile::contents;
use super::program::Somebody;

/// An entry as somebody evil writes it: the name and the target as they are.
struct Evil<'a> {
    kind: EntryType,
    name: &'a str,
    link: &'a str,
    /// PAX records in front of it.
    pax: &'a [(&'a str, &'a str)],
}

fn file(name: &str) -> Evil<'_> {
    Evil { kind: EntryType::Regular, name, link: "", pax: &[] }
}

fn directory(name: &str) -> Evil<'_> {
    Evil { kind: EntryType::Directory, ..file(name) }
}

fn symlink<'a>(name: &'a str, link: &'a str) -> Evil<'a> {
    Evil { kind: EntryType::Symlink, link, ..file(name) }
}

fn hard<'a>(name: &'a str, link: &'a str) -> Evil<'a> {
    Evil { kind: EntryType::Link, link, ..file(name) }
}

fn written(entries: &[Evil<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for entry in entries {
        builder.append_pax_extensions(entry.pax.iter().map(|(key, value)| (*key, value.as_bytes()))).unwrap();
        let content: &[u8] = if entry.kind == EntryType::Regular { b"pwned\n" } else { b"" };
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(entry.kind);
        header.set_mode(0o777);
        header.set_size(content.len() as u64);
        let gnu = header.as_gnu_mut().unwrap();
        gnu.name[..entry.name.len()].copy_from_slice(entry.name.as_bytes());
        gnu.linkname[..entry.link.len()].copy_from_slice(entry.link.as_bytes());
        header.set_cksum();
        builder.append(&header, Cursor::new(content)).unwrap();
    }
    builder.into_inner().unwrap()
}

fn compressed(archive: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(archive).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn nothing_is_written_outside() {
    for somebody in Somebody::all() {
        // Names of an old header are 100 bytes long.
        let victim = tempfile::Builder::new().prefix("v").rand_bytes(5).tempdir_in("/tmp").unwrap();
        fs::write(victim.path().join("file"), "host\n").unwrap();
        for path in [victim.path().to_owned(), victim.path().join("file")] {
            somebody.own(&path);
        }
        let before = contents(victim.path());
        let place = victim.path().display().to_string();
        let up = format!("../../../../../../../../../../../..{place}");
        let (inside, above) = (format!("{place}/file"), format!("{up}/file"));
        let record = [("path", above.as_str())];
        let target = [("linkpath", inside.as_str())];
        let attacks = [
            vec![file(&above)],
            vec![file(&inside)],
            vec![symlink("d", &place), file("d/file")],
            vec![symlink("d", &up), directory("d"), file("d/file"), file("d/new")],
            vec![directory("d"), symlink("d", &place), file("d/file")],
            vec![symlink("a", "b"), symlink("b", &place), file("a/file")],
            vec![symlink("s", &inside), file("s")],
            vec![hard("h", &inside), file("h")],
            vec![hard("h", &above), file("h")],
            vec![symlink("s", &inside), hard("h", "s"), file("h")],
            vec![symlink("d", &place), hard("h", "d/file"), file("h")],
            vec![Evil { pax: &record, ..file("innocent") }],
            vec![Evil { pax: &target, ..symlink("s", "x") }, file("s")],
            vec![Evil { pax: &target, ..hard("h", "x") }, file("h")],
            vec![directory(".."), directory("../.."), file("../../x"), file("..")],
        ];
        harmless_ones_are_unpacked(&somebody);
        for (number, attack) in attacks.iter().enumerate() {
            let archive = written(attack);
            let context = somebody.path().join("context");
            fs::write(context.join("a.tar"), &archive).unwrap();
            fs::write(context.join("a.tgz"), compressed(&archive)).unwrap();
            for dockerfile in [
                "FROM alpine\nADD a.tar /\n",
                "FROM alpine\nADD a.tgz /sub/\nRUN true\n",
                &format!("FROM alpine\nRUN mkdir -p {place} && ln -s {place} /sub\nADD a.tar /sub/\n"),
            ] {
                somebody.context(&[("Dockerfile", dockerfile)]);
                let built = somebody.docker("1", &["build", "-o", "out", "context"]);
                assert_same(victim.path(), &before, number, dockerfile, &built.stderr);
                let _ = fs::remove_dir_all(somebody.path().join("out"));
            }
            // The archive is the context.
            let whole = written_with_dockerfile(&archive);
            let built = somebody.docker_reading(&whole, &["build", "-"]);
            assert_same(victim.path(), &before, number, "its own context", &built.stderr);
        }
    }
}

/// Else all that follows would prove nothing.
fn harmless_ones_are_unpacked(somebody: &Somebody) {
    let archive = written(&[directory("fine"), file("fine/f"), hard("fine/h", "fine/f"), symlink("fine/s", "f")]);
    fs::write(somebody.path().join("context/a.tgz"), compressed(&archive)).unwrap();
    somebody.context(&[("Dockerfile", "FROM alpine\nADD a.tgz /sub/\n")]);
    let built = somebody.docker("1", &["build", "-o", "out", "context"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert_eq!(fs::read(somebody.path().join("out/sub/fine/s")).unwrap(), b"pwned\n");
    fs::remove_dir_all(somebody.path().join("out")).unwrap();
    let built = somebody.docker_reading(&written_with_dockerfile(&archive), &["build", "-"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

fn written_with_dockerfile(archive: &[u8]) -> Vec<u8> {
    let mut first = tar::Builder::new(Vec::new());
    let dockerfile = b"FROM scratch\nCOPY . /\n";
    let mut header = tar::Header::new_gnu();
    header.set_size(dockerfile.len() as u64);
    header.set_mode(0o644);
    first.append_data(&mut header, "Dockerfile", &dockerfile[..]).unwrap();
    // Without the two empty blocks at its end.
    let mut whole = first.get_ref().clone();
    whole.extend_from_slice(archive);
    whole
}

fn assert_same(victim: &Path, before: &[(String, Vec<u8>)], number: usize, what: &str, told: &[u8]) {
    assert_eq!(contents(victim), before, "attack {number}, {what}\n{}", String::from_utf8_lossy(told));
}
