//! One copy from end to end: an archive made at one end while it is unpacked at the other.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::destination::{End, landing};
use super::host;
use super::path::{asserts_directory, beside, clean, followed, preserving_end};
use crate::docker::{Complaint, Context, EXIT_BROKEN_PIPE, Failure};
use crate::engine::EngineError;
use crate::engine::container::ContainerFiles;
use crate::engine::copy::{Arrival, CopyError, Place, archive, unpack_into};

/// What was copied where.
#[derive(Debug)]
pub struct CopiedTo {
    /// Bytes of the archive.
    pub bytes: u64,
    /// As the client names it.
    pub path: String,
    /// How it went; what was copied is said all the same.
    pub result: Result<(), Failure>,
}

/// From a container to a path of the host.
///
/// # Errors
/// What is known before anything is copied.
pub fn from_container(
    context: &Context<'_>,
    container: &str,
    source: &str,
    destination: &str,
    follow: bool,
) -> Result<CopiedTo, Failure> {
    let to = absolute(context, destination);
    host::check_output(&to).map_err(Failure::client)?;
    check_source(source)?;
    let record = context.engine.resolve_container(container)?;
    let files = context.engine.container_files(&record.id)?;
    let source = container_source(&files, source, follow)?;
    let result = host::destination(&to).and_then(|end| landing(&source, &end).map_err(str::to_owned));
    let (bytes, result) = match result {
        Err(message) => (0, Err(Failure::client(message))),
        Ok(landing) => transfer(
            |output| Ok(files.archive(&source.path, Some(Path::new(&landing.name)), output)?),
            |input| {
                let place = Place::on_host(Path::new(&landing.directory))?;
                Ok(unpack_into(&place, input, Arrival::default())?)
            },
        ),
    };
    Ok(CopiedTo { bytes, path: to, result })
}

/// From a container to standard output, as an archive.
///
/// # Errors
/// The engine's.
pub fn to_stream(context: &mut Context<'_>, container: &str, source: &str, follow: bool) -> Result<(), Failure> {
    check_source(source)?;
    let record = context.engine.resolve_container(container)?;
    let files = context.engine.container_files(&record.id)?;
    let source = container_source(&files, source, follow)?;
    // Under its own name, even with `-L`: Docker renames nothing on the way to a stream.
    match files.archive(&source.path, None, &mut *context.streams.stdout) {
        // As a program without a word of its own for it: ended by SIGPIPE.
        Err(EngineError::Copy(error)) if error.is_broken_pipe() => {
            Err(Failure { exit_code: EXIT_BROKEN_PIPE, complaints: Vec::new() })
        }
        other => Ok(other?),
    }
}

/// From a path of the host, or standard input as an archive when it is `-`, into a container.
///
/// # Errors
/// What is known before anything is copied.
pub fn into_container(
    context: &Context<'_>,
    source: &str,
    container: &str,
    destination: &str,
    follow: bool,
    as_user: bool,
) -> Result<CopiedTo, Failure> {
    let record = context.engine.resolve_container(container)?;
    let files = context.engine.container_files(&record.id)?;
    let to = container_destination(&files, destination);
    if source == "-" {
        if !to.is_directory {
            return Err(Failure::client(format!("destination \"{container}:{destination}\" must be a directory")));
        }
        let input = std::fs::File::from(
            context.streams.stdin.try_clone_to_owned().map_err(|error| Failure::client(error.to_string()))?,
        );
        let mut input = Counting { stream: input, bytes: 0 };
        let result = files.unpack(&to.path, &mut input, as_user).map_err(Failure::from);
        return Ok(CopiedTo { bytes: input.bytes, path: format!("{container}:{}", to.path), result });
    }
    let from = host::source(&absolute(context, source), follow).map_err(Failure::client)?;
    if destination.is_empty() {
        return Err(Failure::client("no such directory"));
    }
    let landing = landing(&from, &to).map_err(Failure::client)?;
    let (bytes, result) = transfer(
        |output| {
            let (parent, leaf) = host_leaf(&from.path);
            Ok(archive(&Place::on_host(&parent)?, &leaf, Path::new(&landing.name), output)?)
        },
        |input| Ok(files.unpack(&landing.directory, input, as_user)?),
    );
    Ok(CopiedTo { bytes, path: format!("{container}:{}", to.path), result })
}

