//! One line in: words with spans, what kind of line it is, line editing, completion, highlighting, history.

mod line;
mod scan;

pub use line::{Line, Missing, understand};
pub use scan::{Open, Scan, Token, Word, scan};
