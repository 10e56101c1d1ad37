//! A C program compiled in a builder stage of a real Debian, and shipped alone: as root with the host's network, and as an
//! ordinary user with a range of ids and with one id only. Two to four minutes, most of them `apt`'s.
//!
//! The root file system is made once by `mmdebstrap`, from the sources of packages this machine itself uses, and with what
//! it says about how to reach them. Needs root, Debian, `mmdebstrap`, `unshare`, `setpriv`, and its sources to answer; what the
//! machine lacks is said.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const DOCKERFILE: &str = r#"FROM debian AS builder
ARG http_proxy
ARG https_proxy
COPY machine.conf /etc/apt/apt.conf.d/80machine
COPY certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
COPY hello.c /src/
RUN gcc -static -O2 -o /hello /src/hello.c && chown daemon:daemon /hello

FROM scratch AS alone
COPY --from=builder /hello /hello
CMD ["/hello"]

FROM alpine
COPY --from=builder /hello /usr/bin/hello
RUN hello > /said
CMD ["cat", "/said"]
"#;

const PROGRAM: &str = "#include <stdio.h>\n\nint main(void) {\n    puts(\"hello from C\");\n    return 0;\n}\n";

/// An account every Debian has, which may be given a range of ids.
const NOBODY: u32 = 65_534;

/// Whoever builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Root,
    /// With ids of `/etc/subuid`.
    Range,
    /// Without.
    SingleId,
}

struct World {
    directory: tempfile::TempDir,
}

impl World {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs our program as somebody, with a home of theirs.
    fn docker(&self, who: Who, arguments: &[&str]) -> Output {
        let home = self.path(&format!("{who:?}"));
        let mut command = match who {
            Who::Root => Command::new(env!("CARGO_BIN_EXE_moussaillon")),
            Who::Range | Who::SingleId => {
                // Files of ranges are put in place for this process alone.
                let mut command = Command::new("unshare");
                command.args(["--mount", "sh", "-ec"]);
                command.arg(
                    "mount --bind \"$1\" /etc/subuid; mount --bind \"$1\" /etc/subgid; shift\n\
                     exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"",
                );
                command.arg("sh").arg(self.path(&format!("{who:?}.ranges"))).arg(self.path("moussaillon"));
                command
            }
        };
        command.arg("--état").arg(home.join("state")).arg("docker").args(arguments);
        command.env("HOME", &home).env("MOUSSAILLON_LANG", "en").env("DOCKER_BUILDKIT", "1");
        command.env("MOUSSAILLON_IMAGES", "hors-ligne").current_dir(&home).stdin(Stdio::null()).output().unwrap()
    }

    /// The same, which must succeed; what it printed.
    fn says(&self, who: Who, arguments: &[&str]) -> String {
        let output = self.docker(who, arguments);
        let told = [output.stdout.clone(), output.stderr].concat();
        assert!(output.status.success(), "{who:?} {arguments:?}: {}", String::from_utf8_lossy(&told));
        String::from_utf8(output.stdout).unwrap()
    }

    fn size(&self, who: Who, image: &str) -> u64 {
        self.says(who, &["image", "inspect", "-f", "{{.Size}}", image]).trim().parse().unwrap()
    }
}

