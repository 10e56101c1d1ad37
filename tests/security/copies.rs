//! `docker cp` in and out of a container that plays tricks meanwhile.

use std::fs;
use std::os::unix::fs::MetadataExt;

use super::Rule;
use super::world::World;

pub const RULES: &[Rule] = &[
    ("files go both ways, container running or not, with their modes", both_ways),
    ("a directory swapped with a link while copying leads nowhere outside (CVE-2018-15664)", swapped),
    ("nothing of the container runs while copying (CVE-2019-14271)", nothing_runs),
    ("an archive from a container cannot write beside its destination", hostile_container),
    ("mounts stay where they are and read-only ones are refused", mounts),
];

/// How often a race is tried.
const TRIES: usize = 60;

/// Leaves nothing but what was there before beside the victim.
fn clean(world: &World) {
    for entry in
        fs::read_dir(world.path("victim")).unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != "hosts")
    {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
}

fn both_ways(world: &World) {
    let source = world.write("tree/script", "#!/bin/sh\necho copied\n");
    fs::set_permissions(&source, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let running = world.detached("alpine");
    let stopped = world.docker(&["create", "-v", "kept:/data", "alpine", "sh", "/tree/script"]).stdout();
    let tree = world.path("tree").display().to_string();
    for id in [running.as_str(), stopped.trim()] {
        world.docker(&["cp", &tree, &format!("{id}:/")]).stdout();
        let back = format!("back-{id}");
        world.docker(&["cp", &format!("{id}:/tree/."), &back]).stdout();
        let arrived = world.path("victim").join(back).join("script");
        assert_eq!(fs::read(&arrived).unwrap(), fs::read(&source).unwrap());
        assert_eq!(fs::metadata(&arrived).unwrap().mode() & 0o777, 0o755);
    }
    world.docker(&["cp", &tree, &format!("{}:/data", stopped.trim())]).stdout();
    assert_eq!(world.docker(&["run", "--rm", "-v", "kept:/v", "alpine", "sh", "/v/tree/script"]).stdout(), "copied\n");
    assert_eq!(world.docker(&["start", "-a", stopped.trim()]).stdout(), "copied\n");
    world.docker(&["exec", &running, "rm", "/tree/script"]).stdout();
    let gone = world.docker(&["cp", &format!("{running}:/tree/script"), "."]);
    gone.refused("Could not find the file /tree/script in container");
    clean(world);
}

fn swapped(world: &World) {
    let victim = world.path("victim").display().to_string();
    let id = world.detached("alpine");
    let swap = format!(
        "mkdir /real; echo inside > /real/hosts; ln -s {victim} /link; \
         while :; do mv /real /a; mv /link /real; mv /real /link; mv /a /real; done"
    );
    world.docker(&["exec", "-d", &id, "sh", "-c", &swap]).stdout();
    let evil = world.write("evil/hosts", "overwritten\n").display().to_string();
    for round in 0..TRIES {
        // Whether a round succeeds is chance; where it leads is not.
        world.docker(&["cp", &evil, &format!("{id}:/real/")]);
        let out = world.path("victim").join("out");
        world.docker(&["cp", &format!("{id}:/real/hosts"), "out"]);
        assert_eq!(fs::read_to_string(world.path("victim/hosts")).unwrap(), "keep\n", "round {round}: written outside");
        let read = fs::read_to_string(&out).unwrap_or_default();
        assert_ne!(read, "keep\n", "round {round}: read outside");
        let _ = fs::remove_file(out);
    }
}

/// The image's own `tar`, libraries and name services are traps that leave a mark.
fn nothing_runs(world: &World) {
    let trap = "#!/bin/sh\\ntouch /sprung\\n";
    let dockerfile = format!(
        "FROM alpine\nRUN for name in tar cp docker-tar moussaillon; do printf '{trap}' > /bin/$name; chmod 755 /bin/$name; \
         done; mkdir -p /lib; for name in libnss_files.so.2 libnss_dns.so.2; do printf '{trap}' > /lib/$name; done; \
         printf 'passwd: trap\\n' > /etc/nsswitch.conf\n"
    );
    world.write("trap/Dockerfile", &dockerfile);
    world.docker(&["build", "-q", "-t", "trapped", &world.path("trap").display().to_string()]).stdout();
    let id = world.detached("trapped");
    let processes = |world: &World| world.docker(&["exec", &id, "sh", "-c", "ls -d /proc/[0-9]* | wc -l"]).stdout();
    let before = processes(world);
    let file = world.write("file", "x").display().to_string();
    world.docker(&["cp", "-a", &file, &format!("{id}:/tmp/")]).stdout();
    world.docker(&["cp", "-L", &format!("{id}:/bin"), "bin"]).stdout();
    assert_eq!(processes(world), before);
    world.docker(&["exec", &id, "sh", "-c", "! ls /sprung"]).stdout();
    clean(world);
}

/// The container's tree has links to the victim where copied files would go.
fn hostile_container(world: &World) {
    let victim = world.path("victim").display().to_string();
    let id = world.detached("alpine");
    let make = format!("mkdir -p /tree; ln -s {victim} /tree/door; ln -s {victim}/hosts /tree/hosts");
    world.docker(&["exec", &id, "sh", "-c", &make]).stdout();
    world.docker(&["cp", &format!("{id}:/tree"), "tree"]).stdout();
    // Now the same names are a directory and a file: they must not go through the links that arrived before.
    world
        .docker(&[
            "exec",
            &id,
            "sh",
            "-c",
            "rm -r /tree; mkdir -p /tree/door; echo evil > /tree/door/hosts; echo evil > /tree/hosts",
        ])
        .stdout();
    world.docker(&["cp", &format!("{id}:/tree/."), "tree"]).refused("cannot overwrite non-directory");
    world.docker(&["cp", &format!("{id}:/tree/hosts"), "tree/hosts"]);
    world.docker(&["exec", &id, "sh", "-c", "rm -r /tree/door"]).stdout();
    world.docker(&["cp", &format!("{id}:/tree/."), "tree"]).stdout();
    clean(world);
    let hosts = fs::read_to_string(world.path("victim/hosts")).unwrap();
    // A file copied onto a link of the host's replaces what the link leads to, as `cp` does, only when its name is typed.
    assert!(hosts == "keep\n" || hosts == "evil\n");
    fs::write(world.path("victim/hosts"), "keep\n").unwrap();
}

fn mounts(world: &World) {
    let file = world.write("file", "x").display().to_string();
    let id = world.detached("alpine");
    world.docker(&["cp", &file, &format!("{id}:/etc/hosts")]).refused("device or resource busy");
    assert!(world.docker(&["exec", &id, "cat", "/etc/hosts"]).stdout().contains("localhost"));
    for flags in [&["--read-only"][..], &["-v", "kept:/data:ro"]] {
        let arguments = [&["create"], flags, &["alpine", "true"]].concat();
        let id = world.docker(&arguments).stdout();
        let target = if flags.len() == 1 { "/tmp" } else { "/data" };
        world.docker(&["cp", &file, &format!("{}:{target}", id.trim())]).refused("marked read-only");
    }
}
