//! Where an archive goes: a file that is there whole or not at all, or standard output when it is not a terminal.
//! Source: moby `sys/atomicwriter`, docker/cli `cli/command/image/save.go`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::context::Context;
use super::failure::{EXIT_BROKEN_PIPE, Failure};
use super::go_error;
use crate::engine::copy::CopyError;
use crate::engine::layer::LayerError;
use crate::engine::{Engine, EngineError};

/// What writes an archive.
pub type WriteArchive<'a> = dyn FnOnce(&Engine, &mut dyn Write) -> Result<(), EngineError> + 'a;

/// Refuses what can never be written, before anything is asked of the engine.
///
/// # Errors
/// Docker's sentence; `failed` is what it begins with: `failed to save image`.
pub fn check(context: &Context<'_>, output: Option<&str>, failed: &str) -> Result<(), Failure> {
    let Some(output) = output else {
        if context.streams.stdout_is_terminal {
            let words = "cowardly refusing to save to a terminal. Use the -o flag or redirect";
            return Err(Failure::client(words));
        }
        return Ok(());
    };
    let refused = |reason: String| Err(Failure::client(format!("{failed}: invalid output path: {reason}")));
    let path = context.world.path(output);
    let typed_parent = Path::new(output).parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(typed) = typed_parent
        && let Err(error) = fs::metadata(context.world.path(&typed.to_string_lossy()))
    {
        return refused(format!("stat {}: {}", typed.display(), go_error(&error)));
    }
    let written = |what: &str| Err(Failure::client(format!("{failed}: cannot write to {what}")));
    let Ok(kind) = fs::symlink_metadata(&path).map(|status| status.file_type()) else { return Ok(()) };
    match kind {
        _ if kind.is_file() => Ok(()),
        _ if kind.is_dir() => written("a directory"),
        _ if kind.is_symlink() => written("a symbolic link directly"),
        _ if kind.is_fifo() => written("a named pipe (FIFO)"),
        _ if kind.is_socket() => written("a socket"),
        _ if kind.is_char_device() => written("a character device file"),
        _ => written("a block device file"),
    }
}

/// Writes an archive to where it goes.
///
/// # Errors
/// The engine's; a reader that went away ends us as SIGPIPE would.
pub fn write(context: &mut Context<'_>, output: Option<&str>, archive: Box<WriteArchive<'_>>) -> Result<(), Failure> {
    let Some(output) = output else {
        let engine = context.engine;
        return archive(engine, &mut *context.streams.stdout).map_err(stream_failure);
    };
    let path = context.world.path(output);
    let partial = Partial::beside(&path).map_err(|error| said(&path, &error))?;
    let mut file = io::BufWriter::with_capacity(1 << 20, &partial.file);
    archive(context.engine, &mut file).map_err(Failure::from)?;
    file.flush().map_err(|error| said(&path, &error))?;
    drop(file);
    partial.keep(&path).map_err(|error| said(&path, &error))
}

/// A failure while standard output was written: of a pipe nobody reads any more there is nothing to say.
pub fn stream_failure(error: EngineError) -> Failure {
    let broken = match &error {
        EngineError::Copy(CopyError::Archive(LayerError::Archive(source)))
        | EngineError::Layer(LayerError::Archive(source)) => source.kind() == io::ErrorKind::BrokenPipe,
        _ => false,
    };
    if broken { Failure { exit_code: EXIT_BROKEN_PIPE, complaints: Vec::new() } } else { error.into() }
}

fn said(path: &Path, error: &io::Error) -> Failure {
    Failure::client(format!("open {}: {}", path.display(), go_error(error)))
}

/// A file beside the one that is meant, removed unless it is kept.
struct Partial {
    path: PathBuf,
    file: File,
    kept: bool,
}

impl Partial {
    fn beside(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!(".tmp-{}-{name}", std::process::id()));
        let file = File::options().write(true).create_new(true).mode(0o600).open(&beside)?;
        Ok(Self { path: beside, file, kept: false })
    }

    fn keep(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
