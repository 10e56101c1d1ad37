//! Starting programs: PATH lookup, the descriptors they get, their process group.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use command_fds::{CommandFdExt, FdMapping};
use nix::errno::Errno;
use nix::unistd::Pid;

use super::Shell;
use super::descriptors::Descriptors;
use super::redirect::describe;

/// The process group of a started program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// The shell's.
    Inherited,
    /// A new one, led by the program.
    New,
    /// That of a pipeline's first program.
    Of(Pid),
}

/// Where a command's name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    /// To this file.
    Found(PathBuf),
    /// To a file that may not be executed.
    Denied,
    /// Nowhere.
    Missing,
}

impl Shell {
    /// The file that `name` means: itself when it has a slash, else the first executable on PATH.
    pub(super) fn lookup(&self, name: &str) -> Lookup {
        if name.contains('/') {
            let path = Path::new(name);
            return if !path.exists() {
                Lookup::Missing
            } else if is_executable(path) {
                Lookup::Found(path.to_owned())
            } else {
                Lookup::Denied
            };
        }
        let directories = self.state.get("PATH").unwrap_or_default();
        let mut denied = false;
        for directory in directories.split(':') {
            let path = Path::new(if directory.is_empty() { "." } else { directory }).join(name);
            if is_executable(&path) {
                return Lookup::Found(path);
            }
            denied |= path.is_file();
        }
        if denied && !name.is_empty() { Lookup::Denied } else { Lookup::Missing }
    }

    /// The program to start, or the status and message of ash when there is none.
    fn prepare(
        &self,
        arguments: &[String],
        variables: &[(String, String)],
        descriptors: &Descriptors,
    ) -> Result<Command, (i32, String)> {
        let name = &arguments[0];
        let path = match self.lookup(name) {
            Lookup::Found(path) => path,
            Lookup::Denied => return Err((126, format!("{name}: Permission denied"))),
            Lookup::Missing => return Err((127, format!("{name}: not found"))),
        };
        let mut command = Command::new(path);
        command.arg0(name).args(&arguments[1..]);
        self.equip(&mut command, variables, descriptors)
            .map_err(|error| (126, format!("{name}: {}", describe(&error))))?;
        Ok(command)
    }

    fn equip(
        &self,
        command: &mut Command,
        variables: &[(String, String)],
        descriptors: &Descriptors,
    ) -> io::Result<()> {
        command.env_clear().envs(self.state.environment()).envs(variables.iter().map(|(name, value)| (name, value)));
        let standard = |number| descriptors.copy(number).map_or_else(|_| Stdio::null(), Stdio::from);
        command.stdin(standard(0)).stdout(standard(1)).stderr(standard(2));
        let mut others = Vec::new();
        for (number, file) in descriptors.iter().filter(|(number, _)| *number > 2) {
            let child_fd = i32::try_from(number).map_err(|_| Errno::EBADF)?;
            others.push(FdMapping { parent_fd: file.try_clone_to_owned()?, child_fd });
        }
        if !others.is_empty() {
            command.fd_mappings(others).map_err(|_| Errno::EBADF)?;
        }
        Ok(())
    }

    /// Starts a program. The error is the status and what to say.
    pub(super) fn start(
        &mut self,
        arguments: &[String],
        variables: &[(String, String)],
        descriptors: &Descriptors,
        group: Group,
    ) -> Result<Pid, (i32, String)> {
        let mut command = self.prepare(arguments, variables, descriptors)?;
        join(&mut command, group);
        match self.signals.unblocked(|| command.spawn()) {
            Ok(child) => Ok(self.adopt(child.id())),
            Err(error) if error.raw_os_error() == Some(Errno::ENOEXEC as i32) => {
                let mut script = self.script(arguments).ok_or_else(|| failure(&arguments[0], &error))?;
                self.equip(&mut script, variables, descriptors).map_err(|error| failure(&arguments[0], &error))?;
                join(&mut script, group);
                let child =
                    self.signals.unblocked(|| script.spawn()).map_err(|error| failure(&arguments[0], &error))?;
                Ok(self.adopt(child.id()))
            }
            Err(error) => Err(failure(&arguments[0], &error)),
        }
    }

    /// Becomes the program. Returns only when it cannot.
    pub(super) fn become_program(
        &self,
        arguments: &[String],
        variables: &[(String, String)],
        descriptors: &Descriptors,
    ) -> (i32, String) {
        let mut command = match self.prepare(arguments, variables, descriptors) {
            Ok(command) => command,
            Err(refusal) => return refusal,
        };
        let error = self.signals.unblocked(|| command.exec());
        if error.raw_os_error() == Some(Errno::ENOEXEC as i32)
            && let Some(mut script) = self.script(arguments)
            && self.equip(&mut script, variables, descriptors).is_ok()
        {
            let error = self.signals.unblocked(|| script.exec());
            return failure(&arguments[0], &error);
        }
        failure(&arguments[0], &error)
    }

    /// A text file without `#!`: this shell reads it.
    fn script(&self, arguments: &[String]) -> Option<Command> {
        let Lookup::Found(path) = self.lookup(&arguments[0]) else { return None };
        let mut command = Command::new(own_program());
        command.arg0("sh").arg(path).args(&arguments[1..]);
        Some(command)
    }

    pub(super) fn adopt(&mut self, pid: u32) -> Pid {
        let pid = Pid::from_raw(i32::try_from(pid).unwrap_or(i32::MAX));
        self.jobs.started(pid);
        pid
    }
}

/// Puts a program to be started into a group.
pub(super) fn join(command: &mut Command, group: Group) {
    match group {
        Group::Inherited => {}
        Group::New => {
            command.process_group(0);
        }
        Group::Of(leader) => {
            command.process_group(leader.as_raw());
        }
    }
}

/// This very program, under the name it has now so that `ps` shows it.
pub(super) fn own_program() -> PathBuf {
    std::env::current_exe().ok().filter(|path| path.exists()).unwrap_or_else(|| PathBuf::from("/proc/self/exe"))
}

fn failure(name: &str, error: &io::Error) -> (i32, String) {
    match error.kind() {
        io::ErrorKind::NotFound => (127, format!("{name}: not found")),
        _ => (126, format!("{name}: {}", describe(error))),
    }
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
        && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}
