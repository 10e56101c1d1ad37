//! RUN's mounts, networks and programs: what is seen during a command and is in no layer.

use moussaillon::engine::build::{BuildRequest, BuildSecret, NamedContext};
use moussaillon::engine::container::ContainerStatus;

use super::harness::Yard;

#[test]
fn the_context_is_seen_read_only_and_leaves_nothing() {
    let Some(yard) = Yard::open() else { return };
    yard.file("src/a", "one\n").file("src/secret.key", "hidden").file(".dockerignore", "**/*.key\n");
    let dockerfile = "FROM alpine\nRUN --mount=type=bind,source=src,target=/in cp /in/a /a && ls /in > /names && \
        ! touch /in/b 2>/dev/null\nRUN --mount=source=src/a,target=/deep/er/a,rw echo more >> /deep/er/a && cp /deep/er/a /b\n";
    let image = yard.image(dockerfile);
    yard.has(&image, "/a", "-644 0:0 one\n");
    yard.has(&image, "/names", "-644 0:0 a\n");
    yard.has(&image, "/b", "-644 0:0 one\nmore\n");
    for path in ["/in", "/deep"] {
        assert_eq!(yard.look(&image, path), None, "{path} is the place of a mount");
    }
    assert_eq!(std::fs::read_to_string(yard.context().join("src/a")).unwrap(), "one\n");
    assert_eq!(yard.build(dockerfile).cached_and_done(), (2, 0));
    yard.file("src/a", "two\n");
    assert_eq!(yard.build(dockerfile).cached_and_done(), (0, 2), "what a mount shows matters");
}

#[test]
fn a_stage_and_an_image_are_mounted_without_being_copied() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile = "FROM alpine AS tools\nRUN mkdir -p /opt/bin && echo one > /opt/bin/tool\nRUN echo two >> /opt/bin/tool\n\
        FROM alpine\nRUN --mount=from=tools,source=/opt,target=/opt cat /opt/bin/tool > /got\n\
        RUN --mount=from=tools,target=/mnt,rw rm /mnt/opt/bin/tool && ls /mnt/opt/bin | wc -l > /count\n\
        RUN --mount=from=alpine,source=/etc/passwd,target=/x/passwd head -n 1 /x/passwd > /first\n";
    let told = yard.build(dockerfile);
    let image = yard.built(&told);
    yard.has(&image, "/got", "-644 0:0 one\ntwo\n");
    yard.has(&image, "/count", "-644 0:0 0\n");
    assert!(yard.look(&image, "/first").unwrap().contains("root"));
    assert_eq!((yard.look(&image, "/x"), yard.look(&image, "/opt/bin/tool")), (None, None));
    assert_eq!(yard.build(dockerfile).cached_and_done(), (5, 0));
    let failure = yard.build("FROM alpine\nRUN --mount=from=alpine,source=/none,target=/x true\n").failure();
    assert!(failure.to_string().ends_with("\"/none\": not found"), "{failure}");
}

#[test]
fn a_cache_outlives_builds_and_its_id_is_no_path() {
    let Some(yard) = Yard::open() else { return };
    let run = |id: &str, number: u32| {
        format!(
            "FROM alpine\nRUN --mount=type=cache,{id}target=/var/cache/x echo {number} >> /var/cache/x/log && cp /var/cache/x/log /log\n"
        )
    };
    yard.image(&run("", 1));
    yard.has(&yard.image(&run("", 2)), "/log", "-644 0:0 1\n2\n");
    yard.has(&yard.image(&run("id=/var/cache/x,", 3)), "/log", "-644 0:0 1\n2\n3\n");
    for id in ["../../../../victim", "/etc", "..", "a/../../b"] {
        let image = yard.image(&run(&format!("id={id},sharing=locked,"), 4));
        yard.has(&image, "/log", "-644 0:0 4\n");
    }
    assert!(!yard.outside().join("victim").exists());
    let seeded = "FROM alpine AS seed\nRUN mkdir /s && echo seed > /s/f\nFROM alpine\n\
        RUN --mount=type=cache,target=/c,from=seed,source=/s,mode=0750 cp /c/f /f && stat -c %a /c > /mode\n";
    let image = yard.image(seeded);
    yard.has(&image, "/f", "-644 0:0 seed\n");
    yard.has(&image, "/mode", "-644 0:0 750\n");
}

