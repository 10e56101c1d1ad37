//! Whole builds on the real engine: what comes out, what is told, what fails.

use moussaillon::engine::Clock;
use moussaillon::engine::build::{BuildContext, BuildEvent, BuildRequest, DockerfileSource, NoCache, ProgressEvent};

use super::harness::Yard;

#[test]
fn a_multi_stage_build_keeps_only_the_last_stage() {
    let Some(yard) = Yard::open() else { return };
    yard.file("in.txt", "hello\n");
    let dockerfile = "FROM alpine AS builder\nWORKDIR /src\nCOPY in.txt .\nRUN tr a-z A-Z < in.txt > out.txt\n\
        FROM scratch\nCOPY --from=builder /src/out.txt /out.txt\nCMD [\"cat\", \"/out.txt\"]\n";
    let told = yard.build(dockerfile);
    let image = yard.built(&told);
    yard.has(&image, "/out.txt", "-644 0:0 HELLO\n");
    assert_eq!(yard.look(&image, "/src"), None);
    assert_eq!(image.config.rootfs.diff_ids.len(), 1);
    assert_eq!(
        told.vertices(),
        [
            "[internal] load build definition from Dockerfile = done",
            "[internal] load metadata for docker.io/library/alpine:latest = done",
            "[internal] load .dockerignore = done",
            "[builder 1/4] FROM docker.io/library/alpine:latest = done",
            "[internal] load build context = done",
            "[builder 2/4] WORKDIR /src = done",
            "[builder 3/4] COPY in.txt . = done",
            "[builder 4/4] RUN tr a-z A-Z < in.txt > out.txt = done",
            "[stage-1 1/1] COPY --from=builder /src/out.txt /out.txt = done",
            "exporting to image = done",
        ]
    );
    let history: Vec<(&str, bool)> =
        image.config.history.iter().map(|line| (line.created_by.as_str(), line.empty_layer)).collect();
    assert_eq!(history, [("COPY /src/out.txt /out.txt # buildkit", false), ("CMD [\"cat\" \"/out.txt\"]", true)]);
    assert_eq!(yard.staged(), 0);
    assert!(yard.engine.containers().unwrap().is_empty());
    assert_eq!(yard.engine.images().unwrap().len(), 2, "nothing beside alpine and the result");

    let again = yard.build(dockerfile);
    assert_eq!(again.cached_and_done(), (4, 0));
    assert_eq!(yard.built(&again).id, image.id, "a rebuild out of the cache is the same image");
}

#[test]
fn the_cache_knows_what_each_step_reads() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile = "FROM alpine\nARG WHO=nobody\nCOPY a /a\nRUN echo $WHO > /who\n";
    yard.file("a", "1").file("unrelated", "1");
    let first = yard.image(dockerfile);
    yard.file("unrelated", "2");
    assert_eq!(yard.build(dockerfile).cached_and_done(), (2, 0), "what is not copied does not matter");
    let told = yard.build_with(&BuildRequest {
        build_args: vec![("WHO".to_owned(), "you".to_owned())],
        ..yard.request(dockerfile)
    });
    assert_eq!(told.cached_and_done(), (1, 1), "an ARG in scope matters to RUN, not to COPY");
    yard.has(&yard.built(&told), "/who", "-644 0:0 you\n");
    assert_eq!(
        yard.built(&told).config.history.last().unwrap().created_by,
        "RUN |1 WHO=you /bin/sh -c echo $WHO > /who # buildkit"
    );
    yard.mode("a", 0o600);
    assert_eq!(yard.build(dockerfile).cached_and_done(), (0, 2), "a mode matters");
    yard.mode("a", 0o644);
    assert_eq!(yard.build(dockerfile).cached_and_done(), (2, 0));
    yard.file("a", "2");
    let told = yard.build(dockerfile);
    assert_eq!(told.cached_and_done(), (0, 2), "a content matters");
    assert_ne!(yard.built(&told).id, first.id);
    let told = yard.build_with(&BuildRequest { no_cache: NoCache::Always, ..yard.request(dockerfile) });
    assert_eq!(told.cached_and_done(), (0, 2));
}

