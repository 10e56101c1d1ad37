//! A learner at a machine: a state root of their own, the real program, and who they are.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The account tests use when they run as root and want to be nobody in particular.
const ORDINARY_USER: u32 = 65534;

/// No command of these tests takes longer, on a slow machine neither.
const PATIENCE: Duration = Duration::from_mins(1);

/// Dropped with all it made.
pub struct World {
    directory: tempfile::TempDir,
    user: Option<u32>,
    program: PathBuf,
}

impl World {
    /// A machine on which we are who we are.
    pub fn as_ourselves() -> Self {
        Self::new(None)
    }

    /// A machine on which we are an ordinary user: nobody when we are root, ourselves otherwise.
    pub fn as_an_ordinary_user() -> Self {
        Self::new(nix::unistd::geteuid().is_root().then_some(ORDINARY_USER))
    }

    fn new(user: Option<u32>) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).expect("our own directory");
        // The build directory may be closed to others, and one test tries to overwrite the program.
        let program = directory.path().join("moussaillon");
        // By another process: a file this one holds open for writing could not be executed (the other test forks meanwhile).
        let copied = Command::new("cp").args([Path::new(env!("CARGO_BIN_EXE_moussaillon")), &program]).status();
        assert!(copied.expect("cp is everywhere").success());
        for writable in ["state", "victim"] {
            fs::create_dir(directory.path().join(writable)).expect("made");
        }
        let world = Self { directory, user, program };
        world.write("victim/hosts", "keep\n");
        for owned in ["state", "victim", "victim/hosts", "moussaillon"] {
            chown(world.path(owned), user, user).expect("root may, and to oneself anyone may");
        }
        world
    }

    /// Whether we are not root here.
    #[allow(dead_code)] // tests/network.rs asks
    pub fn is_an_ordinary_user(&self) -> bool {
        self.user.is_some() || !nix::unistd::geteuid().is_root()
    }

    /// A path of this world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The program, as a file.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Writes a file anybody may read, with its directories.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("inside the directory")).expect("made");
        fs::write(&path, text).expect("written");
        path
    }

    /// `docker …`, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.moussaillon(&[&["docker"], arguments].concat())
    }

    /// `moussaillon …`, not yet started.
    pub fn moussaillon(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOST_SECRET", "do-not-tell")
            .env("MOUSSAILLON_ETAT", self.path("state"))
            .current_dir(self.path("victim"))
            .stdin(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    /// Runs `docker …` to its end, which must come.
    pub fn docker(&self, arguments: &[&str]) -> Ran {
        let words = arguments.join(" ");
        let child =
            self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let process = Pid::from_raw(i32::try_from(child.id()).expect("a process number"));
        let (sender, receiver) = mpsc::channel();
        let reader = thread::spawn(move || sender.send(child.wait_with_output()));
        let Ok(output) = receiver.recv_timeout(PATIENCE) else {
            let _ = kill(process, Signal::SIGKILL);
            panic!("docker {words}: still there after {PATIENCE:?}");
        };
        reader.join().expect("the reader does not panic").expect("we listened");
        Ran { words, output: output.expect("its output can be read") }
    }

    /// Runs a shell line in a new container of an image.
    pub fn run(&self, image: &str, line: &str) -> Ran {
        self.docker(&["run", "--rm", image, "sh", "-c", line])
    }

    /// Starts a container that stays, and gives its id.
    pub fn detached(&self, image: &str) -> String {
        self.docker(&["run", "-d", image, "sleep", "300"]).stdout().trim().to_owned()
    }

    /// The host's number of a container's first process.
    pub fn first_process(&self, id: &str) -> i32 {
        let answer = self.docker(&["inspect", "--format", "{{.State.Pid}}", id]).stdout();
        answer.trim().parse().unwrap_or_else(|_| panic!("not a process number: {answer:?}"))
    }
}

impl World {
    /// Removes every container.
    pub fn clear(&self) {
        let ids = self.command(&["ps", "-aq"]).output().map(|output| output.stdout).unwrap_or_default();
        for id in String::from_utf8_lossy(&ids).lines() {
            let _ = self.command(&["rm", "-f", id]).output();
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A command that has ended.
pub struct Ran {
    words: String,
    output: Output,
}

impl Ran {
    /// Its output; it must have succeeded.
    pub fn stdout(&self) -> String {
        assert!(self.output.status.success(), "docker {}: {}\n{}", self.words, self.output.status, self.everything());
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// Its exit code; -1 when a signal ended it.
    pub fn code(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    /// Its output and its errors.
    pub fn everything(&self) -> String {
        [&self.output.stdout, &self.output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
    }

    /// It must have failed and said this.
    pub fn refused(&self, words: &str) {
        assert!(!self.output.status.success(), "docker {} succeeded:\n{}", self.words, self.everything());
        assert!(self.everything().contains(words), "docker {}: {words:?} is not in\n{}", self.words, self.everything());
    }
}
