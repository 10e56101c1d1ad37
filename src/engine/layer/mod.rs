//! Layers: unpack a tar over a directory, pack a directory, compare, whiteouts.

mod change;
mod error;

pub use change::{Change, ChangeKind};
pub use error::LayerError;
