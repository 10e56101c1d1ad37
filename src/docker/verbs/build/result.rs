//! What is done with what was built: files of the host that say which image it is, or hold it.

use std::fs::File;
use std::io::Seek as _;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::Build;
use super::words::Output;
use crate::docker::{BuildKit, Context, Failure, go_error};
use crate::engine::build::{BuildOutput, BuildRequest, BuiltImage};

/// Where the builder is to put the result.
///
/// # Errors
/// The file cannot be made; standard output is a terminal.
pub(super) fn output(build: &Build, context: &Context<'_>) -> Result<BuildOutput, Failure> {
    Ok(match &build.output {
        Output::Image => BuildOutput::Image,
        Output::Registry => BuildOutput::Registry,
        Output::Local(directory) => BuildOutput::Directory(context.world.path(directory)),
        Output::Tar(file) => BuildOutput::Tar(open(file, context)?),
        Output::Archive(file) => BuildOutput::Archive(open(file, context)?),
    })
}

fn open(file: &str, context: &Context<'_>) -> Result<Arc<OwnedFd>, Failure> {
    let opened = if file != "-" {
        File::create(context.world.path(file)).map(OwnedFd::from)
    } else if context.streams.stdout_is_terminal {
        return Err(Failure::client("ERROR: dest file is required for tar exporter. refusing to write to console"));
    } else {
        // Kept until the build has succeeded: half an archive on a pipe is worse than none.
        context.engine.unnamed_file().map(OwnedFd::from)
    };
    opened.map(Arc::new).map_err(|error| Failure::client(format!("ERROR: open {file}: {}", go_error(&error))))
}

/// Hands on what was asked for on standard output, and writes `--iidfile` and `--metadata-file`.
///
/// # Errors
/// They cannot be written.
pub(super) fn deliver(
    build: &Build,
    request: &BuildRequest,
    made: &BuiltImage,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if let (Output::Tar(file) | Output::Archive(file), BuildOutput::Tar(kept) | BuildOutput::Archive(kept)) =
        (&build.output, &request.output)
        && file == "-"
    {
        let failed = |error: std::io::Error| Failure::client(format!("ERROR: {}", go_error(&error)));
        let mut kept = File::from(kept.try_clone().map_err(failed)?);
        kept.rewind().map_err(failed)?;
        std::io::copy(&mut kept, context.streams.stdout).map_err(failed)?;
    }
    let error_mark = if context.world.buildkit == BuildKit::On { "ERROR: " } else { "" };
    let write = |name: &str, content: &str| {
        std::fs::write(context.world.path(name), content)
            .map_err(|error| Failure::client(format!("{error_mark}open {name}: {}", go_error(&error))))
    };
    if let (Some(file), Some(image)) = (&build.id_file, &made.image) {
        write(file, &image.to_string())?;
    }
    if let Some(file) = &build.metadata_file {
        let mut metadata = serde_json::Map::new();
        if let Some(image) = &made.image {
            metadata.insert("containerimage.config.digest".to_owned(), image.to_string().into());
            metadata.insert("containerimage.digest".to_owned(), image.to_string().into());
        }
        if !request.tags.is_empty() {
            let names: Vec<String> = request.tags.iter().map(ToString::to_string).collect();
            metadata.insert("image.name".to_owned(), names.join(",").into());
        }
        let json = serde_json::to_string_pretty(&metadata).unwrap_or_default();
        write(file, &json)?;
    }
    Ok(())
}
