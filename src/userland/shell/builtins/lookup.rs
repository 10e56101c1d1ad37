//! `type`, `command`, `hash`, `alias`, `unalias`, `history`, `help`.

use super::super::Shell;
use super::super::flow::Outcome;
use super::super::launch::Lookup;
use super::super::parser::RESERVED;
use super::table;

/// `type NAME…`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn describe(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let mut status = 0;
    for name in arguments {
        let text = meaning(shell, name);
        status |= i32::from(text.is_none());
        shell.print(&format!("{name}{}\n", text.unwrap_or_else(|| ": not found".to_owned())));
    }
    Ok(if status == 0 { 0 } else { 127 })
}

/// What follows the name in the words of `type`.
fn meaning(shell: &Shell, name: &str) -> Option<String> {
    if let Some(value) = shell.state.aliases.get(name) {
        return Some(format!(" is an alias for {value}"));
    }
    if RESERVED.contains(&name) {
        return Some(" is a shell keyword".to_owned());
    }
    if shell.state.functions.contains_key(name) {
        return Some(" is a function".to_owned());
    }
    match table::standing(name) {
        Some(table::Standing::Special) => return Some(" is a special shell builtin".to_owned()),
        Some(table::Standing::Regular) => return Some(" is a shell builtin".to_owned()),
        None => {}
    }
    match shell.lookup(name) {
        Lookup::Found(path) => Some(format!(" is {}", path.display())),
        _ => None,
    }
}

/// `command [-v|-V] NAME [ARGUMENT…]`: NAME is never a function.
pub fn command(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (mode, rest) = match arguments.first().map(String::as_str) {
        Some(mode @ ("-v" | "-V" | "-p")) => (mode, &arguments[1..]),
        _ => ("", arguments),
    };
    match mode {
        "-V" => describe(shell, rest),
        "-v" => {
            let mut status = 0;
            for name in rest {
                let text = if let Some(value) = shell.state.aliases.get(name) {
                    format!("alias {name}='{value}'")
                } else if RESERVED.contains(&name.as_str())
                    || shell.state.functions.contains_key(name)
                    || table::exists(name)
                {
                    name.clone()
                } else if let Lookup::Found(path) = shell.lookup(name) {
                    path.display().to_string()
                } else {
                    status = 127;
                    continue;
                };
                shell.print(&format!("{text}\n"));
            }
            Ok(status)
        }
        _ if rest.is_empty() => Ok(0),
        _ => {
            let descriptors = shell.descriptors.clone();
            if table::exists(&rest[0]) {
                shell.run_builtin(rest, descriptors)
            } else {
                shell.run_program(rest, &[], &descriptors, false, "")
            }
        }
    }
}

/// `hash`: nothing is remembered, so nothing is to be forgotten.
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn hash(shell: &mut Shell, arguments: &[String]) -> Outcome {
    for name in arguments.iter().filter(|name| !name.starts_with('-')) {
        if !table::exists(name) && !matches!(shell.lookup(name), Lookup::Found(_)) {
            shell.complain(&format!("{name}: not found"));
            return Ok(1);
        }
    }
    Ok(0)
}

/// `alias [NAME[=VALUE]]…`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn alias(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        let text: String = shell.state.aliases.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
        return Ok(shell.print(&text));
    }
    let mut status = 0;
    for argument in arguments {
        if let Some((name, value)) = argument.split_once('=') {
            shell.state.aliases.insert(name.to_owned(), value.to_owned());
        } else if let Some(value) = shell.state.aliases.get(argument) {
            shell.print(&format!("{argument}='{value}'\n"));
        } else {
            shell.complain(&format!("{argument} not found"));
            status = 1;
        }
    }
    Ok(status)
}

/// `unalias [-a] NAME…`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn unalias(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.first().is_some_and(|argument| argument == "-a") {
        shell.state.aliases.clear();
        return Ok(0);
    }
    let mut status = 0;
    for name in arguments {
        if shell.state.aliases.remove(name).is_none() {
            shell.complain(&format!("{name} not found"));
            status = 1;
        }
    }
    Ok(status)
}

/// `history`: the lines typed.
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn history(shell: &mut Shell, _arguments: &[String]) -> Outcome {
    let text: String = shell.typed.iter().enumerate().map(|(index, line)| format!("{index:4} {line}\n")).collect();
    Ok(shell.print(&text))
}

/// `help`: the names of the builtins.
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn help(shell: &mut Shell, _arguments: &[String]) -> Outcome {
    let names: Vec<&str> = table::names().collect();
    Ok(shell.print(&format!("Built-in commands:\n------------------\n\t{}\n", names.join(" "))))
}
