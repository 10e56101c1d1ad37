//! What must hold whatever the bytes are, one reader per file.

mod dockerfile;
mod layer;
mod manifest;
mod reference;

pub use dockerfile::dockerfile;
pub use layer::layer;
pub use manifest::manifest;
pub use reference::reference;
