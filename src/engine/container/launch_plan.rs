//! From what was asked of a container to what has to be done: the plan its monitor carries out.

use std::fs;
use std::path::{Path, PathBuf};

use super::security_settings::SecuritySettings;
use super::{
    ContainerConfig, ContainerRecord, ExecRequest, device_nodes, isolation, log_options, resolv_conf, security_settings,
};
use crate::engine::launch::{CapabilitySet, LaunchPlan, NetworkPlan, ProcessPlan, Restarts, Tier};
use crate::engine::network::{self, Link};
use crate::engine::rootfs::{Mount, MountKind, RootfsBase, RootfsPlan, StorageDriver};
use crate::engine::{Engine, EngineError};

const DEFAULT_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The plan of a container's start; the files the engine provides are written on the way.
///
/// # Errors
/// [`EngineError::NoSuchImage`] when its image is gone, [`EngineError::Io`].
pub(super) fn of(
    engine: &Engine,
    record: &ContainerRecord,
    connection: NetworkPlan,
    window: Option<(u16, u16)>,
    restarts: Restarts,
) -> Result<LaunchPlan, EngineError> {
    let host = &record.host_config;
    let links = engine.links(record)?;
    let rootfs = rootfs(engine, record, &connection, &links)?;
    Ok(LaunchPlan {
        id: record.id.clone(),
        state_root: engine.paths.root().to_path_buf(),
        program: engine.program.clone(),
        tier: engine.tier,
        open_stdin: record.config.open_stdin,
        stdin_once: record.config.stdin_once,
        auto_remove: host.auto_remove,
        hostname: record.config.hostname.clone(),
        isolation: isolation::of(engine, record)?,
        devices: device_nodes::of(host)?,
        log: log_options::plan(&host.log_config)?,
        network: connection,
        init: host.init.unwrap_or(false),
        cgroups: engine.cgroups.clone(),
        cgroup: super::limits::cgroup_plan(engine, record)?,
        rootfs,
        process: first(engine, record, &links, window)?,
        health: super::health::plan(engine, record)?,
        restarts,
        step_mounts: Vec::new(),
    })
}

/// What the root of a container is made of.
///
/// # Errors
/// As [`of`].
pub(super) fn rootfs(
    engine: &Engine,
    record: &ContainerRecord,
    connection: &NetworkPlan,
    links: &[Link],
) -> Result<RootfsPlan, EngineError> {
    let storage = engine.storage_mounts(record)?;
    let mut mounts = provided_files(engine, record, connection, links)?;
    // A mount of the container's own takes the place of ours.
    mounts.retain(|ours| !storage.iter().any(|asked| asked.target == ours.target));
    let home = PathBuf::from("containers").join(record.id.as_str());
    let lower = engine.lower_directories(&record.image)?;
    let base = match engine.storage_driver()? {
        StorageDriver::Overlay => RootfsBase::Overlay { lower, upper: home.join("upper"), work: home.join("work") },
        StorageDriver::Copy { .. } => {
            engine.lay_down(&record.id, &record.image)?;
            RootfsBase::Copied
        }
    };
    Ok(RootfsPlan {
        base,
        merged: home.join("merged"),
        mounts,
        storage,
        readonly: record.host_config.readonly_rootfs,
        privileged: record.host_config.security.privileged,
        open_system: record.host_config.security.shows_system_paths(),
    })
}

/// The plan of a process `exec` adds.
///
/// # Errors
/// [`EngineError::InvalidRequest`] for a seccomp profile that cannot be read.
pub(super) fn joined(
    engine: &Engine,
    record: &ContainerRecord,
    request: ExecRequest,
    window: Option<(u16, u16)>,
) -> Result<ProcessPlan, EngineError> {
    // A linked container may have ended since.
    let links = engine.links(record).unwrap_or_default();
    let mut env = base_environment(&record.config, request.tty);
    env.extend(links.iter().flat_map(Link::environment));
    override_with(&mut env, &record.config.env);
    override_with(&mut env, &request.env);
    let container = first(engine, record, &links, window)?;
    Ok(ProcessPlan {
        command: request.command,
        env,
        working_dir: request.working_dir.unwrap_or(container.working_dir),
        user: request.user.unwrap_or(container.user),
        tty: request.tty,
        stdin: request.stdin,
        capabilities: if request.privileged { CapabilitySet::all() } else { container.capabilities },
        // As under Docker, `--privileged` does not lift the container's filter.
        ..container
    })
}

