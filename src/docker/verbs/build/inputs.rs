//! Where a build takes from: a directory, an archive, standard input.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Component, Path, PathBuf};

use super::Build;
use crate::docker::{BuildKit, Context, Failure, go_error};
use crate::engine::build::{BuildContext, DockerfileSource, StagedContext, begins_archive};

/// Enough to tell an archive from a Dockerfile.
const START: u64 = 512;

/// What a build takes from.
pub(super) struct Inputs {
    pub(super) context: BuildContext,
    pub(super) dockerfile: DockerfileSource,
    pub(super) dockerfile_name: String,
    /// The archive, laid down; it goes away with this.
    pub(super) _staged: Option<StagedContext>,
}

/// Finds the context and the Dockerfile.
///
/// # Errors
/// The client's sentences for what is not there.
pub(super) fn find(build: &Build, context: &Context<'_>) -> Result<Inputs, Failure> {
    let buildkit = context.world.buildkit;
    let error = if buildkit == BuildKit::On { "ERROR: " } else { "" };
    let prepare = |message: String| Failure::client(format!("{error}unable to prepare context: {message}"));
    let typed = build.file.as_deref();
    let name = typed.filter(|file| *file != "-").map_or("Dockerfile", |file| file);
    let base_name = Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if build.context == "-" {
        if typed == Some("-") {
            return Err(Failure::client(format!(
                "{error}invalid argument: can't use stdin for both build context and dockerfile"
            )));
        }
        let start = beginning(standard_input(context)?)?;
        if typed.is_some_and(|file| !file.is_empty()) && !begins_archive(&start.0) {
            let ambiguous = "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles";
            return Err(match buildkit {
                BuildKit::On => Failure::client(format!("{error}{ambiguous}")),
                BuildKit::Off => prepare(ambiguous.to_owned()),
            });
        }
        return from_stream(start, name, base_name, context);
    }
    let path = context.world.path(&build.context);
    if build.context.is_empty() {
        return Err(prepare("path \"\" not found".to_owned()));
    }
    if path.is_file() {
        let mut file = File::open(&path).map_err(|error| prepare(go_error(&error)))?;
        let mut start = Vec::new();
        let read = file.by_ref().take(START).read_to_end(&mut start);
        if read.is_ok() && begins_archive(&start) {
            return archive(Cursor::new(start).chain(file), name, base_name, context);
        }
    }
    if buildkit == BuildKit::Off && path.exists() && !path.is_dir() {
        return Err(prepare(format!("context must be a directory: {}", plainly(&path).display())));
    }
    if !path.is_dir() {
        return Err(prepare(format!("path {:?} not found", build.context)));
    }
    let dockerfile = if typed == Some("-") {
        DockerfileSource::Text(text(standard_input(context)?)?)
    } else {
        file(typed, &path, context, &prepare)?
    };
    Ok(Inputs { context: BuildContext::Directory(path), dockerfile, dockerfile_name: base_name, _staged: None })
}

fn file(
    typed: Option<&str>,
    directory: &Path,
    context: &Context<'_>,
    prepare: &dyn Fn(String) -> Failure,
) -> Result<DockerfileSource, Failure> {
    let path: PathBuf = match typed {
        Some(file) => context.world.path(file),
        // The name Docker also takes when there is no other.
        None if !directory.join("Dockerfile").exists() && directory.join("dockerfile").exists() => {
            directory.join("dockerfile")
        }
        None => directory.join("Dockerfile"),
    };
    if let (BuildKit::Off, Err(error)) = (context.world.buildkit, std::fs::symlink_metadata(&path)) {
        let reason = format!("lstat {}: {}", plainly(&path).display(), go_error(&error));
        return Err(prepare(format!("unable to evaluate symlinks in Dockerfile path: {reason}")));
    }
    Ok(DockerfileSource::File(path))
}

/// A path without `.` and `..`, as Go writes it in messages.
fn plainly(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, component| {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
        plain
    })
}

/// The first bytes of a stream, and what comes after them.
fn beginning<R: Read>(mut stream: R) -> Result<(Vec<u8>, R), Failure> {
    let mut start = Vec::new();
    stream.by_ref().take(START).read_to_end(&mut start).map_err(|error| unreadable(&error))?;
    Ok((start, stream))
}

/// Standard input is an archive, or a Dockerfile alone.
fn from_stream(
    (start, stream): (Vec<u8>, impl Read),
    name: &str,
    base_name: String,
    context: &Context<'_>,
) -> Result<Inputs, Failure> {
    let whole = Cursor::new(start.clone()).chain(stream);
    if begins_archive(&start) {
        return archive(whole, name, base_name, context);
    }
    let dockerfile = DockerfileSource::Text(text(whole)?);
    Ok(Inputs { context: BuildContext::None, dockerfile, dockerfile_name: "Dockerfile".to_owned(), _staged: None })
}

fn archive(stream: impl Read, name: &str, base_name: String, context: &Context<'_>) -> Result<Inputs, Failure> {
    let staged = context.engine.stage_context(stream)?;
    Ok(Inputs {
        context: BuildContext::Directory(staged.directory().to_owned()),
        dockerfile: DockerfileSource::Inside(name.to_owned()),
        dockerfile_name: base_name,
        _staged: Some(staged),
    })
}

fn text(mut stream: impl Read) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn standard_input(context: &Context<'_>) -> Result<File, Failure> {
    context.streams.stdin.try_clone_to_owned().map(File::from).map_err(|error| unreadable(&error))
}

fn unreadable(error: &std::io::Error) -> Failure {
    Failure::client(format!("failed to read from STDIN: {}", go_error(error)))
}
