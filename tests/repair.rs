//! `diagnostic --réparer`: what a power cut or a `kill -9` leaves is found, put right and told, and nothing that lives is touched.
//! As an ordinary user and as root. Takes a few seconds.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

mod common;

use std::process::Command;

use common::{ordinary_user, settle, world};

const PRELUDE: &str = r#"
cd "$WORLD"
docker() { timeout 60 ./moussaillon --etat "$WORLD/state" docker "$@"; }
repair() { timeout 60 ./moussaillon --etat "$WORLD/state" doctor --repair --format json | sed -n '/"repaired"/,/^  }/p' | tr -d ' \n"'; echo; }
monitor() { sed -n '/"monitor"/,/}/s/.*"pid": \([0-9]*\).*/\1/p' "state/containers/$(docker inspect -f '{{.Id}}' "$1")/state.json"; }
# Until its first process has followed, so that what is found does not depend on chance.
cut() { monitor=$(monitor $1); kill -9 $monitor; until [ -z "$(docker ps -q --filter name=$1)" ]; do :; done; }
old() { touch -d '5 minutes ago' "$@"; }
uplinks() { ip -o link | grep -c mouss; }
# The kernel removes what went with a namespace when it finds the time.
until_uplinks() {
    for _ in $(seq 200); do [ $(uplinks) = $1 ] && break; sleep 0.1; done
    [ $(uplinks) = $1 ] || { ip link; nft list tables; ps -ef; } >&2
}
docker pull -q alpine >/dev/null
"#;

