//! Why a process could not be started.

/// What the daemon adds to "not a directory".
const KINDS_DIFFER: &str = "Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type";

/// A failed start: the sub-step and what it was about, in runc's words where Docker shows them.
#[derive(Debug, Clone, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum LaunchError {
    /// The command is not in the container.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"{0}\": executable file not found in $PATH: unknown"
    )]
    NotFound(String),
    /// The command's absolute path is not in the container.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"{0}\": stat {0}: no such file or directory: unknown"
    )]
    NoSuchFile(String),
    /// The command is not executable.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"{0}\": permission denied: unknown"
    )]
    PermissionDenied(String),
    /// The command's path leads through what is no directory.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"{0}\": stat {0}: not a directory: unknown: {KINDS_DIFFER}"
    )]
    ThroughFile(String),
    /// The working directory is something else.
    #[error("Cannot mkdir: {0} is not a directory")]
    NoDirectory(String),
    /// The working directory of one more process cannot be entered.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: chdir to cwd (\"{path}\") set in config.json failed: {reason}: unknown{}",
        if reason == "not a directory" { format!(": {KINDS_DIFFER}") } else { String::new() }
    )]
    Directory {
        /// As asked.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// A process could not be added to a running container, and nobody listens to its output.
    #[error("{}", .0.of_exec())]
    Joined(Box<LaunchError>),
    /// The user is not in the container's passwd file.
    #[error("unable to find user {0}: no matching entries in passwd file")]
    NoSuchUser(String),
    /// The group is not in the container's group file.
    #[error("unable to find group {0}: no matching entries in group file")]
    NoSuchGroup(String),
    /// A user or group number Docker does not take.
    #[error("uids and gids must be in range 0-2147483647")]
    IdOutOfRange,
    /// A port cannot be published.
    #[error("driver failed programming external connectivity on endpoint {name} ({endpoint}): {reason}")]
    Ports {
        /// The container's name.
        name: String,
        /// 64 digits.
        endpoint: String,
        /// Dockerd's words.
        reason: String,
    },
    /// A directory was to be mounted on a file, or a file on a directory.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting \"{mounted}\" to rootfs at \"{target}\": mount {mounted}:{target} (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: {KINDS_DIFFER}"
    )]
    WrongKind {
        /// The host's path.
        mounted: String,
        /// Where in the container.
        target: String,
    },
    /// An additional group is not in the container's group file.
    #[error("Unable to find group {0}: no matching entries in group file")]
    NoSuchAdditionalGroup(String),
    /// The kernel refused a setting of the container.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: {0}: unknown"
    )]
    Init(String),
    /// What was asked contradicts itself: the runtime's sentence.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: {0}: unknown"
    )]
    Refused(String),
    /// Anything else: which sub-step, and why.
    #[error("{step}: {reason}")]
    Step {
        /// What was being done, with its path.
        step: String,
        /// The operating system's words.
        reason: String,
    },
}

impl LaunchError {
    /// A failed sub-step, with what it was about.
    pub fn step(step: impl Into<String>, reason: impl ToString) -> Self {
        Self::Step { step: step.into(), reason: reason.to_string() }
    }

    /// The same for a process added to a running container, in runc's words.
    pub fn of_exec(&self) -> String {
        const CAUSE: &str = "unable to start container process: ";
        const FAILED: &str = "OCI runtime exec failed: exec failed: ";
        if let Self::Refused(reason) = self {
            return format!("{FAILED}{reason}: unknown");
        }
        let text = self.to_string();
        match text.split_once(CAUSE) {
            Some((_, cause)) => format!("{FAILED}{CAUSE}{cause}"),
            None => text,
        }
    }

    /// The exit code a container is left with: 127 not found, 126 not executable, 125 for a mount, 128 otherwise.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::NotFound(_) | Self::NoSuchFile(_) => 127,
            Self::PermissionDenied(_) => 126,
            Self::ThroughFile(_) | Self::WrongKind { .. } | Self::Ports { .. } => 125,
            // Docker looks at the words.
            Self::Init(reason) if reason.contains("no such file or directory") => 127,
            Self::Init(reason) if reason.contains("permission denied") => 126,
            _ => 128,
        }
    }
}

/// What the system answered, as Go writes it.
pub(super) fn go_words(error: &std::io::Error) -> String {
    let described = |number| nix::errno::Errno::from_raw(number).desc().to_lowercase();
    error.raw_os_error().map_or_else(|| error.to_string(), described)
}
