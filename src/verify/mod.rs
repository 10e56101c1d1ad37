//! What holds: the closed vocabulary of checks, the facts they read, and three-valued verdicts.
//!
//! Words owned here: *check*, *fact*, *binding*, *verdict*. Nothing here runs a command, prints, or changes the engine.

pub mod check;
mod message;
mod name;

pub use check::{Check, CheckKind};
pub use message::{Argument, Message};
pub use name::{InvalidName, Name};
