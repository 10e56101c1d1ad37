//! COPY and ADD: where things land, whose they are, what they may not reach.

use std::fs;
use std::os::unix::fs::symlink;

use super::harness::Yard;

#[test]
fn things_land_where_docker_puts_them() {
    let Some(yard) = Yard::open() else { return };
    yard.file("one.txt", "1").file("two.txt", "2").file("dir/inner/deep", "3").file("tool", "#!").mode("tool", 0o755);
    symlink("one.txt", yard.context().join("link")).unwrap();
    symlink("inner", yard.context().join("dir/link")).unwrap();
    let image = yard.image(
        "FROM alpine\nWORKDIR /w\nCOPY one.txt renamed\nCOPY one.txt two.txt sub/\nCOPY *.txt /globbed/\nCOPY dir /copied\n\
         COPY dir/ /tmp\nCOPY tool /bin/\nCOPY link /followed\nCOPY . /all\nCOPY one.txt /new/deep/file\n",
    );
    for (path, expected) in [
        ("/w/renamed", "-644 0:0 1"),
        ("/w/sub/one.txt", "-644 0:0 1"),
        ("/w/sub/two.txt", "-644 0:0 2"),
        ("/globbed/two.txt", "-644 0:0 2"),
        ("/copied/inner/deep", "-644 0:0 3"),
        ("/copied/link", "l inner"),
        ("/tmp/inner/deep", "-644 0:0 3"),
        ("/tmp", "d1777 0:0"),
        ("/bin/tool", "-755 0:0 #!"),
        ("/followed", "-644 0:0 1"),
        ("/all/link", "l one.txt"),
        ("/new/deep", "d755 0:0"),
        ("/new/deep/file", "-644 0:0 1"),
    ] {
        yard.has(&image, path, expected);
    }
}

#[test]
fn owners_and_modes_are_asked_for() {
    let Some(yard) = Yard::open() else { return };
    yard.file("f", "1").file("d/f", "2");
    let image = yard.image(
        "FROM alpine AS a\nCOPY --chown=12:34 f /f\nCOPY --chown=nobody f /n\nCOPY --chown=7 --chmod=750 d /d\n\
         FROM scratch\nCOPY --from=a /f /kept\nCOPY --from=a --chown=1:2 /f /given\nCOPY --from=a /n /d/ /etc/passwd /x/\n",
    );
    yard.has(&image, "/kept", "-644 12:34 1");
    yard.has(&image, "/given", "-644 1:2 1");
    yard.has(&image, "/x/f", "-750 7:7 2");
    let passwd = yard.look(&image, "/x/passwd").unwrap();
    let nobody: Vec<&str> = passwd.lines().find(|line| line.starts_with("nobody:")).unwrap().split(':').collect();
    yard.has(&image, "/x/n", &format!("-644 {}:{} 1", nobody[2], nobody[3]));
}

#[test]
fn links_of_the_base_are_followed_inside_it() {
    let Some(yard) = Yard::open() else { return };
    yard.file("f", "1");
    fs::create_dir(yard.outside().join("victim")).unwrap();
    let victim = yard.outside().join("victim").display().to_string();
    let image = yard.image(&format!(
        "FROM alpine\nRUN mkdir -p /real && ln -s /real /link && ln -s {victim} /out && ln -s ../../../../../../etc/x /up\n\
         COPY f /link/\nCOPY f /out/f\nCOPY f /up\n"
    ));
    yard.has(&image, "/real/f", "-644 0:0 1");
    yard.has(&image, "/link", "l /real");
    yard.has(&image, &format!("{victim}/f"), "-644 0:0 1");
    yard.has(&image, "/etc/x", "-644 0:0 1");
    assert_eq!(fs::read_dir(yard.outside().join("victim")).unwrap().count(), 0, "the host was not touched");
}

#[test]
fn nothing_outside_is_read() {
    let Some(yard) = Yard::open() else { return };
    fs::write(yard.outside().join("secret"), "host").unwrap();
    let secret = yard.outside().join("secret");
    symlink("../secret", yard.context().join("relative")).unwrap();
    symlink(&secret, yard.context().join("absolute")).unwrap();
    symlink("..", yard.context().join("above")).unwrap();
    for source in ["relative", "absolute", "../secret", "above/secret", "/../secret", "a/../../secret"] {
        let failure = yard.build(&format!("FROM alpine\nCOPY {source} /stolen\n")).failure();
        assert!(failure.to_string().ends_with("not found"), "{source}: {failure}");
    }
    let failure = yard.classic("FROM alpine\nCOPY ../secret /stolen\n").failure();
    assert_eq!(failure.classic_message(), "COPY failed: forbidden path outside the build context: ../secret ()");

    let stage = format!(
        "FROM alpine AS a\nRUN ln -s {} /leak && ln -s ../../../../../..{} /climb\n",
        secret.display(),
        secret.display()
    );
    for source in ["leak", "climb", "../../../etc/shadow-of-the-host"] {
        let failure = yard.build(&format!("{stage}FROM scratch\nCOPY --from=a {source} /stolen\n")).failure();
        assert!(failure.to_string().ends_with("not found"), "{source}: {failure}");
    }
    let image = yard.image(&format!("{stage}FROM scratch\nCOPY --from=a / /\n"));
    yard.has(&image, "/leak", &format!("l {}", secret.display()));
}

