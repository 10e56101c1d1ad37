//! What the processes of a container may do and see of the host.

use std::collections::BTreeMap;

use super::security_opt;
use crate::docker::context::World;
use crate::docker::failure::Failure;
use crate::docker::value;
use crate::docker::words::Words;
use crate::engine::container::{HostConfig, HostOrPrivate, IpcMode, PidMode};

/// The flags of capabilities, namespaces, kernel settings and the like, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Security {
    annotations: BTreeMap<String, String>,
    cap_add: Vec<String>,
    cap_drop: Vec<String>,
    group_add: Vec<String>,
    ipc: IpcMode,
    isolation: String,
    pid: PidMode,
    privileged: bool,
    runtime: String,
    options: Vec<String>,
    shm_size: u64,
    storage_options: BTreeMap<String, String>,
    sysctls: BTreeMap<String, String>,
    user_namespace: HostOrPrivate,
    uts: HostOrPrivate,
}

impl Security {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        let text = |long| words.text(long).unwrap_or_default().to_owned();
        let size = value::size(&text("shm-size")).and_then(|size| u64::try_from(size).ok());
        Ok(Self {
            annotations: pairs(&words.list("annotation")),
            cap_add: words.list("cap-add"),
            cap_drop: words.list("cap-drop"),
            group_add: words.list("group-add"),
            ipc: IpcMode::from(text("ipc")),
            isolation: text("isolation"),
            pid: pid_mode(&text("pid"))?,
            privileged: words.bool("privileged"),
            runtime: text("runtime"),
            options: security_opt::check(words.list("security-opt"))?,
            shm_size: size.unwrap_or_default(),
            storage_options: storage_options(&words.list("storage-opt"))?,
            sysctls: pairs(&words.list("sysctl")),
            user_namespace: host_or_nothing(&text("userns"), "--userns: invalid USER mode")?,
            uts: host_or_nothing(&text("uts"), "--uts: invalid UTS mode")?,
        })
    }

    /// # Errors
    /// A seccomp profile that cannot be read.
    pub(super) fn apply(&self, world: &World, host_config: &mut HostConfig) -> Result<(), Failure> {
        let security = &mut host_config.security;
        security.annotations.clone_from(&self.annotations);
        security.cap_add.clone_from(&self.cap_add);
        security.cap_drop.clone_from(&self.cap_drop);
        security.group_add.clone_from(&self.group_add);
        security.ipc_mode.clone_from(&self.ipc);
        security.isolation.clone_from(&self.isolation);
        security.pid_mode.clone_from(&self.pid);
        security.privileged = self.privileged;
        security.runtime.clone_from(&self.runtime);
        security.shm_size = self.shm_size;
        security.storage_opt.clone_from(&self.storage_options);
        security.sysctls.clone_from(&self.sysctls);
        security.userns_mode = self.user_namespace;
        security.uts_mode = self.uts;
        let (options, open) = security_opt::resolve(world, &self.options)?;
        security.security_opt = options;
        security.masked_paths = open.then(Vec::new);
        security.readonly_paths = open.then(Vec::new);
        Ok(())
    }
}

fn pairs(texts: &[String]) -> BTreeMap<String, String> {
    texts.iter().map(|text| super::pair(text)).collect()
}

fn pid_mode(text: &str) -> Result<PidMode, Failure> {
    match PidMode::from(text.to_owned()) {
        PidMode::Private if !text.is_empty() => Err(Failure::client("--pid: invalid PID mode")),
        PidMode::Container(container) if container.is_empty() => Err(Failure::client("--pid: invalid PID mode")),
        mode => Ok(mode),
    }
}

fn host_or_nothing(text: &str, refusal: &str) -> Result<HostOrPrivate, Failure> {
    match text {
        "" => Ok(HostOrPrivate::Private),
        "host" => Ok(HostOrPrivate::Host),
        _ => Err(Failure::client(refusal)),
    }
}

fn storage_options(texts: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let invalid = || Failure::client("invalid storage option");
    texts.iter().map(|text| if text.contains('=') { Ok(super::pair(text)) } else { Err(invalid()) }).collect()
}
