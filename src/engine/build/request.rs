//! What `build` is asked.

use std::path::PathBuf;

use crate::engine::oci::Reference;

/// What `build` is asked.
#[derive(Debug, Clone)]
pub struct BuildRequest {
    /// Where COPY and ADD take from.
    pub context: BuildContext,
    /// The Dockerfile's text.
    pub dockerfile: String,
    /// Its path as typed, for messages.
    pub dockerfile_name: String,
    /// `-t`.
    pub tags: Vec<Reference>,
    /// `--target`.
    pub target: Option<String>,
    /// `--build-arg`, in order.
    pub build_args: Vec<(String, String)>,
    /// `--label`.
    pub labels: Vec<(String, String)>,
    /// `--no-cache`.
    pub no_cache: bool,
}

/// Where COPY and ADD take from.
#[derive(Debug, Clone)]
pub enum BuildContext {
    /// A directory of the host.
    Directory(PathBuf),
    /// Nothing: the Dockerfile came from standard input.
    None,
}
