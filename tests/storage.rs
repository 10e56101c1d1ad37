//! Where the kernel mounts no overlay on the state root, containers work on copies, and nobody sees a difference.
//!
//! The state root is put on an overlay mount, which cannot hold the upper directory of another, in a mount namespace
//! that ends with the test: as root, and as an ordinary user in a namespace of theirs. Both need `unshare`(1).

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::{ordinary_user, settle, world};

/// Puts the state root on an overlay mount, then goes through the verbs that read what a container changed.
const LINES: &str = r#"
set -e
cd "$WORLD"
mkdir base low over
mount -t tmpfs tmpfs base
mkdir base/upper base/work
mount -t overlay overlay -o "$OPTIONS"lowerdir=low,upperdir=base/upper,workdir=base/work over
export MOUSSAILLON_ETAT="$WORLD/over/state"
docker() { timeout 60 ./moussaillon docker "$@"; }
docker pull -q alpine >&2
docker run --name web alpine sh -c 'echo new >/added; rm /etc/os-release; echo more >>/etc/profile; mkdir -p /srv/in'
echo "-- $(grep driver "$MOUSSAILLON_ETAT/storage-driver.json")"
docker diff web
docker commit web kept >&2
echo "-- committed"
docker run --rm kept sh -c 'cat /added; test -e /etc/os-release || echo gone; tail -n 1 /etc/profile; test -d /srv/in && echo made'
echo "-- started again"
docker run --name again alpine sh -c 'echo line >>/count; wc -l </count'
docker start -a again
echo "-- built"
mkdir context
printf 'FROM alpine\nRUN echo built >/built && rm /etc/os-release\nRUN rm /built && mkdir /built\n' >context/Dockerfile
docker build -q -t made context >&2
docker run --rm made sh -c 'test -d /built && echo directory; test -e /etc/os-release || echo gone'
docker rm web again >&2
docker ps -aq
"#;

const EXPECTED: &str = r#"--   "driver": "copy",
A /added
C /etc
D /etc/os-release
C /etc/profile
C /srv
A /srv/in
-- committed
new
gone
more
made
-- started again
1
2
-- built
directory
gone
"#;

/// An image too large for the disk its state root is on, then the same state root on a larger one.
const FULL: &str = r#"
cd "$WORLD"
mkdir context small
head -c 30000000 /dev/urandom >context/noise
printf 'FROM scratch\nCOPY noise /a\n' >context/Dockerfile
docker() { timeout 60 ./moussaillon docker "$@"; }
export MOUSSAILLON_ETAT="$WORLD/elsewhere"
docker build -q -t large context >&2
docker save -o large.tar large
export MOUSSAILLON_ETAT="$WORLD/small/state"
mount -t tmpfs -o size=20m tmpfs small
docker load -q -i large.tar 2>&1 | grep -oi "no space left on device"
docker import large.tar imported 2>&1 | grep -oi "no space left on device"
docker build -q -t built context 2>&1 | grep -oi "no space left on device"
docker images -aq
ls -A small/state/tmp
echo "-- $(($(du -sm small | cut -f1) < 2))"
mkdir large
mount -t tmpfs -o size=120m tmpfs large
cp -a small/state large/
export MOUSSAILLON_ETAT="$WORLD/large/state"
docker load -q -i large.tar
docker image inspect -f '{{len .RootFS.Layers}} {{.Size}}' large
docker build -q -t built context >/dev/null && echo built
"#;

const FULL_EXPECTED: &str = "no space left on device
no space left on device
no space left on device
-- 1
Loaded image: large:latest
1 30000000
built
";

fn end(mut command: Command, directory: &Path, user: Option<u32>) -> Output {
    settle(&mut command, directory, user);
    command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; util-linux has unshare", command.get_program().display()))
}

fn on_copies(flags: &str, options: &str, user: Option<u32>) {
    said(flags, &format!("OPTIONS={options}\n{LINES}"), EXPECTED, user);
}

/// Runs lines in a mount namespace of their own; they must say this.
fn said(flags: &str, lines: &str, expected: &str, user: Option<u32>) {
    let world = world(user);
    let mut command = Command::new("unshare");
    command.args([flags, "sh", "-c", lines]);
    let output = end(command, world.path(), user);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, expected, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
}

#[test]
fn a_full_disk_leaves_roots_store_as_it_was() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not run: a small disk of root's needs root");
        return;
    }
    said("-m", FULL, FULL_EXPECTED, None);
}

#[test]
fn a_full_disk_leaves_an_ordinary_users_store_as_it_was() {
    said("-rm", FULL, FULL_EXPECTED, ordinary_user());
}

#[test]
fn root_works_on_copies() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not run: root's copies need root");
        return;
    }
    on_copies("-m", "", None);
}

#[test]
fn an_ordinary_user_works_on_copies() {
    on_copies("-rm", "userxattr,", ordinary_user());
}

/// `diagnostic`, as JSON.
fn diagnosis(user: Option<u32>, prefix: &[&str]) -> (bool, serde_json::Value) {
    let world = world(user);
    let program = world.path().join("moussaillon");
    let mut words: Vec<&str> = prefix.to_vec();
    words.extend([program.to_str().expect("a plain path"), "--format", "json", "diagnostic"]);
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    let output = end(command, world.path(), user);
    let said = String::from_utf8_lossy(&output.stdout);
    let answer = serde_json::from_str(&said);
    let answer = answer.unwrap_or_else(|error| panic!("{error}: {said}{}", String::from_utf8_lossy(&output.stderr)));
    let state = world.path().join(".local/share/moussaillon");
    let left = fs::read_dir(state).expect("the state root").flatten().map(|entry| entry.file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("try-")).collect();
    assert!(left.is_empty(), "{left:?}");
    (output.status.success(), answer)
}

#[test]
fn the_diagnosis_runs_a_container_and_names_the_storage() {
    for user in [None, ordinary_user()] {
        let (success, answer) = diagnosis(user, &[]);
        assert!(success, "{answer}");
        assert_eq!(answer["ready"], true);
        let driver = answer["storage"]["driver"].as_str().expect("a driver");
        assert!(["overlay", "copy"].contains(&driver), "{answer}");
        let single = answer["tier"] == "single-id";
        let lacking = usize::from(single) + usize::from(driver == "copy");
        assert_eq!(answer["missing"].as_array().map(Vec::len), Some(lacking), "{answer}");
    }
}

/// A namespace whose own limit is zero stands for a machine without user namespaces.
#[test]
fn the_diagnosis_fails_where_no_container_can_run() {
    let line = r#"echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$0" "$@""#;
    let (success, answer) = diagnosis(ordinary_user(), &["unshare", "-r", "sh", "-c", line]);
    assert!(!success, "{answer}");
    assert_eq!(answer["ready"], false);
    let reason = answer["reason"].as_str().expect("a reason");
    assert!(reason.contains("user.max_user_namespaces=15000"), "{reason}");
}
