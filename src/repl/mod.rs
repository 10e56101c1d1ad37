//! One line in: words with spans, what kind of line it is, line editing, completion, highlighting, history.

mod completion;
mod editor;
mod highlight;
mod line;
mod scan;

pub use completion::{Candidate, Completions, DockerWords, Proposed};
pub use editor::{Display, Input, LineEditor, Painter};
pub use highlight::{Kind, highlight};
pub use line::{Line, Missing, understand};
pub use scan::{Open, Scan, Token, Word, scan};
