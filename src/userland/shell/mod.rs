//! The guest shell `sh`: a POSIX shell with the messages of busybox's ash.
//!
//! Text goes `reader` → `parser` → `syntax` tree → `execute`, which expands words (`expand`,
//! `parameter`, `fields`, `pattern`, `arithmetic`), applies redirections to a table of its own
//! (`descriptors`, `redirect`) and starts programs (`launch`). There is no fork in safe Rust: a
//! subshell is this very program executed again with the state and the tree it must run (`subshell`).

mod arithmetic;
mod builtins;
mod descriptors;
mod entry;
mod execute;
mod expand;
mod fields;
mod flow;
mod interactive;
mod interpreter;
mod jobs;
mod launch;
mod parameter;
mod parser;
mod parser_braces;
mod parser_simple;
mod parser_text;
mod parser_word;
mod pattern;
mod pipeline;
mod prompt;
mod reader;
mod redirect;
mod signals;
mod simple;
mod state;
mod subshell;
mod syntax;
mod traps;
mod waiting;

pub use builtins::{echo, printf, test};
pub use entry::{enter_shell, enter_subshell, is_subshell};
pub use interpreter::Shell;
pub use signals::{parse_signal, signal_name};
