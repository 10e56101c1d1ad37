//! Registries: pull, push, log in, search, over HTTP. Sources: the OCI distribution specification, Docker's registry v2
//! protocol and its token authentication.
//!
//! [`Transport`] carries one request (redirects, certificates, proxies, retries); [`Repository`] speaks the protocol for one
//! repository (tokens, manifests, blobs, uploads); `pull` and `push` say what is asked in which order. Nothing received is
//! believed before its digest and size have been verified, and nothing is told to a host it is not meant for.

mod blob_stream;
mod challenge;
mod describe;
mod document;
mod download;
mod endpoint;
mod error;
mod kind;
mod login;
mod options;
mod pull;
mod push;
mod rate_limit;
mod repository;
mod retry;
mod search;
mod token;
mod transport;
mod upload;

pub use describe::{Described, DescribedImage, Trust};
pub use error::RegistryError;
pub use login::LoggedIn;
pub use options::{CredentialSource, Credentials, ImageOrder, ProxyOptions, RegistryOptions};
pub use push::{PushEvent, Pushed};
pub use search::SearchResult;
