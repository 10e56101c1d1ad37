//! The client's side of `docker cp`: which path is copied where and under which name, by Docker's rules.
//! Source: docker/cli `cli/command/container/cp.go`, moby `pkg/archive/copy.go`.

mod destination;
mod flow;
mod host;
mod path;

pub use flow::{CopiedTo, from_container, into_container, to_stream};
