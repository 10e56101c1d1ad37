//! Registries on the loopback interface, and who uses them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

/// A registry that is stopped when dropped.
pub struct Registry {
    pub address: String,
    process: Child,
    _directory: tempfile::TempDir,
}

impl Registry {
    /// Debian's package `docker-registry`.
    pub fn debians() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // Asked of the kernel and let go of: nobody else on this machine is likely to take it meanwhile.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let data = directory.path().join("data");
        let config = directory.path().join("config.yml");
        let text = format!(
            "version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '{address}'}}\n",
            data.display()
        );
        fs::write(&config, text).unwrap();
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(&config).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let listening = log.by_ref().map_while(Result::ok).any(|line| line.contains("listening on"));
        assert!(listening, "docker-registry ended before it listened");
        // It goes on writing: somebody must read.
        std::thread::spawn(move || log.count());
        Self { address, process, _directory: directory }
    }

    /// `moussaillon registre`, on a state root of its own.
    pub fn ours() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_moussaillon"));
        command.args(["--lang", "en", "registre", "--adresse", "127.0.0.1:0"]);
        command.env("MOUSSAILLON_ETAT", directory.path().join("state")).stdin(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = said.by_ref().map_while(Result::ok).find(|line| line.contains("http://")).unwrap();
        let after = first.split("http://").nth(1).unwrap();
        let address = after.split([' ', '/']).next().unwrap().trim_matches(['\u{2068}', '\u{2069}']).to_owned();
        std::thread::spawn(move || said.count());
        Self { address, process, _directory: directory }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Somebody with a state root of their own.
pub struct Learner {
    directory: tempfile::TempDir,
}

impl Learner {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn docker(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moussaillon"));
        command.arg("docker").args(arguments).env("MOUSSAILLON_ETAT", self.path("state"));
        text(command.env("HOME", self.directory.path()).stdin(Stdio::null()).output().unwrap(), arguments)
    }

    pub fn id(&self, image: &str) -> String {
        self.docker(&["image", "inspect", "-f", "{{.Id}}", image]).trim().to_owned()
    }

    /// What its registry calls it.
    pub fn digest(&self, image: &str) -> String {
        let said = self.docker(&["image", "inspect", "-f", "{{index .RepoDigests 0}}", image]);
        said.trim().split('@').nth(1).unwrap().to_owned()
    }
}

/// Runs skopeo, which must succeed.
pub fn skopeo(arguments: &[&str]) -> String {
    let mut command = Command::new("skopeo");
    command.arg("--insecure-policy").args(arguments).stdin(Stdio::null());
    text(command.output().unwrap(), arguments)
}

/// Whether a program is installed; one that is not is named.
pub fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_err() {
        eprintln!("{program} is not installed: its part is left out");
    }
    found.is_ok()
}

fn text(output: Output, arguments: &[&str]) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
