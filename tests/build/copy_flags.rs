//! The flags of COPY and ADD, URLs, archives, and what strangers' names may not do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::symlink;

use moussaillon::engine::build::BuildRequest;

use super::harness::Yard;

/// Serves one answer to each of so many requests; where.
fn serve(times: usize, status: &'static str, body: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(times) {
            let mut stream = stream.unwrap();
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).unwrap();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    format!("http://{address}")
}

#[test]
fn modes_are_octal_or_symbolic() {
    let Some(yard) = Yard::open() else { return };
    yard.file("d/a", "a").file("d/b", "b").mode("d/a", 0o755).mode("d/b", 0o640).mode("d", 0o700);
    let image = yard.image(
        "FROM scratch\nCOPY --chmod=u=rwX,go=rX d /s/\nCOPY --chmod=0600 d/a /o/a\nADD --chmod=+x d/b /o/b\nARG M=go-r\nCOPY --chmod=$M d/b /o/c\n",
    );
    yard.has(&image, "/s/a", "-755 0:0 a");
    yard.has(&image, "/s/b", "-644 0:0 b");
    yard.has(&image, "/o/a", "-600 0:0 a");
    yard.has(&image, "/o/b", "-751 0:0 b");
    yard.has(&image, "/o/c", "-600 0:0 b");
}

#[test]
fn what_is_excluded_stays_behind() {
    let Some(yard) = Yard::open() else { return };
    for name in ["s/a.txt", "s/b.md", "s/deep/c.md", "s/deep/d.txt", "hom.txt", "home.md"] {
        yard.file(name, name);
    }
    let image = yard.image(
        "FROM scratch\nCOPY --exclude=**/*.md s /one/\nCOPY --exclude=*.md --exclude=deep s /two/\nCOPY --exclude=*.txt hom* /three/\n",
    );
    let there = |path: &str| yard.look(&image, path).is_some();
    assert!(there("/one/a.txt") && there("/one/deep/d.txt"));
    assert!(!there("/one/b.md") && !there("/one/deep/c.md"));
    assert!(there("/two/a.txt") && !there("/two/b.md") && !there("/two/deep"));
    assert!(there("/three/home.md") && !there("/three/hom.txt"));
}

#[test]
fn parents_come_along() {
    let Some(yard) = Yard::open() else { return };
    for name in ["x/a.txt", "x/y/b.txt", "x/y/c.md", "z/a.txt"] {
        yard.file(name, name);
    }
    let image = yard.image(
        "FROM scratch\nCOPY --parents x/a.txt z/a.txt /one/\nCOPY --parents x/./y/*.txt /two/\nCOPY --parents **/*.md /three/\nCOPY --parents x /four/\n",
    );
    yard.has(&image, "/one/x/a.txt", "-644 0:0 x/a.txt");
    yard.has(&image, "/one/z/a.txt", "-644 0:0 z/a.txt");
    yard.has(&image, "/two/y/b.txt", "-644 0:0 x/y/b.txt");
    assert_eq!((yard.look(&image, "/two/x"), yard.look(&image, "/two/y/c.md")), (None, None));
    yard.has(&image, "/three/x/y/c.md", "-644 0:0 x/y/c.md");
    assert_eq!(yard.look(&image, "/three/z"), None);
    assert!(yard.look(&image, "/four/x/y/b.txt").is_some());
    let failure = yard.build("FROM scratch\nCOPY --parents x/none /\n").failure();
    assert!(failure.to_string().ends_with("\"/x/none\": not found"), "{failure}");
}

#[test]
fn a_link_sees_nothing_below_it() {
    let Some(yard) = Yard::open() else { return };
    yard.file("f", "f\n");
    let image = yard.image("FROM alpine\nRUN ln -s /etc /place\nCOPY --link f /place/\n");
    yard.has(&image, "/place/f", "-644 0:0 f\n");
    assert_eq!(yard.look(&image, "/etc/f"), None, "the link of the stage is not followed");
    let followed = yard.image("FROM alpine\nRUN ln -s /etc /place\nCOPY f /place/\n");
    yard.has(&followed, "/etc/f", "-644 0:0 f\n");
}

