//! What the registry answers.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use serde_json::{Value, json};

use crate::engine::oci::Digest;

/// A body, its length known.
pub struct Body {
    /// Its bytes.
    pub reader: Box<dyn Read + Send>,
    /// How many.
    pub length: u64,
}

impl Body {
    /// Of bytes.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self { length: bytes.len() as u64, reader: Box::new(Cursor::new(bytes)) }
    }

    /// A part of a file.
    pub fn file(mut file: File, start: u64, length: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(start))?;
        Ok(Self { reader: Box::new(file.take(length)), length })
    }
}

/// An answer.
pub struct Answer {
    /// HTTP's number.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// What follows.
    pub body: Body,
}

impl Answer {
    /// Nothing but a number.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::bytes(Vec::new()) }
    }

    /// A document.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::empty(status).body(Body::bytes(value.to_string().into_bytes())).header("Content-Type", "application/json")
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The digest of what is spoken of.
    #[must_use]
    pub fn digest(self, digest: &Digest) -> Self {
        self.header("Docker-Content-Digest", digest.to_string())
    }

    /// What follows.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }
}

/// Why a request is refused, in the specification's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in any repository.
    BlobUnknown,
    /// Its bytes have another digest.
    DigestInvalid,
    /// A manifest names a blob that is not here.
    ManifestBlobUnknown,
    /// No manifest, or one that cannot be read.
    ManifestInvalid,
    /// No such manifest.
    ManifestUnknown,
    /// Not a name.
    NameInvalid,
    /// No such repository.
    NameUnknown,
    /// More than is taken.
    SizeInvalid,
    /// Not what comes next.
    UploadInvalid,
    /// No such upload.
    UploadUnknown,
    /// Bytes that are not there.
    RangeInvalid,
    /// Not done here, or not allowed.
    Unsupported,
    /// The disk refuses.
    Internal,
}

impl Refusal {
    fn parts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BlobUnknown => (404, "BLOB_UNKNOWN", "blob unknown to registry"),
            Self::DigestInvalid => (400, "DIGEST_INVALID", "provided digest did not match uploaded content"),
            Self::ManifestBlobUnknown => {
                (400, "MANIFEST_BLOB_UNKNOWN", "manifest references a blob unknown to registry")
            }
            Self::ManifestInvalid => (400, "MANIFEST_INVALID", "manifest invalid"),
            Self::ManifestUnknown => (404, "MANIFEST_UNKNOWN", "manifest unknown"),
            Self::NameInvalid => (400, "NAME_INVALID", "invalid repository name"),
            Self::NameUnknown => (404, "NAME_UNKNOWN", "repository name not known to registry"),
            Self::SizeInvalid => (413, "SIZE_INVALID", "content larger than this registry takes"),
            Self::UploadInvalid => (416, "BLOB_UPLOAD_INVALID", "blob upload invalid"),
            Self::UploadUnknown => (404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry"),
            Self::RangeInvalid => (416, "RANGE_INVALID", "invalid content range"),
            Self::Unsupported => (405, "UNSUPPORTED", "the operation is unsupported"),
            Self::Internal => (500, "UNKNOWN", "unknown error"),
        }
    }

    /// As it is sent for what was asked at `path`.
    pub fn answer(self, path: &str) -> Answer {
        let (status, code, message) = self.parts();
        let detail = self.detail(path.trim_start_matches("/v2/"));
        Answer::json(status, &json!({"errors": [{"code": code, "message": message, "detail": detail}]}))
    }

    /// What was not found, as Docker's registry says it; never nothing, for Docker's client takes errors without details
    /// for others than they are.
    fn detail(self, path: &str) -> Value {
        match self {
            Self::ManifestUnknown => match path.rsplit_once("/manifests/") {
                Some((name, digest)) if digest.contains(':') => json!({"Name": name, "Revision": digest}),
                Some((_, tag)) => json!({"Tag": tag}),
                None => json!({}),
            },
            Self::NameUnknown => json!({"name": path.trim_end_matches("/tags/list")}),
            Self::BlobUnknown => json!(path.rsplit('/').next()),
            _ => json!({}),
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        // A client that went away in the middle of its body.
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::UploadInvalid } else { Self::Internal }
    }
}

impl From<crate::engine::EngineError> for Refusal {
    fn from(_: crate::engine::EngineError) -> Self {
        Self::Internal
    }
}
