//! Volumes and mounts by the real program: as root, and as an ordinary user.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

mod common;

use std::process::Command;

use common::{ordinary_user, settle, world};

const PRELUDE: &str = r#"
cd "$WORLD"
docker() { timeout 60 ./moussaillon --etat "$WORLD/state" docker "$@"; }
say() { "$@" 2>&1 | sed "s#$WORLD#/w#g"; }
docker pull -q alpine >/dev/null
mkdir -p host/sub; echo hello >host/file
"#;

/// Lines and what they print together, `$WORLD` as `/w`.
fn both(lines: &str, expected: &str) {
    let ordinary = ordinary_user();
    one(lines, expected, ordinary);
    if ordinary.is_some() {
        one(lines, expected, None);
    } else {
        eprintln!("not run: as root, for want of root");
    }
}

fn one(lines: &str, expected: &str, user: Option<u32>) {
    let world = world(user);
    let mut command = Command::new("bash");
    command.args(["-c", &format!("{PRELUDE}{lines}")]);
    settle(&mut command, world.path(), user);
    let output = command.env("MOUSSAILLON_LANG", "en").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, expected, "user {user:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_volume_outlives_containers_and_cannot_go_while_one_has_it() {
    both(
        r"
docker run --name one -v data:/data alpine sh -c 'echo kept >/data/file'
docker rm one
docker run --rm -v data:/other alpine cat /other/file
docker create --name two -v data:/data -v /anonymous alpine true >/dev/null
say docker volume rm data | sed 's/\[.*\]/[ID]/'
docker volume ls --filter dangling=true -q | wc -l
docker ps -a --filter volume=data --format '{{.Names}} {{.LocalVolumes}}'
docker rm -v two
docker volume ls -q
docker run --rm -v /anonymous alpine true
docker volume ls -q
docker volume rm data
docker volume ls -q
",
        "one\nkept\nError response from daemon: remove data: volume is in use - [ID]\n0\ntwo 2\ntwo\ndata\ndata\ndata\n",
    );
}

#[test]
fn a_new_volume_begins_with_what_the_image_has() {
    both(
        r#"
mkdir context
printf 'FROM alpine\nRUN mkdir -p /srv/d && echo seed >/srv/d/file && chmod 750 /srv/d && chmod 600 /srv/d/file\nVOLUME /srv/d\n' >context/Dockerfile
docker build -q -t seeded context >/dev/null 2>&1
docker run --rm seeded sh -c 'stat -c "%a %U %n" /srv/d /srv/d/file; cat /srv/d/file'
docker run --rm -v named:/srv/d seeded sh -c 'rm /srv/d/file; echo other >/srv/d/other'
docker run --rm -v named:/srv/d seeded ls /srv/d
docker run --rm -v bare:/srv/d:nocopy seeded ls /srv/d
docker run --rm --mount type=volume,dst=/srv/d,volume-nocopy seeded ls /srv/d
docker run --rm --tmpfs /srv/d seeded ls /srv/d
say docker run --rm -v named:/bin/ls seeded true | head -n 1
docker volume ls -q
"#,
        "750 root /srv/d\n600 root /srv/d/file\nseed\nother\ndocker: Error response from daemon: source /bin/ls is not directory\nbare\nnamed\n",
    );
}

#[test]
fn a_bind_is_live_both_ways_and_read_only_refuses() {
    both(
        r"
docker run -d --name live -v ./host:/here alpine sleep 1000 >/dev/null
echo from the host >host/new; docker exec live cat /here/new
docker exec live sh -c 'echo from inside >/here/back'; cat host/back
docker rm -f live
docker run --rm -v ./host:/here:ro alpine touch /here/x 2>&1
docker run --rm --mount type=bind,src=./host,dst=/here,readonly alpine rm /here/file 2>&1
docker run --rm -v ./host/file:/etc/motd:ro alpine sh -c '{ cat /etc/motd; echo x >/etc/motd; } 2>&1'
docker run --rm --read-only -v keep:/keep --tmpfs /tmp alpine sh -c '{ touch /x; touch /keep/x /tmp/x && echo written; } 2>&1'
docker run --rm -v ./made/here:/x alpine true; test -d made/here && echo made
say docker run --rm --mount type=bind,src=/w/none,dst=/x alpine true | head -n 1
say docker run --rm -v ./host:/bin/ls alpine true | grep -o 'not a directory: unknown: Are you trying'
cat host/file
",
        "from the host\nfrom inside\nlive\ntouch: /here/x: Read-only file system\nrm: can't remove '/here/file': Read-only file system\n\
         hello\nsh: can't create /etc/motd: Read-only file system\ntouch: /x: Read-only file system\nwritten\nmade\n\
         docker: Error response from daemon: invalid mount config for type \"bind\": bind source path does not exist: /w/none\n\
         not a directory: unknown: Are you trying\nhello\n",
    );
}