fn first(
    engine: &Engine,
    record: &ContainerRecord,
    links: &[Link],
    window: Option<(u16, u16)>,
) -> Result<ProcessPlan, EngineError> {
    let mut env = base_environment(&record.config, record.config.tty);
    env.extend(links.iter().flat_map(Link::environment));
    override_with(&mut env, &record.config.env);
    let mut command = vec![record.path.clone()];
    command.extend(record.args.iter().cloned());
    let security = &record.host_config.security;
    let settings = SecuritySettings::read(&security.security_opt)?;
    Ok(ProcessPlan {
        command,
        env,
        working_dir: record.config.working_dir.clone(),
        user: record.config.user.clone(),
        tty: record.config.tty,
        window,
        stdin: record.config.open_stdin,
        oom_score_adj: record.host_config.resources.oom_score_adj,
        capabilities: security_settings::capabilities(security),
        seccomp: settings.filter(security.privileged)?,
        no_new_privileges: settings.no_new_privileges,
        groups: security.group_add.clone(),
        limits: isolation::limits(&record.host_config),
        emulate_ownership: engine.tier == Tier::SingleId,
    })
}

fn base_environment(config: &ContainerConfig, tty: bool) -> Vec<String> {
    let mut env = vec![DEFAULT_PATH.to_owned(), format!("HOSTNAME={}", config.hostname)];
    if tty {
        env.push("TERM=xterm".to_owned());
    }
    env
}

/// Later values replace earlier ones in place; a name without `=` removes.
fn override_with(env: &mut Vec<String>, values: &[String]) {
    for value in values {
        let name = value.split('=').next().unwrap_or(value);
        let same = |other: &String| other.split('=').next() == Some(name);
        if !value.contains('=') {
            env.retain(|other| !same(other));
        } else if let Some(place) = env.iter_mut().find(|other| same(other)) {
            place.clone_from(value);
        } else {
            env.push(value.clone());
        }
    }
}

/// The files of `/etc` the engine provides.
const PROVIDED: [&str; 3] = ["resolv.conf", "hostname", "hosts"];

/// `/etc/hosts`, `/etc/hostname` and `/etc/resolv.conf`, kept in the container's directory; in that of the other container
/// when its network is shared.
fn provided_files(
    engine: &Engine,
    record: &ContainerRecord,
    connection: &NetworkPlan,
    links: &[Link],
) -> Result<Vec<Mount>, EngineError> {
    let mount = |directory: &Path, name: &str| Mount {
        source: directory.join(name),
        target: format!("/etc/{name}"),
        writable: !record.host_config.readonly_rootfs,
        kind: MountKind::File,
    };
    if let Some(other) = record.host_config.network_mode.container() {
        let directory = engine.paths.container(&engine.resolve_container(other)?.id);
        return Ok(PROVIDED.map(|name| mount(&directory, name)).to_vec());
    }
    let directory = engine.paths.container(&record.id);
    let embedded = matches!(connection, NetworkPlan::Connected(connection) if connection.resolver.is_some());
    let contents = [
        resolv_conf::of(record, embedded),
        format!("{}\n", record.config.hostname),
        network::hosts(record, &record.attachments, links, engine.host_gateway(record)),
    ];
    for (name, content) in PROVIDED.iter().zip(contents) {
        let path = directory.join(name);
        // Addresses are new at each start, and nobody sees these files between two.
        fs::write(&path, content).map_err(|error| EngineError::io(&path, error))?;
    }
    Ok(PROVIDED.map(|name| mount(&directory, name)).to_vec())
}