#[test]
fn only_needed_stages_are_built() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile = "FROM alpine AS a\nRUN touch /a\nFROM alpine AS unused\nRUN exit 1\nFROM a AS b\nRUN touch /b\nFROM scratch\nCOPY --from=b /b /\n";
    assert!(yard.look(&yard.image(dockerfile), "/b").is_some());
    let told = yard.build_with(&BuildRequest { target: Some("A".to_owned()), ..yard.request(dockerfile) });
    let image = yard.built(&told);
    assert!(yard.look(&image, "/a").is_some() && yard.look(&image, "/b").is_none());
    let failure =
        yard.build_with(&BuildRequest { target: Some("nope".to_owned()), ..yard.request(dockerfile) }).failure();
    assert_eq!(failure.to_string(), "target stage \"nope\" could not be found");
}

#[test]
fn instructions_shape_the_config() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile = "ARG TAG=latest\nFROM alpine:$TAG\nARG TARGETARCH\nENV A=1 B=\"two words\"\nENV C=$A-$NONE C2=${NONE:-x}\n\
        LABEL who=me arch=$TARGETARCH\nEXPOSE 80 53/udp\nVOLUME /data\nWORKDIR /srv\nWORKDIR sub\nUSER root\n\
        STOPSIGNAL SIGINT\nSHELL [\"/bin/sh\", \"-ec\"]\nENTRYPOINT [\"/e\"]\nCMD echo $A\nMAINTAINER me\n\
        HEALTHCHECK --interval=5s CMD true\nONBUILD RUN touch /tmp/onbuild\n";
    let request = BuildRequest {
        labels: vec![("l".to_owned(), "v".to_owned())],
        tags: vec!["x:1".parse().unwrap()],
        ..yard.request(dockerfile)
    };
    let image = yard.built(&yard.build_with(&request));
    let config = &image.config.config;
    let value =
        |name: &str| config.env.iter().find_map(|entry| entry.strip_prefix(name)?.strip_prefix('=')).unwrap_or("none");
    assert_eq!((value("A"), value("B"), value("C"), value("C2")), ("1", "two words", "1-", "x"));
    let architecture = image.config.architecture.as_str();
    assert_eq!(
        (config.labels["who"].as_str(), config.labels["arch"].as_str(), config.labels["l"].as_str()),
        ("me", architecture, "v")
    );
    assert_eq!(config.exposed_ports.keys().collect::<Vec<_>>(), ["53/udp", "80/tcp"]);
    assert_eq!(config.volumes.keys().collect::<Vec<_>>(), ["/data"]);
    assert_eq!(
        (config.working_dir.as_str(), config.user.as_str(), config.stop_signal.as_str()),
        ("/srv/sub", "root", "SIGINT")
    );
    assert_eq!(config.entrypoint.as_deref().unwrap(), ["/e"]);
    assert_eq!(config.cmd.as_deref().unwrap(), ["/bin/sh", "-ec", "echo $A"]);
    assert_eq!(image.config.author, "me");
    assert_eq!(config.healthcheck.as_ref().unwrap().test, ["CMD-SHELL", "true"]);
    assert_eq!(config.on_build, ["RUN touch /tmp/onbuild"]);
    yard.has(&image, "/srv/sub", "d755 0:0");
    assert_eq!(image.tags.iter().map(moussaillon::engine::oci::Reference::familiar).collect::<Vec<_>>(), ["x:1"]);

    let told = yard.build("FROM x:1\n");
    let child = yard.built(&told);
    assert!(yard.look(&child, "/tmp/onbuild").is_some(), "triggers are carried out");
    assert!(child.config.config.on_build.is_empty(), "and not inherited further");
}

#[test]
fn here_documents_are_commands_and_files() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile = "FROM alpine\nARG X=1\nRUN <<EOF\necho one > /one\necho $X >> /one\nEOF\nCOPY <<a <<-\"b\" /docs/\nx=$X\na\n\ty=$X\nb\n";
    let image = yard.image(dockerfile);
    yard.has(&image, "/one", "-644 0:0 one\n1\n");
    yard.has(&image, "/docs/a", "-644 0:0 x=1\n");
    yard.has(&image, "/docs/b", "-644 0:0 y=$X\n");
}

