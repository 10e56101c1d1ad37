//! Answers read whole: short documents, and the sentences of a registry that refuses.

use std::io::Read;

use jiff::Timestamp;
use serde::Deserialize;
use ureq::Body;
use ureq::http::{Response, StatusCode};

use super::RegistryError;
use super::rate_limit;
use super::transport::Ask;

/// Of an error's document no more is read.
const ERROR_BYTES_MAX: u64 = 64 << 10;

/// The OCI error document.
#[derive(Deserialize, Default)]
struct Errors {
    #[serde(default)]
    errors: Vec<OneError>,
}

#[derive(Deserialize)]
struct OneError {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// The body of an answer, refused when it is longer than the limit.
pub(super) fn read_limited(response: Response<Body>, url: &str, limit: u64) -> Result<Vec<u8>, RegistryError> {
    let bad = |reason: String| RegistryError::BadAnswer { url: url.to_owned(), reason };
    let too_long = || bad(format!("its answer is longer than {limit} bytes"));
    if response.body().content_length().is_some_and(|length| length > limit) {
        return Err(too_long());
    }
    let mut content = Vec::new();
    let mut reader = response.into_body().into_reader().take(limit + 1);
    reader.read_to_end(&mut content).map_err(|error| bad(error.to_string()))?;
    if content.len() as u64 > limit { Err(too_long()) } else { Ok(content) }
}

/// What an answer that is no success says.
pub(super) fn failure(ask: &Ask<'_>, response: Response<Body>) -> RegistryError {
    let status = response.status();
    let lifts_in = rate_limit::lifts_in(response.headers(), Timestamp::now());
    let mut text = Vec::new();
    let _ = response.into_body().into_reader().take(ERROR_BYTES_MAX).read_to_end(&mut text);
    let document: Errors = serde_json::from_slice(&text).unwrap_or_default();
    let first = document.errors.first();
    let message = |otherwise: &str| match first {
        Some(error) if !error.message.is_empty() => error.message.clone(),
        Some(error) if !error.code.is_empty() => error.code.to_lowercase(),
        _ => otherwise.to_owned(),
    };
    match status {
        StatusCode::UNAUTHORIZED => RegistryError::Unauthorized {
            verb: ask.verb(),
            url: ask.url.clone(),
            message: message("authentication required"),
        },
        StatusCode::FORBIDDEN => RegistryError::Denied(message("requested access to the resource is denied")),
        StatusCode::NOT_FOUND if first.is_some_and(|error| error.code == "NAME_UNKNOWN") => {
            RegistryError::NameUnknown(message("repository name not known to registry"))
        }
        StatusCode::NOT_FOUND => RegistryError::NotFound(message("not found")),
        StatusCode::TOO_MANY_REQUESTS => {
            RegistryError::TooManyRequests { message: message("Too Many Requests"), lifts_in }
        }
        other => RegistryError::Status { status: other.to_string(), url: ask.url.clone() },
    }
}
