//! Runs one line in a real shell, and learns what it left behind.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use super::message::{HostReport, HostRequest};

/// The shell that runs the host's lines, and what each line finds in its environment.
#[derive(Debug, Clone)]
pub struct HostShell {
    /// `bash` or `sh`.
    pub program: PathBuf,
    /// The shell's own directory: `bin/` goes to the head of PATH, the rest keeps variables.
    pub directory: PathBuf,
    /// The environment of the first line.
    pub variables: Vec<(OsString, OsString)>,
}

/// `$1` line, `$2` last exit code, `$3` our directory. Variables of former lines come back first; what this one
/// leaves is written down whichever way it ends. Errors of coming back are read-only variables: of no interest.
/// All on one line, for shells count lines from it in their complaints.
macro_rules! script {
    ($variables:literal) => {
        concat!(
            r#"if [ -r "$3/variables" ]; then . "$3/variables" 2>/dev/null; fi; "#,
            r#"__moussaillon_line=$1 __moussaillon_code=$2 __moussaillon_directory=$3; set --; "#,
            r#"trap '__moussaillon_code=$?; { "#,
            $variables,
            r#"; } >"$__moussaillon_directory/variables" 2>/dev/null; "#,
            r#"command env -0 >"$__moussaillon_directory/environment" 2>/dev/null; "#,
            r#"pwd >"$__moussaillon_directory/directory" 2>/dev/null; exit "$__moussaillon_code"' EXIT; "#,
            r#"(exit "$__moussaillon_code"); eval "$__moussaillon_line""#,
        )
    };
}

/// Bash writes down its variables and functions.
const BASH_SCRIPT: &str = script!("declare -p; declare -f");

/// Another shell can write its variables down but not its functions.
const SH_SCRIPT: &str = script!("set; export -p");

impl HostShell {
    /// Finds bash in this PATH, else settles for `/bin/sh`.
    pub fn find(path: &std::ffi::OsStr) -> PathBuf {
        std::env::split_paths(path)
            .chain([PathBuf::from("/bin"), PathBuf::from("/usr/bin")])
            .map(|directory| directory.join("bash"))
            .find(|candidate| candidate.is_file())
            .unwrap_or_else(|| PathBuf::from("/bin/sh"))
    }

    /// Runs a line to its end. Ctrl-C reaches it through the terminal; the caller must survive it.
    ///
    /// # Errors
    /// When the shell cannot be started, or the directory is gone.
    pub fn run(&self, request: &HostRequest, [stdin, stdout, stderr]: [OwnedFd; 3]) -> io::Result<HostReport> {
        let is_bash = self.program.file_name().is_some_and(|name| name == "bash");
        let status = Command::new(&self.program)
            .arg("-c")
            .arg(if is_bash { BASH_SCRIPT } else { SH_SCRIPT })
            .arg(if is_bash { "bash" } else { "sh" })
            .arg(&request.line)
            .arg(request.last_code.to_string())
            .arg(&self.directory)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("PATH", self.path())
            .env("PWD", &request.directory)
            .current_dir(&request.directory)
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr)
            .status()?;
        Ok(HostReport {
            code: exit_code(status),
            directory: self.left_directory().unwrap_or_else(|| request.directory.clone()),
            variables: self.left_environment(),
        })
    }

    fn path(&self) -> OsString {
        let mut path = self.directory.join("bin").into_os_string();
        let usual = self.variables.iter().find(|(name, _)| name == "PATH").map(|(_, value)| value);
        if let Some(usual) = usual {
            path.push(":");
            path.push(usual);
        }
        path
    }

    fn left_directory(&self) -> Option<PathBuf> {
        let text = take(&self.directory.join("directory"))?;
        let path = PathBuf::from(text.trim_end_matches('\n'));
        path.is_dir().then_some(path)
    }

    fn left_environment(&self) -> Option<Vec<(String, String)>> {
        let text = take(&self.directory.join("environment"))?;
        let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        Some(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// Reads a file the line left, and removes it: the next line may be killed before it leaves its own.
fn take(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    let _ = fs::remove_file(path);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The exit code as a shell would say it.
pub fn exit_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    struct Fixture {
        shell: HostShell,
        directory: PathBuf,
        code: i32,
        _temporary: tempfile::TempDir,
    }

    impl Fixture {
        fn new(program: PathBuf) -> Self {
            let temporary = tempfile::tempdir().unwrap();
            let variables = vec![("PATH".into(), "/usr/bin:/bin".into())];
            let shell = HostShell { program, directory: temporary.path().to_path_buf(), variables };
            Self { shell, directory: "/".into(), code: 0, _temporary: temporary }
        }

        fn run(&mut self, line: &str) -> (i32, String) {
            let (mut read, write) = io::pipe().unwrap();
            let null = OwnedFd::from(fs::File::open("/dev/null").unwrap());
            let error = write.try_clone().unwrap();
            let request = HostRequest { line: line.into(), directory: self.directory.clone(), last_code: self.code };
            let report = self.shell.run(&request, [null, write.into(), error.into()]).unwrap();
            let mut output = String::new();
            read.read_to_string(&mut output).unwrap();
            self.directory = report.directory;
            self.code = report.code;
            (report.code, output)
        }
    }

    fn each_shell(check: impl Fn(Fixture)) {
        check(Fixture::new("/bin/sh".into()));
        check(Fixture::new(HostShell::find(std::ffi::OsStr::new(""))));
    }

    #[test]
    fn variables_directory_and_exit_code_last_from_line_to_line() {
        each_shell(|mut fixture| {
            fixture.run("x=3; export Y='a b'");
            assert_eq!(fixture.run("echo \"$x $Y\"").1, "3 a b\n");
            fixture.run("cd /tmp");
            assert_eq!(fixture.run("pwd").1, "/tmp\n");
            assert_eq!(fixture.run("(exit 7)").0, 7);
            assert_eq!(fixture.run("echo $?").1, "7\n");
            assert_eq!(fixture.run("x=4; exit 5").0, 5);
            assert_eq!(fixture.run("echo $x").1, "4\n");
        });
    }

    #[test]
    fn mistakes_do_not_last() {
        each_shell(|mut fixture| {
            fixture.run("x=3");
            assert_ne!(fixture.run("if ; then").0, 0);
            assert_eq!(fixture.run("nosuch-command").0, 127);
            assert_eq!(fixture.run("echo $x").1, "3\n");
            assert_eq!(fixture.run("kill -9 $$").0, 137);
            assert_eq!(fixture.run("echo $x").1, "3\n");
        });
    }

    #[test]
    fn our_docker_stands_first_on_the_path() {
        let mut fixture = Fixture::new(HostShell::find(std::ffi::OsStr::new("")));
        let (_, output) = fixture.run("echo $PATH");
        assert!(output.starts_with(&format!("{}/bin:", fixture.shell.directory.display())), "{output}");
    }
}
