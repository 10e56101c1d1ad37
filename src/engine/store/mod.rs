//! Images on disk: blobs, image records, repositories. Crash-safe: stage, sync, rename, then metadata.

mod blob;
#[cfg(test)]
mod crash;
mod durable;
mod foreign;
mod hashing;
mod image;
mod images;
pub(crate) mod json;
mod layer_tar;
mod layers;
mod lock;
mod offer;
mod prune;
mod pull;
mod receive;
mod record;
mod release;
mod remove;
mod repositories;
pub(crate) mod staging;

pub(crate) use foreign::Reopen;
pub(crate) use hashing::Hashing;
pub(crate) use layers::{LayerArchive, LayerContent, LayerRecord, StagedLayer};
pub(crate) use lock::{LayerLock, StoreLock};
pub(crate) use offer::{LayerBlob, OfferedImage};
pub use prune::{PruneImagesRequest, PrunedImages};
pub use pull::{PullEvent, PullOptions, Pulled};
pub use record::{ImageDeletion, ImageRecord};
pub use remove::RemoveImageRequest;
pub(crate) use staging::Stage;
