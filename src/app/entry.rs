//! From a call to an exit code.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use super::command::Command;
use super::docker::{EXIT_NO_ENGINE, run_docker};
use super::environment::Environment;
use super::options::Options;
use super::problem::{EXIT_USAGE, Trouble};
use super::program::Program;
use super::{doctor, host_hand, lessons, namespace, registry, shell};
use crate::docker::{BuildKit, World};
use crate::i18n::{Arguments, Language, Texts};
use crate::render::course::render_markdown;
use crate::render::terminal::{self, Look};

/// Runs the program as the learner called it.
pub fn run(name: &OsStr, arguments: Vec<OsString>) -> ExitCode {
    terminal::restore_on_panic();
    let environment = Environment::read();
    if let Some(code) = host_hand::enter(name, &arguments, &environment.variables) {
        return code;
    }
    let spoken = |language: Option<Language>| Texts::new(language.or(environment.language).unwrap_or_default());
    let options = match Options::parse(name, arguments) {
        Ok(options) => options,
        Err((problem, language)) => return refuse(&problem.say(&spoken(language))),
    };
    match options.command {
        Command::Help => return print(&spoken(options.language).text("usage")),
        Command::Version => {
            let arguments = Arguments::new().text("version", env!("CARGO_PKG_VERSION"));
            return print(&spoken(options.language).with("version", &arguments));
        }
        _ => {}
    }
    let texts = spoken(options.language);
    match Program::new(&options, environment) {
        Ok(program) => start(program, options),
        Err(problem) => refuse(&problem.say(&texts)),
    }
}

fn start(program: Program, options: Options) -> ExitCode {
    let texts = Texts::new(program.texts.language());
    let executable = program.executable.clone();
    let done = match options.command {
        Command::Docker(words) => docker(&program, &words),
        Command::Shell => match options.line {
            Some(line) => shell::run_line(program, &line),
            None => shell::run_shell(program),
        },
        Command::Lessons => lessons::list(&program),
        Command::Check { lesson } => lessons::check(&program, &lesson),
        Command::Play { lesson } => lessons::play(&program, &lesson),
        Command::Validate { directory } => lessons::validate(&program, directory.as_deref()),
        Command::Pack(command) => lessons::pack(&program, &command),
        Command::Doctor { repair } => doctor::run(&program, repair),
        Command::Registry { address, deletion } => registry::run(&program, address, deletion),
        Command::Help | Command::Version => Ok(ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|trouble| {
        let text = trouble.say(&texts, &executable);
        let _ = io::stderr().write_all(render_markdown(&text, Look::PLAIN).as_bytes());
        ExitCode::from(u8::try_from(EXIT_NO_ENGINE).unwrap_or(1))
    })
}

/// `moussaillon docker …`, or ourselves called `docker`.
fn docker(program: &Program, words: &[OsString]) -> Result<ExitCode, Trouble> {
    let tier = namespace::enter(&program.state_root)?;
    let engine = program.open_engine(tier)?;
    let typed: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let run = run_docker(&engine, &world(program)?, &program.texts, &typed, io::stdin().as_fd(), &mut |_| ());
    Ok(ExitCode::from(u8::try_from(run.exit_code & 0xff).unwrap_or(u8::MAX)))
}

/// What surrounds a docker command called by itself.
fn world(program: &Program) -> Result<World, Trouble> {
    let text = |(name, value): &(OsString, OsString)| Some((name.to_str()?.to_owned(), value.to_str()?.to_owned()));
    let variables: Vec<(String, String)> = program.environment.variables.iter().filter_map(text).collect();
    Ok(World {
        buildkit: BuildKit::of_variables(&variables),
        variables,
        working_directory: std::env::current_dir().map_err(Trouble::Terminal)?,
        redraws: !program.environment.dumb_terminal,
    })
}

fn refuse(text: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(EXIT_USAGE)
}

fn print(text: &str) -> ExitCode {
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
