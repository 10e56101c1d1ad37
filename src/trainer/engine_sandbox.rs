//! [`EngineSandbox`]: a sandbox on the embedded engine. Lines are run by the host's shell with our `docker` first on
//! its PATH, as a learner's terminal would.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::terminal::{end_within, type_into};
use crate::course::model::Line;
use crate::course::{Journal, LineOutcome, Sandbox, SandboxError};
use crate::engine::container::RemoveRequest;
use crate::engine::store::RemoveImageRequest;
use crate::engine::{Engine, EngineError};
use crate::verify::{EngineFacts, Facts};

/// How long a line may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Read by our own program, in `app`.
const STATE_VARIABLE: &str = "MOUSSAILLON_ETAT";

/// What the host's shell is run with.
#[derive(Debug, Clone)]
pub struct HostShellPaths {
    /// Our own program.
    pub program: PathBuf,
    /// The host's shell: bash, or a POSIX `sh`.
    pub shell: PathBuf,
    /// Its PATH, before our `docker` is put first.
    pub path: OsString,
}

/// A sandbox on the embedded engine.
#[derive(Debug)]
pub struct EngineSandbox {
    engine: Engine,
    root: PathBuf,
    directory: PathBuf,
    paths: HostShellPaths,
}

impl EngineSandbox {
    /// The sandbox of the state root `root`, on which `engine` is open; lines run in `directory`, made when needed.
    pub fn new(engine: Engine, root: PathBuf, directory: PathBuf, paths: HostShellPaths) -> Result<Self, SandboxError> {
        let programs = root.join("bin");
        fs::create_dir_all(&directory).map_err(|error| failed(&directory, &error))?;
        link_docker(&programs, &paths.program).map_err(|error| failed(&programs, &error))?;
        Ok(Self { engine, root, directory, paths })
    }

    fn command(&self, line: &str) -> Command {
        let mut path = self.root.join("bin").into_os_string();
        path.push(":");
        path.push(&self.paths.path);
        let mut command = Command::new(&self.paths.shell);
        command.arg("-c").arg(line).current_dir(&self.directory);
        command.env("PATH", path).env(STATE_VARIABLE, &self.root);
        command
    }
}

impl Sandbox for EngineSandbox {
    fn run(&mut self, line: &Line) -> Result<LineOutcome, SandboxError> {
        let command = self.command(line.text());
        match line {
            Line::Typed(line) => type_into(command, &line.typed, PATIENCE),
            Line::Plain(_) => run_plain(command, &self.root),
        }
    }

    fn reset(&mut self) -> Result<(), SandboxError> {
        empty(&self.engine).map_err(|error| SandboxError(error.to_string()))?;
        Journal::of(&self.root).clear().map_err(|error| failed(&self.root, &error))?;
        for entry in fs::read_dir(&self.directory).map_err(|error| failed(&self.directory, &error))?.flatten() {
            let path = entry.path();
            let directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let removed = if directory { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(|error| failed(&path, &error))?;
        }
        Ok(())
    }

    fn lay(&mut self, path: &Path, content: &[u8]) -> Result<(), SandboxError> {
        let target = self.directory.join(path);
        let parent = target.parent().unwrap_or(&self.directory);
        fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        fs::write(&target, content).map_err(|error| failed(&target, &error))
    }

    fn facts(&self) -> Box<dyn Facts + '_> {
        let commands = Journal::of(&self.root).read().unwrap_or_default();
        Box::new(EngineFacts::new(&self.engine, commands, self.directory.clone()))
    }
}

/// Makes `docker` in a directory of programs, made when needed, a link to our own program.
///
/// Two shells may open at once: the link is renamed into place, and is there whole at every moment.
///
/// # Errors
/// What the file system answers.
pub fn link_docker(programs: &Path, program: &Path) -> io::Result<()> {
    fs::create_dir_all(programs)?;
    let docker = programs.join("docker");
    if fs::read_link(&docker).is_ok_and(|target| target == program) {
        return Ok(());
    }
    let staged = programs.join(format!("docker.{}", std::process::id()));
    let _ = fs::remove_file(&staged);
    symlink(program, &staged)?;
    fs::rename(&staged, &docker)
}

/// Removes every container, image and volume. Layers that nothing names any more go with them.
pub fn empty(engine: &Engine) -> Result<(), EngineError> {
    let request = RemoveRequest { force: true, volumes: true };
    for container in engine.containers()? {
        match engine.remove_container(&container.id, request) {
            // `--rm` was faster.
            Err(EngineError::NoSuchContainer(_)) => {}
            other => other?,
        }
    }
    // An image others are built on goes once they are gone.
    let mut left = engine.images()?;
    while !left.is_empty() {
        let before = left.len();
        let mut refused = None;
        for image in &left {
            if let Err(error) = engine.remove_image(
                &image.id.to_string(),
                RemoveImageRequest { force: true, ..RemoveImageRequest::default() },
            ) {
                refused = Some(error);
            }
        }
        left = engine.images()?;
        if let Some(error) = refused.filter(|_| left.len() == before) {
            return Err(error);
        }
    }
    let volumes = engine.paths().volumes();
    for entry in fs::read_dir(&volumes).map_err(|error| EngineError::io(&volumes, error))?.flatten() {
        engine.remove_volume(&entry.file_name().to_string_lossy())?;
    }
    Ok(())
}

/// Output goes to a file, not a pipe: what stays in the background does not keep us waiting.
fn run_plain(mut command: Command, root: &Path) -> Result<LineOutcome, SandboxError> {
    let path = root.join("output");
    let file = File::create(&path).map_err(|error| failed(&path, &error))?;
    let errors = file.try_clone().map_err(|error| failed(&path, &error))?;
    let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).spawn();
    let child = child.map_err(|error| failed(Path::new(command.get_program()), &error))?;
    let exit_code = end_within(child, PATIENCE)?;
    let output = fs::read(&path).map_err(|error| failed(&path, &error))?;
    Ok(LineOutcome { exit_code, output })
}

fn failed(path: &Path, error: &std::io::Error) -> SandboxError {
    SandboxError(format!("{}: {error}", path.display()))
}
