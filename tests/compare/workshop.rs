//! What all builders share: the contexts on disk, the base image as an archive, a server on the loopback interface.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::cases::Case;
use super::image::Image;
use super::server::{Reply, Server};
use super::{context, ours};

/// A program that makes images of contexts.
pub trait Builder: Sync {
    /// As the cases call it.
    fn name(&self) -> &'static str;

    /// Builds one case under its name, with another Dockerfile when given.
    fn build(&self, case: &Case, dockerfile: Option<&Path>) -> Result<(), String>;

    /// The images made, by name.
    fn images(&self, names: &[&str]) -> BTreeMap<String, Image>;
}

/// What became of a case.
pub struct Built {
    pub image: Result<Image, String>,
    /// The Dockerfile was the one in older words.
    pub plain: bool,
}

/// What one builder made of everything.
pub type Results = (&'static str, BTreeMap<String, Built>);

/// Removed when dropped.
pub struct Workshop {
    directory: tempfile::TempDir,
    server: Server,
}

impl Workshop {
    /// Says so and gives nothing when no base image can be made.
    pub fn open(cases: &[Case]) -> Option<Self> {
        let Some(busybox) = static_busybox() else {
            eprintln!("no static busybox: nothing is compared");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        // An ordinary user comes through.
        let open = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
        fs::set_permissions(directory.path(), open).unwrap();
        let server = Server::start(|asked| match asked.target.as_str() {
            "/hello.txt" => Reply::new(200, "hello\n").header("Last-Modified", "Mon, 02 Jan 2017 03:04:05 GMT"),
            "/plain" => Reply::new(200, "plain\n"),
            _ => Reply::new(404, "none\n"),
        });
        let workshop = Self { directory, server };
        for case in cases {
            context::make(&workshop.context(case), &case.nodes);
            if let Some(plain) = &case.plain {
                fs::write(workshop.plain(case), plain).unwrap();
            }
        }
        fs::create_dir(workshop.path("outside")).unwrap();
        fs::write(workshop.path("outside/secret"), "hush\n").unwrap();
        fs::write(workshop.path("base-root.tar"), base(&busybox)).unwrap();
        ours::Ours::as_root(&workshop).import_base(&workshop.path("base-root.tar"), &workshop.base());
        Some(workshop)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn context(&self, case: &Case) -> PathBuf {
        self.path("contexts").join(&case.name)
    }

    fn plain(&self, case: &Case) -> PathBuf {
        self.path("contexts").join(format!("{}.plain", case.name))
    }

    /// The base image as `docker save` writes it.
    pub fn base(&self) -> PathBuf {
        self.path("base.tar")
    }

    /// The command line that builds a case: `fixed` ends with the flag of the name.
    pub fn build_line(&self, fixed: &str, case: &Case, who: &str, dockerfile: Option<&Path>) -> Vec<String> {
        let mut line: Vec<String> = fixed.split(' ').map(str::to_owned).collect();
        line.push(format!("{}:1", case.name));
        line.extend(self.arguments(case, who));
        if let Some(dockerfile) = dockerfile {
            line.extend(["-f".to_owned(), dockerfile.display().to_string()]);
        }
        line.push(self.context(case).display().to_string());
        line
    }

    /// The case's words for the command line.
    fn arguments(&self, case: &Case, who: &str) -> Vec<String> {
        let outside = self.path("outside").display().to_string();
        let url = format!("http://{}", self.server.address);
        let context = self.context(case).display().to_string();
        let real =
            |word: &String| word.replace("{outside}", &outside).replace("{url}", &url).replace("{context}", &context);
        let meant = |(whom, _): &&(String, String)| whom.is_empty() || whom == who;
        case.arguments.iter().filter(meant).map(|(_, word)| real(word)).collect()
    }

    pub fn build_all(&self, builder: &dyn Builder, cases: &[Case]) -> BTreeMap<String, Built> {
        let mut ended: BTreeMap<&str, (Result<(), String>, bool)> = BTreeMap::new();
        for case in cases {
            let mut end = (builder.build(case, None), false);
            let ours = matches!(builder.name(), "root" | "user");
            if end.0.is_err() && case.plain.is_some() && !ours {
                end = (builder.build(case, Some(&self.plain(case))), true);
            }
            ended.insert(&case.name, end);
        }
        let made: Vec<&str> = ended.iter().filter(|(_, end)| end.0.is_ok()).map(|(name, _)| *name).collect();
        let mut images = builder.images(&made);
        let built = |(name, (end, plain)): (&str, (Result<(), String>, bool))| {
            let image =
                end.map(|()| images.remove(&format!("{name}:1")).unwrap_or_else(|| panic!("{name} was not saved")));
            (name.to_owned(), Built { image, plain })
        };
        ended.into_iter().map(built).collect()
    }
}

/// Runs to its end; what it wrote when it failed.
pub fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let told = [output.stdout, output.stderr].concat();
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&told)))
}

