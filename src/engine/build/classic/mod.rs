//! The classic builder's way: one step an instruction, each leaving an image with an id, failed containers kept.

mod driver;
mod steps;

pub(super) use driver::build;
