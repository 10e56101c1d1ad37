//! One shell in script mode, in a state root of its own, both streams in one.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

pub struct Session {
    output: String,
    typed: String,
}

impl Session {
    /// Types these lines into a new shell.
    pub fn run(language: &str, typed: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("ici");
        std::fs::create_dir(&place).unwrap();
        let (mut read, write) = std::io::pipe().unwrap();
        let mut shell = program(root.path(), language)
            .current_dir(&place)
            .stdin(Stdio::piped())
            .stdout(write.try_clone().unwrap())
            .stderr(write)
            .spawn()
            .unwrap();
        let mut input = shell.stdin.take().unwrap();
        input.write_all(typed.as_bytes()).unwrap();
        drop(input);
        let mut output = String::new();
        read.read_to_string(&mut output).unwrap();
        shell.wait().unwrap();
        // Whatever the session left running would outlive its directory.
        let clean = "docker rm -f $(docker ps -aq) >/dev/null 2>&1";
        program(root.path(), language).args(["-c", clean]).stdin(Stdio::null()).output().unwrap();
        let output = output.replace(&root.path().display().to_string(), "[ROOT]");
        Self { output, typed: typed.to_owned() }
    }

    /// What appeared before the first line, then for each `$` line: the line and what followed.
    pub fn commands(&self) -> Vec<String> {
        let mut expected = self.typed.lines().peekable();
        let mut pieces = vec![String::new()];
        for line in self.output.lines() {
            if let Some(next) = expected.peek()
                && line.strip_prefix("$ ") == Some(*next)
            {
                pieces.push(String::new());
                expected.next();
            } else if let Some(next) = expected.peek()
                && line.strip_prefix("> ") == Some(*next)
            {
                expected.next();
            }
            let piece = pieces.last_mut().unwrap();
            piece.push_str(line.trim_end());
            piece.push('\n');
        }
        pieces
    }
}

fn program(root: &Path, language: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moussaillon"));
    command
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", root)
        .env("MOUSSAILLON_ETAT", root.join("etat"))
        // Tests stay on this machine.
        .env("MOUSSAILLON_IMAGES", "hors-ligne")
        .args(["--lang", language]);
    command
}