#[test]
fn mounts_are_made_in_order_of_depth_and_never_outside_the_root() {
    both(
        r#"
docker run --rm -v inner:/a/b -v outer:/a alpine sh -c 'touch /a/b/file; ls /a /a/b'
docker run --rm -v ./host:/etc2 -v ./host:/etc alpine sh -c 'ls /etc | head -n 3; cat /etc/hostname | wc -l'
mkdir context
printf 'FROM alpine\nRUN ln -s /real /link && mkdir /real && ln -s ../../../../../../../../%s/host /out\n' "$WORLD" >context/Dockerfile
docker build -q -t links context >/dev/null 2>&1
docker run --rm -v inner:/link links ls /real
docker run --rm -v inner:/out/sub links sh -c 'touch /out/sub/mark; ls /out/sub'
ls host/sub
docker run --rm --mount type=volume,src=outer,dst=/x,volume-subpath=b links ls -d /x
say docker run --rm --mount type=volume,src=outer,dst=/x,volume-subpath=../inner links true | head -n 1
"#,
        "/a:\nb\n\n/a/b:\nfile\nfile\nhostname\nhosts\n1\nfile\nfile\nmark\n/x\n\
         docker: Error response from daemon: invalid mount config for type \"volume\": subpath must be a relative path within the volume\n",
    );
}

#[test]
fn mounts_of_another_container_and_what_inspect_shows() {
    both(
        r#"
docker create --name one -v data:/data -v ./host:/host:ro --mount type=tmpfs,dst=/memory,tmpfs-size=1m --tmpfs /run:size=64k alpine true >/dev/null
docker run --rm --volumes-from one alpine sh -c '{ touch /data/file; touch /host/x; mount | grep " /memory "; } 2>&1' | sed 's/,uid=.*)/)/'
docker run --rm --volumes-from one:ro alpine touch /data/other 2>&1
say docker run --rm --volumes-from nobody alpine true | head -n 1
docker inspect -f '{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}} {{.Mode}};{{end}}' one
docker inspect -f '{{json .HostConfig.Tmpfs}} {{json .HostConfig.Binds}}' one | sed "s#$WORLD#/w#g"
docker inspect -f '{{json .HostConfig.Mounts}}' one
"#,
        "touch: /host/x: Read-only file system\ntmpfs on /memory type tmpfs (rw,nosuid,nodev,noexec,relatime,size=1024k)\n\
         touch: /data/other: Read-only file system\ndocker: Error response from daemon: No such container: nobody\n\
         volume /data true z;bind /host false ro;tmpfs /memory true ;\n\
         {\"/run\":\"size=64k\"} [\"data:/data\",\"/w/host:/host:ro\"]\n\
         [{\"Type\":\"tmpfs\",\"Target\":\"/memory\",\"TmpfsOptions\":{\"SizeBytes\":1048576}}]\n",
    );
}

#[test]
fn volumes_that_stand_for_something_else() {
    both(
        r#"
docker volume create -o type=none -o o=bind -o "device=$WORLD/host" bound
docker run --rm -v bound:/x alpine cat /x/file
docker volume create -o type=tmpfs -o device=tmpfs -o o=size=1m memory
docker run --rm -v memory:/x alpine sh -c 'mount | grep -c " /x type tmpfs .*size=1024k"'
docker run -d --name has -v memory:/x alpine sleep 1000 >/dev/null
say docker run --rm -v memory:/x alpine true | head -n 1
docker rm -f has
say docker volume create -o type=nfs -o o=addr=127.0.0.1 -o device=:/x net; echo $?
say docker volume create -d other named
say docker run --rm --volume-driver other -v named:/x alpine true | head -n 1
docker volume inspect -f '{{.Options.type}} {{.Driver}} {{.Scope}}' bound memory
"#,
        "bound\nhello\nmemory\n1\n\
         docker: Error response from daemon: volume memory is of type tmpfs and mounted in container has: this engine gives it to one running container at a time\n\
         has\ndocker volume create: --opt does not take the value “type=nfs” here yet\n0\n\
         Error response from daemon: create named: error looking up volume plugin other: plugin \"other\" not found\n\
         docker: Error response from daemon: create named: error looking up volume plugin other: plugin \"other\" not found\n\
         none local local\ntmpfs local local\n",
    );
}

