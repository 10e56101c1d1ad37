//! The door. Whoever enters is sent to the right room before anything else is initialised:
//! a guest program of the embedded images, the engine's own monitor, or the course.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let arguments: Vec<_> = arguments.collect();
    if let Some(code) = moussaillon::engine::launch::enter(&name, &arguments) {
        return code;
    }
    if let Some(code) = moussaillon::userland::enter(&name, &arguments) {
        return code;
    }
    moussaillon::app::run(&name, arguments)
}
