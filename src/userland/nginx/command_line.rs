//! `nginx [-t] [-v] [-V] [-q] [-c FILE] [-g DIRECTIVES] [-s SIGNAL]`

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Gid, Pid, Uid, setgid, setgroups, setuid};

use super::log::{self, Level};
use super::server::Server;
use super::{NAME, configuration};
use crate::userland::applets::{Options, short};

/// Runs it; the exit code.
pub fn main(arguments: &[String]) -> i32 {
    match run(arguments) {
        Ok(code) => code,
        Err(reason) => {
            let _ = writeln!(std::io::stderr(), "nginx: [emerg] {reason}");
            1
        }
    }
}

fn run(arguments: &[String]) -> Result<i32, String> {
    let options = Options::parse(arguments, &short("tvVqh?", "cgs"))
        .map_err(|_| format!("invalid option: \"{}\"", arguments.join(" ")))?;
    if let Some(word) = options.operands.first() {
        return Err(format!("invalid option: \"{word}\""));
    }
    let say = |text: &str| {
        let _ = writeln!(std::io::stderr(), "{text}");
    };
    if options.has('v') || options.has('V') || options.has('h') || options.has('?') {
        say(&format!("nginx version: {NAME} (stand-in embedded in Moussaillon, not nginx itself)"));
        if options.has('h') || options.has('?') {
            say("Usage: nginx [-?hvVtq] [-s signal] [-c filename] [-g directives]");
        }
        return Ok(0);
    }
    let mut daemon = true;
    for directive in options.values('g').iter().flat_map(|text| text.split(';')).map(str::trim) {
        match directive.split_whitespace().collect::<Vec<_>>().as_slice() {
            [] => {}
            ["daemon", "off"] => daemon = false,
            ["daemon", "on"] => daemon = true,
            words => {
                return Err(format!(
                    "directive \"{}\" is not read by this stand-in for nginx in command line",
                    words[0]
                ));
            }
        }
    }
    let path = PathBuf::from(options.value('c').unwrap_or(configuration::DEFAULT_PATH));
    let site = configuration::read(&path)?;
    if let Some(word) = options.value('s') {
        return signal(word, &site.pid);
    }
    if options.has('t') {
        say(&format!("nginx: the configuration file {} syntax is ok", path.display()));
        say(&format!("nginx: configuration file {} test is successful", path.display()));
        return Ok(0);
    }
    if daemon && !std::fs::read_to_string(&path).is_ok_and(|text| says_daemon_off(&text)) {
        return in_background(&path);
    }
    let (pid, user) = (site.pid.clone(), site.user);
    let mut server = Server::new(site)?;
    // Not being able to write it only costs `nginx -s`.
    let _ = std::fs::write(pid, format!("{}\n", std::process::id()));
    log::error(Level::Notice, &format!("{NAME}: stand-in for nginx, embedded in Moussaillon"));
    if let Some(user) = user {
        step_down(user);
    }
    log::error(Level::Notice, "ready to serve");
    server.run(&path).map_err(|error| format!("poll() failed ({error})"))?;
    Ok(0)
}

fn says_daemon_off(text: &str) -> bool {
    text.lines()
        .any(|line| line.split(['#', ';']).next().is_some_and(|line| line.split_whitespace().eq(["daemon", "off"])))
}

/// Serves as nobody in particular, once the port is taken; where only one user exists we stay who we are.
fn step_down(user: u32) {
    if !Uid::effective().is_root() {
        return;
    }
    let group = Gid::from_raw(user);
    let stepped = setgroups(&[group]).and_then(|()| setgid(group)).and_then(|()| setuid(Uid::from_raw(user)));
    if let Err(error) = stepped {
        log::error(
            Level::Notice,
            &format!("serving as root: setuid({user}) failed ({}: {})", error as i32, error.desc()),
        );
    }
}

/// As nginx does unless told otherwise: a child serves, and the command is done.
fn in_background(path: &Path) -> Result<i32, String> {
    let child = Command::new("/proc/self/exe")
        .arg0("nginx")
        .arg("-c")
        .arg(path)
        .args(["-g", "daemon off;"])
        .stdin(Stdio::null())
        .spawn();
    child.map(|_| 0).map_err(|error| format!("fork() failed ({error})"))
}

fn signal(word: &str, pid: &Path) -> Result<i32, String> {
    let signal = match word {
        "stop" => Signal::SIGTERM,
        "quit" => Signal::SIGQUIT,
        "reload" => Signal::SIGHUP,
        "reopen" => Signal::SIGUSR1,
        _ => return Err(format!("invalid option: \"-s {word}\"")),
    };
    let text = std::fs::read_to_string(pid).map_err(|error| {
        let number = error.raw_os_error().unwrap_or_default();
        format!("open() \"{}\" failed ({number}: {})", pid.display(), crate::userland::applets::describe(&error))
    })?;
    let process =
        text.trim().parse().map_err(|_| format!("invalid PID number \"{}\" in \"{}\"", text.trim(), pid.display()))?;
    kill(Pid::from_raw(process), signal)
        .map(|()| 0)
        .map_err(|error| format!("kill({process}, {}) failed ({}: {})", signal as i32, error as i32, error.desc()))
}
