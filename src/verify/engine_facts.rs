//! [`EngineFacts`]: the facts of the embedded engine.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::check::{ChangeKind, ContainerState, ImageOrigin};
use super::facts::{
    ChangeFact, CommandFact, ContainerFact, FactError, Facts, FileFact, ImageFact, MountFact, ProcessFact,
};
use crate::engine::container::{ContainerId, ContainerRecord, ContainerStatus, LogRequest};
use crate::engine::layer;
use crate::engine::oci::{HistoryEntry, ImageId};
use crate::engine::store::ImageRecord;
use crate::engine::{Engine, EngineError};

/// How much of a file is read.
const FILE_LIMIT: u64 = 1024 * 1024;
/// How much of a log is read.
const LOG_LIMIT: usize = 1024 * 1024;

/// The embedded engine's state, with what only the course knows: the commands run and the working directory.
#[derive(Debug)]
pub struct EngineFacts<'engine> {
    engine: &'engine Engine,
    commands: Vec<CommandFact>,
    directory: PathBuf,
}

impl<'engine> EngineFacts<'engine> {
    /// The facts of `engine`; `commands` is the journal, `directory` the lesson's working directory on the host.
    pub fn new(engine: &'engine Engine, commands: Vec<CommandFact>, directory: PathBuf) -> Self {
        Self { engine, commands, directory }
    }
}