/// Where a program is, among the directories of `PATH`: every place, in order.
pub fn found(program: &str) -> Vec<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    path.split(':').map(|directory| Path::new(directory).join(program)).filter(|place| place.exists()).collect()
}

/// Whether these programs are all here; says which is not.
pub fn have(programs: &[&str], without: &str) -> bool {
    programs.iter().all(|program| {
        let here = !found(program).is_empty();
        if !here {
            eprintln!("{program} is not installed: {without}");
        }
        here
    })
}

/// The bytes of a busybox that asks for no interpreter.
fn static_busybox() -> Option<Vec<u8>> {
    found("busybox").iter().find_map(|place| {
        let bytes = fs::read(place).ok()?;
        let word = |place: usize, length: usize| {
            bytes
                .get(place..place + length)
                .map(|bytes| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        };
        let (table, size, count) = (word(32, 8)?, word(54, 2)?, word(56, 2)?);
        let dynamic = (0..count).any(|number| word(table + number * size, 4) == Some(3));
        (!dynamic).then_some(bytes)
    })
}

/// The root file system everything starts from: busybox, accounts, and the places builders mount things on.
fn base(busybox: &[u8]) -> Vec<u8> {
    const SECONDS: u64 = 1_500_000_000;
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |path: &str, kind: tar::EntryType, mode: u32, target: &str, content: &mut dyn Read, size: usize| {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(SECONDS);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(size as u64);
        match kind {
            tar::EntryType::Symlink | tar::EntryType::Link => archive.append_link(&mut header, path, target).unwrap(),
            _ => archive.append_data(&mut header, path, content).unwrap(),
        }
    };
    let nothing = &mut std::io::empty();
    for directory in
        ["bin", "dev", "etc", "home", "home/bob", "mnt", "opt", "opt/old", "proc", "root", "run", "sys", "usr", "var"]
    {
        add(directory, tar::EntryType::Directory, 0o755, "", nothing, 0);
    }
    add("tmp", tar::EntryType::Directory, 0o1777, "", nothing, 0);
    add("opt/private", tar::EntryType::Directory, 0o700, "", nothing, 0);
    add("bin/busybox", tar::EntryType::Regular, 0o755, "", &mut Cursor::new(busybox), busybox.len());
    for applet in
        "cat chmod chown cp echo env expr false find grep head id ln ls mkdir mkfifo mv printf pwd readlink rm rmdir sed sh sleep sort stat tail test touch tr true umask wc xargs"
            .split(' ')
    {
        add(&format!("bin/{applet}"), tar::EntryType::Symlink, 0o777, "busybox", nothing, 0);
    }
    add("usr/bin", tar::EntryType::Symlink, 0o777, "../bin", nothing, 0);
    let mut file = |path: &str, mode: u32, content: &str| {
        add(path, tar::EntryType::Regular, mode, "", &mut Cursor::new(content), content.len());
    };
    file("etc/passwd", 0o644, "root:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000:Bob:/home/bob:/bin/sh\n");
    file("etc/group", 0o644, "root:x:0:\nstaff:x:50:bob\nbob:x:1000:\n");
    for name in ["hosts", "hostname", "resolv.conf"] {
        file(&format!("etc/{name}"), 0o644, "");
    }
    file("opt/old/one", 0o644, "one\n");
    file("opt/old/two", 0o600, "two\n");
    add("opt/old/twin", tar::EntryType::Link, 0o600, "opt/old/two", &mut std::io::empty(), 0);
    add("opt/link", tar::EntryType::Symlink, 0o777, "old", &mut std::io::empty(), 0);
    archive.into_inner().unwrap()
}
