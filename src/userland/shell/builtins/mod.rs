//! The commands that run inside the shell.

mod control;
mod directory;
mod job;
mod lookup;
mod output;
mod read;
mod settings;
mod table;
mod testing;
mod variable;

pub use output::{echo, printf};
pub(super) use table::{Standing, exists, find, standing};
pub use testing::test;
