//! The guest programs of the embedded images: `sh` and the applets, entered by `argv[0]`
//! before anything else starts.
//!
//! In an image, one file is this very program and every name of [`APPLETS`] is a link to it, as with
//! busybox. `door` decides whether we are a guest; `shell` is `sh`; `applets` are ours where no crate is
//! light or close enough to busybox, and uutils' elsewhere.

// Text is put together piece by piece, where speed does not matter; both arms of a match are worth seeing.
#![allow(clippy::format_push_string, clippy::format_collect, clippy::single_match_else, clippy::similar_names)]

mod accounts;
mod applets;
mod door;
mod net;
mod nginx;
mod shell;

pub use applets::{APPLETS, Applet};
pub use door::enter;
