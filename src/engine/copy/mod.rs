//! Trees as plain archives, out of one place and into another: what `docker cp` is made of at both ends.
//!
//! Nothing here is a layer: a name that begins with `.wh.` is a name. Every path is opened by the kernel inside the
//! [`Place`] it belongs to, so that neither a link nor a directory swapped while we work leads outside it.

mod error;
mod into;
mod out;
mod place;
#[cfg(test)]
mod tests;

pub use error::CopyError;
pub use into::{Arrival, unpack_into};
pub use out::archive;
pub use place::{PathStat, Place};
