//! One docker command, done in this process: read, executed, shown in Docker's voice, noted in the journal.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, BorrowedFd};

use jiff::Timestamp;

use crate::course::Journal;
use crate::docker::explain::{Role, explain};
use crate::docker::{BuildKit, Context, EXIT_FAILURE, Event, Failure, Parsed, RawMode, Streams, Words, World, parse};
use crate::engine::Engine;
use crate::i18n::Texts;
use crate::render::docker_cli::{DockerVoice, Window};
use crate::render::terminal::{RawGuard, window_size};
use crate::verify::facts::CommandFact;

/// What became of a docker command.
#[derive(Debug)]
pub struct DockerRun {
    /// What `$?` is now.
    pub exit_code: i32,
    /// What was understood; `None` when nothing was, or when it was for help.
    pub words: Option<Words>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// Rows and columns of the terminal errors go to.
fn stderr_size() -> Option<(usize, usize)> {
    window_size(io::stderr().as_fd()).map(|size| (usize::from(size.rows), usize::from(size.columns)))
}

/// Runs the words that follow `docker`. `heard` is told every event, after it has been shown.
pub fn run_docker(
    engine: &Engine,
    world: &World,
    texts: &Texts,
    typed: &[String],
    input: BorrowedFd<'_>,
    heard: &mut dyn FnMut(&Event),
) -> DockerRun {
    let (own_stdout, own_stderr) = (io::stdout(), io::stderr());
    let window = Window {
        columns: window_size(own_stdout.as_fd()).map(|size| usize::from(size.columns)),
        stdout_is_terminal: own_stdout.is_terminal(),
        stderr_is_terminal: own_stderr.is_terminal(),
        stderr_size: own_stderr.is_terminal().then_some(stderr_size),
        redraws: own_stderr.is_terminal() && world.redraws,
        colour: world.variable("NO_COLOR").is_none_or(str::is_empty),
    };
    let (mut said, mut complained) = (io::stdout(), io::stderr());
    let mut voice = DockerVoice::new(&mut said, &mut complained, window, texts);
    let began = Timestamp::now();
    let parsed = match parse(typed) {
        Ok(Parsed::Command(parsed)) => parsed,
        Ok(Parsed::Help(help)) => return understood(voice.help(help)),
        Ok(Parsed::ShortVersion) => return understood(voice.short_version()),
        Err(failure) => {
            // The classic builder warns of itself before it reads its flags.
            if world.buildkit == BuildKit::Off && names_build(typed) {
                voice.event(&Event::BuildDeprecated);
            }
            return failed(&mut voice, None, failure);
        }
    };
    let words = parsed.words.clone();
    if let Some(exit_code) = voice.refuses(&parsed.command) {
        return DockerRun { exit_code, words: Some(words), failure: None };
    }
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    let mut events = |event: Event| {
        voice.event(&event);
        heard(&event);
    };
    let result = parsed.command.execute(&mut Context {
        engine,
        streams: Streams {
            stdin: input,
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdin_is_terminal: input.is_terminal(),
            stdout_is_terminal: window.stdout_is_terminal,
            stderr_is_terminal: window.stderr_is_terminal,
            terminal: window.stdout_is_terminal.then(|| own_stdout.as_fd()),
            raw_mode: &enter_raw_mode,
        },
        world,
        events: &mut events,
    });
    let run = match result {
        Ok(outcome) => DockerRun { exit_code: voice.outcome(&outcome), words: Some(words), failure: None },
        Err(failure) => failed(&mut voice, Some(words), failure),
    };
    note(engine, began, &run);
    run
}

fn names_build(typed: &[String]) -> bool {
    explain(typed).iter().any(|piece| matches!(piece.role, Role::Verb(verb) if verb.names.contains(&"build")))
}

fn understood(exit_code: i32) -> DockerRun {
    DockerRun { exit_code, words: None, failure: None }
}

fn failed(voice: &mut DockerVoice<'_>, words: Option<Words>, failure: Failure) -> DockerRun {
    DockerRun { exit_code: voice.failure(&failure), words, failure: Some(failure) }
}

fn enter_raw_mode(terminal: BorrowedFd<'_>) -> io::Result<RawMode> {
    Ok(Box::new(RawGuard::enter(terminal)?))
}

/// Notes what was understood, so that *look* steps can be judged whoever ran it.
fn note(engine: &Engine, time: Timestamp, run: &DockerRun) {
    let Some(words) = &run.words else { return };
    let flags: BTreeMap<String, String> =
        words.uses.iter().map(|used| (used.flag.long.to_owned(), used.value.clone())).collect();
    let fact = CommandFact {
        time,
        command: words.verb.name().to_owned(),
        flags,
        arguments: words.arguments.iter().map(|argument| argument.text.clone()).collect(),
        exit_code: i64::from(run.exit_code),
    };
    // A journal that cannot be written is no reason to fail a docker command.
    let _ = Journal::of(engine.paths().root()).append(&fact);
}

/// The exit code when the engine itself cannot be opened.
pub const EXIT_NO_ENGINE: i32 = EXIT_FAILURE;
