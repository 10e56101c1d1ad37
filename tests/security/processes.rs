//! What the flags of `run` give and take: capabilities, filters, devices, namespaces, limits, settings, users.

use std::time::{Duration, Instant};

use super::Rule;
use super::world::World;

pub const RULES: &[Rule] = &[
    ("capabilities are dropped and added one by one", capabilities),
    ("a privileged container has no filter, no mask and the host's devices", privileged),
    ("no-new-privileges is set, for exec too", no_new_privileges),
    ("a seccomp profile decides call by call, and unconfined is no filter", profiles),
    ("systempaths=unconfined unmasks and nothing else does", system_paths),
    ("limits are set, in exec too, and what the host forbids is refused", limits),
    ("settings of the kernel are the container's own", settings),
    ("devices are given by name, and what is none is refused", devices),
    ("no device can be opened but those that were given", other_devices),
    ("shared memory has the size that was asked for", shared_memory),
    ("processes and messages are shared only when asked", shared_namespaces),
    ("what a container of the host's processes leaves running is ended", host_processes),
    ("another user is another user and root in nothing", other_user),
    ("where there is one id, giving away succeeds and changes nothing", ownership),
    ("top shows the host's numbers of the container's own processes", top),
    ("a full log goes on in another file, and is read as one", log_files),
];

fn mask(world: &World, flags: &[&str], line: &str) -> String {
    let arguments = [&["run", "--rm"], flags, &["alpine", "grep", line, "/proc/self/status"]].concat();
    let status = world.docker(&arguments).stdout();
    status.split_whitespace().nth(1).expect("a mask").to_owned()
}

fn capabilities(world: &World) {
    assert_eq!(mask(world, &["--cap-drop", "ALL"], "CapEff"), "0000000000000000");
    assert_eq!(mask(world, &["--cap-drop", "ALL", "--cap-add", "net_admin"], "CapPrm"), "0000000000001000");
    assert_eq!(mask(world, &["--cap-add", "CAP_NET_ADMIN", "--cap-drop", "chown"], "CapBnd"), "00000000a80435fa");
    assert_eq!(mask(world, &["--cap-add", "NET_ADMIN", "-u", "65534"], "CapEff"), "0000000000000000");
    let refused = world.docker(&["run", "--rm", "--cap-add", "FOO", "alpine", "true"]);
    refused.refused("Error response from daemon: invalid CapAdd: unknown capability: \"CAP_FOO\"");
    assert_eq!(refused.code(), 125);
}

fn privileged(world: &World) {
    let look = "grep -E 'Seccomp:|CapEff' /proc/self/status; mount | grep -c ' on /proc/'; test -w /proc/sys/net/ipv4/ip_forward && echo writable; ls /dev | wc -l";
    let said = world.docker(&["run", "--rm", "--privileged", "alpine", "sh", "-c", look]).stdout();
    let lines: Vec<&str> = said.lines().collect();
    let [effective, seccomp, masks, rest @ ..] = lines.as_slice() else { panic!("{said}") };
    assert_ne!(*effective, "CapEff:\t00000000a80425fb", "{said}");
    // Where there is one id, giving away is imitated even here.
    let filter = if has_one_id(world) { "Seccomp:\t2" } else { "Seccomp:\t0" };
    assert_eq!((*seccomp, *masks, rest[0]), (filter, "0", "writable"), "{said}");
    assert!(rest[1].trim().parse::<usize>().expect("a count") > 16, "{said}");
    // Inside a container that is not, only capabilities are had: the filter stays.
    let id = world.detached("alpine");
    let joined = world.docker(&["exec", "--privileged", &id, "grep", "-E", "Seccomp:|CapEff", "/proc/self/status"]);
    assert!(
        joined.stdout().ends_with("Seccomp:\t2\n") && !joined.stdout().contains("a80425fb"),
        "{}",
        joined.everything()
    );
    world.docker(&["rm", "-f", &id]).stdout();
}

fn no_new_privileges(world: &World) {
    let id = world.docker(&["run", "-d", "--security-opt", "no-new-privileges", "alpine", "sleep", "300"]).stdout();
    let joined =
        world.docker(&["exec", id.trim(), "grep", "NoNewPrivs", "/proc/1/status", "/proc/self/status"]).stdout();
    assert_eq!(joined.matches("NoNewPrivs:\t1").count(), 2, "{joined}");
    world.docker(&["rm", "-f", id.trim()]).stdout();
    for wrong in ["foo=bar", "no-new-privileges=maybe"] {
        let ran = world.docker(&["run", "--rm", "--security-opt", wrong, "alpine", "true"]);
        ran.refused(&format!("invalid --security-opt 2: \"{wrong}\""));
    }
}

