//! `set`, `trap`, `umask`, `ulimit`, `times`.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::super::Shell;
use super::super::flow::{Outcome, Stop};
use super::super::signals::parse_signal;
use super::super::simple::quote;
use super::super::state::OPTION_NAMES;

/// `set [-/+LETTERS] [-/+o NAME] [--] [ARGUMENT…]`
pub fn set(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        let text: String = shell
            .state
            .variables
            .iter()
            .filter_map(|(name, variable)| {
                Some(format!("{name}='{}'\n", variable.value.as_ref()?.replace('\'', "'\\''")))
            })
            .collect();
        return Ok(shell.print(&text));
    }
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let on = argument.starts_with('-');
        if argument == "--" || argument == "-" {
            if argument == "--" || rest.len() > 0 {
                shell.state.positional = rest.cloned().collect();
            }
            return Ok(0);
        }
        if !on && !argument.starts_with('+') {
            shell.state.positional = std::iter::once(argument).chain(rest).cloned().collect();
            return Ok(0);
        }
        for letter in argument.chars().skip(1) {
            let known = if letter == 'o' {
                match rest.next() {
                    Some(name) => switch_by_name(shell, name, on),
                    None => {
                        list_options(shell);
                        true
                    }
                }
            } else {
                shell.state.options.switch(letter, on)
            };
            if !known {
                shell.complain(&format!("illegal option {argument}"));
                return Err(Stop::Failed(2));
            }
        }
    }
    Ok(0)
}

fn switch_by_name(shell: &mut Shell, name: &str, on: bool) -> bool {
    if name == "pipefail" {
        shell.state.options.pipefail = on;
        return true;
    }
    let letter = OPTION_NAMES.iter().find(|(_, known)| *known == name).map(|(letter, _)| *letter);
    letter.is_some_and(|letter| shell.state.options.switch(letter, on))
}

fn list_options(shell: &Shell) {
    let mut text = String::from("Current option settings\n");
    let state = |on: bool| if on { "on" } else { "off" };
    for (letter, name) in OPTION_NAMES {
        text.push_str(&format!("{name:<16}{}\n", state(shell.state.options.has(letter))));
    }
    text.push_str(&format!("{:<16}{}\n", "pipefail", state(shell.state.options.pipefail)));
    shell.print(&text);
}

/// `trap [ACTION SIGNAL…]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn trap(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let arguments = if arguments.first().is_some_and(|first| first == "--") { &arguments[1..] } else { arguments };
    let Some((action, names)) = arguments.split_first() else {
        let text: String =
            shell.state.traps.iter().map(|(name, action)| format!("trap -- {} {name}\n", quote(action))).collect();
        return Ok(shell.print(&text));
    };
    let resets = action == "-" || (names.is_empty());
    let names = if names.is_empty() { arguments } else { names };
    let mut status = 0;
    for name in names {
        let exit = name == "EXIT" || name == "0";
        let signal = if exit { None } else { parse_signal(name) };
        let key = match (exit, signal) {
            (true, _) => "EXIT".to_owned(),
            (false, Some(signal)) => super::super::signals::signal_name(signal).to_owned(),
            (false, None) => {
                shell.complain(&format!("{name}: invalid signal specification"));
                status = 1;
                continue;
            }
        };
        if resets {
            // Still attended to: without a trap it now ends the shell (see `traps`).
            shell.state.traps.remove(&key);
        } else {
            shell.state.traps.insert(key, action.clone());
            if let Some(signal) = signal {
                shell.signals.watch(signal).ok();
            }
        }
    }
    Ok(status)
}

