//! A blob on its way to a registry: is it there, can it be mounted from a neighbour, else it is sent.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use ureq::Body;
use ureq::http::{Method, Response, StatusCode, header};

use super::RegistryError;
use super::document::failure;
use super::repository::Repository;
use super::retry::Retry;
use super::token::{escape, form};
use super::transport::{Ask, AskBody, resolve, text};
use crate::engine::oci::Descriptor;

/// What became of a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Uploaded {
    /// It was there.
    Known,
    /// The registry took it from this repository of its own.
    Mounted(String),
    /// It was sent.
    Sent,
}

impl Repository<'_> {
    /// Makes sure the registry has a blob. `neighbours` are repositories of the same registry that may have it; `sent` is
    /// told, again and again, how many bytes have gone.
    ///
    /// # Errors
    /// The registry's.
    pub(super) fn upload(
        &self,
        descriptor: &Descriptor,
        neighbours: &[String],
        content: &mut dyn FnMut() -> Result<File, RegistryError>,
        sent: &dyn Fn(u64),
    ) -> Result<Uploaded, RegistryError> {
        let digest = &descriptor.digest;
        let head = Ask::new(Method::HEAD, self.url(&format!("blobs/{digest}")));
        match Retry::run(&self.transport.interrupt, || self.request(&head)) {
            Ok(_) => return Ok(Uploaded::Known),
            Err(RegistryError::NotFound(_) | RegistryError::NameUnknown(_)) => {}
            Err(error) => return Err(error),
        }
        for neighbour in neighbours {
            let query = form(&[("mount", digest.as_str()), ("from", neighbour)]);
            let ask = Ask::new(Method::POST, self.url(&format!("blobs/uploads/?{query}")))
                .header(header::CONTENT_LENGTH, "0");
            // Whatever goes wrong here, sending it all is the other way.
            if let Ok(response) = self.request(&ask)
                && response.status() == StatusCode::CREATED
            {
                return Ok(Uploaded::Mounted(neighbour.clone()));
            }
        }
        let file = content()?;
        Retry::run(&self.transport.interrupt, || self.send(descriptor, &file, sent))?;
        Ok(Uploaded::Sent)
    }

    fn send(&self, descriptor: &Descriptor, mut file: &File, sent: &dyn Fn(u64)) -> Result<(), RegistryError> {
        let begin = Ask::new(Method::POST, self.url("blobs/uploads/")).header(header::CONTENT_LENGTH, "0");
        let begun = self.request(&begin)?;
        let place = next_place(&begin, &begun)?;
        file.seek(SeekFrom::Start(0))
            .map_err(|error| RegistryError::BadAnswer { url: place.clone(), reason: error.to_string() })?;
        let patch = Ask::new(Method::PATCH, place)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_LENGTH, descriptor.size.to_string())
            .body(AskBody::File(file, sent));
        let taken = self.request(&patch)?;
        let place = next_place(&patch, &taken)?;
        let joint = if place.contains('?') { '&' } else { '?' };
        let put = Ask::new(Method::PUT, format!("{place}{joint}digest={}", escape(descriptor.digest.as_str())))
            .header(header::CONTENT_LENGTH, "0");
        let done = self.request(&put)?;
        if done.status() == StatusCode::CREATED || done.status().is_success() {
            Ok(())
        } else {
            Err(failure(&put, done))
        }
    }

    /// Sends a manifest under a tag or a digest.
    ///
    /// # Errors
    /// The registry's.
    pub(super) fn put_manifest(&self, reference: &str, media: &str, content: &[u8]) -> Result<(), RegistryError> {
        let ask = Ask::new(Method::PUT, self.url(&format!("manifests/{reference}")))
            .header(header::CONTENT_TYPE, media)
            .header(header::CONTENT_LENGTH, content.len().to_string())
            .body(AskBody::Bytes(content));
        Retry::run(&self.transport.interrupt, || self.request(&ask)).map(drop)
    }
}

/// Where the registry wants what follows.
fn next_place(ask: &Ask<'_>, response: &Response<Body>) -> Result<String, RegistryError> {
    let location = text(response.headers(), &header::LOCATION);
    location.map(|location| resolve(&ask.url, location)).ok_or_else(|| RegistryError::BadAnswer {
        url: ask.url.clone(),
        reason: "it does not say where to send the rest".to_owned(),
    })
}
