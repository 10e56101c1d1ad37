//! A blob as it comes, taken up where it was cut.

use std::io::{self, Read};

use ureq::BodyReader;
use ureq::http::{Method, StatusCode, header};

use super::RegistryError;
use super::repository::Repository;
use super::retry::{self, Retry};
use super::transport::{Ask, text};
use crate::engine::oci::Descriptor;

/// Reads a blob to the length its descriptor promises. Its digest is for the reader's owner to verify.
pub(super) struct BlobStream<'a> {
    repository: &'a Repository<'a>,
    descriptor: &'a Descriptor,
    offset: u64,
    open: Option<BodyReader<'static>>,
    retry: Retry<'a>,
    /// Why it ended early, for errors do not travel well through [`Read`].
    pub failure: Option<RegistryError>,
}

impl<'a> BlobStream<'a> {
    pub(super) fn new(repository: &'a Repository<'a>, descriptor: &'a Descriptor) -> Self {
        let retry = Retry::new(&repository.transport.interrupt);
        Self { repository, descriptor, offset: 0, open: None, retry, failure: None }
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> Result<usize, RegistryError> {
        loop {
            retry::check(&self.repository.transport.interrupt)?;
            match self.attempt(buffer) {
                Ok(count) => {
                    self.offset += count as u64;
                    self.retry.progressed();
                    return Ok(count);
                }
                Err(failure) => {
                    self.open = None;
                    self.retry.wait(failure)?;
                }
            }
        }
    }

    fn attempt(&mut self, buffer: &mut [u8]) -> Result<usize, RegistryError> {
        let url = || self.repository.url(&format!("blobs/{}", self.descriptor.digest));
        let cut = |reason: String| RegistryError::Unreachable { verb: "Get".to_owned(), url: url(), reason };
        let mut reader = match self.open.take() {
            Some(reader) => reader,
            None => self.open_at_offset()?,
        };
        let count = reader.read(buffer).map_err(|error| cut(format!("{error}: connection reset")))?;
        let received = self.offset + count as u64;
        if received > self.descriptor.size {
            return Err(self.wrong_size(received));
        }
        if count == 0 && received < self.descriptor.size {
            return Err(cut("unexpected EOF".to_owned()));
        }
        self.open = Some(reader);
        Ok(count)
    }

    fn open_at_offset(&self) -> Result<BodyReader<'static>, RegistryError> {
        let mut ask = Ask::new(Method::GET, self.repository.url(&format!("blobs/{}", self.descriptor.digest)));
        if self.offset > 0 {
            ask = ask.header(header::RANGE, format!("bytes={}-", self.offset));
        }
        let response = self.repository.request(&ask)?;
        let partial = response.status() == StatusCode::PARTIAL_CONTENT;
        let from = if partial { start_of(text(response.headers(), &header::CONTENT_RANGE)).unwrap_or(0) } else { 0 };
        let promised = response.body().content_length().map(|length| from + length);
        if let Some(promised) = promised.filter(|promised| *promised > self.descriptor.size) {
            return Err(self.wrong_size(promised));
        }
        let mut reader = response.into_body().into_reader();
        // A registry that does not know ranges begins anew.
        let known = self.offset.checked_sub(from).ok_or_else(|| RegistryError::BadAnswer {
            url: ask.url.clone(),
            reason: "it continues after where it was cut".to_owned(),
        })?;
        let skipped = io::copy(&mut reader.by_ref().take(known), &mut io::sink()).unwrap_or(0);
        if skipped == known {
            Ok(reader)
        } else {
            Err(RegistryError::Unreachable { verb: ask.verb(), url: ask.url, reason: "unexpected EOF".to_owned() })
        }
    }

    fn wrong_size(&self, received: u64) -> RegistryError {
        let Descriptor { digest, size, .. } = self.descriptor;
        RegistryError::WrongSize { digest: digest.clone(), expected: *size, received }
    }
}

impl Read for BlobStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.offset == self.descriptor.size && self.open.is_none() && self.offset > 0 {
            return Ok(0);
        }
        self.read_some(buffer).map_err(|failure| {
            let error = io::Error::other(failure.clone());
            self.failure = Some(failure);
            error
        })
    }
}

/// Where `bytes 5-9/10` starts.
fn start_of(range: Option<&str>) -> Option<u64> {
    range?.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}
