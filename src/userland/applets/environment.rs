//! `env`, `printenv`, `pwd`, `kill`.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::unistd::Pid;

use super::options::{Accepted, Options, Order};
use super::stream::{close, complain, describe, output};
use crate::userland::shell;

fn say(name: &str, lines: impl IntoIterator<Item = String>, status: i32) -> i32 {
    let mut output = output();
    for line in lines {
        if writeln!(output, "{line}").is_err() {
            break;
        }
    }
    close(name, output, status)
}

/// `env [-i] [-u NAME]… [NAME=VALUE]… [PROGRAM [ARGUMENT]…]`
pub fn env(arguments: &[String]) -> i32 {
    let accepted = Accepted {
        flags: "i0",
        valued: "u",
        long: &[("ignore-environment", 'i'), ("unset", 'u'), ("null", '0')],
        order: Order::OptionsFirst,
    };
    let mut options = match Options::parse(arguments, &accepted) {
        Ok(options) => options,
        Err(message) => return complain("env", &message),
    };
    let mut empties = options.has('i');
    if options.operands.first().is_some_and(|first| first == "-") {
        options.operands.remove(0);
        empties = true;
    }
    let mut variables: Vec<(String, String)> = if empties {
        Vec::new()
    } else {
        std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect()
    };
    for name in options.values('u') {
        variables.retain(|(known, _)| known != name);
    }
    let count = options.operands.iter().take_while(|word| word.contains('=')).count();
    for (name, value) in options.operands[..count].iter().filter_map(|word| word.split_once('=')) {
        variables.retain(|(known, _)| known != name);
        variables.push((name.to_owned(), value.to_owned()));
    }
    let Some((program, rest)) = options.operands[count..].split_first() else {
        return say("env", variables.into_iter().map(|(name, value)| format!("{name}={value}")), 0);
    };
    uucore::signals::enable_pipe_errors().ok();
    let error = Command::new(program).args(rest).env_clear().envs(variables).exec();
    complain("env", &format!("can't execute '{program}': {}", describe(&error)));
    if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 }
}

/// `printenv [NAME]…`
pub fn printenv(arguments: &[String]) -> i32 {
    if arguments.is_empty() {
        return env(&[]);
    }
    let values: Vec<String> =
        arguments.iter().filter_map(std::env::var_os).map(|value| value.to_string_lossy().into_owned()).collect();
    let status = i32::from(values.len() < arguments.len());
    say("printenv", values, status)
}

/// `pwd [-L|-P]`
pub fn pwd(_arguments: &[String]) -> i32 {
    match std::env::current_dir() {
        Ok(path) => say("pwd", [path.display().to_string()], 0),
        Err(error) => complain("pwd", &describe(&error)),
    }
}

/// `kill [-SIGNAL] PID…`, `kill -l`
pub fn kill(arguments: &[String]) -> i32 {
    let mut targets = arguments;
    let mut signal = Some(nix::sys::signal::Signal::SIGTERM);
    match arguments {
        [option, ..] if option == "-l" => {
            return say(
                "kill",
                nix::sys::signal::Signal::iterator()
                    .map(|signal| format!("{:2}) {}", signal as i32, shell::signal_name(signal))),
                0,
            );
        }
        [option, name, rest @ ..] if option == "-s" => {
            targets = rest;
            signal = shell::parse_signal(name);
            if signal.is_none() {
                return complain("kill", &format!("bad signal name '{name}'"));
            }
        }
        [option, rest @ ..] if option.len() > 1 && option.starts_with('-') => {
            targets = rest;
            signal = shell::parse_signal(&option[1..]);
            if signal.is_none() && option != "-0" {
                return complain("kill", &format!("bad signal name '{}'", &option[1..]));
            }
        }
        _ => {}
    }
    if targets.is_empty() {
        return complain("kill", "you need to specify whom to kill");
    }
    let mut status = 0;
    for target in targets {
        status |= match target.parse().map(Pid::from_raw) {
            Ok(pid) => match nix::sys::signal::kill(pid, signal) {
                Ok(()) => 0,
                Err(error) => complain("kill", &format!("can't kill pid {pid}: {}", error.desc())),
            },
            Err(_) => complain("kill", &format!("invalid number '{target}'")),
        };
    }
    status
}
