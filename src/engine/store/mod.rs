//! Images on disk: blobs, image records, repositories. Crash-safe: stage, sync, rename, then metadata.

mod blob;
#[cfg(test)]
mod crash;
mod hashing;
mod image;
mod images;
pub(crate) mod json;
mod layers;
mod lock;
mod offer;
mod pull;
mod receive;
mod record;
mod release;
mod remove;
mod repositories;
pub(crate) mod staging;

pub(crate) use hashing::Hashing;
pub(crate) use layers::{LayerArchive, LayerContent, LayerRecord, StagedLayer};
pub(crate) use lock::{LayerLock, StoreLock};
pub(crate) use offer::{LayerBlob, OfferedImage};
pub use pull::{PullEvent, PullOptions, Pulled};
pub use record::{ImageDeletion, ImageRecord};
pub(crate) use staging::Stage;
