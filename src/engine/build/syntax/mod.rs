//! The Dockerfile as text: lines, directives, here-documents, words, and the typed instructions made of them.
//! Nothing in here touches a file.
//!
//! [`parse_file`] cuts a text into [`Node`]s, [`Dockerfile::parse`] makes typed [`Stage`]s of them, and
//! [`Expander`] replaces variables in words. Source: Docker's Dockerfile reference and the behaviour of
//! BuildKit's frontend.

mod arguments;
mod directive;
mod duration;
mod expand;
mod flags;
mod here_document;
mod instruction;
mod interpret;
mod node;
mod parse;
mod pattern;
mod quote;
mod run_mount;
mod span;
mod stage;
mod suggest;

pub use arguments::Form;
pub use expand::{Expanded, Expander, ExpansionError, Lookup};
pub use here_document::{HereDocument, HereTabs, HereVariables};
pub use instruction::{CommandLine, Instruction, RunCommand, RunNetwork, Statement, Transfer};
pub use interpret::Misread;
pub use node::Node;
pub use parse::{ParsedFile, SyntaxError, parse_file};
pub use quote::{quote, quote_list};
pub(super) use run_mount::base_name;
pub use run_mount::{CacheSharing, Dress, MountSource, RunMount, RunMountKind};
pub use span::Span;
pub use stage::{Dockerfile, DockerfileError, Stage, TypedStage, parse_statements};
pub(super) use suggest::nearest;
