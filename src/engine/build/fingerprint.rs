//! What a step depends on, as one digest: the key of the build cache.
//!
//! Every field is written with its length, so that no two different lists of fields read the same.

use std::collections::HashMap;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;

use sha2::{Digest as _, Sha256};

use super::BuildError;
use super::transfer::{Existing, PlannedContent, PlannedEntry, at};
use crate::engine::EngineError;
use crate::engine::layer::read_xattrs;
use crate::engine::oci::Digest;

/// A digest being computed.
pub(super) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Begins with what kind of thing it is about.
    pub(super) fn of(kind: &str) -> Self {
        let mut fingerprint = Self(Sha256::new());
        fingerprint.text("moussaillon build cache 1");
        fingerprint.text(kind);
        fingerprint
    }

    /// Adds one text.
    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Adds a list of texts.
    pub(super) fn list(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }

    /// Adds what entries are and hold, but not when they were last changed.
    pub(super) fn entries(&mut self, entries: &[PlannedEntry]) -> Result<(), BuildError> {
        self.number(entries.len() as u64);
        let mut twins = HashMap::new();
        for entry in entries {
            self.bytes(entry.path.as_os_str().as_bytes());
            for number in [entry.mode, entry.owner.uid, entry.owner.gid] {
                self.number(number.into());
            }
            if let PlannedContent::Twin(leaf, source) = &entry.content
                && let Some(other) = twins.insert(leaf.twin_key(*source), entry.path.as_path())
            {
                self.text("twin");
                self.bytes(other.as_os_str().as_bytes());
                continue;
            }
            match &entry.content {
                PlannedContent::Directory(Existing::Kept) => self.text("directory"),
                PlannedContent::Directory(Existing::Dressed) => self.text("dressed directory"),
                PlannedContent::Inline(content) => {
                    self.text("inline");
                    self.bytes(content);
                }
                PlannedContent::Link(target) => {
                    self.text("link");
                    self.bytes(target.as_os_str().as_bytes());
                }
                PlannedContent::File(leaf) | PlannedContent::Twin(leaf, _) | PlannedContent::Archive(leaf) => {
                    let is_archive = matches!(entry.content, PlannedContent::Archive(..));
                    self.text(if is_archive { "archive" } else { "file" });
                    let mut file = leaf.open().map_err(|errno| at(&entry.path, errno))?;
                    for (name, value) in read_xattrs(&file).map_err(|errno| at(&entry.path, errno))? {
                        self.text(&name);
                        self.bytes(&value);
                    }
                    self.stream(&mut file).map_err(|error| BuildError::from(EngineError::io(&entry.path, error)))?;
                }
            }
        }
        Ok(())
    }

    /// Ends it.
    pub(super) fn finish(self) -> Digest {
        Digest::from_hasher(self.0)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    /// The digest of the content, whose length is not known before it is read.
    fn stream(&mut self, content: &mut impl Read) -> io::Result<()> {
        let mut inner = Sha256::new();
        let mut buffer = vec![0_u8; 128 << 10];
        loop {
            match content.read(&mut buffer)? {
                0 => break,
                count => inner.update(&buffer[..count]),
            }
        }
        self.bytes(&inner.finalize());
        Ok(())
    }
}
