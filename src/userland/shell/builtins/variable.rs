//! `export`, `readonly`, `unset`, `local`, `shift`, `getopts`, `let`.

use super::super::Shell;
use super::super::flow::{Outcome, Stop};
use super::super::state::is_name;

/// `export [-p] [-n] NAME[=VALUE]…`
pub fn export(shell: &mut Shell, arguments: &[String]) -> Outcome {
    mark(shell, arguments, "export")
}

/// `readonly [-p] NAME[=VALUE]…`
pub fn readonly(shell: &mut Shell, arguments: &[String]) -> Outcome {
    mark(shell, arguments, "readonly")
}

fn mark(shell: &mut Shell, arguments: &[String], verb: &str) -> Outcome {
    let exports = verb == "export";
    let removes = arguments.first().is_some_and(|first| first == "-n");
    let names: Vec<&String> =
        arguments.iter().skip_while(|argument| ["-p", "-n", "--"].contains(&argument.as_str())).collect();
    if names.is_empty() {
        let marked = shell
            .state
            .variables
            .iter()
            .filter(|(_, variable)| if exports { variable.exported } else { variable.readonly });
        let text: String = marked
            .map(|(name, variable)| match &variable.value {
                Some(value) => format!("{verb} {name}='{}'\n", value.replace('\'', "'\\''")),
                None => format!("{verb} {name}\n"),
            })
            .collect();
        return Ok(shell.print(&text));
    }
    for argument in names {
        let (name, value) = split(argument);
        check_name(shell, name)?;
        if let Some(value) = value {
            shell.assign(name, value)?;
        }
        let variable = shell.state.variables.entry(name.to_owned()).or_default();
        if exports {
            variable.exported = !removes;
        } else {
            variable.readonly = true;
        }
    }
    Ok(0)
}

fn split(argument: &str) -> (&str, Option<&str>) {
    argument.split_once('=').map_or((argument, None), |(name, value)| (name, Some(value)))
}

fn check_name(shell: &Shell, name: &str) -> Result<(), Stop> {
    if is_name(name) {
        return Ok(());
    }
    shell.complain(&format!("{name}: bad variable name"));
    Err(Stop::Failed(2))
}

/// `unset [-v|-f] NAME…`
pub fn unset(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let functions = arguments.first().is_some_and(|first| first == "-f");
    for name in arguments.iter().filter(|argument| !argument.starts_with('-')) {
        if functions {
            shell.state.functions.remove(name);
            continue;
        }
        check_name(shell, name)?;
        if let Err(error) = shell.state.unset(name) {
            shell.complain(&error.to_string());
            return Err(Stop::Failed(2));
        }
    }
    Ok(0)
}

/// `local NAME[=VALUE]…`
pub fn local(shell: &mut Shell, arguments: &[String]) -> Outcome {
    for argument in arguments {
        let (name, value) = split(argument);
        check_name(shell, name)?;
        if !shell.state.localize(name) {
            shell.complain("not in a function");
            return Err(Stop::Failed(2));
        }
        if let Some(value) = value {
            shell.assign(name, value)?;
        }
    }
    Ok(0)
}

/// `shift [COUNT]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn shift(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let count = match arguments.first().map(|text| text.parse::<usize>()) {
        None => 1,
        Some(Ok(count)) => count,
        Some(Err(_)) => {
            shell.complain(&format!("Illegal number: {}", arguments[0]));
            return Err(Stop::Failed(2));
        }
    };
    if count > shell.state.positional.len() {
        return Ok(1);
    }
    shell.state.positional.drain(..count);
    Ok(0)
}

/// `let EXPRESSION…`: 1 when the last is zero.
pub fn compute(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let mut value = 0;
    for expression in arguments {
        value = shell.compute(expression)?;
    }
    Ok(i32::from(value == 0))
}

/// `getopts LETTERS NAME [ARGUMENT…]`: the next option into NAME, its value into OPTARG.
pub fn getopts(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let [letters, name, given @ ..] = arguments else {
        shell.complain("usage: getopts optstring var [arg]");
        return Ok(2);
    };
    let words = if given.is_empty() { shell.state.positional.clone() } else { given.to_vec() };
    let mut index = shell.state.get("OPTIND").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).max(1);
    let silent = letters.starts_with(':');
    if shell.state.getopts_offset == 0 {
        let word = words.get(index - 1).map_or("", String::as_str);
        if word == "--" {
            index += 1;
        }
        if !word.starts_with('-') || word == "-" || word == "--" {
            shell.assign("OPTIND", &index.to_string())?;
            shell.assign(name, "?")?;
            return Ok(1);
        }
        shell.state.getopts_offset = 1;
    }
    let word: Vec<char> = words.get(index - 1).map(|word| word.chars().collect()).unwrap_or_default();
    let letter = word.get(shell.state.getopts_offset).copied().unwrap_or('?');
    shell.state.getopts_offset += 1;
    let attached: String = word.iter().skip(shell.state.getopts_offset).collect();
    let position = letters.find(letter).filter(|_| letter != ':');
    let takes_value = position.is_some_and(|position| letters[position + letter.len_utf8()..].starts_with(':'));
    let mut found = letter.to_string();
    shell.state.unset("OPTARG").ok();
    if takes_value || attached.is_empty() {
        index += 1;
        shell.state.getopts_offset = 0;
    }
    if position.is_none() {
        if silent {
            shell.assign("OPTARG", &found)?;
        } else {
            shell.print_error(&format!("Illegal option -{letter}\n"));
        }
        "?".clone_into(&mut found);
    } else if takes_value {
        if !attached.is_empty() {
            shell.assign("OPTARG", &attached)?;
        } else if let Some(value) = words.get(index - 1) {
            shell.assign("OPTARG", value)?;
            index += 1;
        } else if silent {
            shell.assign("OPTARG", &found)?;
            ":".clone_into(&mut found);
        } else {
            shell.print_error(&format!("No arg for -{letter} option\n"));
            "?".clone_into(&mut found);
        }
    }
    shell.assign("OPTIND", &index.to_string())?;
    shell.assign(name, &found)?;
    Ok(0)
}
