//! Ways out that other engines have left open, each with its advisory.

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;

use super::Rule;
use super::world::World;

pub const RULES: &[Rule] = &[
    ("a working directory behind a descriptor is refused (CVE-2024-21626)", working_directory),
    ("our own program cannot be written from inside (CVE-2019-5736)", own_program),
    ("links where we mount lead nowhere outside (CVE-2025-31133, -52565, -52881)", links_under_mounts),
    ("links in a copied path stay inside the build", links_in_copies),
    ("names cannot climb out of the state root", climbing_names),
    ("control sequences are never passed on", control_sequences),
];

fn working_directory(world: &World) {
    for number in 0..20 {
        for path in [format!("/proc/self/fd/{number}"), format!("/proc/self/fd/{number}/..")] {
            let ran = world.docker(&["run", "--rm", "-w", &path, "alpine", "ls"]);
            assert_ne!(ran.code(), 0, "-w {path} was accepted: {}", ran.everything());
        }
    }
    let id = world.detached("alpine");
    for number in 3..10 {
        let ran = world.docker(&["exec", "-w", &format!("/proc/self/fd/{number}"), &id, "ls"]);
        assert_ne!(ran.code(), 0, "exec -w was accepted: {}", ran.everything());
    }
    world.docker(&["rm", "-f", &id]).stdout();
}

/// The container has us execute its link to `/proc/self/exe`, finds that process by its executable, keeps it open, ends it, and
/// writes through what it kept.
fn own_program(world: &World) {
    let before = fs::read(world.program()).expect("readable");
    world.write("links/Dockerfile", "FROM alpine\nRUN mkdir /trap && ln -s /proc/self/exe /trap/sleep\n");
    world.docker(&["build", "-q", "-t", "trap", &world.path("links").display().to_string()]).stdout();
    let id = world.detached("trap");
    world.docker(&["exec", "-d", &id, "/trap/sleep", "300"]).stdout();
    let attack = "for process in /proc/[1-9]*; do \
                      case $(cat $process/cmdline | tr '\\0' ' ') in \
                          /trap/sleep*) exec 3<$process/exe; kill -9 ${process#/proc/}; echo caught;; \
                      esac; \
                  done; sleep 1; \
                  for descriptor in /proc/$$/fd/*; do \
                      case $(readlink $descriptor) in */moussaillon) echo kept; echo overwritten > $descriptor;; esac; \
                  done";
    let ran = world.docker(&["exec", &id, "sh", "-c", attack]).everything();
    assert!(ran.contains("caught"), "the attack did not take place: {ran}");
    assert!(ran.contains("kept"), "the attack did not keep our program open: {ran}");
    world.docker(&["rm", "-f", &id]).stdout();
    assert!(fs::read(world.program()).expect("readable") == before, "the program was overwritten");
}

/// An image whose `/dev`, `/proc`, `/sys` or `/etc` files are links to a directory of the host.
fn links_under_mounts(world: &World) {
    let victim = world.path("victim");
    let climbing = format!("../../../../../../../../..{}", victim.display());
    let through_proc = format!("/proc/1/root{}", victim.display());
    for (index, (link, target)) in [
        ("dev", victim.display().to_string()),
        ("proc", victim.display().to_string()),
        ("sys", climbing.clone()),
        ("etc", climbing),
        ("etc", through_proc),
    ]
    .into_iter()
    .enumerate()
    {
        let context = format!("linked{index}");
        world.write(
            &format!("{context}/Dockerfile"),
            "FROM alpine AS tools\nFROM scratch\nCOPY --from=tools /bin /bin\nCOPY --from=tools /usr /usr\nCOPY tree /\nENV PATH=/bin:/usr/bin\n",
        );
        fs::create_dir_all(world.path(&context).join("tree")).expect("made");
        symlink(&target, world.path(&context).join("tree").join(link)).expect("linked");
        let image = format!("linked:{index}");
        world.docker(&["build", "-q", "-t", &image, &world.path(&context).display().to_string()]).stdout();
        // Whether such a container starts is not the question; what it touches is.
        world.run(&image, "echo inside > /etc/hosts; echo inside > /dev/shm/inside; touch /proc/inside /sys/inside");
        let mut left: Vec<_> =
            fs::read_dir(&victim).expect("readable").map(|entry| entry.expect("one").file_name()).collect();
        left.sort();
        assert_eq!(left, ["hosts"], "/{link} → {target}");
        assert_eq!(fs::read_to_string(victim.join("hosts")).expect("readable"), "keep\n", "/{link} → {target}");
    }
}

