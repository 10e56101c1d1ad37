//! What a container gets when nothing is asked: Docker's defaults, as its own recordings show them.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::Rule;
use super::world::World;

pub const RULES: &[Rule] = &[
    ("fourteen capabilities, one filter, and privileges may still be gained", privileges),
    ("sensitive files of /proc and /sys are masked", masked),
    ("the kernel's settings are read-only", read_only),
    ("every namespace is the container's own", namespaces),
    ("standard streams and nothing else are inherited", descriptors),
    ("the host's environment stays outside", environment),
    ("users are found as Docker finds them", users),
    ("a read-only mount is read-only", read_only_mount),
    ("state is closed to others", closed_state),
];

/// Source: the recording of Docker Engine 26.1 (`grep … /proc/1/status`).
fn privileges(world: &World) {
    let status = world.docker(&["run", "--rm", "alpine", "grep", "-E", "Cap|Seccomp|NoNew", "/proc/1/status"]).stdout();
    assert_eq!(
        status,
        "CapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n\
         CapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n"
    );
}

fn masked(world: &World) {
    for file in ["/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug"] {
        let read = world.run("alpine", &format!("test -e {file} && head -c 64 {file} | wc -c || echo 0")).stdout();
        assert_eq!(read.trim(), "0", "{file} says something");
    }
    for directory in ["/proc/acpi", "/proc/scsi", "/sys/firmware"] {
        let listed = world.run("alpine", &format!("test -d {directory} && ls {directory} | wc -l || echo 0")).stdout();
        assert_eq!(listed.trim(), "0", "{directory} holds something");
    }
}

fn read_only(world: &World) {
    for file in ["/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/irq/default_smp_affinity"] {
        world.run("alpine", &format!("echo 1 > {file}")).refused("Read-only file system");
    }
    world.run("alpine", "echo 1 > /sys/kernel/profiling").refused("Read-only file system");
}

fn namespaces(world: &World) {
    for kind in ["mnt", "pid", "uts", "ipc", "net", "cgroup"] {
        let inside = world.docker(&["run", "--rm", "alpine", "readlink", &format!("/proc/self/ns/{kind}")]).stdout();
        let outside = fs::read_link(format!("/proc/self/ns/{kind}")).expect("a namespace of ours");
        assert!(inside.starts_with(&format!("{kind}:[")), "{inside}");
        assert_ne!(inside.trim(), outside.display().to_string(), "{kind} is shared with the host");
    }
}

fn descriptors(world: &World) {
    let id = world.detached("alpine");
    let first = world.docker(&["exec", &id, "ls", "/proc/1/fd"]).stdout();
    assert_eq!(first.split_whitespace().collect::<Vec<_>>(), ["0", "1", "2"], "the first process's");
    world.docker(&["exec", "-d", &id, "sleep", "299"]).stdout();
    let find = "for process in /proc/[1-9]*; do \
                    case $(tr '\\0' ' ' < $process/cmdline) in 'sleep 299 ') ls $process/fd;; esac; \
                done";
    let joined = world.docker(&["exec", &id, "sh", "-c", find]).stdout();
    assert_eq!(joined.split_whitespace().collect::<Vec<_>>(), ["0", "1", "2"], "a joined process's");
    world.docker(&["rm", "-f", &id]).stdout();
}

fn environment(world: &World) {
    let inside = world.run("alpine", "env; tr '\\0' '\\n' < /proc/1/environ").stdout();
    assert!(!inside.contains("do-not-tell"), "{inside}");
    assert!(inside.contains("HOSTNAME=") && inside.contains("HOME=/root"), "{inside}");
}

fn users(world: &World) {
    for root in ["0", "+0", "root", "root:", "0:0", "root:root"] {
        assert_eq!(world.docker(&["run", "--rm", "-u", root, "alpine", "id", "-u"]).stdout().trim(), "0", "{root}");
    }
    let run = |user| world.docker(&["run", "--rm", "-u", user, "alpine", "true"]);
    run("nosuch").refused("unable to find user nosuch: no matching entries in passwd file");
    run("root:nosuch").refused("unable to find group nosuch: no matching entries in group file");
    for out_of_range in ["4294967295", "2147483648", "root:4294967295"] {
        run(out_of_range).refused("uids and gids must be in range 0-2147483647");
    }
}

fn read_only_mount(world: &World) {
    let victim = world.path("victim");
    let mount = format!("{}:/host:ro", victim.display());
    let inside = |line: &str| world.docker(&["run", "--rm", "-v", &mount, "alpine", "sh", "-c", line]);
    assert_eq!(inside("cat /host/hosts").stdout(), "keep\n");
    inside("echo changed > /host/hosts").refused("Read-only file system");
    inside("touch /host/new").refused("Read-only file system");
    assert_eq!(fs::read_to_string(victim.join("hosts")).expect("readable"), "keep\n");
}

fn closed_state(world: &World) {
    world.docker(&["ps", "-a"]).stdout();
    for name in ["containers", "layers", "volumes"] {
        let mode = fs::metadata(world.path("state").join(name)).expect("made by now").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is open to others: {mode:o}");
    }
}
