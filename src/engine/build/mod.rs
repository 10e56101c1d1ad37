//! The Dockerfile builder.

mod request;

pub use request::{BuildContext, BuildRequest};
