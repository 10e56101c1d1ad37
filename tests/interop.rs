//! Other programs and our archives, our registry and other programs: what one writes the other reads, ids kept.
//! A program the machine lacks is named, and its part left out.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A state root of its own, and a directory for what is written.
struct World {
    directory: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { directory: tempfile::tempdir().unwrap() };
        world.ours(&["pull", "-q", "hello-world"]);
        // Layers of every kind of entry, one on the other.
        let source = world.path("source");
        fs::create_dir(&source).unwrap();
        fs::write(source.join("big"), vec![7_u8; 3_000_000]).unwrap();
        fs::write(
            source.join("Dockerfile"),
            "FROM alpine\nCOPY big /srv/big\nRUN ln /srv/big /srv/twin && ln -s /srv/big /srv/link && rm /etc/shells && \
             mkdir -p /a/b && chmod 1777 /a/b\nCMD [\"cat\", \"/etc/hostname\"]\n",
        )
        .unwrap();
        world.ours(&["build", "-q", "-t", "mine:1", &source.display().to_string()]);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moussaillon"));
        command.env("MOUSSAILLON_ETAT", self.path("state")).env("MOUSSAILLON_LANG", "en").stdin(Stdio::null());
        command
    }

    fn ours(&self, arguments: &[&str]) -> String {
        text(self.command().arg("docker").args(arguments).output().unwrap(), arguments)
    }

    fn id(&self, image: &str) -> String {
        self.ours(&["image", "inspect", "-f", "{{.Id}}", image]).trim().to_owned()
    }

    fn layers(&self, image: &str) -> String {
        self.ours(&["image", "inspect", "-f", "{{json .RootFS.Layers}}", image])
    }

    /// `skopeo` and its kin: no policy, nothing of the user's.
    fn theirs(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).env("HOME", self.directory.path()).current_dir(self.directory.path());
        text(command.stdin(Stdio::null()).output().unwrap(), arguments)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }
}

fn text(output: Output, arguments: &[&str]) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_err() {
        eprintln!("{program} is not installed: its part is left out");
    }
    found.is_ok()
}

#[test]
fn skopeo_and_umoci_read_our_archives_and_we_read_theirs() {
    let world = World::new();
    let id = world.id("mine:1");
    world.ours(&["save", "-o", &world.file("ours.tar"), "mine:1"]);
    if !has("skopeo") {
        return;
    }
    let config = |source: &str| {
        let bytes = Command::new("skopeo").args(["inspect", "--config", "--raw", source]).output().unwrap();
        assert!(bytes.status.success(), "{source}: {}", String::from_utf8_lossy(&bytes.stderr));
        bytes.stdout
    };
    // Both of its faces.
    let as_docker = config(&format!("docker-archive:{}", world.file("ours.tar")));
    fs::create_dir(world.path("layout")).unwrap();
    world.theirs("tar", &["xf", "ours.tar", "-C", "layout"]);
    assert!(as_docker == config(&format!("oci:{}", world.file("layout"))));
    for (kind, name) in [("docker-archive", "theirs.tar:again:1"), ("oci-archive", "oci.tar:again:1")] {
        let target = format!("{kind}:{}", world.file(name));
        world.theirs(
            "skopeo",
            &["--insecure-policy", "copy", "-q", &format!("docker-archive:{}", world.file("ours.tar")), &target],
        );
        let archive = world.file(name.split(':').next().unwrap());
        assert!(world.ours(&["load", "-i", &archive]).contains("again:1"));
        // On the way to OCI the config is written anew; the layers are the same.
        assert_eq!(world.layers("again:1"), world.layers("mine:1"), "{kind}");
        assert!(kind == "oci-archive" || world.id("again:1") == id);
        world.ours(&["rmi", "again:1"]);
    }
    if has("umoci") {
        world.theirs("skopeo", &["--insecure-policy", "copy", "-q", "oci-archive:oci.tar:again:1", "oci:unpacked:1"]);
        world.theirs("umoci", &["unpack", "--rootless", "--image", "unpacked:1", "bundle"]);
        assert_eq!(fs::metadata(world.path("bundle/rootfs/srv/twin")).unwrap().len(), 3_000_000);
        assert!(!world.path("bundle/rootfs/etc/shells").exists());
        let layout = world.path("layout");
        world.theirs("umoci", &["ls", "--layout", &layout.display().to_string()]);
    }
}

