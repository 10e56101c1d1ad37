//! Limits, pause and figures on each kind of control groups: version 1, version 2, none; as root and as an ordinary user.
//!
//! The kind a test wants is put over `/sys/fs/cgroup` in a mount namespace that ends with it (`unshare`(1)). A version 2
//! tree that enforces nothing is made of plain files: what is written into them is what is tested.

#![allow(clippy::print_stderr)] // what a machine lacks is said aloud

mod common;

use std::path::Path;
use std::process::Command;

use common::{ordinary_user, settle, world};

/// What every script begins with. `still`: whether a container that counts stands still for a moment.
const BEGINNING: &str = r#"
set -e
cd "$WORLD"
export MOUSSAILLON_ETAT="$WORLD/state" MOUSSAILLON_LANG=en
docker() { timeout 60 ./moussaillon docker "$@"; }
lines() { docker logs "$1" | wc -l; }
counts() { until [ "$(lines "$1")" -gt "$2" ]; do :; done; echo counts; }
still() { a=$(lines "$1"); timeout 0.4 tail -f /dev/null || true; [ "$a" = "$(lines "$1")" ] && echo still || echo moving; }
counter='i=0; while true; do i=$((i+1)); echo $i; sleep 0.02; done'
trap 'ids=$(docker ps -aq); [ -z "$ids" ] || docker rm -f $ids >/dev/null' EXIT
docker pull -q alpine >/dev/null
"#;

/// Runs a script in a world of that user; what it said.
fn played(before: &str, script: &str, user: Option<u32>) -> String {
    let world = world(user);
    let mut command = if before.is_empty() { Command::new("sh") } else { Command::new("unshare") };
    if !before.is_empty() {
        command.args(["-m", "sh"]);
    }
    command.args(["-c", &format!("{before}\n{BEGINNING}\n{script}")]);
    settle(&mut command, world.path(), user);
    let output = command.output().expect("sh, and util-linux's unshare");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn is_root() -> bool {
    let root = nix::unistd::geteuid().is_root();
    if !root {
        eprintln!("not run: control groups are put in place by root");
    }
    root
}

/// Whether this machine has the controllers of version 1, ours to divide.
fn has_legacy() -> bool {
    let there = ["memory", "pids", "cpu", "freezer"].iter().all(|name| {
        let group = Path::new("/sys/fs/cgroup").join(name).join("cgroup.procs");
        rustix::fs::access(group, rustix::fs::Access::WRITE_OK).is_ok()
    });
    if !there {
        eprintln!("not run: /sys/fs/cgroup has no controllers of version 1 here");
    }
    is_root() && there
}

#[test]
fn version_one_enforces_memory_processes_and_time() {
    if !has_legacy() {
        return;
    }
    let said = played(
        "",
        r#"
        # In few and large system calls: between two of them a program has to read its own pages again that had to make room.
        docker run --name greedy -m 10m --memory-swap 10m alpine dd if=/dev/zero of=/dev/shm/x bs=1M count=30 || echo "code $?"
        docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}' greedy
        grep -o '"action":"oom"' state/events.jsonl | sort -u
        docker run --rm --pids-limit 4 alpine sh -c 'for i in 1 2 3 4 5 6; do sleep 0.2 & done; wait' 2>&1 | sort -u
        docker run --rm --cpus 0.5 --cpu-shares 512 alpine sh -c 'cd /sys/fs/cgroup/cpu; cat cpu.cfs_quota_us cpu.shares'
        docker run --rm -m 20m --cgroupns host alpine sh -c 'sed -n s,moussaillon/.*,moussaillon/ID,p /proc/self/cgroup | cut -d : -f 2-'
        docker run --rm -m 20m alpine sh -c 'sed -n /memory/p /proc/self/cgroup | cut -d : -f 2-'
        docker run --rm -m 20m alpine touch /sys/fs/cgroup/memory/new 2>&1 | cut -d : -f 3
        "#,
        None,
    );
    let expected = "code 137\ntrue 137 10485760 10485760\n\"action\":\"oom\"\nsh: sleep: Resource temporarily unavailable\n50000\n512\n\
                    memory:/moussaillon/ID\nmemory:/\n Read-only file system\n";
    assert_eq!(said, expected);
}

