//! The Dockerfile builder, from text to images.

#[path = "build/expansion.rs"]
mod expansion;
#[path = "build/parser.rs"]
mod parser;
#[path = "build/vectors.rs"]
mod vectors;
