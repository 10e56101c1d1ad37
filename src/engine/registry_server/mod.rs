//! A registry in the box: serves the images of this state root, and takes what is pushed to it.
//! Source: OCI distribution-spec, and the parts of Docker's registry API older clients ask for.
//!
//! What is pushed is kept as it came (`registry/` of the state root), blobs and manifests under their digests, so that it
//! leaves byte for byte. Local images are shown beside it, their manifests made on the fly. There are no accounts: whoever
//! reaches the address may read and write, which is why it is the loopback unless said otherwise. Nothing is deleted
//! unless allowed.

mod answer;
mod connection;
mod depot;
mod local;
mod name;
mod paging;
mod request;
mod route;
mod serve;
mod upload;

pub use serve::{RegistryError, RegistryOptions, RegistryServer, ServedEvent};
