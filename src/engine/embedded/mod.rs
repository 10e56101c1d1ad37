//! The images that live inside this program, for machines that reach no registry: honest stand-ins, labelled as such,
//! that come in by the same door as any other image.
//!
//! Nothing of them is stored: each is described ([`image::EmbeddedImage`]), and its archive is computed as it is read,
//! always the same bytes for the same program.

mod alpine;
mod archive;
mod catalogue;
mod elf;
mod hello_world;
mod image;
mod nginx;

pub use catalogue::NAMES;
pub(crate) use catalogue::offer;
