//! What leads out of containers, to a machine of the test's own: for root a pair and the host's rules, for everybody else
//! `pasta` or `slirp4netns`. And what becomes of it when it is killed. Takes a few seconds.
//!
//! Everything stands in namespaces of the test's own: a host with one address, and the world behind it.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

mod common;

use std::path::Path;
use std::process::Command;

use common::{ORDINARY_USER, settle, world};

const PRELUDE: &str = r#"
cd "$WORLD"
ip link set lo up
# The world: one machine that serves a page and says who called.
unshare -n sleep 600 & world=$!
trap 'kill $world $server 2>/dev/null' EXIT
until [ "$(readlink /proc/$world/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
ip link add host0 type veth peer name world0
ip link set world0 netns $world
ip addr add 198.51.100.1/24 dev host0; ip link set host0 up
ip route add default via 198.51.100.2
nsenter -n -t $world ip addr add 198.51.100.2/24 dev world0; nsenter -n -t $world ip link set world0 up
mkdir www; echo page >www/index.html; busybox=$(command -v busybox)
nsenter -n -t $world $busybox httpd -f -v -p 198.51.100.2:80 -h www >calls 2>&1 & server=$!
# Devices as a distribution gives them to its users.
if [ -e /dev/net/tun ]; then mknod -m 666 tun c 10 200; mount --bind tun /dev/net/tun; fi
docker() { timeout 60 ./moussaillon --etat "$WORLD/state" docker "$@"; }
fetch() { as docker exec "$1" /bin/busybox wget -q -O - http://198.51.100.2/; }
soon() { for _ in $(seq 100); do "$@" 2>/dev/null && return; sleep 0.1; done; echo "not after ten seconds: $*"; }
export -f docker
as() { if [ "$USER_ID" = 0 ]; then "$@"; else setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups bash -c '"$@"' - "$@"; fi; }
as docker pull -q alpine >/dev/null
gateways() { ps -eo pid,args | awk -v d="$WORLD/state/networks" '$2 == "moussaillon-gateway" && $3 == d { print $1 }'; }
"#;

fn lacks(user: u32) -> bool {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not run: a world of one's own needs root");
        return true;
    }
    let has = |path: &str| Path::new(path).exists();
    for (tool, places) in [("busybox", ["/usr/bin/busybox", "/bin/busybox"]), ("ip", ["/usr/sbin/ip", "/usr/bin/ip"])] {
        if !places.into_iter().any(has) {
            eprintln!("not run: no {tool} here");
            return true;
        }
    }
    if user != 0 && !(has("/usr/bin/pasta") || has("/usr/bin/slirp4netns")) {
        eprintln!("not run: neither pasta nor slirp4netns is here");
        return true;
    }
    false
}

fn played(lines: &str, user: u32) -> String {
    let world = world(Some(user));
    let mut command = Command::new("unshare");
    command.args(["-n", "-m", "--propagation", "private", "bash", "-c", &format!("{PRELUDE}{lines}")]);
    // Root makes the world, whoever is tried in it.
    settle(&mut command, world.path(), None);
    let output = command.env("MOUSSAILLON_LANG", "en").env("USER_ID", user.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.stderr.is_empty() {
        eprintln!("user {user}: {}", String::from_utf8_lossy(&output.stderr));
    }
    said
}

#[test]
fn roots_containers_reach_the_world_in_the_hosts_name() {
    if lacks(0) {
        return;
    }
    let said = played(
        r#"
echo 0 >/proc/sys/net/ipv4/ip_forward
as docker network create inner --internal >/dev/null
as docker run -d --name one -v $busybox:/bin/busybox alpine sleep 1000 >/dev/null
as docker run -d --name shut --network inner -v $busybox:/bin/busybox alpine sleep 1000 >/dev/null
soon fetch one
grep -c '198.51.100.1:.*200' calls
fetch shut 2>/dev/null || echo shut in
nft list tables | grep -c mouss | sed 's/[1-9]/some/'
as docker rm -f one shut
for _ in $(seq 100); do [ "$(ip -o link | grep -c mouss)$(nft list tables | grep -c mouss)" = 00 ] && echo gone && break; sleep 0.1; done
cat /proc/sys/net/ipv4/ip_forward
"#,
        0,
    );
    assert_eq!(said, "page\n1\nshut in\nsome\none\nshut\ngone\n0\n");
}

#[test]
fn a_users_containers_reach_the_world_and_a_killed_way_out_comes_back() {
    if lacks(ORDINARY_USER) {
        return;
    }
    let said = played(
        r#"
as docker run -d --name one -v $busybox:/bin/busybox alpine sleep 1000 >/dev/null
as docker run -d --name two -v $busybox:/bin/busybox alpine sleep 1000 >/dev/null
soon fetch one; fetch two
gateways | wc -l; ls state/networks | grep -c way-out-
sleep 2.5
old=$(gateways); kill -9 $old
soon fetch one
new=$(gateways); [ "$old" != "$new" ] && [ $(echo $new | wc -w) = 1 ] && echo another
sleep 2.5
kill -9 $(ps -eo pid,ppid | awk -v g="$new" '$2 == g { print $1 }')
soon fetch two
as docker rm -f one two
for _ in $(seq 100); do [ -z "$(gateways)" ] && echo gone && break; sleep 0.1; done
ls state/networks | grep -c way-out-
as docker run -d --name again -v $busybox:/bin/busybox alpine sleep 1000 >/dev/null
soon fetch again
as docker rm -f again
"#,
        ORDINARY_USER,
    );
    assert_eq!(said, "page\npage\n1\n1\npage\nanother\npage\none\ntwo\ngone\n0\npage\nagain\n");
}

#[test]
fn without_a_way_out_it_is_said_once_and_all_else_works() {
    if lacks(0) {
        return;
    }
    let said = played(
        r"
for tool in pasta slirp4netns; do for place in /usr/bin /usr/local/bin /bin /usr/sbin /sbin; do
    [ -e $place/$tool ] && mount --bind /dev/null $place/$tool; done; done
as docker run -d --name one -p 127.0.0.1:8080:80 -v $busybox:/bin/busybox alpine /bin/busybox httpd -f -p 80 -h /etc 2>&1 >/dev/null
as docker network create net >/dev/null
as docker network connect net one
as docker run --rm --network net -v $busybox:/bin/busybox alpine /bin/busybox wget -q -O - http://one/hostname 2>&1 | wc -c
soon $busybox wget -q -O - http://127.0.0.1:8080/hostname | wc -c
as docker rm -f one
",
        ORDINARY_USER,
    );
    assert_eq!(
        said,
        "WARNING: Neither pasta nor slirp4netns is installed. Containers reach each other and their ports are published, but \
         nothing leads out.\n13\n13\none\n"
    );
}

/// Our own engine inside a container of ours, whose filter refuses the kernel's packet rules.
#[test]
fn without_packet_rules_it_is_said_once_and_all_else_works() {
    if lacks(0) {
        return;
    }
    let said = played(
        r#"
cat >filter.json <<'END'
{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["socket"],"action":"SCMP_ACT_ERRNO","errnoRet":93,
 "args":[{"index":0,"value":16,"op":"SCMP_CMP_EQ"},{"index":2,"value":12,"op":"SCMP_CMP_EQ"}]}]}
END
cat >inside.sh <<'END'
cd /w; docker() { ./moussaillon --etat /w/inner docker "$@"; }
docker pull -q alpine >/dev/null
docker run -d --name one -p 127.0.0.1:8099:80 -v /bin/busybox:/bin/busybox alpine /bin/busybox httpd -f -p 80 -h /etc 2>&1 >/dev/null
docker network create net >/dev/null; docker network connect net one
docker run --rm --network net -v /bin/busybox:/bin/busybox alpine /bin/busybox wget -q -O - http://one/hostname 2>&1 | wc -c
for i in 1 2 3 4 5 6 7 8 9; do busybox wget -q -O - http://127.0.0.1:8099/hostname && break; sleep 0.2; done | wc -c
docker rm -f one
END
docker run --rm --privileged --network host --security-opt seccomp=$WORLD/filter.json -v $WORLD:/w -v $busybox:/bin/busybox alpine sh /w/inside.sh
"#,
        0,
    );
    assert_eq!(
        said,
        "WARNING: This kernel has no packet rules (nf_tables). Containers reach each other and their ports are published, but \
         nothing leads out.\n13\n13\none\n"
    );
}
