//! Uploads under way: files that grow, each under a name nobody can guess, verified before they become blobs.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::PathBuf;

use super::answer::Refusal;
use super::depot::Depot;
use crate::engine::container::random_bytes;
use crate::engine::oci::{Digest, to_hex};
use crate::engine::store::Hashing;

/// No layer is larger.
pub const MAX_BLOB: u64 = 16 << 30;
/// Written at a time.
const PIECE: usize = 256 << 10;
/// Uploads under way at a time.
const MAX_UPLOADS: usize = 256;

/// Begins one; its name.
pub fn begin(depot: &Depot) -> Result<String, Refusal> {
    if fs::read_dir(depot.uploads())?.count() >= MAX_UPLOADS {
        return Err(Refusal::SizeInvalid);
    }
    let id = to_hex(&random_bytes::<16>()?);
    File::create_new(depot.uploads().join(&id))?;
    Ok(id)
}

/// How far one has come.
pub fn length(depot: &Depot, id: &str) -> Result<u64, Refusal> {
    Ok(open(depot, id)?.metadata()?.len())
}

/// Adds bytes at the end; the new length. `start` is where the client believes the end is.
pub fn append(depot: &Depot, id: &str, start: Option<u64>, body: &mut dyn Read) -> Result<u64, Refusal> {
    let mut file = open(depot, id)?;
    // Two writers of one upload would mix their bytes.
    file.try_lock().map_err(|_| Refusal::UploadInvalid)?;
    let length = file.seek(io::SeekFrom::End(0))?;
    if start.is_some_and(|start| start != length) {
        return Err(Refusal::UploadInvalid);
    }
    let room = MAX_BLOB.saturating_sub(length);
    let mut file = io::BufWriter::with_capacity(PIECE, file);
    let added = io::copy(&mut body.take(room + 1), &mut file);
    // What came before a cut is kept: the client goes on from there.
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    let added = added?;
    if added > room {
        drop(file);
        abandon(depot, id)?;
        return Err(Refusal::SizeInvalid);
    }
    Ok(length + added)
}

/// Ends one: it becomes a blob when it has the digest that was promised.
pub fn finish(depot: &Depot, id: &str, expected: &Digest) -> Result<(), Refusal> {
    let file = open(depot, id)?;
    let mut hashing = Hashing::new(io::sink());
    io::copy(&mut io::BufReader::with_capacity(PIECE, &file), &mut hashing)?;
    if hashing.finish().0 != *expected {
        abandon(depot, id)?;
        return Err(Refusal::DigestInvalid);
    }
    file.sync_all()?;
    Ok(depot.place(&path(depot, id)?, expected)?)
}

/// Forgets one.
pub fn abandon(depot: &Depot, id: &str) -> Result<(), Refusal> {
    Ok(fs::remove_file(path(depot, id)?)?)
}

fn open(depot: &Depot, id: &str) -> Result<File, Refusal> {
    let path = path(depot, id)?;
    File::options().read(true).write(true).open(path).map_err(|_| Refusal::UploadUnknown)
}

fn path(depot: &Depot, id: &str) -> Result<PathBuf, Refusal> {
    let ours = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if ours { Ok(depot.uploads().join(id)) } else { Err(Refusal::UploadUnknown) }
}