fn profiles(world: &World) {
    let profile = world.write(
        "profile.json",
        r#"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
            {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"},
            {"names": ["sethostname"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]}"#,
    );
    let option = format!("seccomp={}", profile.display());
    let run =
        |option: &str, line: &str| world.docker(&["run", "--rm", "--security-opt", option, "alpine", "sh", "-c", line]);
    run(&option, "mkdir /made").refused("Operation not permitted");
    assert_eq!(run(&option, "grep Seccomp: /proc/self/status && touch /made").stdout(), "Seccomp:\t2\n");
    world.write("profile.json", "not json");
    run(&option, "true").refused("compacting json for seccomp profile");
    run("seccomp=/nonexistent", "true")
        .refused("opening seccomp profile (/nonexistent) failed: open /nonexistent: no such file or directory");
    let unconfined = run("seccomp=unconfined", "grep CapBnd /proc/self/status").stdout();
    assert_eq!(unconfined, "CapBnd:\t00000000a80425fb\n", "the filter is lifted, nothing else");
}

fn system_paths(world: &World) {
    let masks = "mount | grep -c ' on /proc/'";
    let open = world.docker(&["run", "--rm", "--security-opt", "systempaths=unconfined", "alpine", "sh", "-c", masks]);
    assert_eq!(open.everything().trim(), "0");
    let closed = world.run("alpine", masks).stdout();
    assert!(closed.trim().parse::<usize>().expect("a count") >= 4, "{closed}");
}

fn limits(world: &World) {
    let id = world.docker(&["run", "-d", "--ulimit", "nofile=100:200", "--ulimit", "core=0", "alpine", "sleep", "300"]);
    let id = id.stdout();
    for arguments in [&["exec", id.trim()][..], &["run", "--rm", "--ulimit", "nofile=100:200", "alpine"]] {
        let look = ["sh", "-c", "ulimit -n; ulimit -Hn"];
        assert_eq!(world.docker(&[arguments, &look].concat()).stdout(), "100\n200\n");
    }
    world.docker(&["rm", "-f", id.trim()]).stdout();
    let unlimited = world.docker(&["run", "--rm", "--ulimit", "nofile=99999999999", "alpine", "true"]);
    unlimited.refused("error setting rlimit type 7: operation not permitted");
}

fn settings(world: &World) {
    let before = std::fs::read_to_string("/proc/sys/kernel/msgmax").expect("every kernel has it");
    let run =
        ["run", "--rm", "--sysctl", "kernel.msgmax=1234", "--sysctl", "net.ipv4.ip_default_ttl=33", "alpine", "cat"];
    let look = ["/proc/sys/kernel/msgmax", "/proc/sys/net/ipv4/ip_default_ttl"];
    assert_eq!(world.docker(&[&run[..], &look].concat()).stdout(), "1234\n33\n");
    assert_eq!(std::fs::read_to_string("/proc/sys/kernel/msgmax").expect("read"), before);
    world
        .docker(&["run", "--rm", "--sysctl", "vm.swappiness=1", "alpine", "true"])
        .refused("invalid argument \"vm.swappiness=1\" for \"--sysctl\" flag: sysctl 'vm.swappiness=1' is not allowed");
    let none = world.docker(&["run", "--rm", "--sysctl", "net.nosuch=1", "alpine", "true"]);
    none.refused("open /proc/sys/net/nosuch: no such file or directory");
    assert_eq!(none.code(), 127);
    let shared = ["run", "--rm", "--network", "host", "--sysctl", "net.ipv4.ip_forward=1", "alpine", "true"];
    world.docker(&shared).refused("sysctl \"net.ipv4.ip_forward\" not allowed in host network namespace");
}

fn devices(world: &World) {
    let given = ["run", "--rm", "--device", "/dev/null:/dev/hole:rw", "alpine", "sh", "-c"];
    let look = "echo lost > /dev/hole && ls -l /dev/hole | cut -c 1; ls /dev | wc -l";
    let lines = world.docker(&[&given[..], &[look]].concat()).stdout();
    let ordinary = world.run("alpine", "ls /dev | wc -l").stdout();
    let count = |text: &str| text.trim().parse::<usize>().expect("a count");
    let (kind, found) = lines.split_once('\n').expect("two lines");
    assert_eq!((kind, count(found)), ("c", count(&ordinary) + 1));
    for (device, reason) in [("/dev/nosuch", "no such file or directory"), ("/etc/passwd", "not a device node")] {
        let sentence = format!("error gathering device information while adding custom device \"{device}\": {reason}");
        world.docker(&["run", "--rm", "--device", device, "alpine", "true"]).refused(&sentence);
    }
}

/// The guest has no `mknod`: the host's busybox is lent.
fn other_devices(world: &World) {
    let Some(busybox) =
        ["/bin/busybox", "/usr/bin/busybox"].into_iter().find(|path| std::path::Path::new(path).exists())
    else {
        eprintln!("no busybox here: making devices is not tried");
        return;
    };
    let lent = format!("{busybox}:/busybox:ro");
    let line = "cd $0 && /busybox mknod disk c 1 3 && echo written > disk";
    for place in ["/", "/dev", "/tmp", "/victim"] {
        let victim = format!("{}:/victim", world.path("victim").display());
        let ran = world.docker(&["run", "--rm", "-v", &lent, "-v", &victim, "alpine", "sh", "-c", line, place]);
        // Where making devices is imitated there is nothing to open: a file is made instead, and it is none.
        let made = ran.everything();
        assert!(ran.code() != 0 || has_one_id(world), "a device was opened in {place}: {made}");
        let _ = std::fs::remove_file(world.path("victim").join("disk"));
    }
    assert_eq!(world.run("alpine", "echo x > /dev/null && head -c 1 /dev/zero | wc -c").stdout().trim(), "1");
    let terminal =
        world.docker(&["run", "--rm", "-t", "alpine", "sh", "-c", "echo x > /dev/tty; echo y > /dev/console; tty"]);
    assert!(terminal.stdout().contains("/dev/pts/0"), "{}", terminal.everything());
}

fn shared_memory(world: &World) {
    let look = |flags: &[&str]| {
        let arguments = [&["run", "--rm"], flags, &["alpine", "df", "/dev/shm"]].concat();
        world.docker(&arguments).stdout().lines().nth(1).map(|line| line.split_whitespace().nth(1).map(str::to_owned))
    };
    assert_eq!(look(&["--shm-size", "1m"]), Some(Some("1024".to_owned())));
    assert_eq!(look(&[]), Some(Some("65536".to_owned())));
    let read_only = ["run", "--rm", "--read-only", "alpine", "sh", "-c", "touch /dev/shm/x && touch /x"];
    world.docker(&read_only).refused("touch: /x: Read-only file system");
    assert_ne!(world.docker(&["run", "--rm", "--ipc", "none", "alpine", "ls", "/dev/shm"]).code(), 0);
}

fn shared_namespaces(world: &World) {
    let donor = world.docker(&["run", "-d", "--ipc", "shareable", "alpine", "sleep", "300"]).stdout();
    let donor = donor.trim();
    world.docker(&["exec", donor, "touch", "/dev/shm/shared"]).stdout();
    let with = format!("container:{donor}");
    let look = "ps -o args | grep -c '[s]leep 300'; ls /dev/shm";
    let both = ["run", "--rm", "--pid", &with, "--ipc", &with, "alpine", "sh", "-c", look];
    assert_eq!(world.docker(&both).stdout(), "1\nshared\n");
    assert_eq!(world.run("alpine", "ls /dev/shm | wc -l").stdout().trim(), "0");
    let closed = world.detached("alpine");
    let with = format!("container:{closed}");
    world.docker(&["run", "--rm", "--ipc", &with, "alpine", "true"]).refused("non-shareable IPC");
    world.docker(&["run", "--rm", "--pid", "container:nosuch", "alpine", "true"]).refused("No such container: nosuch");
    world.docker(&["rm", "-f", donor, &closed]).stdout();

    let host = std::fs::read_link("/proc/self/ns/uts").expect("ours").display().to_string();
    let shared = world.docker(&["run", "--rm", "--uts", "host", "alpine", "readlink", "/proc/self/ns/uts"]).stdout();
    assert_eq!(shared.trim(), host);
    let named = ["run", "--rm", "-h", "box", "--domainname", "lan", "alpine", "cat"];
    let files = ["/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname"];
    assert_eq!(world.docker(&[&named[..], &files].concat()).stdout(), "box\nlan\n");
}

fn host_processes(world: &World) {
    let line = "sleep 3333 & echo $! > /dev/shm/x; cat /dev/shm/x; exec sleep 300";
    let id = world.docker(&["run", "-d", "--pid", "host", "alpine", "sh", "-c", line]).stdout();
    let id = id.trim();
    assert_eq!(world.docker(&["exec", id, "echo", "joined"]).stdout(), "joined\n");
    let number = {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let said = world.docker(&["logs", id]).stdout();
            if let Ok(number) = said.trim().parse::<u32>() {
                break number;
            }
            assert!(Instant::now() < deadline, "the container says nothing: {said}");
        }
    };
    let left = std::path::PathBuf::from(format!("/proc/{number}"));
    assert!(left.exists(), "the number is not the host's");
    world.docker(&["rm", "-f", id]).stdout();
    let deadline = Instant::now() + Duration::from_secs(20);
    while left.exists() {
        assert!(Instant::now() < deadline, "process {number} is still there");
        std::thread::yield_now();
    }
}

