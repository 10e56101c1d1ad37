//! BuildKit's way: only the stages the target needs, read whole before anything runs, no image in between.

mod convert;
mod driver;
mod execute;
mod export;
mod images;
mod once;
mod progress;
mod side_by_side;
mod sources;

pub(super) use driver::build;
