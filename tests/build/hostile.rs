//! Dockerfiles made to harm, as root and as an ordinary user: the host's files stay as they were.
//! Each follows a published advisory about a builder: CVE-2024-9675 (cache ids), CVE-2024-23651 to -23653 (mounts),
//! CVE-2022-21658-like links, CVE-2019-14271-like programs of the image.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::program::Somebody;

/// Every file under a directory with what it holds.
pub fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.display().to_string(), fs::read(&path).unwrap())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn the_host_stays_as_it_was() {
    for somebody in Somebody::all() {
        let victim = somebody.path().join("victim");
        fs::create_dir(&victim).unwrap();
        fs::write(victim.join("file"), "host\n").unwrap();
        fs::write(victim.join("empty"), "").unwrap();
        // Whoever builds could write there: only the builder stands in between.
        for path in [victim.clone(), victim.join("file"), victim.join("empty")] {
            somebody.own(&path);
        }
        let before = contents(&victim);
        let place = victim.display().to_string();
        let up = format!("../../../../../../../../../..{place}");
        somebody.context(&[("f", "pwned\n")]);
        let link = somebody.path().join("context/link");
        symlink(&victim, &link).unwrap();
        let attacks = [
            format!("FROM alpine\nRUN --mount=type=cache,id={up},target=/c echo pwned > /c/file; rm -rf /c/*\n"),
            format!("FROM alpine\nRUN --mount=type=cache,target={up} echo pwned > {place}/file\n"),
            "FROM alpine\nRUN --mount=source=link,target=/c,rw echo pwned > /c/file; rm -rf /c/*\n".to_owned(),
            "FROM alpine\nRUN --mount=source=/,target=/c,rw echo pwned > /c/link/file; rm -rf /c/link/*\n".to_owned(),
            "FROM alpine\nCOPY link/file /got\n".to_owned(),
            format!("FROM alpine\nRUN ln -s {place} /out\nCOPY f /out/file\nRUN rm -rf /out/*\n"),
            format!("FROM alpine\nRUN ln -s {up} /out\nWORKDIR /out\nRUN echo pwned > file\n"),
            format!("FROM alpine AS e\nRUN ln -s {place} /out\nFROM alpine\nCOPY --from=e /out/file /got\n"),
            format!(
                "FROM alpine AS e\nRUN mkdir /d && ln -s {place} /d/out\nFROM alpine\n\
                 RUN --mount=from=e,source=/d/out,target=/c,rw echo pwned > /c/file; rm -rf /c/*\n"
            ),
            // A mount whose place is swapped for a link while the step runs: its stub is taken away afterwards.
            format!("FROM alpine\nRUN --mount=type=tmpfs,target=/a/b/c umount /a/b/c; rm -rf /a; ln -s {place} /a\n"),
            // The same where the stub's name is that of an empty file of the host's.
            format!(
                "FROM alpine\nRUN --mount=type=secret,id=x,target=/a/empty rm -rf /a; mv /a /b; ln -s {place} /a\n"
            ),
            format!(
                "FROM alpine\nRUN rm -rf /run && ln -s {place} /run\nRUN --mount=type=tmpfs,target=/run/file true\n"
            ),
            format!(
                "FROM alpine\nCOPY <<../../../../../../../..{place}/file /d/\npwned\n../../../../../../../..{place}/file\n"
            ),
            format!("FROM alpine\nRUN <<{place}/file\n#!/bin/sh\ntrue\n{place}/file\n"),
            format!(
                "FROM alpine AS e\nRUN ln -s / /root-of && ln -s {up} /climb\nFROM alpine\nCOPY --from=e /climb/file /root-of{place}/file /x/\n"
            ),
            format!(
                "FROM alpine\nRUN ln -s {place} /out\nCOPY --link f /out/file\nCOPY --parents ./f /out/\nADD f /out/empty\n"
            ),
            format!("FROM alpine\nCOPY --parents ../..{place}/file link/./file /got/\n"),
            format!(
                "FROM alpine AS e\nFROM alpine\nRUN --mount=type=cache,from=e,source={up},target=/c echo pwned > /c/file; rm -rf /c/*\n"
            ),
            format!("FROM alpine\nRUN --mount=type=bind,source={up},target=/c,rw echo pwned > /c/file; rm -rf /c/*\n"),
            format!(
                "FROM alpine\nRUN mkdir -p {place} && ln -s {place} /proc-link; cd /proc/self/fd && echo pwned > {place}/file\nWORKDIR /proc/self/fd/3\nRUN pwd\n"
            ),
            format!("FROM alpine\nADD --chown=0:0 link {place}/\nVOLUME {place}\nRUN rm -rf {place}/*\n"),
        ];
        for attack in attacks {
            somebody.context(&[("Dockerfile", &attack)]);
            let secret = format!("id=x,src={}", somebody.path().join("context/f").display());
            let built = somebody.docker("1", &["build", "-t", "evil", "--secret", &secret, "context"]);
            assert_eq!(contents(&victim), before, "{attack}\n{}", String::from_utf8_lossy(&built.stderr));
        }
        let exported = somebody.docker("1", &["build", "-o", "out", "context"]);
        assert_eq!(contents(&victim), before, "{}", String::from_utf8_lossy(&exported.stderr));
    }
}
