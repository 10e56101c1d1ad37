//! The client's flags, through the program, as root and as an ordinary user.

use std::fs;
use std::process::Output;

use super::program::Somebody;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[track_caller]
fn failed(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stderr)
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        builder.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn contexts_come_from_archives_and_standard_input() {
    for somebody in Somebody::all() {
        let files = [
            ("Dockerfile", "FROM alpine\nCOPY . /c/\n"),
            ("other.df", "FROM alpine\nCOPY a /other\n"),
            ("a", "a\n"),
            ("hidden", "x"),
            (".dockerignore", "hidden\n"),
        ];
        let plain = archive(&files);
        let run =
            |tag: &str, command: &str| succeeded(&somebody.docker("1", &["run", "--rm", tag, "sh", "-c", command]));
        succeeded(&somebody.docker_reading(&plain, &["build", "-q", "-t", "one", "-"]));
        // Whoever packs an archive chooses what is in it: nothing is hidden.
        assert_eq!(run("one", "ls /c"), "Dockerfile\na\nhidden\nother.df\n");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, &plain).unwrap();
        fs::write(somebody.path().join("context.tgz"), packed.finish().unwrap()).unwrap();
        succeeded(&somebody.docker("1", &["build", "-q", "-t", "two", "-f", "other.df", "context.tgz"]));
        assert_eq!(run("two", "cat /other"), "a\n");
        somebody.context(&[("a", "directory\n")]);
        let dockerfile = b"FROM alpine\nCOPY a /stdin\n";
        succeeded(&somebody.docker_reading(dockerfile, &["build", "-q", "-t", "three", "-f", "-", "context"]));
        assert_eq!(run("three", "cat /stdin"), "directory\n");
        // A Dockerfile that is a link to the host's files is none.
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        header.set_mode(0o777);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        builder.append_link(&mut header, "Dockerfile", "/etc/hostname").unwrap();
        let evil = builder.into_inner().unwrap();
        let said = failed(&somebody.docker_reading(&evil, &["build", "-"]), 1);
        assert!(said.contains("failed to read dockerfile: open Dockerfile: no such file or directory"), "{said}");
        for (buildkit, arguments, code, message) in [
            ("1", &["build", ""][..], 1, "ERROR: unable to prepare context: path \"\" not found\n"),
            ("0", &["build", "context/a"], 1, "unable to prepare context: context must be a directory: "),
            (
                "1",
                &["build", "-f", "context", "context"],
                1,
                "failed to read dockerfile: read context: is a directory\n",
            ),
            ("0", &["build", "-f", "context/../none", "context"], 1, "/none: no such file or directory\n"),
            ("0", &["build", "--progress=plain", "context"], 125, "unknown flag: --progress\n\nUsage:  docker build ["),
            ("maybe", &["build", "context"], 1, "strconv.ParseBool: parsing \"maybe\": invalid syntax\n"),
        ] {
            let said = failed(&somebody.docker(buildkit, arguments), code);
            assert!(said.contains(message) && !said.contains("/../"), "{arguments:?}: {said}");
        }
        let alone = somebody.docker_reading(b"FROM scratch\n", &["build", "-f", "other.df", "-"]);
        let ambiguous = "ERROR: ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles\n";
        assert_eq!(failed(&alone, 1), ambiguous);
        let said = failed(&somebody.docker("1", &["build", "https://example.org/x.git"]), 125);
        assert!(said.contains("https://example.org/x.git"), "{said}");
    }
}

