//! Images as one file: `save`, `load`, `import`.
//!
//! What is written is a docker archive (`manifest.json`) and an OCI image layout (`index.json`) at once, as Docker writes
//! since version 25. What is read may be either, old or new. Nothing of it is believed before its digest was computed,
//! no name in it becomes a path of ours, and what was read becomes images whole or not at all.

mod ahead;
mod documents;
mod error;
mod import;
mod index;
mod layout;
mod load;
mod offer;
mod save;
#[cfg(test)]
mod tests;

pub use error::ArchiveError;
pub use import::ImportRequest;
pub use load::{LoadEvent, LoadRequest};
pub use save::SaveRequest;
