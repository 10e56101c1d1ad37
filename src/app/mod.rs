//! Wiring: options, environment, locale, terminal. The only reader of environment variables.

mod command;
mod docker;
mod doctor;
mod entry;
mod environment;
pub mod host_hand;
mod lessons;
mod namespace;
mod options;
mod problem;
mod program;
mod registries;
mod registry;
mod shell;

pub use command::{AnswerFormat, Command};
pub use entry::run;
pub use environment::Environment;
pub use options::Options;
