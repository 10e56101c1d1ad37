//! Volumes: directories that outlive containers, `volumes/NAME/_data`, and beside it what is known of them.

mod content;
mod name;
mod prune;
mod record;
mod remove;
mod seed;
mod size;

pub use content::VolumeContent;
pub use prune::{PrunedVolumes, VolumePruneRequest};
pub use record::{VolumeRecord, VolumeRequest};
pub use size::VolumeUsage;

/// The label of a volume nobody named, as Docker gives it.
const ANONYMOUS_LABEL: &str = "com.docker.volume.anonymous";
