//! ADD of a URL: what it gives, in a file of ours, read once to its end.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use sha2::{Digest as _, Sha256};

use super::BuildError;
use super::files::{FileNode, FileTree};
use super::interrupt::Interrupt;
use super::remote::file_name;
use super::transfer::{Download, at};
use crate::engine::oci::Digest;
use crate::engine::store::Stage;
use crate::engine::{Engine, EngineError};

/// How long a server may take to let us in.
const CONNECT: Duration = Duration::from_secs(30);
/// What one file may weigh.
const MAX_BYTES: u64 = 16 << 30;
/// Bytes read at once.
const CHUNK: usize = 256 << 10;
/// So many of those are read before they are written.
const PIECES_AHEAD: usize = 4;

/// A file that came from a URL; it goes away with this.
pub(super) struct Downloaded {
    pub(super) file: Download,
    _stage: Stage,
}

/// Gets what a URL gives.
///
/// # Errors
/// [`BuildError::Download`] in the words of Go's client, [`BuildError::ChecksumMismatch`].
pub(super) fn download(
    engine: &Engine,
    interrupt: &Interrupt,
    url: &str,
    checksum: Option<&Digest>,
) -> Result<Downloaded, BuildError> {
    let failed = |message: String| BuildError::Download { message, url: url.to_owned() };
    let stage = Stage::new(&engine.paths)?;
    let directory = stage.path().join("download");
    let path = directory.join("file");
    let io = |error: io::Error| EngineError::io(&path, error);
    std::fs::create_dir(&directory).map_err(io)?;
    let mut file = File::create_new(&path).map_err(io)?;

    // Whoever connects or reads cannot be called back: that is for a thread nobody waits for.
    let (pieces, arriving) = mpsc::sync_channel(PIECES_AHEAD);
    let (stop, address) = (pieces.clone(), url.to_owned());
    thread::spawn(move || fetch(&address, &pieces));
    let mut hasher = Sha256::new();
    let mut modified = 0;
    let received = interrupt.while_watching(
        move || drop(stop.send(Piece::Stop)),
        || {
            for piece in arriving {
                match piece {
                    Piece::Begun { modified: date } => modified = date,
                    Piece::Bytes(bytes) => {
                        hasher.update(&bytes);
                        file.write_all(&bytes).map_err(io)?;
                    }
                    Piece::End => return Ok(()),
                    Piece::Failed(message) => return Err(failed(message)),
                    Piece::Stop => return Err(BuildError::Canceled),
                }
            }
            Err(failed(format!("Get \"{url}\": EOF")))
        },
    )?;
    received?;
    let found = Digest::from_hasher(hasher);
    if let Some(expected) = checksum.filter(|expected| **expected != found) {
        return Err(BuildError::ChecksumMismatch { found, expected: expected.clone() });
    }
    let tree = FileTree::of_directory(&directory)?;
    let node = tree.find("file".as_ref()).map_err(|errno| at(&path, errno))?.node;
    let Some(FileNode::Leaf(leaf)) = node else { return Err(io(io::ErrorKind::NotFound.into()).into()) };
    Ok(Downloaded { file: Download { name: file_name(url), leaf, modified }, _stage: stage })
}

/// What comes of a URL, in order.
enum Piece {
    /// It is there, and was last changed so many seconds after 1970.
    Begun { modified: u64 },
    /// Some of it.
    Bytes(Vec<u8>),
    /// That was all.
    End,
    /// It cannot be had.
    Failed(String),
    /// The user has had enough.
    Stop,
}

/// Gets what a URL gives, as long as somebody takes it.
fn fetch(url: &str, pieces: &SyncSender<Piece>) {
    let fetched = try_fetch(url, &mut |piece| pieces.send(piece).is_ok());
    // Whoever listened may be gone.
    let _ = pieces.send(fetched.map_or_else(Piece::Failed, |()| Piece::End));
}

fn try_fetch(url: &str, hand_on: &mut dyn FnMut(Piece) -> bool) -> Result<(), String> {
    let config = ureq::Agent::config_builder().timeout_connect(Some(CONNECT)).http_status_as_error(false);
    let agent = ureq::Agent::new_with_config(config.user_agent("docker").build());
    let mut response = agent
        .get(url.split('#').next().unwrap_or(url))
        .call()
        .map_err(|error| format!("Get \"{url}\": {}", go_words(&error, url)))?;
    let status = response.status();
    if status.as_u16() >= 400 {
        return Err(format!("invalid response status {}", status.as_u16()));
    }
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let mut wanted = hand_on(Piece::Begun { modified: header("last-modified").and_then(http_date).unwrap_or(0) });
    let mut body = response.body_mut().with_config().limit(MAX_BYTES).reader();
    while wanted {
        let mut buffer = vec![0; CHUNK];
        match body.read(&mut buffer).map_err(|error| format!("Get \"{url}\": {error}"))? {
            0 => break,
            count => {
                buffer.truncate(count);
                wanted = hand_on(Piece::Bytes(buffer));
            }
        }
    }
    Ok(())
}

/// `Wed, 21 Oct 2015 07:28:00 GMT`, in seconds since 1970.
fn http_date(text: &str) -> Option<u64> {
    let zoned = rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    zoned.map(Timestamp::as_second).and_then(|seconds| u64::try_from(seconds).ok())
}

/// A failure as Go's HTTP client says it.
fn go_words(error: &ureq::Error, url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let place = if name.len() == host.len() {
        format!("{host}:{}", if scheme == "https" { 443 } else { 80 })
    } else {
        host.to_owned()
    };
    let refused = |kind: &io::Error| match kind.kind() {
        io::ErrorKind::ConnectionRefused => Some("connection refused"),
        io::ErrorKind::HostUnreachable => Some("no route to host"),
        io::ErrorKind::NetworkUnreachable => Some("network is unreachable"),
        _ => None,
    };
    match error {
        ureq::Error::HostNotFound => format!("dial tcp: lookup {name}: no such host"),
        ureq::Error::ConnectionFailed => format!("dial tcp {place}: connect: connection refused"),
        ureq::Error::Io(kind) if refused(kind).is_some() => {
            format!("dial tcp {place}: connect: {}", refused(kind).unwrap_or_default())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_http() {
        assert_eq!(http_date("Wed, 21 Oct 2015 07:28:00 GMT"), Some(1_445_412_480));
        assert_eq!(http_date("yesterday"), None);
    }
}
