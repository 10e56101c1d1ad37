//! The OCI image words: digest, reference, descriptor, manifest, config.
//! Source: the OCI image specification 1.1 and Docker's distribution reference grammar.

mod config;
mod digest;
mod manifest;
mod platform;
mod reference;

pub(crate) use config::null_as_default;
pub use config::{HealthConfig, HistoryEntry, ImageConfig, RootFs, RuntimeConfig};
pub(crate) use digest::to_hex;
pub use digest::{ChainId, DiffId, Digest, ImageId, InvalidDigest};
pub use manifest::{Descriptor, Index, IndexEntry, IndexPlatform, Manifest, media_type};
pub use platform::{InvalidPlatform, Platform};
pub use reference::{Reference, ReferenceError};