#[test]
fn a_failing_run_names_its_line_and_leaves_nothing() {
    let Some(yard) = Yard::open() else { return };
    let told = yard.build("FROM alpine\nRUN echo before && exit 3\nRUN echo after\n");
    assert_eq!(told.output(), "before\n");
    let ends = told.vertices();
    assert_eq!(
        ends.last().unwrap(),
        "[2/3] RUN echo before && exit 3 = process \"/bin/sh -c echo before && exit 3\" did not complete successfully: exit code: 3"
    );
    let failure = told.failure();
    assert_eq!(failure.run_exit_code(), Some(3));
    assert_eq!(failure.classic_message(), "The command '/bin/sh -c echo before && exit 3' returned a non-zero code: 3");
    let excerpt = failure.excerpt.unwrap().to_string();
    assert!(excerpt.starts_with("Dockerfile:2\n") && excerpt.contains("   2 | >>> RUN echo before"), "{excerpt}");
    assert!(yard.engine.containers().unwrap().is_empty());
    assert_eq!(yard.engine.images().unwrap().len(), 1);
    assert_eq!(yard.staged(), 0);
}

#[test]
fn what_is_wrong_is_said_as_buildkit_does() {
    let Some(yard) = Yard::open() else { return };
    for (dockerfile, message, line) in [
        ("", "the Dockerfile cannot be empty", None),
        ("# nothing\n", "file with no instructions", None),
        (
            "FROM alpine\nRUNN echo hi\n",
            "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)",
            Some(2),
        ),
        ("RUN echo hi\n", "no build stage in current context", Some(1)),
        (
            "FROM alpine\nCOPY nope /\n",
            "failed to compute cache key: failed to calculate checksum of ref moby::",
            Some(2),
        ),
        (
            "FROM alpine\nCOPY Dockerfile Dockerfile /x\n",
            "When using COPY with more than one source file, the destination must be a directory and end with a /",
            Some(2),
        ),
        ("FROM alpine\nENV A=${B:?why}\n", "failed to process \"${B:?why}\": B: why", Some(2)),
        (
            "FROM nosuchimage\n",
            "nosuchimage: failed to resolve source metadata for docker.io/library/nosuchimage:latest: pull access denied",
            Some(1),
        ),
        ("FROM $NONE\n", "base name ($NONE) should not be blank", Some(1)),
        (
            "FROM Alpine\n",
            "failed to parse stage name \"Alpine\": invalid reference format: repository name (library/Alpine) must be lowercase",
            Some(1),
        ),
        ("FROM alpine\nCOPY --from=3 a b\n", "invalid stage index 3", Some(2)),
        ("FROM alpine\nCOPY --from=-1 a b\n", "invalid stage index -1", Some(2)),
        ("FROM alpine\nCOPY --from=0 a b\n", "circular dependency detected on stage: stage-0", Some(2)),
        (
            "FROM alpine AS one\nCOPY --from=two a b\nFROM alpine AS two\nCOPY --from=one b a\n",
            "circular dependency detected on stage: one",
            Some(2),
        ),
        ("FROM alpine\nVOLUME $NONE\n", "VOLUME specified can not be an empty string", Some(2)),
        ("FROM alpine\nRUN []\n", "failed to marshal LLB definition: arguments are required", Some(2)),
        (
            "FROM alpine\nENV A=${B\n",
            "failed to process \"${B\": unsupported modifier (\u{fffd}) in substitution",
            Some(2),
        ),
        (
            "FROM --platform=foo alpine\n",
            "failed to parse platform foo: \"foo\": unknown operating system or architecture: invalid argument",
            Some(1),
        ),
        (
            "FROM alpine\nADD https://example.org/x.git /\n",
            "ADD of a git repository (https://example.org/x.git) is not supported yet",
            Some(2),
        ),
        ("FROM alpine\nCOPY https://example.org/x /\n", "source can't be a URL for COPY", Some(2)),
        (
            "FROM alpine\nCOPY --chown=nosuch Dockerfile /\n",
            "unable to convert uid/gid chown string to host mapping: can't find uid for user nosuch",
            Some(2),
        ),
        (
            "FROM alpine\nCOPY --chmod=9 Dockerfile /\n",
            "invalid chmod parameter: '9'. it should be octal string and between 0 and 07777",
            Some(2),
        ),
        ("FROM alpine\nRUN --mount=type=ssh true\n", "RUN --mount=type=ssh is not supported yet", Some(2)),
        ("FROM alpine\nRUN --mount=type=tmpfs,target=/ true\n", "invalid mount target \"/\"", Some(2)),
        ("FROM alpine\nRUN --security=insecure true\n", "security.insecure is not allowed", Some(2)),
        ("FROM alpine\nSTOPSIGNAL NOPE\n", "invalid signal: NOPE", Some(2)),
        ("FROM --platform=linux/s390x alpine\n", "FROM --platform=linux/s390x is not supported yet", Some(1)),
    ] {
        let failure = yard.build(dockerfile).failure();
        assert!(failure.to_string().starts_with(message), "{dockerfile:?}: {failure}");
        assert_eq!(failure.excerpt.as_ref().map(|excerpt| excerpt.line), line, "{dockerfile:?}");
    }
    let long = format!("FROM alpine\nLABEL a={}\n", "x".repeat(65_536));
    let failure = yard.build(&long).failure();
    assert_eq!(failure.to_string(), "dockerfile line greater than max allowed size of 65535");
    let digested = format!("t@sha256:{}", "0".repeat(64)).parse().unwrap();
    let digested = BuildRequest { tags: vec![digested], ..yard.request("FROM alpine\n") };
    assert_eq!(yard.build_with(&digested).failure().to_string(), "build tag cannot contain a digest");
    let nowhere = BuildRequest { dockerfile: DockerfileSource::File(yard.context().join("none")), ..yard.request("") };
    assert_eq!(
        yard.build_with(&nowhere).failure().to_string(),
        "failed to read dockerfile: open Dockerfile: no such file or directory"
    );
    let nothing =
        BuildRequest { context: BuildContext::Directory(yard.context().join("none")), ..yard.request("FROM alpine\n") };
    assert!(yard.build_with(&nothing).failure().to_string().contains("not found"));
}

