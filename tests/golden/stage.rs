//! Where transcripts are replayed: a state root, a home and sources of their own, and a `docker` first on PATH that
//! is our program. Leaves no container behind.

use std::cell::{OnceCell, RefCell};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::transcript::Transcript;
use super::{screen, terminal};

/// A command that takes longer hangs: seconds.
const PATIENCE: &str = "120";

/// Where the recordings had a registry: ours listens wherever there is room.
const RECORDED_REGISTRY: &str = "127.0.0.1:5000";

/// A fresh place, removed in the end.
pub struct Stage {
    root: tempfile::TempDir,
    /// The directory of its state, in `root`.
    engine: RefCell<String>,
    /// Started by the first command that speaks of it.
    registry: OnceCell<Registry>,
}

impl Stage {
    /// Builds it.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("a directory of our own");
        for directory in ["bin", "gold-home", "gold-src"] {
            fs::create_dir(root.path().join(directory)).expect("a directory");
        }
        symlink(env!("CARGO_BIN_EXE_moussaillon"), root.path().join("bin/docker")).expect("a docker of ours");
        Self { root, engine: RefCell::new("state".to_owned()), registry: OnceCell::new() }
    }

    /// Goes on with another engine, new when it was never spoken of.
    pub fn change_engine(&self, name: &str) {
        self.clean();
        name.clone_into(&mut self.engine.borrow_mut());
    }

    /// No container is left, nor the ports they had.
    fn clean(&self) {
        let clean = "ids=$(docker ps -aq) && [ -z \"$ids\" ] || docker rm -f $ids";
        let _ = self.shell(clean).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
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
        let mut found = Transcript {
            command: expected.command.clone(),
            stdin: expected.stdin.clone(),
            keys: expected.keys.clone(),
            ..Transcript::default()
        };
        if let Some(keys) = &expected.keys {
            let (stdout, exit) = terminal::play(&self.plain_shell(&expected.command), keys, expected.exit == "TIMEOUT");
            found.stdout = screen::shown(&self.as_recorded(stdout.as_bytes()));
            found.exit = exit;
            return found;
        }
        let stdin = if expected.stdin.is_empty() { Stdio::null() } else { Stdio::piped() };
        let mut child = self
            .shell(&expected.command)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bash");
        if let Some(mut input) = child.stdin.take() {
            // A command need not read what it is given.
            let _ = input.write_all(expected.stdin.as_bytes());
        }
        let output = child.wait_with_output().expect("its output");
        found.stdout = self.as_recorded(&output.stdout);
        found.stderr = self.as_recorded(&output.stderr);
        found.exit = output.status.code().map_or_else(|| "SIGNAL".to_owned(), |code| code.to_string());
        found
    }

    /// The places of this stage under the names they had when recorded.
    fn as_recorded(&self, bytes: &[u8]) -> String {
        let root = self.root.path().display().to_string();
        // The recorded engine had its state beside the sources.
        let state = format!("{root}/{}", self.engine.borrow());
        let text = String::from_utf8_lossy(bytes).replace(&state, "/w/docker26").replace(&root, "/w");
        self.registry.get().map_or(text.clone(), |registry| text.replace(&registry.address, RECORDED_REGISTRY))
    }

    /// Ended when it hangs, with what it started.
    fn shell(&self, command: &str) -> Command {
        let plain = self.plain_shell(command);
        let mut shell = Command::new("timeout");
        shell.args(["-k", "5", PATIENCE]).arg(plain.get_program()).args(plain.get_args());
        shell.current_dir(plain.get_current_dir().expect("a directory"));
        shell.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell
    }

    fn plain_shell(&self, command: &str) -> Command {
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
            .env("GOLDEN", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
            .env("MOUSSAILLON_ETAT", root.join(&*self.engine.borrow()))
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
        self.clean();
    }
}
