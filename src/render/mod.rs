//! The only writer to the terminal: `docker_cli/` in Docker's English, `course/` localised.

pub mod course;
pub mod docker_cli;
pub mod terminal;