#[test]
fn podman_loads_ours_and_we_load_its_own() {
    let world = World::new();
    if !has("podman") || !nix::unistd::geteuid().is_root() {
        return;
    }
    let root = ["--root", &world.file("podman"), "--runroot", &world.file("podman-run"), "--storage-driver", "vfs"]
        .map(str::to_owned);
    let podman = |arguments: &[&str]| {
        let all: Vec<&str> = root.iter().map(String::as_str).chain(arguments.iter().copied()).collect();
        world.theirs("podman", &all)
    };
    world.ours(&["save", "-o", &world.file("ours.tar"), "mine:1", "hello-world"]);
    podman(&["load", "-q", "-i", &world.file("ours.tar")]);
    let theirs = podman(&["image", "inspect", "-f", "{{.Id}}", "mine:1"]);
    assert_eq!(format!("sha256:{}", theirs.trim()), world.id("mine:1"));
    for format in ["docker-archive", "oci-archive"] {
        let file = world.file(format);
        podman(&["save", "-q", "--format", format, "-o", &file, "mine:1"]);
        let before = world.id("mine:1");
        world.ours(&["rmi", "-f", "mine:1"]);
        let loaded = world.ours(&["load", "-i", &file]);
        // Podman says `localhost/` where no registry is named.
        let name = loaded.trim().rsplit(' ').next().unwrap();
        assert!(format == "oci-archive" || world.id(name) == before, "{loaded}");
        assert_eq!(world.ours(&["run", "--rm", name, "wc", "-c", "/srv/link"]).split(' ').next(), Some("3000000"));
        world.ours(&["tag", name, "mine:1"]);
    }
}

/// A real `dockerd`, for as long as this lives.
struct Daemon {
    process: Child,
    socket: String,
}

