//! Every lesson inside the program is proved on the real engine, by the program itself: as root and as an ordinary
//! user without subordinate ids, in French and in English.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails by panicking")]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{ORDINARY_USER, copy_program};

/// A directory of its own for one test, with a copy of the program that an ordinary user can execute.
struct Bench {
    directory: tempfile::TempDir,
    user: Option<u32>,
}

impl Bench {
    /// As whoever runs the tests.
    fn ours() -> Self {
        Self::new(None)
    }

    /// As an ordinary user, when we are root; `None` when we are one already, and `ours` says it all.
    fn ordinary() -> Option<Self> {
        nix::unistd::geteuid().is_root().then(|| Self::new(Some(ORDINARY_USER)))
    }

    fn new(user: Option<u32>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bench = Self { directory, user };
        copy_program(&bench.path("moussaillon"));
        fs::create_dir(bench.path("state")).unwrap();
        if let Some(user) = user {
            fs::set_permissions(bench.directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
            chown(bench.path("state"), Some(user), Some(user)).unwrap();
        }
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(self.path("moussaillon"));
        command.arg("--état").arg(self.path("state")).args(arguments);
        command.current_dir(self.path("state")).env("HOME", self.path("state"));
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command.output().unwrap()
    }

    fn proves_everything(&self, language: &str) {
        let output = self.run(&["--lang", language, "valider"]);
        let (told, progress) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{told}\n{progress}");
        let lessons = fs::read_dir(root().join("lessons")).unwrap().count();
        assert!(told.lines().count() > lessons, "every lesson is told of:\n{told}");
        let left: Vec<_> = fs::read_dir(self.path("state")).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("try-")), "left behind: {left:?}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A course of one lesson of ours, changed.
fn pack(directory: &Path, lesson: &str, change: impl Fn(&Path)) -> PathBuf {
    let pack = directory.join("pack");
    let status =
        Command::new("cp").arg("-r").arg(root().join("locales")).arg(root().join("lessons")).arg(mkdir(&pack)).status();
    assert!(status.unwrap().success());
    for entry in fs::read_dir(pack.join("lessons")).unwrap().flatten() {
        if !entry.file_name().to_string_lossy().ends_with(lesson) {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    change(&pack);
    pack
}

fn mkdir(path: &Path) -> &Path {
    fs::create_dir(path).unwrap();
    path
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{}: {from}", file.display());
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn every_lesson_is_proved() {
    Bench::ours().proves_everything("fr");
}

#[test]
fn every_lesson_is_proved_as_an_ordinary_user() {
    if let Some(bench) = Bench::ordinary() {
        bench.proves_everything("en");
    }
}

/// What an author does wrong, and where and how the program says so.
#[test]
fn a_faulty_lesson_is_refused_with_file_line_and_reason() {
    type Change = fn(&Path);
    let faults: [(Change, &str, &str); 4] = [
        (
            |pack| replace(&toml(pack), "container = {", "conteneur = {"),
            "lessons/01-premier-conteneur/lesson.toml:12: ",
            "conteneur",
        ),
        (
            |pack| fs::remove_file(pack.join("locales/en/lessons/premier-conteneur.md")).unwrap(),
            "locales/en/lessons/premier-conteneur.md: ",
            "absent",
        ),
        (
            |pack| {
                let prose = pack.join("locales/fr/lessons/premier-conteneur.md");
                let text = fs::read_to_string(&prose).unwrap();
                let (head, rest) = text.split_once("### indice 1\n").unwrap();
                let (_, tail) = rest.split_once("\n### ").unwrap();
                fs::write(&prose, format!("{head}### indice 1\n\n### {tail}")).unwrap();
            },
            "locales/fr/lessons/premier-conteneur.md:",
            "indice",
        ),
        (
            |pack| {
                replace(
                    &toml(pack),
                    "{ run = [\"docker pull hello-world\"], unmet",
                    "{ run = [\"docker run hello-world\"], unmet",
                );
            },
            "lessons/01-premier-conteneur/lesson.toml:",
            "mauvaise voie",
        ),
    ];
    for (change, place, reason) in faults {
        let bench = Bench::ours();
        let pack = pack(bench.directory.path(), "premier-conteneur", change);
        let output = bench.run(&["--lang", "fr", "valider", pack.to_str().unwrap()]);
        let told = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.lines().any(|line| line.starts_with(place) && line.contains(reason)), "{place} {reason}:\n{told}");
    }
}

fn toml(pack: &Path) -> PathBuf {
    pack.join("lessons/01-premier-conteneur/lesson.toml")
}

#[test]
fn what_was_done_without_the_shell_is_marked() {
    let bench = Bench::ours();
    let before = bench.run(&["vérifier", "isolation"]);
    assert_eq!(before.status.code(), Some(1), "{}", String::from_utf8_lossy(&before.stdout));
    assert!(bench.run(&["docker", "run", "alpine", "touch", "/home/trace"]).status.success());
    assert!(bench.run(&["docker", "run", "alpine", "ls", "/home"]).status.success());
    assert!(bench.run(&["docker", "run", "alpine", "ps"]).status.success());
    let after = bench.run(&["vérifier", "isolation"]);
    let told = String::from_utf8_lossy(&after.stdout);
    assert!(after.status.success(), "{told}");
}

#[test]
fn a_solution_is_played() {
    let output = Bench::ours().run(&["--lang", "fr", "jouer", "isolation", "--solution"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("docker run alpine touch /home/trace"), "{told}");
}