fn played(lines: &str, user: Option<u32>) -> String {
    let world = world(user);
    let mut command = Command::new("bash");
    command.args(["-c", &format!("{PRELUDE}{lines}")]);
    settle(&mut command, world.path(), user);
    let output = command.env("MOUSSAILLON_LANG", "en").output().unwrap();
    eprint_errors(&output.stderr);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn eprint_errors(errors: &[u8]) {
    if !errors.is_empty() {
        eprintln!("{}", String::from_utf8_lossy(errors));
    }
}

/// Monitors killed, a reboot, files half made: beside a container that lives.
const ANYBODY: &str = r#"
docker run -d --name living -p 127.0.0.1::80 alpine sleep 1000 >/dev/null
docker run -d --name killed -p 80 alpine sleep 1000 >/dev/null
docker run -d --rm --name fleeting -v /anonymous alpine sleep 1000 >/dev/null
docker run -d --name rebooted alpine sleep 1000 >/dev/null
before=$(docker port living)
for name in killed fleeting rebooted; do cut $name; done
sed -i 's/"boot_id": "[^"]*"/"boot_id": "another"/' "state/containers/$(docker inspect -f '{{.Id}}' rebooted)/state.json"
printf %064d 0 >state/names/ghost; old state/names/ghost
printf %064d 0 >state/names/new
echo x >state/containers/$(docker inspect -f '{{.Id}}' living)/state.1.new; old state/containers/*/state.1.new
echo x >state/networks/switch.new; old state/networks/switch.new
mkdir -p state/shell/4194304 state/shell/$$ state/try-4194304 state/try-$$-7 state/tmp/1-0; touch state/tmp/1-0.lock
repair | tr '{' '\n' | sed 's/[],}]*$//' | grep -v kind:group | LC_ALL=C sort
docker ps -a --format '{{.Names}} {{.State}}' | sort
docker volume ls -q | wc -l
[ "$(docker port living)" = "$before" ] && docker exec living echo alive
ls state/names | sort; ls state/tmp; ls -d state/try-* state/shell/* 2>/dev/null | sed "s/$$/US/"
repair
./moussaillon --etat "$WORLD/state" diagnostic --reparer --lang fr | grep -o 'Rien à réparer'
docker rm -f living killed rebooted
repair
"#;

const OF_ANYBODY: &str = "\
engine:[\nkind:name,name:ghost\nkind:removed,container:fleeting\nkind:scraps,count:2\n\
kind:staged,count:1}],trials:2,shells:1,failed:[\nkind:status,container:killed\nkind:status,container:rebooted\nrepaired:\n\
killed exited\nliving running\nrebooted exited\n0\nalive\nkilled\nliving\nnew\nrebooted\nstate/shell/US\n\
repaired:{engine:[],trials:0,shells:0,failed:[]}\nRien à réparer\nliving\nkilled\nrebooted\n\
repaired:{engine:[],trials:0,shells:0,failed:[]}\n";

/// What only root can leave: a process without its monitor, a mount, a device, a control group. In namespaces of the test's
/// own, but for the group and the processes.
const ROOTS: &str = r#"
cat >inside <<'END'
. ./prelude
ip link set lo up
mkdir context
printf 'FROM alpine\nRUN mkdir /x && cp /bin/sleep /x/sleep && chmod 4755 /x/sleep\n' >context/Dockerfile
docker build -q -t changes context >/dev/null 2>&1
until_uplinks 0
docker run -d --name living -p 127.0.0.1:8080:80 alpine sleep 1000 >/dev/null
docker run -d --name orphan -u 1000 changes /x/sleep 1000 >/dev/null
docker run -d --name removed -u 1000 changes /x/sleep 1000 >/dev/null
first=$(docker inspect -f '{{.State.Pid}}' orphan)
kill -9 $(monitor orphan) $(monitor removed)
timeout 10 ./moussaillon --etat state docker rm -f removed
ip link add mouss00c0ffee type veth peer name other
mkdir state/containers/mounted "state/tmp/a b" && mount -t tmpfs tmpfs "state/tmp/a b" && mount -t tmpfs tmpfs state/containers/mounted
group=$(for place in /sys/fs/cgroup/memory /sys/fs/cgroup/unified /sys/fs/cgroup; do
    mkdir -p $place/moussaillon/$(printf %064d 7) 2>/dev/null && echo $place/moussaillon/$(printf %064d 7) && break; done)
[ -z "$group" ] || old $group
(exec -a moussaillon-porter sleep 1000) & (exec -a moussaillon-gateway sleep 1000) & stranger=$!
repair | tr '{' '\n' | sed "s/[],}]*$//; s#$WORLD#/w#; s/pid:.*/pid/" | grep -Ev 'group,container:[0-9a-f]*[1-9a-f]'
[ -d "$group" ] && echo group; grep -s State: /proc/$first/status | grep -v Z
grep -c /state/ /proc/self/mountinfo; until_uplinks 1; uplinks
docker exec living echo alive; timeout 1 bash -c '</dev/tcp/127.0.0.1/8080' 2>/dev/null; echo $?
kill $stranger && echo stranger spared
docker rm -f living orphan
until_uplinks 0; uplinks
END
declare -f docker repair monitor old uplinks until_uplinks >prelude; echo 'cd "$WORLD"' >>prelude
unshare -m -n --propagation private bash ./inside
"#;

const OF_ROOT: &str = "\
removed\nrepaired:\nengine:[\nkind:process,name:moussaillon-porter,pid\nkind:mount,path:/w/state/tmp/ab\n\
kind:mount,path:/w/state/containers/mounted\nkind:orphan,container:orphan\n\
kind:group,container:000000000000\nkind:device,name:mouss00c0ffee\nkind:staged,count:1}],trials:0,shells:0,failed:[\n\
0\n1\nalive\n0\nstranger spared\nliving\norphan\n0\n";

#[test]
fn what_is_left_is_put_right_and_what_lives_is_spared() {
    let ordinary = ordinary_user();
    assert_eq!(played(ANYBODY, ordinary), OF_ANYBODY);
    if ordinary.is_none() {
        eprintln!("not run: as root, for want of root");
        return;
    }
    assert_eq!(played(ANYBODY, None), OF_ANYBODY);
    assert_eq!(played(ROOTS, None), OF_ROOT);
}