fn other_user(world: &World) {
    let look = "id -u; id -g; grep CapEff /proc/self/status; grep NSpid /proc/self/status | wc -l";
    let said = world.docker(&["run", "--rm", "-u", "65534:65533", "alpine", "sh", "-c", look]).stdout();
    assert_eq!(said, "65534\n65533\nCapEff:\t0000000000000000\n1\n");
    let named = world.docker(&["run", "--rm", "-u", "nobody", "alpine", "whoami"]).stdout();
    assert_eq!(named, "nobody\n");
    let id = world.docker(&["run", "-d", "-u", "nobody", "alpine", "sleep", "300"]).stdout();
    let joined = world.docker(&["exec", id.trim(), "id", "-u"]).stdout();
    assert_eq!(joined, "65534\n");
    assert_eq!(world.docker(&["exec", "-u", "0", id.trim(), "id", "-u"]).stdout(), "0\n");
    world.docker(&["rm", "-f", id.trim()]).stdout();
    world
        .docker(&["run", "--rm", "--group-add", "nosuch", "alpine", "true"])
        .refused("Unable to find group nosuch: no matching entries in group file");
    let grouped = world.docker(&["run", "--rm", "--group-add", "4242", "alpine", "id", "-G"]);
    if has_one_id(world) {
        grouped.refused("join additional groups: EPERM: Operation not permitted");
    } else {
        assert!(grouped.stdout().trim().ends_with(" 4242"));
    }
}

