//! Volumes: directories that outlive containers, `volumes/NAME/_data`, and beside it what is known of them.

mod name;
mod record;
mod remove;
mod seed;

pub use record::{VolumeRecord, VolumeRequest};
