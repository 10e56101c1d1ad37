//! A terminal of 30 rows and 90 columns with the shell in it, and a state root of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::termios::{LocalModes, tcgetattr};

/// The account tests use when they run as root and want to be nobody in particular.
const ORDINARY_USER: u32 = 65534;

/// More than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Screen {
    /// Removed with the first window of a learner.
    root: Option<tempfile::TempDir>,
    home: PathBuf,
    user: Option<u32>,
    program: PathBuf,
    child: std::process::Child,
    keyboard: File,
    terminal: OwnedFd,
    /// Every mode, key and speed of the terminal before anybody had it.
    before: String,
    output: Receiver<Vec<u8>>,
    seen: String,
    /// What `wait_for` has gone past.
    read: usize,
}

impl Screen {
    pub fn open(options: &[&str]) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), None, options)
    }

    /// As an ordinary user: nobody when we are root, ourselves otherwise.
    pub fn open_as_an_ordinary_user(options: &[&str]) -> Self {
        let user = nix::unistd::geteuid().is_root().then_some(ORDINARY_USER);
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::chown(root.path(), user, user).unwrap();
        Self::open_in(root, user, options)
    }

    /// The same learner, another window.
    pub fn reopen(mut self, options: &[&str]) -> Self {
        let (root, user) = (self.root.take().unwrap(), self.user);
        drop(self);
        Self::open_in(root, user, options)
    }

    /// The same learner, one window more.
    pub fn beside(&self, options: &[&str]) -> Self {
        Self::open_at(self.home.clone(), None, self.user, "moussaillon", options)
    }

    /// The same learner, one window more with `docker` alone in it.
    pub fn docker(&self, words: &[&str]) -> Self {
        Self::open_at(self.home.clone(), None, self.user, "docker", words)
    }

    fn open_in(root: tempfile::TempDir, user: Option<u32>, options: &[&str]) -> Self {
        Self::open_at(root.path().to_path_buf(), Some(root), user, "moussaillon", options)
    }

    fn open_at(
        home: PathBuf,
        root: Option<tempfile::TempDir>,
        user: Option<u32>,
        name: &str,
        options: &[&str],
    ) -> Self {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(pty_process::Size::new(30, 90)).unwrap();
        let before = modes_of(&pty);
        let program = program_for(&home);
        let child = command(&home.join(name), &home, user).args(options).spawn(pts).unwrap();
        let keyboard = File::from(pty.as_fd().try_clone_to_owned().unwrap());
        let mut screen = File::from(pty.as_fd().try_clone_to_owned().unwrap());
        let terminal = pty.as_fd().try_clone_to_owned().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The terminal ends with an error (EIO) once nobody holds its other side.
            while let Ok(count @ 1..) = screen.read(&mut buffer) {
                if send.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { root, home, before, user, program, child, keyboard, terminal, output, seen: String::new(), read: 0 }
    }

    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    pub fn type_line(&mut self, line: &str) {
        self.press(&format!("{line}\r"));
    }

    /// Waits until the text appears, after what was waited for before.
    pub fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(place) = self.seen[self.read..].find(text) {
                self.read += place + text.len();
                return;
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("{text:?} did not appear:\n{}", self.seen)
                }
            }
        }
    }

    /// Waits for the goal line and the prompt below it.
    pub fn wait_for_prompt(&mut self) {
        self.wait_for(" · ");
        self.wait_for("$ ");
    }

    /// Leaves a command the time to start.
    pub fn pause() {
        std::thread::sleep(Duration::from_millis(500));
    }

    pub fn seen(&self) -> &str {
        &self.seen
    }

    pub fn exit_code(&mut self) -> i32 {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("still running:\n{}", self.seen);
    }

    /// The line discipline does the editing: what a program leaves behind.
    pub fn is_cooked(&self) -> bool {
        tcgetattr(&self.terminal)
            .unwrap()
            .local_modes
            .contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Our editor reads key by key.
    pub fn is_line_edited(&self) -> bool {
        !tcgetattr(&self.terminal).unwrap().local_modes.contains(LocalModes::ICANON)
    }

    /// Every mode, key and speed is what it was before anybody had the terminal.
    pub fn is_as_before(&self) -> bool {
        modes_of(&self.terminal) == self.before
    }

    /// Waits until nobody holds the other side of the terminal.
    pub fn wait_until_let_go(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => panic!("somebody still holds the terminal:\n{}", self.seen),
            }
        }
    }

    /// The processes that stand in this learner's directories or have them mounted.
    pub fn processes(&self) -> Vec<String> {
        let home = self.home.to_str().unwrap();
        let ours = |process: &Path| {
            let inside = std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(&self.home));
            inside || std::fs::read_to_string(process.join("mountinfo")).is_ok_and(|mounts| mounts.contains(home))
        };
        let all = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        all.filter(|process| process.join("stat").exists() && ours(process))
            .map(|process| std::fs::read_to_string(process.join("stat")).unwrap_or_default())
            .filter(|stat| !stat.is_empty())
            .collect()
    }

    /// The window changes its size; the kernel tells the program.
    pub fn resize(&self, rows: u16, columns: u16) {
        let size = rustix::termios::Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(&self.terminal, size).unwrap();
    }

    /// What a line says in another window of the same learner.
    pub fn aside(&self, line: &str) -> String {
        use std::os::unix::process::CommandExt;
        let root = &self.home;
        let mut command = std::process::Command::new(&self.program);
        command.env("MOUSSAILLON_ETAT", root.join("etat")).env("HOME", root).args(["-c", line]);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        let output = command.current_dir(root).stdin(Stdio::null()).output().unwrap();
        if output.stdout.is_empty() {
            // Shown when the test fails.
            eprintln!("{line}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The window is closed.
    pub fn hang_up(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if self.root.is_some() {
            self.aside("docker rm -f $(docker ps -aq) >/dev/null 2>&1");
        }
    }
}

fn modes_of(terminal: impl AsFd) -> String {
    format!("{:?}", tcgetattr(terminal).unwrap())
}

/// The program where anybody can execute it: the build directory may be closed to others.
fn program_for(root: &Path) -> PathBuf {
    let program = root.join("moussaillon");
    if !program.exists() {
        // By another process: a file this one holds open for writing could not be executed.
        let copied = std::process::Command::new("cp").arg(env!("CARGO_BIN_EXE_moussaillon")).arg(&program).status();
        assert!(copied.unwrap().success());
        std::os::unix::fs::symlink(&program, root.join("docker")).unwrap();
    }
    program
}

fn command(program: &Path, root: &Path, user: Option<u32>) -> pty_process::blocking::Command {
    let command = pty_process::blocking::Command::new(program)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", root)
        .env("TERM", "xterm-256color")
        .env("MOUSSAILLON_ETAT", root.join("etat"))
        .current_dir(root);
    match user {
        Some(user) => command.uid(user).gid(user),
        None => command,
    }
}
