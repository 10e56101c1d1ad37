//! The Dockerfile builder, from text to images.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "build/classic.rs"]
mod classic;
#[path = "build/client.rs"]
mod client;
mod common;
#[path = "build/copy_flags.rs"]
mod copy_flags;
#[path = "build/copying.rs"]
mod copying;
#[path = "build/expansion.rs"]
mod expansion;
#[path = "build/harness.rs"]
mod harness;
#[path = "build/hostile.rs"]
mod hostile;
#[path = "build/hostile_archives.rs"]
mod hostile_archives;
#[path = "build/images.rs"]
mod images;
#[path = "build/lints.rs"]
mod lints;
#[path = "build/mounts.rs"]
mod mounts;
#[path = "build/parser.rs"]
mod parser;
#[path = "build/program.rs"]
mod program;
#[path = "build/reuse.rs"]
mod reuse;
#[path = "build/side_by_side.rs"]
mod side_by_side;
#[path = "build/vectors.rs"]
mod vectors;
