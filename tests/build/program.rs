//! Builds through the program, as whoever runs the tests and, when that is root, as an ordinary user too.

use std::fs;
use std::io::Write as _;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const ORDINARY_USER: u32 = 12_345;

/// Somebody with a state root, a context, and a copy of the program they may execute.
pub struct Somebody {
    root: tempfile::TempDir,
    program: PathBuf,
    uid: Option<u32>,
}

impl Somebody {
    /// Whoever runs the tests, and an ordinary user when that is root.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::new(None)];
        if rustix::process::geteuid().is_root() {
            all.push(Self::new(Some(ORDINARY_USER)));
        }
        all
    }

    fn new(uid: Option<u32>) -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut program = PathBuf::from(env!("CARGO_BIN_EXE_moussaillon"));
        fs::create_dir(root.path().join("context")).unwrap();
        if uid.is_some() {
            let copy = root.path().join("moussaillon");
            crate::common::copy_program(&copy);
            program = copy;
            for path in [root.path().to_owned(), root.path().join("context")] {
                std::os::unix::fs::chown(path, uid, uid).unwrap();
            }
        }
        Self { root, program, uid }
    }

    pub fn context(&self, files: &[(&str, &str)]) -> &Self {
        for (name, content) in files {
            fs::write(self.path().join("context").join(name), content).unwrap();
        }
        self
    }

    /// Gives a path to whoever builds.
    pub fn own(&self, path: &Path) {
        std::os::unix::fs::chown(path, self.uid, self.uid).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.root.path()
    }

    pub fn docker(&self, buildkit: &str, arguments: &[&str]) -> Output {
        self.command(buildkit, arguments).output().unwrap()
    }

    pub fn command(&self, buildkit: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.path()).env("HOME", self.path()).env("DOCKER_BUILDKIT", buildkit);
        command.arg("--état").arg(self.path().join("state")).arg("docker").args(arguments);
        if let Some(uid) = self.uid {
            command.uid(uid).gid(uid);
        }
        command
    }

    /// The same, with something to read.
    pub fn docker_reading(&self, input: &[u8], arguments: &[&str]) -> Output {
        let mut command = self.command("1", arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }
}

/// Ids, and times of steps, are never the same twice.
fn steady(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let hexadecimal = |word: &str| word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let seconds = |word: &str| {
        word.strip_suffix('s').unwrap_or(word).split_once('.').is_some_and(|(whole, part)| {
            [whole, part].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    let word = |word: &str| match word {
        _ if hexadecimal(word.trim_start_matches("sha256:")) => "ID".to_owned(),
        _ if seconds(word) => "TIME".to_owned(),
        _ => word.to_owned(),
    };
    text.lines().map(|line| line.split(' ').map(word).collect::<Vec<_>>().join(" ") + "\n").collect()
}

const MULTI: &str = "FROM alpine:latest AS builder\nWORKDIR /src\nCOPY in.txt .\nRUN tr a-z A-Z < in.txt > out.txt\n\
    FROM alpine:latest\nCOPY --from=builder /src/out.txt /out.txt\nCMD [\"cat\", \"/out.txt\"]\n";

const BUILDKIT: &str = r#"#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 216B done
#1 DONE TIME

#2 [internal] load metadata for docker.io/library/alpine:latest
#2 DONE TIME

#3 [internal] load .dockerignore
#3 transferring context: 2B done
#3 DONE TIME

#4 [builder 1/4] FROM docker.io/library/alpine:latest
#4 CACHED

#5 [internal] load build context
#5 transferring context: 39B done
#5 DONE TIME

#6 [builder 2/4] WORKDIR /src
#6 DONE TIME

#7 [builder 3/4] COPY in.txt .
#7 DONE TIME

#8 [builder 4/4] RUN tr a-z A-Z < in.txt > out.txt
#8 DONE TIME

#9 [stage-1 2/2] COPY --from=builder /src/out.txt /out.txt
#9 DONE TIME

#10 exporting to image
#10 exporting layers TIME done
#10 writing image ID done
#10 naming to docker.io/library/multi:latest done
#10 DONE TIME
"#;

const CLASSIC: &str = "Sending build context to Docker daemon  3.072kB\r
Step 1/7 : FROM alpine:latest AS builder
 ---> ID
Step 2/7 : WORKDIR /src
 ---> Running in ID
 ---> Removed intermediate container ID
 ---> ID
Step 3/7 : COPY in.txt .
 ---> ID
Step 4/7 : RUN tr a-z A-Z < in.txt > out.txt
 ---> Running in ID
 ---> Removed intermediate container ID
 ---> ID
Step 5/7 : FROM alpine:latest
 ---> ID
Step 6/7 : COPY --from=builder /src/out.txt /out.txt
 ---> ID
Step 7/7 : CMD [\"cat\", \"/out.txt\"]
 ---> Running in ID
 ---> Removed intermediate container ID
 ---> ID
Successfully built ID
Successfully tagged multi:latest
";

#[test]
fn a_multi_stage_build_is_told_and_runs() {
    for somebody in Somebody::all() {
        somebody.context(&[("Dockerfile", MULTI), ("in.txt", "hello\n")]);
        assert!(somebody.docker("1", &["pull", "alpine"]).status.success());
        let built = somebody.docker("1", &["build", "-t", "multi", "context"]);
        assert_eq!((steady(&built.stderr), built.status.code()), (BUILDKIT.to_owned(), Some(0)));
        assert_eq!(somebody.docker("1", &["run", "--rm", "multi"]).stdout, b"HELLO\n");
        let classic = somebody.docker("0", &["build", "-t", "multi", "context"]);
        assert_eq!((steady(&classic.stdout), classic.status.code()), (CLASSIC.to_owned(), Some(0)));
        assert_eq!(somebody.docker("1", &["run", "--rm", "multi"]).stdout, b"HELLO\n");
        let again = somebody.docker("0", &["build", "-t", "multi", "context"]);
        assert_eq!(steady(&again.stdout).matches(" ---> Using cache\n").count(), 5);
    }
}

#[test]
fn a_failing_command_shows_its_line() {
    for somebody in Somebody::all() {
        somebody.context(&[("Dockerfile", "FROM alpine\nRUN echo before && false\nRUN echo after\n")]);
        assert!(somebody.docker("1", &["pull", "alpine"]).status.success());
        let failed = somebody.docker("1", &["build", "context"]);
        let told = steady(&failed.stderr);
        let end = "#5 [2/3] RUN echo before && false
#5 TIME before
#5 ERROR: process \"/bin/sh -c echo before && false\" did not complete successfully: exit code: 1
------
 > [2/3] RUN echo before && false:
TIME before
------
Dockerfile:2
--------------------
   1 |     FROM alpine
   2 | >>> RUN echo before && false
   3 |     RUN echo after
   4 |     \n--------------------
ERROR: failed to solve: process \"/bin/sh -c echo before && false\" did not complete successfully: exit code: 1
";
        assert!(told.ends_with(end), "{told}");
        assert_eq!(failed.status.code(), Some(1));
        let classic = somebody.docker("0", &["build", "context"]);
        assert!(
            steady(&classic.stdout).ends_with("Step 2/3 : RUN echo before && false\n ---> Running in ID\nbefore\n")
        );
        assert!(
            String::from_utf8_lossy(&classic.stderr)
                .ends_with("The command '/bin/sh -c echo before && false' returned a non-zero code: 1\n")
        );
        assert_eq!(classic.status.code(), Some(1));
    }
}