#[test]
fn a_url_gives_a_file_that_is_checked_and_not_unpacked() {
    let Some(yard) = Yard::open() else { return };
    let url = serve(2, "200 OK", b"hello\n");
    let sum = "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    let image = yard.image(&format!("FROM scratch\nADD --checksum={sum} {url}/dir/file.txt?x=1 /d/\n"));
    yard.has(&image, "/d/file.txt", "-600 0:0 hello\n");
    let wrong = sum.replace("5891", "0000");
    let failure = yard.build(&format!("FROM scratch\nADD --checksum={wrong} {url}/file.txt /d/\n")).failure();
    assert_eq!(failure.to_string(), format!("digest mismatch {sum}: {wrong}"));
    let missing = serve(1, "404 Not Found", b"");
    let failure = yard.build(&format!("FROM scratch\nADD {missing}/none /\n")).failure();
    assert_eq!(failure.to_string(), "failed to load cache key: invalid response status 404");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failure = yard.build(&format!("FROM scratch\nADD http://{closed}/x /\n")).failure();
    let words = format!("Get \"http://{closed}/x\": dial tcp {closed}: connect: connection refused");
    assert_eq!(failure.to_string(), format!("failed to load cache key: {words}"));
    assert_eq!(failure.classic_message(), format!("ADD failed: {words}"));
    for (dockerfile, message) in [
        ("FROM scratch\nADD --checksum=sha256:0 a /\n", "checksum requires HTTP(S) or Git sources"),
        ("FROM scratch\nADD --checksum=md5:0 http://h/a /\n", "unsupported digest algorithm"),
        ("FROM scratch\nADD --checksum=sha256:0 http://h/a /\n", "invalid checksum digest length"),
    ] {
        assert_eq!(yard.build(dockerfile).failure().to_string(), message);
    }
}

#[test]
fn an_archive_is_unpacked_or_not_as_asked() {
    let Some(yard) = Yard::open() else { return };
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(2);
    header.set_mode(0o640);
    builder.append_data(&mut header, "in/side", &b"x\n"[..]).unwrap();
    std::fs::write(yard.context().join("a.tar"), builder.into_inner().unwrap()).unwrap();
    let image = yard.image("FROM scratch\nADD a.tar /one/\nADD --unpack=false a.tar /two/\nCOPY a.tar /three/\n");
    yard.has(&image, "/one/in/side", "-640 0:0 x\n");
    for path in ["/two", "/three"] {
        assert!(yard.look(&image, path).is_some_and(|found| found.starts_with('d')));
        assert_eq!(yard.look(&image, &format!("{path}/in/side")), None);
    }
}

#[test]
fn nothing_leads_out_of_where_it_is() {
    let Some(yard) = Yard::open() else { return };
    let victim = yard.outside().join("victim");
    std::fs::create_dir(&victim).unwrap();
    std::fs::write(victim.join("secret"), "host\n").unwrap();
    symlink(&victim, yard.context().join("absolute")).unwrap();
    symlink("../victim", yard.context().join("relative")).unwrap();
    symlink(victim.join("secret"), yard.context().join("file")).unwrap();
    for source in ["absolute/secret", "relative/secret", "file", "../victim/secret", "../../victim/secret"] {
        let failure = yard.build(&format!("FROM scratch\nCOPY {source} /got\n")).failure();
        assert!(failure.to_string().ends_with("not found"), "{source}: {failure}");
        let mount = format!("FROM alpine\nRUN --mount=source={source},target=/m cat /m\n");
        let failure = yard.build(&mount).failure();
        assert!(failure.to_string().ends_with("not found"), "{source}: {failure}");
    }
    // A stage whose links lead to the host's files; ours are not there.
    let place = victim.display();
    let stage = format!(
        "FROM alpine AS evil\nRUN ln -s {place} /out && ln -s /proc/self/root/{place} /proc-out && ln -s ../../../../../..{place} /up\nFROM alpine\n"
    );
    for path in ["/out/secret", "/proc-out/secret", "/up/secret"] {
        let failure = yard.build(&format!("{stage}COPY --from=evil {path} /got\n")).failure();
        assert!(failure.to_string().ends_with("not found"), "{path}: {failure}");
        let mounted = format!("{stage}RUN --mount=from=evil,source={path},target=/m cat /m\n");
        assert!(yard.build(&mounted).failure().to_string().ends_with("not found"), "{path}");
    }
    // Writing through a link of the image, or to a mount target that is one.
    let written = yard.build(&format!(
        "FROM alpine\nRUN ln -s {place} /out\nCOPY --chmod=777 Dockerfile /out/written\nRUN --mount=type=tmpfs,target=/out/tmp touch /out/tmp/x\n"
    ));
    yard.built(&written);
    assert_eq!(std::fs::read_dir(&victim).unwrap().count(), 1);
    assert_eq!(std::fs::read_to_string(victim.join("secret")).unwrap(), "host\n");
}

