//! From "inside the container, still root" to the command: directory, user, filter, capabilities, `exec`.

use std::convert::Infallible;
use std::ffi::CString;
use std::os::fd::AsFd;
use std::path::Path;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{Gid, Uid, chdir, execve, fchown, getcwd, setgroups, setresgid, setresuid};

use seccompiler::sock_filter;

use crate::engine::system_words;

use super::user::{Identity, additional_groups, once_each, resolve_user};
use super::{
    CapabilitySet, LaunchError, ProcessPlan, SeccompPlan, limits, lone_user, ownership, reaper, seccomp,
    seccomp_compiler, syscall,
};

/// Who reaps orphans in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaper {
    /// The command itself, being process 1.
    None,
    /// A small one of ours, being process 1 (`--init`).
    Ours,
}

/// Where the command is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a container that starts: its working directory is made when absent.
    New,
    /// In one that runs: its working directory must be there.
    Running,
}

const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Executes the command of `plan` in place of this process.
///
/// # Errors
/// [`LaunchError`], and then nothing can be done here but to report it and exit.
pub fn execute(plan: &ProcessPlan, place: Place, reaper: Reaper) -> Result<Infallible, LaunchError> {
    let user = look_up_user(&plan.user, &plan.groups)?;
    if place == Place::New {
        make_directory(&plan.working_dir, &user)?;
    }
    enter_directory(&plan.working_dir)?;
    let environment = environment(plan, &user);
    let program = find_program(&plan.command[0], &environment)?;
    lend_streams(&user);
    adjust_oom_score(plan.oom_score_adj)?;

    let stranger = lone_user::needed(&user)?;
    if stranger {
        lone_user::become_stranger(&user)?;
    }
    if plan.no_new_privileges {
        nix::sys::prctl::set_no_new_privs().map_err(|error| LaunchError::step("renounce new privileges", error))?;
    }
    // The filter may have this call succeed without effect.
    join_groups(&user, !plan.groups.is_empty())?;
    // Loading needs CAP_SYS_ADMIN, which is about to go.
    if let Some(filter) = filter(plan, &user)? {
        syscall::load_seccomp(&filter).map_err(|error| LaunchError::step("load the seccomp filter", error))?;
    }
    plan.capabilities.limit_bounding()?;
    become_user(&user, stranger)?;
    if user.uid == 0 {
        plan.capabilities.take()?;
    } else {
        CapabilitySet::EMPTY.take()?;
    }
    // Cleared by every change of credentials, hence last: when the monitor dies the container dies.
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL).map_err(|error| LaunchError::step("tie to the monitor", error))?;
    syscall::close_on_exec_from_three().map_err(|error| LaunchError::step("close descriptors", error))?;

    let (program, arguments) = match reaper {
        Reaper::None => (program, c_strings(&plan.command)?),
        Reaper::Ours => {
            // What is sent before the reaper listens waits for it: process 1 loses signals it neither blocks nor handles.
            SigSet::all().thread_block().map_err(|error| LaunchError::step("hold signals back", error))?;
            reaper::command_line(&program, &plan.command)?
        }
    };
    let environment = c_strings(&environment)?;
    // Last: from here on nothing more is opened or allocated.
    limits::set(&plan.limits)?;
    let Err(error) = execve(&program, &arguments, &environment);
    Err(match error {
        Errno::EACCES | Errno::EISDIR => LaunchError::PermissionDenied(plan.command[0].clone()),
        Errno::ENOENT => LaunchError::NoSuchFile(plan.command[0].clone()),
        other => LaunchError::step(format!("exec {}", plan.command[0]), other),
    })
}

fn look_up_user(specification: &str, additional: &[String]) -> Result<Identity, LaunchError> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let groups = read("/etc/group");
    let mut user = resolve_user(specification, &read("/etc/passwd"), &groups)?;
    let added = additional_groups(additional, &groups)?;
    user.groups = once_each(user.groups.into_iter().chain(added));
    Ok(user)
}

/// The program of the process's filter, if it has one.
fn filter(plan: &ProcessPlan, user: &Identity) -> Result<Option<Vec<sock_filter>>, LaunchError> {
    let filter = match &plan.seccomp {
        SeccompPlan::Unconfined => None,
        SeccompPlan::Default => Some(seccomp::program(plan.capabilities)?),
        SeccompPlan::Profile(profile) => Some(seccomp_compiler::program(profile, plan.capabilities)?),
    };
    // Who is not root is refused these calls anyway, and truly.
    Ok(if plan.emulate_ownership && user.uid == 0 { Some(ownership::imitate(filter)) } else { filter })
}

/// Makes the working directory when it is absent.
fn make_directory(path: &str, user: &Identity) -> Result<(), LaunchError> {
    match std::fs::metadata(path) {
        Ok(status) if status.is_dir() => return Ok(()),
        Ok(_) => return Err(LaunchError::NoDirectory(path.to_owned())),
        Err(_) if path.is_empty() => return Ok(()),
        Err(_) => {}
    }
    std::fs::create_dir_all(path).map_err(|error| LaunchError::step(format!("mkdir {path}"), system_words(&error)))?;
    let _ = std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid));
    Ok(())
}

