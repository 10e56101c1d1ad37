//! Layers: unpack a tar over a directory, pack a directory, compare, whiteouts.

mod change;
mod compare;
mod compression;
mod copy;
mod difference;
mod entry_path;
mod error;
mod extension;
mod flatten;
#[cfg(test)]
mod hostile;
mod limits;
mod look_up;
mod overlay;
mod pack;
#[cfg(test)]
mod round_trip;
mod size;
mod stack;
mod tar_writer;
mod tree;
mod unpack;
mod whiteout;
mod xattr;

pub use change::{Change, ChangeKind};
pub use compare::changes;
pub(crate) use compression::{Compression, Decompressed};
pub(crate) use difference::extract;
pub(crate) use entry_path::EntryPath;
pub use error::LayerError;
pub(crate) use extension::Extension;
pub use flatten::flatten;
pub use limits::UnpackLimits;
pub use look_up::look_up;
pub use overlay::OverlayXattrs;
pub(crate) use overlay::{OPAQUE_NAME, is_whiteout};
pub(crate) use pack::Packer;
pub use pack::{Packed, pack};
pub use size::size_of;
pub(crate) use tar_writer::{TarEntry, TarWriter};
pub(crate) use tree::names;
pub(crate) use unpack::{Metadata, times as mtime_as_times};
pub use unpack::{Owners, UnpackOptions, unpack};
pub(crate) use xattr::{asked_for_by as xattrs_asked_for, read as read_xattrs, write as write_xattrs};