/// `umask [-S] [MODE]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn umask(shell: &mut Shell, arguments: &[String]) -> Outcome {
    use rustix::fs::Mode;
    match arguments.first().map(String::as_str) {
        None | Some("-S") => {
            let mask = rustix::process::umask(Mode::empty());
            rustix::process::umask(mask);
            let bits = mask.bits();
            if arguments.is_empty() {
                return Ok(shell.print(&format!("{bits:04o}\n")));
            }
            let class = |shift: u32| {
                let allowed = !(bits >> shift) & 7;
                [(4, 'r'), (2, 'w'), (1, 'x')]
                    .iter()
                    .filter(|(bit, _)| allowed & bit != 0)
                    .map(|(_, letter)| *letter)
                    .collect::<String>()
            };
            Ok(shell.print(&format!("u={},g={},o={}\n", class(6), class(3), class(0))))
        }
        Some(text) => match u32::from_str_radix(text, 8) {
            Ok(bits) if bits <= 0o777 => {
                rustix::process::umask(Mode::from_bits_truncate(bits));
                Ok(0)
            }
            _ => {
                shell.complain(&format!("illegal mode: {text}"));
                Ok(1)
            }
        },
    }
}

const LIMITS: [(char, &str, u64, Resource); 7] = [
    ('c', "core file size (blocks)", 512, Resource::RLIMIT_CORE),
    ('d', "data seg size (kb)", 1024, Resource::RLIMIT_DATA),
    ('f', "file size (blocks)", 512, Resource::RLIMIT_FSIZE),
    ('n', "open files", 1, Resource::RLIMIT_NOFILE),
    ('s', "stack size (kb)", 1024, Resource::RLIMIT_STACK),
    ('t', "cpu time (seconds)", 1, Resource::RLIMIT_CPU),
    ('v', "address space (kb)", 1024, Resource::RLIMIT_AS),
];

/// `ulimit [-H|-S] [-a|-LETTER [VALUE]]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn ulimit(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let mut letter = 'f';
    let mut hard = false;
    let mut value = None;
    for argument in arguments {
        match argument.strip_prefix('-') {
            Some(letters) => {
                for one in letters.chars() {
                    match one {
                        'H' => hard = true,
                        'S' => hard = false,
                        other => letter = other,
                    }
                }
            }
            None => value = Some(argument),
        }
    }
    let shown = |unit: u64, resource: Resource| match getrlimit(resource)
        .map(|(soft, ceiling)| if hard { ceiling } else { soft })
    {
        Ok(nix::libc::RLIM_INFINITY) => "unlimited".to_owned(),
        Ok(limit) => (limit / unit).to_string(),
        Err(error) => error.desc().to_owned(),
    };
    if letter == 'a' {
        let text: String = LIMITS
            .iter()
            .map(|(letter, name, unit, resource)| format!("{name:<32}(-{letter}) {}\n", shown(*unit, *resource)))
            .collect();
        return Ok(shell.print(&text));
    }
    let Some((_, _, unit, resource)) = LIMITS.iter().find(|(known, ..)| *known == letter) else {
        shell.complain(&format!("bad option -{letter}"));
        return Ok(2);
    };
    let Some(value) = value else { return Ok(shell.print(&(shown(*unit, *resource) + "\n"))) };
    let limit = if value == "unlimited" {
        Some(nix::libc::RLIM_INFINITY)
    } else {
        value.parse::<u64>().ok().map(|value| value.saturating_mul(*unit))
    };
    let Some(limit) = limit else {
        shell.complain("bad number");
        return Ok(1);
    };
    let ceiling = getrlimit(*resource).map_or(limit, |(_, ceiling)| ceiling);
    if let Err(error) =
        setrlimit(*resource, limit, if hard || value != "unlimited" { limit.min(ceiling) } else { ceiling })
    {
        shell.complain(&format!("error setting limit: {}", error.desc()));
        return Ok(1);
    }
    Ok(0)
}

/// `times`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn times(shell: &mut Shell, _arguments: &[String]) -> Outcome {
    use nix::sys::resource::{UsageWho, getrusage};
    let mut text = String::new();
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let Ok(usage) = getrusage(who) else { return Ok(1) };
        let shown = |seconds: i64, microseconds: i64| {
            format!("{}m{}.{:02}s", seconds / 60, seconds % 60, microseconds / 10_000)
        };
        let (user, system) = (usage.user_time(), usage.system_time());
        text.push_str(&format!(
            "{} {}\n",
            shown(user.tv_sec(), user.tv_usec()),
            shown(system.tv_sec(), system.tv_usec())
        ));
    }
    Ok(shell.print(&text))
}