#[test]
fn results_go_where_they_are_asked() {
    for somebody in Somebody::all() {
        let dockerfile = "FROM alpine AS base\nRUN mkdir -p /out/sub && echo x > /out/sub/f && chmod 640 /out/sub/f\n\
            FROM scratch\nCOPY --from=base /out /\nCMD [\"/none\"]\n";
        somebody.context(&[("Dockerfile", dockerfile)]);
        let at = |name: &str| somebody.path().join(name);
        succeeded(&somebody.docker("1", &["build", "-o", "local", "context"]));
        assert_eq!(fs::read_to_string(at("local/sub/f")).unwrap(), "x\n");
        let output = somebody.docker("1", &["build", "--output", "type=tar,dest=-", "context"]);
        assert!(output.status.success());
        let mut read = tar::Archive::new(output.stdout.as_slice());
        let names: Vec<String> =
            read.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        assert_eq!(names, ["sub/", "sub/f"]);
        assert!(!succeeded(&somebody.docker("1", &["images", "-aq"])).contains("none"));
        let images = succeeded(&somebody.docker("1", &["images", "-q"]));
        succeeded(&somebody.docker("1", &["build", "-t", "mine:1", "-o", "type=docker,dest=mine.tar", "context"]));
        assert_eq!(succeeded(&somebody.docker("1", &["images", "-q"])), images, "the image is in the file alone");
        assert_eq!(succeeded(&somebody.docker("1", &["load", "-i", "mine.tar"])), "Loaded image: mine:1\n");
        succeeded(
            &somebody
                .docker("1", &["build", "-t", "mine:2", "--iidfile", "iid", "--metadata-file", "meta.json", "context"]),
        );
        let id = fs::read_to_string(at("iid")).unwrap();
        assert!(id.starts_with("sha256:") && id.len() == 71, "{id}");
        let metadata: serde_json::Value = serde_json::from_slice(&fs::read(at("meta.json")).unwrap()).unwrap();
        assert_eq!(metadata["containerimage.config.digest"], id.as_str());
        assert_eq!(metadata["image.name"], "docker.io/library/mine:2");
        let raw = somebody.docker("1", &["build", "--progress=rawjson", "context"]);
        for line in text(&raw.stderr).lines() {
            assert!(serde_json::from_str::<serde_json::Value>(line).unwrap().is_object(), "{line}");
        }
        let said = failed(&somebody.docker("1", &["build", "-o", "type=cacheonly", "context"]), 125);
        assert!(said.contains("type=cacheonly"), "{said}");
    }
}

#[test]
fn a_dockerfile_is_looked_at_without_being_built() {
    for somebody in Somebody::all() {
        let dockerfile = "# VERSION of the base\nARG VERSION=latest\nFROM alpine:$VERSION AS one\n\
            RUN --mount=type=secret,id=token,required true\n# two is what is served\nFROM one AS two\nARG WHO=me\nCMD echo $WHO\n";
        somebody.context(&[("Dockerfile", dockerfile)]);
        let checked = somebody.docker("1", &["build", "--check", "context"]);
        let said = text(&checked.stdout);
        assert_eq!(checked.status.code(), Some(1));
        assert_eq!(
            said,
            "Check complete, 1 warning has been found!\n\n\
             WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/\n\
             JSON arguments recommended for CMD to prevent unintended behavior related to OS signals\n\
             Dockerfile:8\n--------------------\n   6 |     FROM one AS two\n   7 |     ARG WHO=me\n   8 | >>> CMD echo $WHO\n   9 |     \n--------------------\n"
        );
        let targets = succeeded(&somebody.docker("1", &["build", "--call=targets", "context"]));
        assert_eq!(targets, "TARGET        DESCRIPTION\none           \ntwo (default) is what is served\n");
        let outline =
            succeeded(&somebody.docker("1", &["build", "--call", "outline", "--build-arg", "WHO=you", "context"]));
        assert!(
            outline
                .starts_with("TARGET:      two\nDESCRIPTION: is what is served\n\nBUILD ARG   VALUE    DESCRIPTION\n"),
            "{outline}"
        );
        assert!(outline.contains("VERSION     latest   of the base\nWHO         you"), "{outline}");
        assert!(outline.ends_with("SECRET   REQUIRED\ntoken    true\n\n"), "{outline}");
        let built = somebody.docker("1", &["build", "context"]);
        assert!(
            failed(&built, 1).contains("\n 1 warning found (use docker --debug to expand):\n - JSONArgsRecommended: ")
        );
        assert!(failed(&built, 1).ends_with("ERROR: failed to solve: secret token: not found\n"));
        somebody.context(&[("secret", "s3cret"), ("Dockerfile", "FROM alpine\nENTRYPOINT [\"a\"]\n")]);
        let clean = succeeded(&somebody.docker("1", &["build", "--check", "context"]));
        assert_eq!(clean, "Check complete, no warnings found.\n");
    }
}

#[test]
fn secrets_hosts_and_limits_reach_the_steps() {
    for somebody in Somebody::all() {
        let dockerfile = "FROM alpine\nRUN --mount=type=secret,id=file cat /run/secrets/file > /file\n\
            RUN --mount=type=secret,id=var,env=V echo $V > /var-value\nRUN grep -c gateway /etc/hosts > /hosts\n\
            RUN ulimit -n > /files && df -k /dev/shm | tail -1 | awk '{print $2}' > /shm || true\n";
        somebody.context(&[("Dockerfile", dockerfile), ("value", "from a file\n")]);
        let arguments = [
            "build",
            "-t",
            "secret",
            "--secret",
            "id=file,src=context/value",
            "--secret",
            "id=var,env=HOME",
            "--add-host",
            "gateway:10.0.0.1",
            "--ulimit",
            "nofile=64:64",
            "--shm-size",
            "1m",
            "context",
        ];
        succeeded(&somebody.docker("1", &arguments));
        let shown = succeeded(&somebody.docker("1", &["run", "--rm", "secret", "cat", "/file", "/hosts", "/files"]));
        assert_eq!(shown, "from a file\n1\n64\n");
        let value = succeeded(&somebody.docker("1", &["run", "--rm", "secret", "cat", "/var-value"]));
        assert_eq!(value.trim_end(), somebody.path().display().to_string());
    }
}

