//! The shell opens: host hand first, then the namespace, then the engine, then the learner's place in the course.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use super::state::{Mode, Shell};
use super::{interactive, script};
use crate::app::environment::{LANGUAGE_VARIABLE, STATE_VARIABLE};
use crate::app::host_hand::{HostHand, HostShell, ShellDirectory, survive_interrupts};
use crate::app::namespace;
use crate::app::problem::Trouble;
use crate::app::program::Program;
use crate::course::CourseError;
use crate::engine::Engine;
use crate::engine::launch::Tier;
use crate::trainer::{EngineSandbox, HostShellPaths};

/// Opens the shell and stays in it.
///
/// # Errors
/// When the machine, the state root or the terminal refuses.
pub fn run_shell(program: Program) -> Result<ExitCode, Trouble> {
    if io::stdin().is_terminal() {
        let mut shell = open(program, Mode::Interactive)?;
        interactive::run(&mut shell).map_err(Trouble::Terminal)
    } else {
        let mut shell = open(program, Mode::Script)?;
        script::run(&mut shell, io::stdin().lock()).map_err(Trouble::Terminal)
    }
}

pub(super) fn open(program: Program, mode: Mode) -> Result<Shell, Trouble> {
    let (hand, directory, tier) = open_hand(&program)?;
    survive_interrupts().map_err(Trouble::Terminal)?;
    let engine = program.open_engine(tier)?;
    let sandbox = open_sandbox(&program, engine.clone())?;
    let directory_at_start = match mode {
        Mode::Interactive => program.workshop(),
        // A script is about the files of the place it was called from.
        Mode::Script => std::env::current_dir().map_err(Trouble::Terminal)?,
    };
    let session = program.open_session()?;
    let variables = program.environment.variables.iter();
    let variables = variables.filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value.to_str()?.to_owned())));
    let variables = variables.collect();
    let look = match mode {
        Mode::Interactive => program.look(&io::stdout()),
        Mode::Script => crate::render::terminal::Look::PLAIN,
    };
    Ok(Shell {
        texts: crate::i18n::Texts::new(program.texts.language()),
        look,
        mode,
        engine,
        sandbox,
        hand,
        directory: directory_at_start,
        session,
        variables,
        last_code: 0,
        last_docker: None,
        shown: Vec::new(),
        told_stand_ins: Vec::new(),
        told_signals: false,
        program,
        _directory: directory,
    })
}

/// Where the course runs its own lines on the learner's state root.
///
/// # Errors
/// When the working directory cannot be made.
pub fn open_sandbox(program: &Program, engine: Engine) -> Result<EngineSandbox, Trouble> {
    let root = program.state_root.clone();
    let sandbox = EngineSandbox::new(engine, root, program.workshop(), host_shell_paths(program));
    Ok(sandbox.map_err(CourseError::from)?)
}

/// What the course's own lines are run with.
pub fn host_shell_paths(program: &Program) -> HostShellPaths {
    HostShellPaths {
        program: program.executable.clone(),
        shell: HostShell::find(&program.environment.path),
        path: program.environment.path.clone(),
    }
}

/// Starts whoever runs the host's lines, then enters the namespace: the order matters, the hand stays outside.
fn open_hand(program: &Program) -> Result<(HostHand, ShellDirectory, Tier), Trouble> {
    let root = program.state_root.as_path();
    let directory = ShellDirectory::create(root, &program.executable).map_err(Trouble::Terminal)?;
    let mut variables = program.environment.variables.clone();
    variables.retain(|(name, _)| name != STATE_VARIABLE && name != LANGUAGE_VARIABLE);
    variables.push((STATE_VARIABLE.into(), root.into()));
    variables.push((LANGUAGE_VARIABLE.into(), program.texts.language().code().into()));
    let shell = HostShell {
        program: HostShell::find(&program.environment.path),
        directory: directory.path().to_owned(),
        variables,
    };
    let hand = if nix::unistd::geteuid().is_root() {
        HostHand::Here(shell)
    } else {
        HostHand::start_outside(&shell, &program.executable).map_err(Trouble::Terminal)?
    };
    let tier = namespace::enter(root)?;
    Ok((hand, directory, tier))
}