/// Runs both ends of a pipe; the number of bytes that went through. When both fail, the receiver's failure is the cause.
fn transfer(
    send: impl FnOnce(&mut dyn Write) -> Result<(), Failure> + Send,
    receive: impl FnOnce(&mut dyn Read) -> Result<(), Failure>,
) -> (u64, Result<(), Failure>) {
    let (reader, writer) = match io::pipe() {
        Ok(ends) => ends,
        Err(error) => return (0, Err(Failure::client(error.to_string()))),
    };
    std::thread::scope(|scope| {
        let sending = scope.spawn(move || {
            let mut writer = io::BufWriter::with_capacity(PIPE_SIZE, writer);
            send(&mut writer)
        });
        let mut reader = Counting { stream: io::BufReader::with_capacity(PIPE_SIZE, reader), bytes: 0 };
        let received = receive(&mut reader);
        let bytes = reader.bytes;
        // The sender must not wait for a receiver that has given up.
        drop(reader);
        let sent = sending.join().unwrap_or_else(|_| Err(Failure::client("unexpected EOF")));
        // Of a broken pipe the receiver knows the reason; of an archive cut short the sender does.
        let result = match (received, sent) {
            (Err(received), Err(sent)) => Err(if is_cut_short(&received) { sent } else { received }),
            (received, sent) => received.and(sent),
        };
        (bytes, result)
    })
}

/// A pipe's worth.
const PIPE_SIZE: usize = 64 * 1024;

fn is_cut_short(failure: &Failure) -> bool {
    failure.complaints.iter().any(|complaint| {
        matches!(complaint, Complaint::Daemon(EngineError::Copy(CopyError::Archive(_))) | Complaint::Client(_))
    })
}

/// The daemon's words, the missing space included.
fn check_source(path: &str) -> Result<(), Failure> {
    if path.is_empty() {
        return Err(EngineError::InvalidRequest("bad parameter: pathcannot be empty".to_owned()).into());
    }
    Ok(())
}

/// What is copied out of a container: with `-L`, what a link leads to, under the link's name.
fn container_source(files: &ContainerFiles, path: &str, follow: bool) -> Result<End, Failure> {
    let mut end = End { path: path.to_owned(), exists: true, is_directory: false, renamed: None };
    let mut stat = files.stat(path)?;
    if let (true, Some(target)) = (follow, &stat.link_target) {
        (end.path, end.renamed) = followed(path, &beside(path, target));
        stat = files.stat(&end.path)?;
    }
    end.is_directory = stat.is_directory();
    Ok(end)
}

/// Where a copy goes in a container: a link there is followed. What cannot be found may be made.
fn container_destination(files: &ContainerFiles, path: &str) -> End {
    let mut end = End { path: path.to_owned(), exists: false, is_directory: false, renamed: None };
    let mut found = files.stat(path);
    if let Ok(stat) = &found
        && let Some(target) = &stat.link_target
    {
        end.path = beside(path, target);
        found = files.stat(&end.path);
    }
    if let Ok(stat) = found {
        (end.exists, end.is_directory) = (true, stat.is_directory());
    }
    end
}

/// The directory to open on the host, and what is below it: a source that ends in `/` or `/.` is a directory itself.
fn host_leaf(path: &str) -> (PathBuf, PathBuf) {
    if asserts_directory(path) {
        return (PathBuf::from(path), PathBuf::from("."));
    }
    let path = Path::new(path);
    let parent = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    (parent, path.file_name().map_or_else(|| PathBuf::from("."), PathBuf::from))
}

/// As the client sees it, `/` or `/.` at the end kept.
fn absolute(context: &Context<'_>, typed: &str) -> String {
    preserving_end(&clean(&context.world.path(typed).to_string_lossy()), typed)
}

/// A reader, with the number of bytes that passed.
struct Counting<R> {
    stream: R,
    bytes: u64,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.bytes += count as u64;
        Ok(count)
    }
}
