//! From `--pid`, `--ipc`, `--uts`, `--sysctl` and `--shm-size` to the plan of a container's namespaces.

use super::config::{HostConfig, HostOrPrivate, IpcMode, NetworkMode, PidMode};
use super::{ContainerRecord, ContainerStatus};
use crate::engine::launch::{IsolationPlan, LaunchError, Namespace, ProcessLimit, SharedMemory};
use crate::engine::{Engine, EngineError};

/// Docker's `/dev/shm`.
const SHARED_MEMORY: u64 = 64 << 20;

/// The plan.
///
/// # Errors
/// [`EngineError::InvalidRequest`] and [`EngineError::NotRunning`] when another container's namespace cannot be had;
/// [`EngineError::Launch`] for a setting that is not the container's to make.
pub(super) fn of(engine: &Engine, record: &ContainerRecord) -> Result<IsolationPlan, EngineError> {
    let host = &record.host_config;
    let security = &host.security;
    refuse_settings_of_the_host(host)?;
    let pid = match &security.pid_mode {
        PidMode::Private => Namespace::Own,
        PidMode::Host => Namespace::Host,
        PidMode::Container(other) => Namespace::Of(running(engine, other, "PID")?.1),
    };
    let own_size = if security.shm_size == 0 { SHARED_MEMORY } else { security.shm_size };
    let (ipc, shared_memory) = match &security.ipc_mode {
        IpcMode::None | IpcMode::Unknown(_) => (Namespace::Own, SharedMemory::None),
        IpcMode::Private | IpcMode::Shareable => (Namespace::Own, SharedMemory::Own(own_size)),
        IpcMode::Host => (Namespace::Host, SharedMemory::Host),
        IpcMode::Container(other) => {
            let (donor, process) = running(engine, other, "IPC")?;
            if !matches!(donor.host_config.security.ipc_mode, IpcMode::Shareable | IpcMode::Host) {
                return Err(EngineError::InvalidRequest(format!(
                    "failed to join IPC namespace: container {other}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)"
                )));
            }
            (Namespace::Of(process), SharedMemory::Of(process))
        }
    };
    let uts = match security.uts_mode {
        HostOrPrivate::Private => Namespace::Own,
        HostOrPrivate::Host => Namespace::Host,
    };
    let has_network = host.network_mode != NetworkMode::Host;
    let optional = [("net.ipv4.ping_group_range", "0 2147483647"), ("net.ipv4.ip_unprivileged_port_start", "0")];
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Ok(IsolationPlan {
        pid,
        ipc,
        uts,
        shared_memory,
        domainname: if uts == Namespace::Own { record.config.domainname.clone() } else { String::new() },
        sysctls: security.sysctls.iter().map(|(name, value)| pair((name, value))).collect(),
        optional_sysctls: optional.into_iter().filter(|_| has_network).map(pair).collect(),
    })
}

/// The limits of the processes of a container.
pub(super) fn limits(host: &HostConfig) -> Vec<ProcessLimit> {
    let bound = |value: i64| u64::try_from(value).ok();
    let limit = |limit: &super::Ulimit| ProcessLimit {
        name: limit.name.clone(),
        soft: bound(limit.soft),
        hard: bound(limit.hard),
    };
    host.devices.ulimits.iter().map(limit).collect()
}

/// A running container by name or id, and its first process.
fn running(engine: &Engine, named: &str, kind: &str) -> Result<(ContainerRecord, i32), EngineError> {
    let refused = |reason: String| EngineError::InvalidRequest(format!("failed to join {kind} namespace: {reason}"));
    let record = engine.resolve_container(named).map_err(|error| refused(error.to_string()))?;
    match &record.state.status {
        ContainerStatus::Running { init, .. } if record.state.is_running() => {
            let process = init.pid;
            Ok((record, process))
        }
        _ => Err(refused(format!("container {} is not running", record.id))),
    }
}

/// Source: runc `libcontainer/configs/validate`.
fn refuse_settings_of_the_host(host: &HostConfig) -> Result<(), EngineError> {
    let security = &host.security;
    for name in security.sysctls.keys() {
        let reason = if name.starts_with("net.") && host.network_mode == NetworkMode::Host {
            format!("sysctl \"{name}\" not allowed in host network namespace")
        } else if !name.starts_with("net.") && security.ipc_mode == IpcMode::Host {
            format!("sysctl \"{name}\" is not allowed in the hosts ipc namespace")
        } else {
            continue;
        };
        return Err(LaunchError::Refused(reason).into());
    }
    Ok(())
}
