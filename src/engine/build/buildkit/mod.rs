//! BuildKit's way: only the stages the target needs, read whole before anything runs, no image in between.

mod convert;
mod driver;
mod execute;
mod export;
mod images;
mod progress;
mod sources;

pub(super) use driver::build;