impl Facts for EngineFacts<'_> {
    fn containers(&self) -> Result<Vec<ContainerFact>, FactError> {
        Ok(self.engine.containers().map_err(unknown)?.into_iter().map(container).collect())
    }

    fn images(&self) -> Result<Vec<ImageFact>, FactError> {
        Ok(self.engine.images().map_err(unknown)?.into_iter().map(image).collect())
    }

    fn changes(&self, container: &str) -> Result<Vec<ChangeFact>, FactError> {
        let changes = self.engine.container_changes(&container_id(container)?).map_err(unknown)?;
        Ok(changes.into_iter().map(change).collect())
    }

    fn container_file(&self, container: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        read(self.engine.look_in_container(&container_id(container)?, path).map_err(unknown)?)
    }

    fn image_file(&self, image: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        read(self.engine.look_in_image(&image_id(image)?, path).map_err(unknown)?)
    }

    fn volume_file(&self, volume: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        let data = self.engine.paths().volume(volume).join("_data");
        read(existing(data.join(path.trim_start_matches('/')))?)
    }

    fn host_file(&self, path: &str) -> Result<Option<FileFact>, FactError> {
        read(existing(self.directory.join(path))?)
    }

    fn last_layer_paths(&self, image: &str) -> Result<Vec<String>, FactError> {
        let changes = self.engine.last_layer_changes(&image_id(image)?).map_err(unknown)?;
        let above = |path: &str| format!("{}/", path.trim_end_matches('/'));
        let leaf = |path: &str| !changes.iter().any(|other| other.path.starts_with(&above(path)));
        Ok(changes.iter().filter(|change| leaf(&change.path)).map(|change| change.path.clone()).collect())
    }

    fn logs(&self, container: &str) -> Result<Vec<u8>, FactError> {
        let mut bytes = Vec::new();
        let mut keep = |line: crate::engine::container::LogLine| {
            bytes.extend(line.bytes);
            bytes.len() < LOG_LIMIT
        };
        self.engine.container_logs(&container_id(container)?, &LogRequest::default(), &mut keep).map_err(unknown)?;
        Ok(bytes)
    }

    fn processes(&self, container: &str) -> Result<Vec<ProcessFact>, FactError> {
        let record = self.engine.container(&container_id(container)?).map_err(unknown)?;
        match record.state.status {
            ContainerStatus::Running { init, .. } => {
                processes(init.pid).map_err(|error| FactError(format!("/proc/{}: {error}", init.pid)))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn commands(&self) -> Result<Vec<CommandFact>, FactError> {
        Ok(self.commands.clone())
    }
}

fn container(record: ContainerRecord) -> ContainerFact {
    let (state, exit_code, started, finished) = match &record.state.status {
        ContainerStatus::Created { .. } => (ContainerState::Created, None, None, None),
        ContainerStatus::Running { started_at, .. } => {
            let state = if record.state.paused { ContainerState::Paused } else { ContainerState::Running };
            (state, None, Some(*started_at), None)
        }
        ContainerStatus::Restarting { exit_code, started_at, finished_at } => {
            let (code, started, finished) = (i64::from(*exit_code), *started_at, *finished_at);
            (ContainerState::Restarting, Some(code), Some(started), Some(finished))
        }
        ContainerStatus::Exited { exit_code, started_at, finished_at, .. } => {
            (ContainerState::Exited, Some(i64::from(*exit_code)), Some(*started_at), Some(*finished_at))
        }
    };
    let config = record.config;
    let hostname = if config.hostname.is_empty() { record.id.short().to_owned() } else { config.hostname };
    let mounts = record.mounts.into_iter().map(|mount| {
        let (kind, source) = (mount.source.word(), mount.source.shown().to_owned());
        MountFact { kind, source, target: mount.destination, read_only: !mount.writable }
    });
    ContainerFact {
        id: record.id.to_string(),
        name: record.name.to_string(),
        image: record.image.to_string(),
        image_name: config.image,
        command: std::iter::once(record.path).chain(record.args).collect(),
        state,
        exit_code,
        created: record.created,
        started,
        finished,
        tty: config.tty,
        interactive: config.open_stdin,
        detached: !config.attach_stdout && !config.attach_stderr,
        auto_remove: record.host_config.auto_remove,
        hostname,
        env: config.env,
        labels: config.labels,
        mounts: mounts.collect(),
        network: String::from(record.host_config.network_mode),
    }
}

fn image(record: ImageRecord) -> ImageFact {
    let origins = origins(&record);
    let config = record.config;
    ImageFact {
        id: record.id.to_string(),
        tags: record.tags.iter().map(crate::engine::oci::Reference::familiar).collect(),
        layers: config.rootfs.diff_ids.iter().map(ToString::to_string).collect(),
        size: record.size,
        history: config.history.into_iter().map(|entry| entry.created_by).collect(),
        origins,
        created: config.created,
        entrypoint: config.config.entrypoint.unwrap_or_default(),
        cmd: config.config.cmd.unwrap_or_default(),
        user: config.config.user,
        workdir: config.config.working_dir,
        env: config.config.env,
        labels: config.config.labels,
    }
}

/// How the image came here. BuildKit signs its history; the classic builder writes what a commit of a
/// `/bin/sh -c` container would, and then both are possible.
fn origins(record: &ImageRecord) -> Vec<ImageOrigin> {
    if !record.digests.is_empty() {
        return vec![ImageOrigin::Pull];
    }
    let last: Option<&HistoryEntry> = record.config.history.last();
    match last {
        Some(entry) if entry.comment.starts_with("buildkit.") => vec![ImageOrigin::Build],
        Some(entry) if entry.created_by.starts_with("/bin/sh -c") => vec![ImageOrigin::Build, ImageOrigin::Commit],
        Some(_) => vec![ImageOrigin::Commit],
        None => vec![ImageOrigin::Build],
    }
}

fn change(change: layer::Change) -> ChangeFact {
    let kind = match change.kind {
        layer::ChangeKind::Added => ChangeKind::A,
        layer::ChangeKind::Changed => ChangeKind::C,
        layer::ChangeKind::Deleted => ChangeKind::D,
    };
    ChangeFact { path: change.path, kind }
}

/// The processes that live in the pid namespace of `init`. One that ends while we look is left out.
fn processes(init: i32) -> io::Result<Vec<ProcessFact>> {
    let proc = Path::new("/proc");
    let namespace = fs::read_link(proc.join(format!("{init}/ns/pid")))?;
    let mut found = Vec::new();
    for entry in fs::read_dir(proc)? {
        let directory = entry?.path();
        if fs::read_link(directory.join("ns/pid")).is_ok_and(|other| other == namespace)
            && let Some(process) = process(&directory)
        {
            found.push(process);
        }
    }
    found.sort_by_key(|process| process.pid);
    Ok(found)
}

/// Source: `proc_pid_status(5)`, `NSpid`: the last number is the pid in the innermost namespace.
fn process(directory: &Path) -> Option<ProcessFact> {
    let status = fs::read_to_string(directory.join("status")).ok()?;
    let pids = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    let pid = pids.split_whitespace().next_back()?.parse().ok()?;
    let words = fs::read(directory.join("cmdline")).ok()?;
    let words: Vec<_> = words.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
    Some(ProcessFact { pid, command: words.join(" ").trim_end().to_owned() })
}

/// The path, when something stands there.
fn existing(path: PathBuf) -> Result<Option<PathBuf>, FactError> {
    match fs::symlink_metadata(&path) {
        Ok(_) => Ok(Some(path)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(FactError(format!("{}: {error}", path.display()))),
    }
}

fn read(path: Option<PathBuf>) -> Result<Option<FileFact>, FactError> {
    let Some(path) = path else { return Ok(None) };
    let failed = |error: io::Error| FactError(format!("{}: {error}", path.display()));
    if !fs::symlink_metadata(&path).map_err(failed)?.is_file() {
        return Ok(Some(FileFact::Other));
    }
    // Not to be led elsewhere should it become a link meanwhile.
    let file = File::options().read(true).custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK).open(&path);
    let mut bytes = Vec::new();
    file.map_err(failed)?.take(FILE_LIMIT).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Some(FileFact::File(bytes)))
}

fn container_id(text: &str) -> Result<ContainerId, FactError> {
    text.parse().map_err(|_| FactError(text.to_owned()))
}

fn image_id(text: &str) -> Result<ImageId, FactError> {
    text.parse().map_err(|_| FactError(text.to_owned()))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unknown(error: EngineError) -> FactError {
    FactError(error.to_string())
}
