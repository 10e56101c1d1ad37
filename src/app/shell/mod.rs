//! The shell: lines in, commands done, the course's word after each. One file per thing said or done.

mod arrival;
mod asked;
mod build_meaning;
mod check_lines;
mod docker_line;
mod explain;
mod help;
mod host_line;
mod interactive;
mod line;
mod meaning;
mod open;
mod script;
mod state;
mod suggestion;
mod words_of_docker;
mod xray;

pub use asked::lesson_rows;
pub use check_lines::check_lines;
pub use open::{host_shell_paths, run_shell};
pub use script::run_line;