#[test]
fn an_archive_of_a_stranger_stays_in_its_place() {
    let Some(yard) = Yard::open() else { return };
    let victim = yard.outside().join("victim");
    std::fs::write(&victim, "host\n").unwrap();
    let entry = |kind: tar::EntryType, name: &str, link: &str, content: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        if !link.is_empty() {
            header.set_link_name_literal(link).unwrap();
        }
        header.set_cksum();
        (header, content.to_vec())
    };
    let up = format!("../../../../../../../..{}", victim.display());
    let attacks: Vec<Vec<(tar::Header, Vec<u8>)>> = vec![
        vec![entry(tar::EntryType::Regular, "../../../../victim", "", b"pwned")],
        vec![
            entry(tar::EntryType::Symlink, "l", victim.to_str().unwrap(), b""),
            entry(tar::EntryType::Regular, "l", "", b"pwned"),
        ],
        vec![
            entry(tar::EntryType::Symlink, "d", victim.parent().unwrap().to_str().unwrap(), b""),
            entry(tar::EntryType::Regular, "d/victim", "", b"pwned"),
        ],
        vec![entry(tar::EntryType::Link, "h", &up, b""), entry(tar::EntryType::Regular, "h", "", b"pwned")],
    ];
    for (number, attack) in attacks.into_iter().enumerate() {
        let mut builder = tar::Builder::new(Vec::new());
        for (header, content) in attack {
            builder.append(&header, content.as_slice()).unwrap();
        }
        std::fs::write(yard.context().join("evil.tar"), builder.into_inner().unwrap()).unwrap();
        let _ = yard.build("FROM alpine\nADD evil.tar /\nRUN cat /h 2>/dev/null; true\n");
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "host\n", "attack {number}");
        let archive = std::fs::File::open(yard.context().join("evil.tar")).unwrap();
        drop(yard.engine.stage_context(archive));
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "host\n", "context {number}");
    }
    assert_eq!(yard.staged(), 0);
}

#[test]
fn everything_is_as_old_as_asked() {
    let Some(yard) = Yard::open() else { return };
    yard.file("f", "f");
    let dockerfile =
        "FROM scratch AS s\nFROM alpine\nWORKDIR /w\nCOPY f /deep/er/f\nRUN touch /ran && mkdir -p /run/x\n";
    let request = || BuildRequest {
        build_args: vec![("SOURCE_DATE_EPOCH".to_owned(), "1000000000".to_owned())],
        no_cache: moussaillon::engine::build::NoCache::Always,
        ..yard.request(dockerfile)
    };
    let first = yard.built(&yard.build_with(&request()));
    let second = yard.built(&yard.build_with(&request()));
    assert_eq!(first.id, second.id, "the same inputs give the same image, whenever");
    for layer in yard.engine.layer_directories(&first).unwrap().iter().skip(1) {
        let mut waiting: Vec<std::path::PathBuf> =
            std::fs::read_dir(layer).unwrap().map(|entry| entry.unwrap().path()).collect();
        while let Some(path) = waiting.pop() {
            let metadata = std::fs::symlink_metadata(&path).unwrap();
            assert!(std::os::unix::fs::MetadataExt::mtime(&metadata) <= 1_000_000_000, "{}", path.display());
            if metadata.is_dir() {
                waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
    }
    assert_eq!(first.config.created.unwrap().as_second(), 1_000_000_000);
    assert!(first.config.history.iter().all(|line| line.created.unwrap().as_second() <= 1_000_000_000));
}
