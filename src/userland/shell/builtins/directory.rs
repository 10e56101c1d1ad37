//! `cd` and `pwd`.

use std::path::{Component, Path, PathBuf};

use super::super::Shell;
use super::super::flow::Outcome;
use super::super::redirect::describe;

/// `cd [-L|-P] [DIRECTORY|-]`
pub fn cd(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let physical = arguments.first().is_some_and(|argument| argument == "-P");
    let mut arguments = arguments.iter().skip_while(|argument| ["-L", "-P", "--"].contains(&argument.as_str()));
    let mut announces = false;
    let target = match arguments.next().map(String::as_str) {
        None => match shell.state.get("HOME") {
            Some(home) => home.to_owned(),
            None => {
                shell.complain("HOME not set");
                return Ok(1);
            }
        },
        Some("-") => {
            announces = true;
            shell.state.get("OLDPWD").unwrap_or_default().to_owned()
        }
        Some(path) => path.to_owned(),
    };
    let here = shell.state.get("PWD").unwrap_or("/").to_owned();
    let mut destination = if physical { PathBuf::from(&target) } else { logical(Path::new(&here), Path::new(&target)) };
    if let Err(error) = std::env::set_current_dir(&destination) {
        shell.complain(&format!("can't cd to {target}: {}", describe(&error)));
        return Ok(1);
    }
    if physical {
        destination = std::env::current_dir().unwrap_or(destination);
    }
    let destination = destination.to_string_lossy().into_owned();
    if announces {
        shell.print(&format!("{destination}\n"));
    }
    shell.assign("OLDPWD", &here)?;
    shell.assign("PWD", &destination)?;
    Ok(0)
}

/// `pwd [-L|-P]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn pwd(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let physical = arguments.first().is_some_and(|argument| argument == "-P");
    let logical = shell.state.get("PWD").filter(|_| !physical).map(str::to_owned);
    let path = match logical {
        Some(path) => path,
        None => match std::env::current_dir() {
            Ok(path) => path.to_string_lossy().into_owned(),
            Err(error) => {
                shell.complain(&format!("getcwd: {}", describe(&error)));
                return Ok(1);
            }
        },
    };
    Ok(shell.print(&format!("{path}\n")))
}

/// `target` seen from `here`, with `.` and `..` resolved by name, as a person reads them.
fn logical(here: &Path, target: &Path) -> PathBuf {
    let mut path = PathBuf::from("/");
    for component in here.join(target).components() {
        match component {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}