#[test]
fn prune_asks_and_counts() {
    both(
        r"
docker volume create --label keep=yes named >/dev/null; docker volume create >/dev/null; docker volume create used >/dev/null
docker create --name holder -v used:/x alpine true >/dev/null
docker run --rm -v named:/x alpine dd if=/dev/zero of=/x/file bs=1000 count=5 2>/dev/null
echo n | docker volume prune; echo
docker volume prune -f | sed 's/^[0-9a-f]\{64\}$/ID/'
echo y | docker volume prune -a --filter label!=keep; echo
docker volume prune -af
docker volume ls -q
docker rm holder
",
        "WARNING! This will remove anonymous local volumes not used by at least one container.\n\
         Are you sure you want to continue? [y/N] \n\
         Deleted Volumes:\nID\n\nTotal reclaimed space: 0B\n\
         WARNING! This will remove all local volumes not used by at least one container.\n\
         Are you sure you want to continue? [y/N] Total reclaimed space: 0B\n\n\
         Deleted Volumes:\nnamed\n\nTotal reclaimed space: 5kB\nused\nholder\n",
    );
}

#[test]
fn df_counts_each_layer_once_and_system_prune_takes_every_kind() {
    both(
        r"
docker run --name gone -v kept:/d alpine sh -c 'echo 12345 >/f; dd if=/dev/zero of=/d/x bs=1000 count=3' 2>/dev/null
docker run -d --name stays --network none alpine sleep 1000 >/dev/null
docker commit gone mine >/dev/null
docker volume create >/dev/null
docker system df --format '{{.Type}}: {{.TotalCount}} {{.Active}}'
docker system df --format '{{.Type}} {{.Size}} {{.Reclaimable}}' | grep -v Images
docker system df -v | grep -E '^(mine|alpine) .* [0-9]' | sed -E 's/ +/ /g; s/[0-9.]+MB/MB/g; s/ [0-9a-f]{12} .* ago/ ID/'
echo n | docker system prune --filter label=none; echo
docker system prune --volumes --filter until=1h 2>&1
docker system prune -a --volumes -f | sed -E 's/[0-9a-f]{64}/ID/; s/sha256:.*/ID/'
docker rm -f stays
docker system df --format '{{.Type}}: {{.TotalCount}} {{.Size}}' | sed 's/[0-9.]*MB/MB/'
",
        "Images: 2 1\nContainers: 2 1\nLocal Volumes: 2 1\nBuild Cache: 0 0\n\
         Containers 6B 6B (100%)\nLocal Volumes 3kB 0B (0%)\nBuild Cache 0B 0B\n\
         mine latest ID MB MB 6B 0\nalpine latest ID MB MB 0B 2\n\
         WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n  \
         - all dangling images\n  - unused build cache\n\n  Items to be pruned will be filtered with:\n  - label=none\n\n\
         Are you sure you want to continue? [y/N] \n\
         ERROR: The \"until\" filter is not supported with \"--volumes\"\n\
         Deleted Containers:\nID\n\nDeleted Volumes:\nID\n\nDeleted Images:\nuntagged: mine:latest\ndeleted: ID\ndeleted: ID\n\n\
         Total reclaimed space: 12B\nstays\nImages: 1 MB\nContainers: 0 0B\nLocal Volumes: 1 3kB\nBuild Cache: 0 0B\n",
    );
}

/// What the host mounts later below a shared source shows in the container: in a namespace of the test's own.
#[test]
fn a_shared_bind_follows_what_the_host_mounts_later() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not run: sharing mounts needs root");
        return;
    }
    one(
        r#"
cat >inside <<'END'
mkdir shared; mount -t tmpfs tmpfs shared; mount --make-shared shared; mkdir shared/later
docker() { timeout 60 ./moussaillon --etat "$WORLD/state" docker "$@"; }
docker run -d --name slave -v ./shared:/x:rslave alpine sleep 1000 >/dev/null
docker run -d --name private -v ./shared:/x alpine sleep 1000 >/dev/null
mount -t tmpfs tmpfs shared/later; touch shared/later/file
docker exec slave ls /x/later; docker exec private ls /x/later
docker run --rm -v ./host:/x:rshared alpine true 2>&1 | head -n 1 | sed "s#$WORLD#/w#g; s# on /.* but# on MOUNT but#"
docker rm -f slave private
END
unshare -m --propagation private bash ./inside
"#,
        "file\ndocker: Error response from daemon: path /w/host is mounted on MOUNT but it is not a shared mount\nslave\nprivate\n",
        None,
    );
}