fn links_in_copies(world: &World) {
    world.write("climb/Dockerfile", "FROM alpine\nCOPY out/hosts /stolen\n");
    symlink(world.path("victim"), world.path("climb/out")).expect("linked");
    let context = world.path("climb").display().to_string();
    let ran = world.docker(&["build", "-q", "-t", "climb", &context]);
    assert_ne!(ran.code(), 0, "a link out of the context was followed");
    for outside in ["../victim/hosts", "/../victim/hosts"] {
        world.write("climb/Dockerfile", &format!("FROM alpine\nCOPY {outside} /stolen\n"));
        assert_ne!(world.docker(&["build", "-q", "-t", "climb", &context]).code(), 0, "COPY {outside} was followed");
    }
}

fn climbing_names(world: &World) {
    for name in ["../x", "..", "a/../../x", "/x", ""] {
        let named = world.docker(&["run", "--rm", "--name", name, "alpine", "true"]);
        assert!(named.code() != 0 || name.is_empty(), "--name {name:?} was accepted");
        assert_ne!(world.docker(&["rm", "-f", name]).everything().trim(), "x");
    }
    for volume in ["a/../../x:/v", "-x:/v"] {
        assert_ne!(
            world.docker(&["run", "--rm", "-v", volume, "alpine", "true"]).code(),
            0,
            "-v {volume} was accepted"
        );
    }
    for image in ["../../etc", "sha256:../../x", "a/../b", "/etc/passwd"] {
        assert_ne!(world.docker(&["run", "--rm", image, "true"]).code(), 0, "image {image} was accepted");
    }
    assert!(!world.path("x").exists(), "something was made outside the state root");
}

/// What others chose (names, labels, commands, files) must not drive the learner's terminal.
fn control_sequences(world: &World) {
    const ESCAPE: &str = "\u{1b}[2J\u{1b}]0;title\u{7}";
    let bad = format!("a{ESCAPE}b");
    let label = format!("note={bad}");
    let id = world.docker(&["create", "--label", &label, "alpine", "echo", &bad]).stdout();
    let id = id.trim();
    let dockerfile = format!("FROM alpine\nRUN true '{bad}'\n");
    let context = world.write("control/Dockerfile", &dockerfile);
    let context = context.parent().expect("inside").display().to_string();
    for arguments in [
        &["run", "--rm", "--name", &bad, "alpine", "true"][..],
        &["run", "--rm", "alpine", &bad],
        &["run", "--rm", &bad],
        &["run", "--rm", "-u", &bad, "alpine", "true"],
        &["run", &format!("--{bad}"), "alpine"],
        &[&bad],
        &["ps", "-a", "--no-trunc"],
        &["ps", "-a", "--format", "{{.Labels}} {{.Command}}"],
        &["inspect", id],
        &["rm", &bad],
        &["logs", &bad],
        &["build", &context],
        &["build", "-f", &bad, &context],
    ] {
        let said = world.docker(arguments).everything();
        assert!(!said.contains(['\u{1b}', '\u{7}']), "docker {arguments:?} passes them on: {said:?}");
    }
    world.docker(&["rm", id]).stdout();

    // What a container writes itself is its own: an attached stream is not touched.
    let mut attached = world.command(&["run", "--rm", "alpine", "printf", "\\033[1m"]);
    let mut child = attached.stdout(std::process::Stdio::piped()).spawn().expect("starts");
    let mut bytes = Vec::new();
    child.stdout.take().expect("piped").read_to_end(&mut bytes).expect("read");
    child.wait().expect("ends");
    assert_eq!(bytes, b"\x1b[1m");
}