#[test]
fn a_dockerfile_alone_needs_no_context() {
    let Some(yard) = Yard::open() else { return };
    let request = BuildRequest {
        context: BuildContext::None,
        dockerfile: DockerfileSource::Text("FROM alpine\nRUN touch /made\n".to_owned()),
        ..yard.request("")
    };
    assert!(yard.look(&yard.built(&yard.build_with(&request)), "/made").is_some());
    let request =
        BuildRequest { dockerfile: DockerfileSource::Text("FROM alpine\nCOPY Dockerfile /\n".to_owned()), ..request };
    assert!(yard.build_with(&request).failure().to_string().ends_with("\"/Dockerfile\": not found"));
}

#[test]
fn files_come_from_later_stages_too() {
    let Some(yard) = Yard::open() else { return };
    let request = BuildRequest {
        target: Some("one".to_owned()),
        ..yard.request("FROM alpine AS one\nCOPY --from=two /made /taken\nCOPY --from=1 /made /again\nFROM alpine AS two\nRUN echo two > /made\n")
    };
    let image = yard.built(&yard.build_with(&request));
    yard.has(&image, "/taken", "-644 0:0 two\n");
    yard.has(&image, "/again", "-644 0:0 two\n");
}

#[test]
fn what_is_empty_or_written_oddly_is_kept_as_docker_keeps_it() {
    let Some(yard) = Yard::open() else { return };
    yard.file("f", "1");
    let image = yard.image(
        "FROM scratch\nWORKDIR /a/../b\nWORKDIR \"\"\nCOPY --from= --chmod= --chown= f .\nENTRYPOINT\nSTOPSIGNAL SIGRTMIN+3\n",
    );
    let config = &image.config.config;
    assert_eq!((config.working_dir.as_str(), config.stop_signal.as_str()), ("/a/../b", "SIGRTMIN+3"));
    assert_eq!(config.entrypoint.as_deref().unwrap(), ["/bin/sh", "-c", ""]);
    yard.has(&image, "/b/f", "-644 0:0 1");
    assert!(yard.look(&image, "/a").is_none());
}