#[test]
fn secrets_are_given_and_kept_nowhere() {
    let Some(yard) = Yard::open() else { return };
    let secrets = vec![BuildSecret { id: "token".to_owned(), content: b"s3cr3t-value".to_vec() }];
    let dockerfile = "FROM alpine\nRUN --mount=type=secret,id=token stat -c %a /run/secrets/token > /mode && \
        wc -c < /run/secrets/token > /size\n\
        RUN --mount=type=secret,id=token,env=TOKEN test -n \"$TOKEN\" && test ! -e /run/secrets\n\
        RUN --mount=type=secret,id=token,target=/root/t,mode=0444 test -r /root/t\n\
        RUN --mount=type=secret,id=absent test ! -e /run/secrets/absent\n";
    let request = BuildRequest { secrets, ..yard.request(dockerfile) };
    let image = yard.built(&yard.build_with(&request));
    yard.has(&image, "/mode", "-644 0:0 400\n");
    yard.has(&image, "/size", "-644 0:0 12\n");
    assert_eq!((yard.look(&image, "/root/t"), yard.look(&image, "/run/secrets")), (None, None));
    let mut waiting = vec![yard.outside().join("state")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() && !path.is_symlink() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.is_file() && !path.is_symlink() {
            let content = std::fs::read(&path).unwrap();
            assert!(!content.windows(12).any(|window| window == b"s3cr3t-value"), "{}", path.display());
        }
    }
    let required = "FROM alpine\nRUN --mount=type=secret,id=other,required true\n";
    assert_eq!(yard.build(required).failure().to_string(), "secret other: not found");
}

#[test]
fn memory_is_fresh_and_has_a_size() {
    let Some(yard) = Yard::open() else { return };
    let image = yard.image(
        "FROM alpine\nRUN --mount=type=tmpfs,target=/tmp/t,size=64k ! dd if=/dev/zero of=/tmp/t/x bs=1k count=128 2>/dev/null && touch /ok\n",
    );
    assert!(yard.look(&image, "/ok").is_some());
    assert_eq!(yard.look(&image, "/tmp/t"), None);
}

#[test]
fn networks_and_programs() {
    let Some(yard) = Yard::open() else { return };
    let image = yard.image(
        "FROM alpine\nRUN --network=none ls /sys/class/net > /none\nRUN <<SCRIPT\n#!/bin/cat\nhello\nSCRIPT\n\
         RUN <<A cat > /doc && cat <<B >> /doc\none\nA\ntwo\nB\n",
    );
    yard.has(&image, "/none", "-644 0:0 lo\n");
    yard.has(&image, "/doc", "-644 0:0 one\ntwo\n");
    let told = yard.build("FROM alpine\nRUN <<SCRIPT\n#!/bin/cat\nhello\nSCRIPT\n");
    assert_eq!(told.output(), "#!/bin/cat\nhello\n");
    assert!(
        told.vertices().iter().any(|vertex| vertex.contains("RUN <<SCRIPT (#!/bin/cat...)")),
        "{:?}",
        told.vertices()
    );
}

#[test]
fn steps_are_nobodys_containers() {
    let Some(yard) = Yard::open() else { return };
    let told = yard.build("FROM alpine\nRUN sleep 0 && exit 4\n");
    assert_eq!(told.failure().run_exit_code(), Some(4));
    assert!(yard.engine.containers().unwrap().is_empty());
    assert_eq!(std::fs::read_dir(yard.engine.paths().containers()).unwrap().count(), 0);
    let image = yard.image("FROM alpine\nRUN hostname > /h && env | cut -d= -f1 | sort > /e\n");
    yard.has(&image, "/h", "-644 0:0 buildkitsandbox\n");
    assert!(!yard.look(&image, "/e").unwrap().contains("HOSTNAME"));
    let kept = yard.classic("FROM alpine\nRUN exit 5\n");
    assert_eq!(kept.failure().run_exit_code(), Some(5));
    let containers = yard.engine.containers().unwrap();
    assert_eq!(containers.len(), 1, "the classic builder keeps what failed");
    assert!(matches!(containers[0].state.status, ContainerStatus::Exited { .. }));
}

#[test]
fn named_contexts_stand_for_images_stages_and_directories() {
    let Some(yard) = Yard::open() else { return };
    let other = yard.outside().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("f"), "named\n").unwrap();
    let dockerfile = "FROM base\nCOPY --from=dir f /f\nRUN --mount=from=dir,target=/d cat /d/f > /g\n";
    let named_contexts = vec![
        ("dir".to_owned(), NamedContext::Directory(other.clone())),
        ("base".to_owned(), NamedContext::Image("alpine".parse().unwrap())),
    ];
    let request = BuildRequest { named_contexts, ..yard.request(dockerfile) };
    let image = yard.built(&yard.build_with(&request));
    yard.has(&image, "/f", "-644 0:0 named\n");
    yard.has(&image, "/g", "-644 0:0 named\n");
    let rooted = BuildRequest { named_contexts: request.named_contexts.clone(), ..yard.request("FROM dir\n") };
    yard.has(&yard.built(&yard.build_with(&rooted)), "/f", "-644 0:0 named\n");
}
