//! Images on disk: blobs, image records, repositories. Crash-safe: stage, sync, rename, then metadata.

mod images;
mod pull;
mod record;

pub use pull::{PullEvent, Pulled};
pub use record::{ImageDeletion, ImageRecord};
