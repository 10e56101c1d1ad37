//! The applets, one concept per file, and the table of them all.

mod basic;
mod stream;
mod table;

pub use table::{APPLETS, Applet, Program};
