//! Which builtins there are.

use super::super::Shell;
use super::super::flow::Outcome;
use super::{control, directory, job, lookup, output, read, settings, testing, variable};

/// A builtin: its arguments without its name.
pub type Builtin = fn(&mut Shell, &[String]) -> Outcome;

/// How POSIX ranks a builtin (XCU 2.14): the errors of a special one end a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Assignments before it last, its errors are fatal.
    Special,
    /// Like any program.
    Regular,
}

use Standing::{Regular, Special};

const BUILTINS: &[(&str, Standing, Builtin)] = &[
    (":", Special, control::success),
    (".", Special, control::source),
    ("source", Special, control::source),
    ("break", Special, control::break_loop),
    ("continue", Special, control::continue_loop),
    ("eval", Special, control::eval),
    ("exec", Special, control::success),
    ("exit", Special, control::exit),
    ("return", Special, control::return_from),
    ("export", Special, variable::export),
    ("readonly", Special, variable::readonly),
    ("set", Special, settings::set),
    ("shift", Special, variable::shift),
    ("times", Special, settings::times),
    ("trap", Special, settings::trap),
    ("unset", Special, variable::unset),
    ("true", Regular, control::success),
    ("false", Regular, control::failure),
    ("local", Regular, variable::local),
    ("getopts", Regular, variable::getopts),
    ("read", Regular, read::read),
    ("let", Regular, variable::compute),
    ("cd", Regular, directory::cd),
    ("pwd", Regular, directory::pwd),
    ("echo", Regular, output::echo_builtin),
    ("printf", Regular, output::printf_builtin),
    ("test", Regular, testing::test_builtin),
    ("[", Regular, testing::bracket_builtin),
    ("[[", Regular, testing::double_bracket_builtin),
    ("jobs", Regular, job::jobs),
    ("wait", Regular, job::wait),
    ("kill", Regular, job::kill),
    ("fg", Regular, job::foreground),
    ("bg", Regular, job::background),
    ("type", Regular, lookup::describe),
    ("command", Regular, lookup::command),
    ("hash", Regular, lookup::hash),
    ("alias", Regular, lookup::alias),
    ("unalias", Regular, lookup::unalias),
    ("history", Regular, lookup::history),
    ("help", Regular, lookup::help),
    ("umask", Regular, settings::umask),
    ("ulimit", Regular, settings::ulimit),
];

/// The builtin of that name.
pub fn find(name: &str) -> Option<Builtin> {
    BUILTINS.iter().find(|(known, ..)| *known == name).map(|(_, _, run)| *run)
}

/// The rank of the builtin of that name.
pub fn standing(name: &str) -> Option<Standing> {
    BUILTINS.iter().find(|(known, ..)| *known == name).map(|(_, standing, _)| *standing)
}

/// Whether there is a builtin of that name.
pub fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// All names.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|(name, ..)| *name)
}
