//! Streams that compute the digest of what passes through them.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use crate::engine::oci::Digest;

/// A reader or a writer, with the digest and the length of what has passed.
pub(crate) struct Hashing<S> {
    stream: S,
    hasher: Sha256,
    length: u64,
}

impl<S> Hashing<S> {
    /// Nothing has passed yet.
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, hasher: Sha256::new(), length: 0 }
    }

    /// The digest of all that has passed, and how many bytes it was.
    pub(crate) fn finish(self) -> (Digest, u64) {
        (Digest::from_hasher(self.hasher), self.length)
    }

    /// The stream, the digest of all that has passed, and how many bytes it was.
    pub(crate) fn into_parts(self) -> (S, Digest, u64) {
        (self.stream, Digest::from_hasher(self.hasher), self.length)
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
    }
}

impl<S: Read> Read for Hashing<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.passed(&buffer[..count]);
        Ok(count)
    }
}

impl<S: Write> Write for Hashing<S> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(buffer)?;
        self.passed(&buffer[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