#[test]
fn dockerignore_hides() {
    let Some(yard) = Yard::open() else { return };
    yard.file("keep", "1")
        .file("a.log", "2")
        .file("d/b.log", "3")
        .file("d/keep", "4")
        .file("secret/x", "5")
        .file("secret/shown", "6");
    yard.file(".dockerignore", "# logs\n**/*.log\nsecret\n!secret/shown\nDockerfile\n");
    let image = yard.image("FROM scratch\nCOPY . /all\n");
    for (path, there) in [
        ("/all/keep", true),
        ("/all/d/keep", true),
        ("/all/a.log", false),
        ("/all/d/b.log", false),
        ("/all/secret/x", false),
        ("/all/secret/shown", true),
        ("/all/Dockerfile", false),
    ] {
        assert_eq!(yard.look(&image, path).is_some(), there, "{path}");
    }
    let failure = yard.build("FROM scratch\nCOPY a.log /\n").failure();
    assert!(failure.to_string().ends_with("\"/a.log\": not found"), "{failure}");
    let failure = yard.classic("FROM scratch\nCOPY a.log /\n").failure();
    assert_eq!(
        failure.classic_message(),
        "COPY failed: file not found in build context or excluded by .dockerignore: stat a.log: file does not exist"
    );
}

#[test]
fn add_unpacks_local_archives() {
    let Some(yard) = Yard::open() else { return };
    let plain = archive(&[("bin/tool", "1"), ("deep/er/file", "2")]);
    fs::write(yard.context().join("plain.tar"), &plain).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &plain).unwrap();
    fs::write(yard.context().join("packed.tgz"), gzip.finish().unwrap()).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    std::io::Write::write_all(&mut bzip2, &plain).unwrap();
    fs::write(yard.context().join("packed.tar.bz2"), bzip2.finish().unwrap()).unwrap();
    let packed_by_xz = std::process::Command::new("xz")
        .args(["--keep", "plain.tar"])
        .current_dir(yard.context())
        .status()
        .is_ok_and(|status| status.success());
    if !packed_by_xz {
        eprintln!("xz is lacking: its archives are not tried");
    }
    yard.file("note.gz", "not an archive");
    let image = yard.image("FROM alpine\nRUN mkdir /target && ln -s /target /opt-link\nADD plain.tar /p\nADD packed.tgz /g/\nADD note.gz /n/\nCOPY plain.tar /c/\n");
    yard.has(&image, "/p/bin/tool", "-600 5:6 1");
    yard.has(&image, "/g/deep/er/file", "-600 5:6 2");
    let from_bzip2 = yard.image("FROM scratch\nADD packed.tar.bz2 /b/\n");
    yard.has(&from_bzip2, "/b/deep/er/file", "-600 5:6 2");
    if packed_by_xz {
        let from_xz = yard.image("FROM scratch\nADD plain.tar.xz /x/\n");
        yard.has(&from_xz, "/x/deep/er/file", "-600 5:6 2");
    }
    assert!(yard.look(&image, "/n/note.gz").is_some(), "what is not an archive is copied");
    assert!(
        fs::symlink_metadata(yard.engine.layer_directories(&image).unwrap().last().unwrap().join("c/plain.tar"))
            .is_ok(),
        "COPY unpacks nothing"
    );

    let mut evil = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..8].copy_from_slice(b"../../ev");
    header.set_size(0);
    header.set_mode(0o644);
    header.set_cksum();
    evil.append(&header, std::io::empty()).unwrap();
    fs::write(yard.context().join("evil.tar"), evil.into_inner().unwrap()).unwrap();
    let failure = yard.build("FROM alpine\nADD evil.tar /\n").failure();
    assert!(failure.to_string().contains("leads outside"), "{failure}");

    // What only begins as an archive is a file.
    fs::write(yard.context().join("x.tar.xz"), b"\xfd7zXZ\0...").unwrap();
    let image = yard.image("FROM scratch\nADD x.tar.xz /x/\n");
    assert!(yard.engine.layer_directories(&image).unwrap().last().unwrap().join("x/x.tar.xz").exists());
}

#[test]
fn files_and_directories_do_not_replace_one_another() {
    let Some(yard) = Yard::open() else { return };
    yard.file("tree/etc/passwd/x", "1").file("etc", "2");
    let failure = yard.build("FROM alpine\nCOPY tree /\n").failure();
    assert_eq!(failure.to_string(), "cannot copy to non-directory: /etc/passwd");
    let failure = yard.build("FROM alpine\nCOPY etc /\n").failure();
    assert_eq!(failure.to_string(), "cannot replace to directory /etc with file");
}

/// A tar whose files belong to 5:6.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        header.set_uid(5);
        header.set_gid(6);
        builder.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}
