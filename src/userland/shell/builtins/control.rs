//! `:`, `true`, `false`, `exit`, `return`, `break`, `continue`, `eval`, `.`.

use super::super::Shell;
use super::super::flow::{Outcome, Stop};
use super::super::launch::Lookup;

/// `:` and `true`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn success(_shell: &mut Shell, _arguments: &[String]) -> Outcome {
    Ok(0)
}

/// `false`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn failure(_shell: &mut Shell, _arguments: &[String]) -> Outcome {
    Ok(1)
}

/// `exit [STATUS]`
pub fn exit(shell: &mut Shell, arguments: &[String]) -> Outcome {
    Err(Stop::Exit(status_argument(shell, arguments)?))
}

/// `return [STATUS]`
pub fn return_from(shell: &mut Shell, arguments: &[String]) -> Outcome {
    Err(Stop::Return(status_argument(shell, arguments)?))
}

fn status_argument(shell: &Shell, arguments: &[String]) -> Result<i32, Stop> {
    match arguments.first() {
        None => Ok(shell.state.last_status),
        Some(text) => match text.parse::<i32>() {
            Ok(status) => Ok(status & 0xff),
            Err(_) => {
                shell.complain(&format!("Illegal number: {text}"));
                Err(Stop::Failed(2))
            }
        },
    }
}

/// `break [LEVELS]`
pub fn break_loop(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match levels(shell, arguments)? {
        0 => Ok(0),
        levels => Err(Stop::Break(levels)),
    }
}

/// `continue [LEVELS]`
pub fn continue_loop(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match levels(shell, arguments)? {
        0 => Ok(0),
        levels => Err(Stop::Continue(levels)),
    }
}

/// How many loops are meant; 0 outside loops.
fn levels(shell: &Shell, arguments: &[String]) -> Result<usize, Stop> {
    let wanted = match arguments.first() {
        None => 1,
        Some(text) => text.parse().ok().filter(|levels| *levels > 0).ok_or_else(|| {
            shell.complain(&format!("Illegal number: {text}"));
            Stop::Failed(2)
        })?,
    };
    Ok(wanted.min(shell.loops))
}

/// `eval TEXT…`
pub fn eval(shell: &mut Shell, arguments: &[String]) -> Outcome {
    shell.run_text(&arguments.join(" "))
}

/// As deep as files may source one another.
const NESTING_LIMIT: usize = 100;

/// `. FILE [ARGUMENT…]`
pub fn source(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let Some(name) = arguments.first() else {
        shell.complain(".: filename argument required");
        return Err(Stop::Failed(2));
    };
    let path = if name.contains('/') {
        name.into()
    } else {
        match shell.lookup(name) {
            Lookup::Found(path) => path,
            _ => name.into(),
        }
    };
    let text = std::fs::read(&path).map_err(|_| {
        shell.complain(&format!(".: can't open '{name}': No such file or directory"));
        Stop::Failed(2)
    })?;
    if shell.nesting >= NESTING_LIMIT {
        shell.complain(&format!(".: {name}: too many nested files"));
        return Err(Stop::Failed(2));
    }
    let positional =
        (arguments.len() > 1).then(|| std::mem::replace(&mut shell.state.positional, arguments[1..].to_vec()));
    let line = std::mem::replace(&mut shell.state.line, 1);
    shell.nesting += 1;
    let outcome = shell.run_text(&String::from_utf8_lossy(&text));
    shell.nesting -= 1;
    shell.state.line = line;
    if let Some(positional) = positional {
        shell.state.positional = positional;
    }
    match outcome {
        Err(Stop::Return(status)) => Ok(status),
        other => other,
    }
}
