//! Lesson proofs and everything a trainer needs: lint, proof, marking without a human, solutions played.
//!
//! Reports are values; what they say is a [`Message`](crate::verify::Message), worded in `locales/`.

mod engine_sandbox;
mod fault;
mod lint;
mod mark;
pub mod pack;
mod play;
mod prove;
mod report;
mod terminal;
mod workbench;

pub use engine_sandbox::{EngineSandbox, HostShellPaths, empty, link_docker};
pub use fault::Fault;
pub use lint::{fingerprints, lint};
pub use mark::{LessonMark, StepMark, StepMarkKind, mark};
pub use play::{PlayEvent, play};
pub use prove::prove;
pub use report::{LessonProof, ProofReport, StepProof, validate};
pub use workbench::{FreshRoots, Workbench};

#[cfg(test)]
mod tests;
