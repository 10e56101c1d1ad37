//! What holds: the closed vocabulary of checks, the facts they read, and three-valued verdicts.
//!
//! Words owned here: *check*, *fact*, *binding*, *verdict*. Nothing here runs a command, prints, or changes the engine.

pub mod check;
pub mod facts;

mod answer;
mod binding;
mod engine_facts;
mod evaluate;
mod fact;
mod judge;
mod message;
mod name;
mod verdict;
mod world;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

pub use answer::answer;
pub use binding::{Binding, Bindings};
pub use check::{Check, CheckKind};
pub use engine_facts::EngineFacts;
pub use fact::{Fact, FactKind};
pub use facts::{FactError, Facts};
pub use judge::judge;
pub use message::{Argument, Message};
pub use name::{InvalidName, Name};
pub use verdict::{Judgement, Verdict};
pub use world::World;