impl Daemon {
    fn start(directory: &Path) -> Option<Self> {
        if !has("dockerd") || !has("docker") || !nix::unistd::geteuid().is_root() {
            return None;
        }
        let path = |name: &str| directory.join(name).display().to_string();
        let socket = format!("unix://{}", path("d.sock"));
        let process = Command::new("dockerd")
            .args(["--data-root", &path("dd"), "--exec-root", &path("de"), "-H", &socket, "--pidfile", &path("pid")])
            .args(["--iptables=false", "--bridge=none", "--log-level=error"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let mut daemon = Self { process, socket };
        for _ in 0..600 {
            if daemon.docker(&["version"]).status.success() {
                return Some(daemon);
            }
            if daemon.process.try_wait().ok().flatten().is_some() {
                eprintln!("dockerd does not start here: its part is left out");
                return None;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        None
    }

    fn docker(&self, arguments: &[&str]) -> Output {
        Command::new("docker").arg("-H").arg(&self.socket).args(arguments).stdin(Stdio::null()).output().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let process = nix::unistd::Pid::from_raw(i32::try_from(self.process.id()).unwrap());
        let _ = nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGTERM);
        let _ = self.process.wait();
    }
}

#[test]
fn dockerd_loads_ours_and_we_load_its_own() {
    let world = World::new();
    let Some(daemon) = Daemon::start(world.directory.path()) else { return };
    let docker = |arguments: &[&str]| text(daemon.docker(arguments), arguments);
    let archive = world.file("ours.tar");
    world.ours(&["save", "-o", &archive, "mine:1", "hello-world"]);
    docker(&["load", "-q", "-i", &archive]);
    let id = world.id("mine:1");
    assert_eq!(docker(&["image", "inspect", "-f", "{{.Id}}", "mine:1"]).trim(), id);
    let theirs = world.file("theirs.tar");
    docker(&["save", "-o", &theirs, "mine:1"]);
    world.ours(&["rmi", "-f", "mine:1"]);
    assert_eq!(world.ours(&["load", "-i", &theirs]), "Loaded image: mine:1\n");
    assert_eq!(world.id("mine:1"), id);
    // A file system goes both ways too.
    let container = docker(&["create", "mine:1"]);
    docker(&["export", "-o", &world.file("fs.tar"), container.trim()]);
    world.ours(&["import", &world.file("fs.tar"), "from:docker"]);
    assert_eq!(world.ours(&["run", "--rm", "from:docker", "wc", "-c", "/srv/link"]).split(' ').next(), Some("3000000"));
    let container = world.ours(&["create", "mine:1"]);
    world.ours(&["export", "-o", &world.file("fs2.tar"), container.trim()]);
    docker(&["import", &world.file("fs2.tar"), "from:us"]);
    world.ours(&["rm", container.trim()]);
}

/// Our registry, for as long as this lives.
struct Registry {
    process: Child,
    address: String,
}

impl Registry {
    fn start(world: &World, options: &[&str]) -> Self {
        let mut process = world
            .command()
            .args(["registre", "--adresse", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        Self { address: address.unwrap_or_else(|| panic!("{line:?}")).to_owned(), process }
    }

    /// Status, headers and body together.
    fn curl(&self, path: &str, arguments: &[&str]) -> String {
        let url = format!("http://{}{path}", self.address);
        let output =
            Command::new("curl").args(["-s", "-i", "--max-time", "30"]).args(arguments).arg(url).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn header(answer: &str, name: &str) -> String {
    let prefix = format!("{}:", name.to_lowercase());
    let line = answer.lines().find(|line| line.to_lowercase().starts_with(&prefix));
    line.map(|line| line[prefix.len()..].trim().to_owned()).unwrap_or_default()
}

#[test]
fn the_registry_in_the_box_speaks_the_specification() {
    let world = World::new();
    if !has("curl") {
        return;
    }
    let registry = Registry::start(&world, &[]);
    let get = |path: &str| registry.curl(path, &[]);
    assert!(get("/v2/").starts_with("HTTP/1.1 200"));
    assert!(get("/v2/_catalog").ends_with("{\"repositories\":[\"alpine\",\"hello-world\",\"mine\"]}"));
    let first = get("/v2/_catalog?n=1");
    assert!(first.ends_with("[\"alpine\"]}"), "{first}");
    assert_eq!(header(&first, "link"), "</v2/_catalog?n=1&last=alpine>; rel=\"next\"");
    assert!(get("/v2/mine/tags/list").ends_with("{\"name\":\"mine\",\"tags\":[\"1\"]}"));
    for (path, code) in [
        ("/v2/nosuch/tags/list", "NAME_UNKNOWN"),
        ("/v2/UPPER/tags/list", "NAME_INVALID"),
        ("/v2/a/../b/manifests/x", "NAME_INVALID"),
        ("/v2/mine/manifests/nosuch", "MANIFEST_UNKNOWN"),
        ("/v2/mine/blobs/sha256:00", "DIGEST_INVALID"),
    ] {
        let answer = registry.curl(path, &["--path-as-is"]);
        assert!(answer.contains(code), "{path}: {answer}");
    }
    // A blob in three pieces, one of them sent twice.
    let begun = registry.curl("/v2/new/thing/blobs/uploads/", &["-X", "POST"]);
    let place = header(&begun, "location");
    let chunk = |range: &str, body: &str| {
        registry.curl(&place, &["-X", "PATCH", "-H", &format!("Content-Range: {range}"), "--data-binary", body])
    };
    assert!(chunk("0-4", "hello").starts_with("HTTP/1.1 202"));
    assert!(chunk("0-4", "hello").starts_with("HTTP/1.1 416"), "what is there already is refused");
    assert_eq!(header(&registry.curl(&place, &[]), "range"), "0-4");
    assert!(chunk("5-6", ", ").starts_with("HTTP/1.1 202"));
    let digest = "sha256:09ca7e4eaa6e8ae9c7d261167129184883644d07dfba7cbfbc4c8a2e08360d5b";
    let put = registry.curl(&format!("{place}?digest={digest}"), &["-X", "PUT", "--data-binary", "world"]);
    assert!(put.starts_with("HTTP/1.1 201"), "{put}");
    let part = registry.curl(&format!("/v2/new/thing/blobs/{digest}"), &["-H", "Range: bytes=7-"]);
    assert!(part.starts_with("HTTP/1.1 206") && part.ends_with("world"), "{part}");
    assert_eq!(header(&part, "content-range"), "bytes 7-11/12");
    let mounted = registry.curl(&format!("/v2/other/blobs/uploads/?mount={digest}&from=new/thing"), &["-X", "POST"]);
    assert!(mounted.starts_with("HTTP/1.1 201"), "{mounted}");
    let wrong =
        registry.curl(&format!("/v2/other/blobs/uploads/?digest={digest}"), &["-X", "POST", "--data-binary", "x"]);
    assert!(wrong.contains("DIGEST_INVALID"), "{wrong}");
    let lost = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"},"layers":[]}"#;
    let refused = registry.curl("/v2/other/manifests/1", &["-X", "PUT", "--data-binary", lost]);
    assert!(refused.contains("MANIFEST_BLOB_UNKNOWN"), "{refused}");
    assert!(registry.curl(&format!("/v2/other/blobs/{digest}"), &["-X", "DELETE"]).contains("UNSUPPORTED"));
    drop(registry);
    let lenient = Registry::start(&world, &["--autoriser-suppression"]);
    let gone = lenient.curl(&format!("/v2/other/blobs/{digest}"), &["-X", "DELETE"]);
    assert!(gone.starts_with("HTTP/1.1 202"), "{gone}");
    let second = world.command().args(["registre", "--adresse", "127.0.0.1:0"]).output().unwrap();
    assert!(!second.status.success(), "one registry per state root");
}

#[test]
fn others_pull_from_our_registry_and_push_to_it() {
    let world = World::new();
    if !has("skopeo") {
        return;
    }
    let registry = Registry::start(&world, &[]);
    let skopeo = |arguments: &[&str]| world.theirs("skopeo", &[&["--insecure-policy"], arguments].concat());
    let remote = |name: &str| format!("docker://{}/{name}", registry.address);
    let archive = format!("docker-archive:{}", world.file("pulled.tar"));
    skopeo(&["copy", "-q", "--src-tls-verify=false", &remote("mine:1"), &format!("{archive}:pulled:1")]);
    world.ours(&["load", "-i", &world.file("pulled.tar")]);
    assert_eq!(world.id("pulled:1"), world.id("mine:1"));
    skopeo(&["copy", "-q", "--dest-tls-verify=false", &format!("{archive}:pulled:1"), &remote("pushed/there:2")]);
    let inspected = skopeo(&["inspect", "--tls-verify=false", "-f", "{{.Digest}}", &remote("pushed/there:2")]);
    skopeo(&["copy", "-q", "--src-tls-verify=false", &remote("pushed/there:2"), "oci:again:2"]);
    let index: serde_json::Value = serde_json::from_slice(&fs::read(world.path("again/index.json")).unwrap()).unwrap();
    assert!(index["manifests"][0]["digest"].is_string() && inspected.starts_with("sha256:"));
    // Our own client, both ways.
    let name = format!("{}/ours:3", registry.address);
    world.ours(&["tag", "mine:1", &name]);
    let id = world.id("mine:1");
    world.ours(&["push", "-q", &name]);
    world.ours(&["rmi", "-f", &name]);
    world.ours(&["pull", "-q", &name]);
    assert_eq!(world.id(&name), id);
}