#[test]
fn removed_files_stay_removed() {
    let Some(yard) = Yard::open() else { return };
    let image = yard.image("FROM alpine\nRUN mkdir /d && touch /d/a /d/b\nRUN rm -r /d && mkdir /d && touch /d/c\nCOPY Dockerfile /d/e\nRUN echo /d/* > /listing\n");
    yard.has(&image, "/listing", "-644 0:0 /d/c /d/e\n");
}

#[test]
fn an_interrupted_build_stops_its_command_and_keeps_what_is_done() {
    let Some(yard) = Yard::open() else { return };
    let (reader, writer) = std::io::pipe().unwrap();
    let dockerfile = "FROM alpine\nRUN touch /done\nRUN echo started && while true; do sleep 1; done\n";
    let request = BuildRequest { interrupt: Some(std::sync::Arc::new(reader.into())), ..yard.request(dockerfile) };
    let mut writer = Some(writer);
    let result = yard.engine.build(&request, &mut |event| {
        if let BuildEvent::Progress(ProgressEvent::Output { .. }) = event {
            // The end of a pipe without a writer is readable.
            writer = None;
        }
    });
    assert_eq!(result.unwrap_err().to_string(), "Canceled: context canceled");
    assert!(yard.engine.containers().unwrap().is_empty());
    assert_eq!(yard.engine.images().unwrap().len(), 1);
    assert_eq!(yard.build("FROM alpine\nRUN touch /done\n").cached_and_done(), (1, 0));
}

#[test]
fn a_url_that_never_answers_does_not_hold_a_build_that_is_to_end() {
    let Some(yard) = Yard::open() else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let interrupt = Some(std::sync::Arc::new(reader.into()));
    let request = BuildRequest { interrupt, ..yard.request(&format!("FROM alpine\nADD http://{address}/x /x\n")) };
    // Once somebody has called, the user has had enough.
    let silent = std::thread::spawn(move || {
        let caller = listener.accept().unwrap();
        drop(writer);
        caller
    });
    let told = yard.build_with(&request);
    assert_eq!(told.failure().to_string(), "Canceled: context canceled");
    drop(silent.join().unwrap());
}

#[test]
fn the_same_inputs_give_the_same_image() {
    let instant = "2026-11-21T08:00:00Z".parse().unwrap();
    let build = || {
        let yard = Yard::open_at(Clock::Fixed(instant))?;
        yard.file("d/a", "1").file("d/b/c", "2").mode("d/a", 0o600);
        for name in ["d/a", "d/b/c", "d/b", "d"] {
            let file = std::fs::File::open(yard.context().join(name)).unwrap();
            file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1)).unwrap();
        }
        let image = yard.image(
            "FROM scratch AS a\nCOPY d /d\nFROM scratch\nWORKDIR /w\nCOPY --from=a --chown=1:2 /d ./x\nENV A=1\n",
        );
        Some((image.id, image.config.created))
    };
    let Some(first) = build() else { return };
    assert_eq!(first.1, Some(instant));
    assert_eq!(Some(first), build());
}

#[test]
fn builds_at_once_do_not_disturb_one_another() {
    let Some(yard) = Yard::open() else { return };
    let request = yard.request("FROM alpine\nRUN echo same > /same\nRUN echo other > /other\n");
    let engine = &yard.engine;
    let images: Vec<_> = std::thread::scope(|scope| {
        let builds: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| engine.build(&request, &mut |_| {}).map(|built| built.image.unwrap())))
            .collect();
        builds.into_iter().map(|build| build.join().unwrap().unwrap()).collect()
    });
    for image in images {
        let image = engine.image(&image).unwrap().unwrap();
        yard.has(&image, "/same", "-644 0:0 same\n");
        yard.has(&image, "/other", "-644 0:0 other\n");
    }
    assert!(engine.containers().unwrap().is_empty());
    assert_eq!(yard.staged(), 0);
}