/// Whether this world's containers know one id only.
fn has_one_id(world: &World) -> bool {
    let map = world.run("alpine", "cat /proc/self/uid_map").stdout();
    map.lines().count() == 1 && map.split_whitespace().nth(2) == Some("1")
}

fn ownership(world: &World) {
    let owner = world.run("alpine", "touch /f && chown 1234:1234 /f && stat -c %u /f").stdout();
    assert_eq!(owner.trim(), if has_one_id(world) { "0" } else { "1234" });
    world.write("give/Dockerfile", "FROM alpine\nRUN touch /f && chown 33:33 /f\n");
    let context = world.path("give").display().to_string();
    world.docker(&["build", "-q", "-t", "give", &context]).stdout();
}

fn top(world: &World) {
    let id = world.detached("alpine");
    let first = world.first_process(&id).to_string();
    let shown = world.docker(&["top", &id]).stdout();
    let lines: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]);
    assert_eq!((lines.len(), lines[1][1], lines[1][7..].join(" ").as_str()), (2, first.as_str(), "sleep 300"));
    let chosen = world.docker(&["top", &id, "-eo", "pid,comm"]).stdout();
    assert_eq!(chosen.split_whitespace().collect::<Vec<_>>(), ["PID", "COMMAND", &first, "sleep"]);
    world.docker(&["top", &id, "-eo", "comm"]).refused("Couldn't find PID field in ps output");
    let unknown = world.docker(&["top", &id, "--sort=rss"]);
    assert_eq!(unknown.code(), 125, "{}", unknown.everything());
    world.docker(&["rm", "-f", &id]).stdout();
}

fn log_files(world: &World) {
    let line = "i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done";
    let options = ["--log-opt", "max-size=4k", "--log-opt", "max-file=3"];
    let id = world.docker(&[&["run", "-d"], &options[..], &["alpine", "sh", "-c", line]].concat()).stdout();
    let id = id.trim();
    world.docker(&["wait", id]).stdout();
    let kept = world.docker(&["logs", id]).stdout();
    let numbers: Vec<usize> = kept.lines().map(|line| line[5..].parse().expect("a number")).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    assert!(numbers.last() == Some(&299) && numbers[0] > 100, "from {} to {:?}", numbers[0], numbers.last());
    let silent = world.docker(&["run", "-d", "--log-driver", "none", "alpine", "echo", "hi"]).stdout();
    world.docker(&["logs", silent.trim()]).refused("configured logging driver does not support reading");
    world.docker(&["rm", "-f", id, silent.trim()]).stdout();
}
