//! Where transcripts are replayed: a state root, a home and sources of their own, and a `docker` first on PATH that
//! is our program. Leaves no container behind.

use std::cell::OnceCell;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::transcript::Transcript;

/// Where the recordings had a registry: ours listens wherever there is room.
const RECORDED_REGISTRY: &str = "127.0.0.1:5000";

/// A fresh place, removed in the end.
pub struct Stage {
    root: tempfile::TempDir,
    /// Started by the first command that speaks of it.
    registry: OnceCell<Registry>,
}

impl Stage {
    /// Builds it.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("a directory of our own");
        for directory in ["bin", "state", "gold-home", "gold-src"] {
            fs::create_dir(root.path().join(directory)).expect("a directory");
        }
        symlink(env!("CARGO_BIN_EXE_moussaillon"), root.path().join("bin/docker")).expect("a docker of ours");
        Self { root, registry: OnceCell::new() }
    }

    /// Runs a command that must succeed.
    pub fn set(&self, command: &str) {
        let output = self.shell(command).stdin(Stdio::null()).output().expect("bash");
        assert!(
            output.status.success(),
            "setting up: {command}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Whether a command succeeds.
    pub fn holds(&self, command: &str) -> bool {
        self.shell(command).stdin(Stdio::null()).status().expect("bash").success()
    }

    /// Runs a transcript's command on its input.
    pub fn play(&self, expected: &Transcript) -> Transcript {
        let mut shell = self.shell(&expected.command);
        let stdin = if expected.stdin.is_empty() { Stdio::null() } else { Stdio::piped() };
        let mut child = shell.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("bash");
        if let Some(mut input) = child.stdin.take() {
            // A command need not read what it is given.
            let _ = input.write_all(expected.stdin.as_bytes());
        }
        let output = child.wait_with_output().expect("its output");
        let root = self.root.path().display().to_string();
        // The recorded engine had its state beside the sources.
        let state = format!("{root}/state");
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(&state, "/w/docker26").replace(&root, "/w");
            self.registry.get().map_or(text.clone(), |registry| text.replace(&registry.address, RECORDED_REGISTRY))
        };
        Transcript {
            command: expected.command.clone(),
            stdin: expected.stdin.clone(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            exit: output.status.code().map_or_else(|| "SIGNAL".to_owned(), |code| code.to_string()),
        }
    }

    fn shell(&self, command: &str) -> Command {
        let root = self.root.path();
        // The recordings were made under /w, BuildKit's with a configuration of their own.
        let buildkit = command.contains("DOCKER_CONFIG=/w/bkcfg");
        let mut command = command.replace("/w/", &format!("{}/", root.display()));
        if command.contains(RECORDED_REGISTRY) {
            let registry = self.registry.get_or_init(|| Registry::start(&root.join("registry")));
            command = command.replace(RECORDED_REGISTRY, &registry.address);
        }
        let path = format!("{}:{}", root.join("bin").display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("bash");
        shell
            .args(["-c", &command])
            .current_dir(root.join("gold-src"))
            .env("PATH", path)
            .env("HOME", root.join("gold-home"))
            .env("MOUSSAILLON_ETAT", root.join("state"))
            .env("MOUSSAILLON_LANG", "en")
            .env("LC_ALL", "C.UTF-8")
            .env("DOCKER_BUILDKIT", if buildkit { "1" } else { "0" });
        shell
    }
}

/// A registry of ours, on a state root of its own.
struct Registry {
    address: String,
    process: Child,
}

impl Registry {
    fn start(state: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moussaillon"));
        command.args(["--lang", "en", "registre", "--adresse", "127.0.0.1:0"]).env("MOUSSAILLON_ETAT", state);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("our program");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let first = lines.next().expect("a line").expect("text");
        let address = first.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        let address = address.unwrap_or_else(|| panic!("no address: {first}")).to_owned();
        // It goes on telling what it does: somebody must listen.
        std::thread::spawn(move || lines.count());
        Self { address, process }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let clean = "ids=$(docker ps -aq) && [ -z \"$ids\" ] || docker rm -f $ids";
        let _ = self.shell(clean).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}