#[test]
fn version_one_freezes_and_takes_changes_while_it_runs() {
    if !has_legacy() {
        return;
    }
    let said = played(
        "",
        r#"
        docker run -d --name clock alpine sh -c "$counter" >/dev/null
        id=$(docker inspect -f '{{.Id}}' clock)
        counts clock 2
        docker pause clock; still clock
        cat /sys/fs/cgroup/freezer/moussaillon/$id/freezer.state
        docker exec clock true || true
        docker unpause clock; counts clock $(lines clock)
        docker exec clock sh -c 'sed -n /freezer/p /proc/self/cgroup' | sed "s,$id,ID,;s,.*:,,"
        docker update -m 64m --memory-swap 96m --pids-limit 20 clock
        cat /sys/fs/cgroup/memory/moussaillon/$id/memory.limit_in_bytes /sys/fs/cgroup/pids/moussaillon/$id/pids.max
        docker update -m 128m --memory-swap 256m clock
        cat /sys/fs/cgroup/memory/moussaillon/$id/memory.memsw.limit_in_bytes
        docker update -m 10m --memory-swap 20m --pids-limit -1 clock
        cat /sys/fs/cgroup/memory/moussaillon/$id/memory.limit_in_bytes /sys/fs/cgroup/pids/moussaillon/$id/pids.max
        docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' clock | sed 's,[^ ]* / ,USED / ,'
        docker pause clock; docker stop -t 0 clock; docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' clock
        find /sys/fs/cgroup/*/moussaillon -name $id 2>/dev/null || true
        "#,
        None,
    );
    let expected = "counts\nclock\nstill\nFROZEN\nclock\ncounts\n/moussaillon/ID\nclock\n67108864\n20\nclock\n268435456\n\
                    clock\n10485760\nmax\nclock USED / 10MiB\nclock\nclock\nexited 137\n";
    assert_eq!(said, expected);
}

#[test]
fn groups_go_when_their_monitor_was_killed() {
    if !has_legacy() {
        return;
    }
    let said = played(
        "",
        r#"
        docker run -d --name left -m 32m alpine sleep 1000 >/dev/null
        id=$(docker inspect -f '{{.Id}}' left)
        ls -d /sys/fs/cgroup/memory/moussaillon/$id >/dev/null && echo there
        kill -9 $(sed -n '/"monitor"/,/}/s/.*"pid": \([0-9]*\).*/\1/p' state/containers/$id/state.json)
        docker wait left
        docker ps -q
        ls -d /sys/fs/cgroup/memory/moussaillon/$id 2>/dev/null || echo swept
        docker start left >/dev/null && docker pause left
        kill -9 $(sed -n '/"monitor"/,/}/s/.*"pid": \([0-9]*\).*/\1/p' state/containers/$id/state.json)
        docker rm -f left
        ls -d /sys/fs/cgroup/*/moussaillon/$id 2>/dev/null || echo gone
        "#,
        None,
    );
    assert_eq!(said, "there\n137\nswept\nleft\nleft\ngone\n");
}

/// A version 2 tree of plain files over `/sys/fs/cgroup`.
const PLAIN_FILES: &str = r#"
mount -t tmpfs tmpfs /sys/fs/cgroup
cd /sys/fs/cgroup
echo "cpuset cpu io memory pids" >cgroup.controllers
: >cgroup.procs; : >cgroup.subtree_control
echo 0-1 >cpuset.cpus.effective; echo 0 >cpuset.mems.effective
"#;

#[test]
fn version_two_gets_the_right_values_in_the_right_files() {
    if !is_root() {
        return;
    }
    let said = played(
        PLAIN_FILES,
        r#"
        docker run -d --name two -m 64m --memory-swap 96m --memory-reservation 32m --cpus 0.5 --cpu-shares 512 \
            --cpuset-cpus 0 --pids-limit 20 --blkio-weight 500 --device-read-bps /dev/null:1mb alpine sleep 1000 >/dev/null
        id=$(docker inspect -f '{{.Id}}' two)
        cat /sys/fs/cgroup/cgroup.subtree_control; echo
        cd /sys/fs/cgroup/moussaillon/$id
        for file in memory.max memory.swap.max memory.low cpu.max cpu.weight cpuset.cpus pids.max io.weight io.max; do
            echo "$file $(cat $file)"
        done
        [ "$(cat cgroup.procs)" = 0 ] && echo entered
        cd "$WORLD"
        docker exec two cat /sys/fs/cgroup/memory.max; echo
        docker inspect -f '{{.HostConfig.CgroupnsMode}} {{.HostConfig.OomKillDisable}}' two
        docker pause two; cat /sys/fs/cgroup/moussaillon/$id/cgroup.freeze; echo
        docker unpause two; cat /sys/fs/cgroup/moussaillon/$id/cgroup.freeze; echo
        docker update --memory 100m --memory-swap -1 --cpus 1 two
        cd /sys/fs/cgroup/moussaillon/$id; cat memory.max; echo; cat memory.swap.max; echo; cat cpu.max; echo; cd "$WORLD"
        docker run --rm -m 32m --oom-kill-disable --memory-swappiness 10 alpine true 2>&1
        printf 'low 0\noom 1\noom_kill 1\n' >/sys/fs/cgroup/moussaillon/$id/memory.events
        docker inspect -f '{{.State.OOMKilled}}' two
        docker kill two
        docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' two
        docker info --format '{{.CgroupDriver}} {{.CgroupVersion}} {{.MemoryLimit}} {{.OomKillDisable}}'
        "#,
        None,
    );
    let expected = "+memory +cpu +cpuset +pids +io\nmemory.max 67108864\nmemory.swap.max 33554432\nmemory.low 33554432\n\
        cpu.max 50000 100000\ncpu.weight 20\ncpuset.cpus 0\npids.max 20\nio.weight default 4950\nio.max 1:3 rbps=1048576\n\
        entered\n67108864\nprivate <nil>\ntwo\n1\ntwo\n0\ntwo\n104857600\nmax\n100000 100000\n\
        WARNING: Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory \
        swappiness discarded.\nWARNING: Your kernel does not support OomKillDisable. OomKillDisable discarded.\n\
        true\ntwo\ntrue 137\ncgroupfs 2 true false\n";
    assert_eq!(said, expected);
}

/// Where this machine has version 2, with controllers or without.
fn real_version_two() -> Option<&'static str> {
    let places = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];
    let place = places.into_iter().find(|place| Path::new(place).join("cgroup.controllers").exists());
    if place.is_none() {
        eprintln!("not run: no control groups of version 2 here");
    }
    place.filter(|_| is_root())
}

#[test]
fn a_real_version_two_gives_birth_in_the_group_and_freezes_it() {
    let Some(place) = real_version_two() else { return };
    let said = played(
        &format!("mount --bind {place} /sys/fs/cgroup"),
        r#"
        docker run -d --name born alpine sh -c "$counter" >/dev/null
        id=$(docker inspect -f '{{.Id}}' born)
        group=/sys/fs/cgroup/moussaillon/$id
        grep -cx "$(docker inspect -f '{{.State.Pid}}' born)" $group/cgroup.procs
        docker exec born cat /proc/self/cgroup | sed -n 's/^0:://p'
        counts born 2
        docker pause born; still born; sed -n /frozen/p $group/cgroup.events
        docker unpause born; counts born $(lines born)
        docker pause born; docker kill born
        ls -d $group 2>/dev/null || echo gone
        "#,
        None,
    );
    assert_eq!(said, "1\n/\ncounts\nborn\nstill\nfrozen 1\nborn\ncounts\nborn\nborn\ngone\n");
}

/// A part of the tree given to an ordinary user, and this shell in it: what systemd does at log-in.
const DELEGATED: &str = r"
group=/sys/fs/cgroup/moussaillon-test-$$
mkdir -p $group/inner && chown -R 65534:65534 $group
echo $$ >$group/inner/cgroup.procs
";

#[test]
fn what_is_delegated_to_an_ordinary_user_is_used() {
    let Some(place) = real_version_two() else { return };
    let said = played(
        &format!("mount --bind {place} /sys/fs/cgroup\n{DELEGATED}"),
        r#"
        chown -R 65534:65534 "$WORLD"
        docker() { timeout 60 setpriv --reuid 65534 --regid 65534 --clear-groups ./moussaillon docker "$@"; }
        leave() {
            docker rm -f born >/dev/null 2>&1 || true
            echo $$ >/sys/fs/cgroup/cgroup.procs
            rmdir $group/inner $group
        }
        trap leave EXIT
        docker run -d --name born alpine sh -c "$counter" >/dev/null
        id=$(docker inspect -f '{{.Id}}' born)
        grep -c . $group/moussaillon/$id/cgroup.procs | sed 's/[1-9]/some/'
        docker exec born cat /proc/self/cgroup | sed -n 's/^0:://p'
        docker run --rm --cgroupns host alpine cat /proc/self/cgroup | sed -n "s,^0::$(basename $group | sed s,^,/,),OURS,p" |
            cut -c -17
        counts born 2
        docker pause born; still born; docker unpause born; counts born $(lines born)
        docker rm -f born
        ls -d $group/moussaillon 2>/dev/null || echo gone
        "#,
        None,
    );
    assert_eq!(said, "some\n/\nOURS/moussaillon/\ncounts\nborn\nstill\nborn\ncounts\nborn\ngone\n");
}

/// Without any control group: warnings, and everything else works.
const WITHOUT: &str = r#"
docker run --rm -m 64m --pids-limit 10 alpine echo runs 2>&1
docker run --rm --cpus 0.5 alpine true 2>&1 | head -n 1
docker run -d --name clock alpine sh -c "$counter" >/dev/null
counts clock 2
docker pause clock; still clock; docker ps --format '{{.State}}'
docker unpause clock; counts clock $(lines clock)
docker stats --no-stream --format '{{.Name}} {{.PIDs}}' clock | sed 's/[12]$/N/'
docker run -d --name open -p 127.0.0.1::80 alpine sleep 1000 >/dev/null
docker top open -o pid,comm | sed '1d;s,.* ,,'; docker stats --no-stream --format '{{.PIDs}}' open; docker kill open
docker pause clock; docker kill clock
docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' clock
docker info --format '{{.CgroupDriver}} {{.MemoryLimit}}'
"#;

const EXPECTED_WITHOUT: &str = "WARNING: Your kernel does not support memory limit capabilities or the cgroup is not \
    mounted. Limitation discarded.\nWARNING: Your kernel does not support PIDs limit capabilities or the cgroup is not \
    mounted. PIDs limit discarded.\nruns\ndocker: Error response from daemon: NanoCPUs can not be set, as your kernel does \
    not support CPU CFS scheduler or the cgroup is not mounted\ncounts\nclock\nstill\npaused\nclock\ncounts\nclock N\n\
    sleep\n1\nopen\nclock\nclock\nexited 137\nnone false\n";

#[test]
fn without_control_groups_limits_are_warned_of_and_signals_pause() {
    if is_root() {
        assert_eq!(played("mount -t tmpfs tmpfs /sys/fs/cgroup", WITHOUT, None), EXPECTED_WITHOUT);
    }
}

#[test]
fn an_ordinary_user_has_none_and_is_told() {
    let user = ordinary_user();
    if user.is_none() {
        eprintln!("as it is: groups may have been delegated to this user");
        return;
    }
    assert_eq!(played("", WITHOUT, user), EXPECTED_WITHOUT);
}