#[test]
fn a_c_program_is_compiled_in_debian_and_shipped_alone() {
    let Some(sources) = debian_sources() else { return };
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let world = World { directory };
    if !bootstrap(&world, &sources) {
        return;
    }
    let context = world.path("context");
    fs::create_dir(&context).unwrap();
    fs::write(context.join("Dockerfile"), DOCKERFILE).unwrap();
    fs::write(context.join("hello.c"), PROGRAM).unwrap();
    fs::write(context.join("machine.conf"), how_to_reach()).unwrap();
    fs::write(context.join("certificates.crt"), fs::read("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default())
        .unwrap();
    common::copy_program(&world.path("moussaillon"));
    fs::write(world.path("Range.ranges"), "nobody:2000000:65536\n").unwrap();
    fs::write(world.path("SingleId.ranges"), "").unwrap();
    let has_ranges = Path::new("/usr/bin/newuidmap").exists() && Path::new("/etc/subuid").exists();
    if !has_ranges {
        eprintln!("no newuidmap or no /etc/subuid (package uidmap): not tried with a range of ids");
    }
    for who in [Who::Root, Who::Range, Who::SingleId] {
        if who == Who::Range && !has_ranges {
            continue;
        }
        let home = world.path(&format!("{who:?}"));
        fs::create_dir(&home).unwrap();
        if who != Who::Root {
            chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        build_and_look(&world, who);
        fs::remove_dir_all(&home).unwrap();
    }
}

fn build_and_look(world: &World, who: Who) {
    let (root, context) = (world.path("root.tar").display().to_string(), world.path("context").display().to_string());
    world.says(who, &["import", "-c", "CMD [\"bash\"]", &root, "debian"]);
    let proxies: Vec<String> = ["http_proxy", "https_proxy"]
        .iter()
        .filter_map(|name| Some(format!("{name}={}", std::env::var(name).ok()?)))
        .flat_map(|value| ["--build-arg".to_owned(), value])
        .collect();
    let build = |more: &[&str]| {
        let mut arguments = vec!["build", "--network", "host", "--progress", "plain"];
        arguments.extend(proxies.iter().map(String::as_str).chain(more.iter().copied()));
        arguments.push(&context);
        world.says(who, &arguments);
    };
    build(&["-t", "builder", "--target", "builder"]);
    build(&["-t", "alone", "--target", "alone"]);
    build(&["-t", "hello"]);
    for image in ["alone", "hello"] {
        assert_eq!(world.says(who, &["run", "--rm", "--network", "none", image]), "hello from C\n", "{who:?} {image}");
    }
    // What the builder weighs, the shipped image does not.
    let (debian, builder, alone) = (world.size(who, "debian"), world.size(who, "builder"), world.size(who, "alone"));
    assert!(debian > 50_000_000 && builder > debian + 100_000_000, "{who:?}: {debian}, {builder}");
    assert!((100_000..5_000_000).contains(&alone), "{who:?}: {alone}");
    let history = world.says(who, &["history", "--no-trunc", "--format", "{{.Size}}\t{{.CreatedBy}}", "builder"]);
    let installed =
        history.lines().find(|line| line.contains("apt-get install")).unwrap_or_else(|| panic!("{history}"));
    assert!(installed.contains("MB\tRUN "), "{installed}");
    let shipped = world.says(who, &["history", "--format", "{{.CreatedBy}}", "alone"]);
    assert_eq!(shipped, "CMD [\"/hello\"]\nCOPY /hello /hello # buildkit\n");
    // Nothing of ours stays in the image; whose a file is stays where there are ids to say so.
    let look = "ls /etc/apt/apt.conf.d; stat -c %U:%G /hello; dpkg --audit; dpkg -s gcc | grep ^Status";
    let seen = world.says(who, &["run", "--rm", "--network", "none", "builder", "sh", "-c", look]);
    assert!(!seen.contains("one-id") && seen.ends_with("Status: install ok installed\n"), "{who:?}: {seen}");
    let owner = if who == Who::SingleId { "root:root\n" } else { "daemon:daemon\n" };
    assert!(seen.contains(owner), "{who:?}: {seen}");
    eprintln!("{who:?}: debian {debian} bytes, builder {builder}, shipped {alone}");
}

/// The machine's own sources of Debian packages, as `apt` has them written down; says why there are none.
fn debian_sources() -> Option<Vec<String>> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let field = |name: &str| {
        release
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .map(|value| value.trim_matches('"').to_owned())
    };
    let lacking = ["mmdebstrap", "unshare", "setpriv"].into_iter().find(|program| {
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err()
    });
    if let Some(program) = lacking {
        eprintln!("{program} is not installed: no Debian is made");
        return None;
    }
    if !rustix::process::geteuid().is_root() || field("ID").as_deref() != Some("debian") {
        eprintln!("not root of a Debian: none is made");
        return None;
    }
    let name = field("VERSION_CODENAME")?;
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    let more = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|entry| entry.path());
    files.extend(more.filter(|file| file.extension().is_some_and(|kind| kind == "list" || kind == "sources")));
    let of_debian = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let meant = text.lines().any(|line| !line.starts_with('#') && line.split_whitespace().any(|word| word == name));
        meant.then(|| file.display().to_string())
    };
    let sources: Vec<String> = files.iter().filter_map(of_debian).collect();
    if sources.is_empty() {
        eprintln!("apt has no sources of {name} here: no Debian is made");
        return None;
    }
    Some([vec![name], sources].concat())
}

/// Makes `root.tar`; says why it could not.
fn bootstrap(world: &World, sources: &[String]) -> bool {
    let mut command = Command::new("mmdebstrap");
    command.args(["--variant=apt", "--quiet", "--dpkgopt=force-unsafe-io"]);
    // What a learner would not look at, and everybody would wait for.
    for hidden in ["doc", "info", "locale", "man"] {
        command.arg(format!("--dpkgopt=path-exclude=/usr/share/{hidden}/*"));
    }
    for line in how_to_reach().lines() {
        command.arg(format!("--aptopt={line}"));
    }
    command.arg(&sources[0]).arg(world.path("root.tar")).args(&sources[1..]);
    let output = command.env("TMPDIR", world.directory.path()).stdin(Stdio::null()).output().unwrap();
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        eprintln!("no Debian could be made of {sources:?}: {told}");
    }
    output.status.success()
}

/// What `apt` was told here about proxies, certificates and dates, as lines of its configuration.
fn how_to_reach() -> String {
    let output = Command::new("apt-config").arg("dump").output().unwrap();
    let wanted = ["Acquire::http", "Acquire::Check", "Acquire::Retries"];
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter(|line| wanted.iter().any(|start| line.starts_with(start)));
    lines.fold(String::new(), |lines, line| lines + line + "\n")
}