#[test]
fn a_limit_holds_in_the_steps_or_is_said_not_to() {
    for somebody in Somebody::all() {
        let shown = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null || true";
        somebody.context(&[("Dockerfile", &format!("FROM alpine\nRUN {shown}\n"))]);
        for buildkit in ["1", "0"] {
            let output = somebody.docker(buildkit, &["build", "--no-cache", "--memory", "32m", "context"]);
            let told = succeeded(&output) + &text(&output.stderr);
            assert_ne!(told.contains("33554432"), told.contains(" ---> [Warning] Your kernel"), "{told}");
        }
    }
}

#[test]
fn owners_change_where_there_are_none() {
    for somebody in Somebody::all() {
        let dockerfile = "FROM alpine\nRUN touch /f && chown nobody:nobody /f && chown -R 1000:1000 /home && chgrp 42 /f\n\
            RUN mkdir -p /var/lib/x && chown 100:101 /var/lib/x && chmod 2755 /var/lib/x\nCOPY --chown=1000:1000 Dockerfile /mine\n";
        somebody.context(&[("Dockerfile", dockerfile)]);
        succeeded(&somebody.docker("1", &["build", "-t", "owned", "context"]));
        succeeded(&somebody.docker("1", &["run", "--rm", "owned", "test", "-g", "/var/lib/x"]));
    }
}

#[test]
fn the_cache_outlives_images_and_is_pruned() {
    for somebody in Somebody::all() {
        let dockerfile = "FROM alpine\nRUN dd if=/dev/zero of=/big bs=1k count=64 2>/dev/null\n\
            RUN --mount=type=cache,target=/c echo x >> /c/log && cp /c/log /log\n";
        somebody.context(&[("Dockerfile", dockerfile)]);
        let build = || text(&somebody.docker("1", &["build", "-t", "cached", "context"]).stderr);
        assert!(!build().contains("#5 CACHED"));
        let kept = succeeded(&somebody.docker("1", &["builder", "prune", "-f", "--filter", "type=regular"]));
        assert_eq!(kept, "Total reclaimed space: 0B\n", "what an image stands on frees nothing");
        succeeded(&somebody.docker("1", &["rmi", "cached"]));
        let again = build();
        assert_eq!(again.matches("CACHED").count(), 3, "{again}");
        succeeded(&somebody.docker("1", &["rmi", "cached"]));
        let usage = succeeded(&somebody.docker("1", &["buildx", "du"]));
        let lines: Vec<&str> = usage.lines().collect();
        assert_eq!(lines[0], "ID\t\t\t\t\t\tRECLAIMABLE\tSIZE\t\tLAST ACCESSED");
        assert_eq!(lines.len(), 6, "{usage}");
        assert!(lines[1..4].iter().all(|line| line.contains("\ttrue") && line.ends_with(" ago")), "{usage}");
        assert!(lines[4].starts_with("Reclaimable:\t") && lines[5].starts_with("Total:\t\t"), "{usage}");
        let mounts =
            succeeded(&somebody.docker("1", &["buildx", "du", "--verbose", "--filter", "type=exec.cachemount"]));
        assert!(mounts.contains("Mutable:\ttrue\n") && mounts.contains("Type:\t\texec.cachemount\n"), "{mounts}");
        let pruned = succeeded(&somebody.docker("1", &["builder", "prune", "-f"]));
        assert!(pruned.starts_with("Deleted build cache objects:\n"), "{pruned}");
        assert!(pruned.ends_with("B\n") && !pruned.contains("space: 0B"), "{pruned}");
        assert_eq!(pruned.lines().count(), 6, "{pruned}");
        assert_eq!(succeeded(&somebody.docker("1", &["builder", "prune", "-f"])), "Total reclaimed space: 0B\n");
        let fresh = build();
        assert_eq!(fresh.matches("CACHED").count(), 1, "{fresh}");
        let log = succeeded(&somebody.docker("1", &["run", "--rm", "cached", "cat", "/log"]));
        assert_eq!(log, "x\n", "the cache mount went too");
        let all = succeeded(&somebody.docker("1", &["builder", "prune", "-af", "--keep-storage", "1GB"]));
        assert_eq!(all, "Total reclaimed space: 0B\n");
    }
}
