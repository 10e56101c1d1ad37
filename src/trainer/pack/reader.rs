//! Reading a pack: nothing of it is believed but the digest of its first file, and that only by who compares it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path};

use tar::{Archive, EntryType};

use super::error::{Damage, PackError};
use super::manifest::{FORMAT_VERSION, IMAGES, MANIFEST, PackFile, PackManifest};
use crate::engine::oci::Digest;
use crate::engine::store::Hashing;

/// Of `paquet.json`.
const MANIFEST_BYTES_MAX: u64 = 4 << 20;

/// A pack that holds what it says.
#[derive(Debug, Clone)]
pub struct OpenedPack {
    /// What is in it.
    pub manifest: PackManifest,
    /// Of its `paquet.json`, hence of everything.
    pub fingerprint: Digest,
}

/// Checks a pack from end to end.
///
/// # Errors
/// [`PackError::NotAPack`], [`PackError::Damaged`] with the file inside.
pub fn verify_pack(file: &Path) -> Result<OpenedPack, PackError> {
    read_pack(file, &mut |_, content| io::copy(content, &mut io::sink()).map(drop))
}

/// What is done with a file of the pack as it passes.
pub(super) type Take<'a> = &'a mut dyn FnMut(&PackFile, &mut dyn Read) -> io::Result<()>;

/// Reads a pack and hands each of its files over while it is hashed. What was handed over is to be believed only once this
/// has succeeded.
pub(super) fn read_pack(path: &Path, take: Take<'_>) -> Result<OpenedPack, PackError> {
    let unreadable = |error: io::Error| PackError::NotAPack { path: path.to_owned(), reason: error.to_string() };
    let file = File::open(path).map_err(|error| PackError::io(path, error))?;
    let mut archive = Archive::new(BufReader::with_capacity(256 << 10, file));
    let mut entries = archive.entries().map_err(unreadable)?;
    let none = || PackError::NotAPack { path: path.to_owned(), reason: format!("{MANIFEST} does not come first") };
    let first = entries.next().ok_or_else(none)?.map_err(unreadable)?;
    if &*first.path_bytes() != MANIFEST.as_bytes() || first.size() > MANIFEST_BYTES_MAX {
        return Err(none());
    }
    let mut json = Vec::new();
    first.take(MANIFEST_BYTES_MAX).read_to_end(&mut json).map_err(unreadable)?;
    let manifest = parse(path, &json)?;

    let mut left: BTreeMap<&str, &PackFile> = manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
    for entry in entries {
        let mut entry = entry.map_err(unreadable)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let damaged = |damage| PackError::Damaged { path: path.to_owned(), inside: name.clone(), damage };
        let Some(listed) = left.remove(name.as_str()) else { return Err(damaged(Damage::Unlisted)) };
        if entry.header().entry_type() != EntryType::Regular || entry.size() != listed.size {
            return Err(damaged(Damage::Changed));
        }
        let mut passing = Hashing::new(&mut entry);
        take(listed, &mut passing).map_err(|error| PackError::io(path, error))?;
        io::copy(&mut passing, &mut io::sink()).map_err(unreadable)?;
        if passing.finish().0 != listed.digest {
            return Err(damaged(Damage::Changed));
        }
    }
    if let Some((name, _)) = left.pop_first() {
        return Err(PackError::Damaged { path: path.to_owned(), inside: name.to_owned(), damage: Damage::Missing });
    }
    Ok(OpenedPack { fingerprint: Digest::of(&json), manifest })
}

fn parse(path: &Path, json: &[u8]) -> Result<PackManifest, PackError> {
    let none = |reason: String| PackError::NotAPack { path: path.to_owned(), reason };
    let manifest: PackManifest = serde_json::from_slice(json).map_err(|error| none(error.to_string()))?;
    if manifest.format_version != FORMAT_VERSION {
        return Err(none(format!("format {}", manifest.format_version)));
    }
    if !is_name(&manifest.name) {
        return Err(none(format!("name {:?}", manifest.name)));
    }
    match manifest.files.iter().find(|file| !is_place(&file.path)) {
        None => Ok(manifest),
        Some(file) => {
            Err(PackError::Damaged { path: path.to_owned(), inside: file.path.clone(), damage: Damage::Outside })
        }
    }
}

/// One component, which hides nothing.
pub(super) fn is_name(name: &str) -> bool {
    is_plain(Path::new(name)) && !name.contains('/') && !name.starts_with('.')
}

/// Where files of a pack may be.
fn is_place(path: &str) -> bool {
    path == IMAGES || ((path.starts_with("lessons/") || path.starts_with("locales/")) && is_plain(Path::new(path)))
}

fn is_plain(path: &Path) -> bool {
    path.components().next().is_some() && path.components().all(|part| matches!(part, Component::Normal(_)))
}