/// Enters the working directory, and refuses one outside the root (CVE-2024-21626).
fn enter_directory(path: &str) -> Result<(), LaunchError> {
    let path = if path.is_empty() { "/" } else { path };
    if !path.starts_with('/') {
        return Err(LaunchError::Refused("Cwd must be an absolute path".to_owned()));
    }
    let failed = |reason: String| LaunchError::Directory { path: path.to_owned(), reason };
    chdir(path).map_err(|error| failed(system_words(&error.into())))?;
    match getcwd() {
        Ok(here) if here.is_absolute() => Ok(()),
        Ok(_) | Err(_) => {
            Err(failed("current working directory is outside of container mount namespace root".to_owned()))
        }
    }
}

/// The environment of the plan, with `HOME` when it says nothing of it, or says it is empty.
fn environment(plan: &ProcessPlan, user: &Identity) -> Vec<String> {
    let mut environment = plan.env.clone();
    let home = || format!("HOME={}", user.home);
    match environment.iter_mut().find(|variable| variable.starts_with("HOME=")) {
        Some(said) if said == "HOME=" => *said = home(),
        Some(_) => {}
        None => environment.push(home()),
    }
    environment
}

/// Finds the command as `execvp(3)` would, with Docker's three ways of failing.
fn find_program(command: &str, environment: &[String]) -> Result<CString, LaunchError> {
    if command.contains('/') {
        let path = Path::new(command);
        return match path.metadata() {
            Ok(status) if is_executable(&status) => c_string(command),
            Ok(_) => Err(LaunchError::PermissionDenied(command.to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                Err(LaunchError::PermissionDenied(command.to_owned()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
                Err(LaunchError::ThroughFile(command.to_owned()))
            }
            Err(_) => Err(LaunchError::NoSuchFile(command.to_owned())),
        };
    }
    let path = environment.iter().find_map(|variable| variable.strip_prefix("PATH=")).unwrap_or(DEFAULT_PATH);
    let mut denied = false;
    for directory in path.split(':').filter(|directory| !directory.is_empty()) {
        let candidate = Path::new(directory).join(command);
        match candidate.metadata() {
            Ok(status) if is_executable(&status) => return c_string(&candidate.display().to_string()),
            Ok(status) if status.is_file() => denied = true,
            _ => {}
        }
    }
    Err(if denied && !command.is_empty() {
        LaunchError::PermissionDenied(command.to_owned())
    } else {
        LaunchError::NotFound(command.to_owned())
    })
}

fn is_executable(status: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    status.is_file() && status.permissions().mode() & 0o111 != 0
}

/// `--oom-score-adj`. Below what it was born with only real root may go.
fn adjust_oom_score(adjustment: i64) -> Result<(), LaunchError> {
    if adjustment == 0 {
        return Ok(());
    }
    std::fs::write("/proc/self/oom_score_adj", adjustment.to_string())
        .map_err(|error| LaunchError::step(format!("set oom_score_adj to {adjustment}"), error))
}

/// Lets an ordinary user reopen its own streams through `/dev/stdout`. Not every kind of file allows it.
fn lend_streams(user: &Identity) {
    let (uid, gid) = (Some(Uid::from_raw(user.uid)), None::<Gid>);
    if user.uid != 0 {
        let _ = fchown(std::io::stdin().as_fd(), uid, gid);
        let _ = fchown(std::io::stdout().as_fd(), uid, gid);
        let _ = fchown(std::io::stderr().as_fd(), uid, gid);
    }
}

fn join_groups(user: &Identity, asked: bool) -> Result<(), LaunchError> {
    let groups: Vec<Gid> = user.groups.iter().copied().map(Gid::from_raw).collect();
    match setgroups(&groups) {
        // A user namespace of one id may not set groups: it has one group and keeps it.
        Err(Errno::EPERM) if !asked => Ok(()),
        set => set.map_err(|error| LaunchError::step("join additional groups", error)),
    }
}

fn become_user(user: &Identity, stranger: bool) -> Result<(), LaunchError> {
    let failed = |error: Errno| LaunchError::step(format!("become user {}:{}", user.uid, user.gid), error);
    if stranger {
        return Ok(());
    }
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    setresgid(gid, gid, gid).map_err(failed)?;
    setresuid(uid, uid, uid).map_err(failed)
}

fn c_string(text: &str) -> Result<CString, LaunchError> {
    CString::new(text).map_err(|_| LaunchError::step(format!("read {text:?}"), "a NUL byte inside"))
}

fn c_strings(texts: &[String]) -> Result<Vec<CString>, LaunchError> {
    texts.iter().map(|text| c_string(text)).collect()
}
