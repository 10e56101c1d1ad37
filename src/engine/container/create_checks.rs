//! What the daemon refuses when a container is created, in its words: before the image is looked for ([`before_image`])
//! and after ([`after_image`]). Source: moby `daemon/container.go`, `daemon_unix.go`, `create.go`.

use super::config::{ContainerConfig, HostConfig, IpcMode, PidMode};
use super::{CreateRequest, log_options, security_settings};
use crate::engine::launch::{CapabilitySet, signal};
use crate::engine::oci::{ImageConfig, Platform};
use crate::engine::{Engine, EngineError};

/// The names our own runtime answers to: its own, and the one Docker's default has.
const RUNTIMES: &[&str] = &["", "moussaillon", "runc", "io.containerd.runc.v2"];

/// Refuses what cannot be, and writes capabilities the way Docker records them.
///
/// # Errors
/// [`EngineError::InvalidRequest`], [`EngineError::InvalidSignal`].
pub(super) fn before_image(config: &ContainerConfig, host: &mut HostConfig) -> Result<(), EngineError> {
    network_of_another(config, host)?;
    working_directory(config)?;
    if !config.stop_signal.is_empty() {
        signal::parse(&config.stop_signal)?;
    }
    let security = &mut host.security;
    security.cap_add = capabilities(&security.cap_add, "CapAdd")?;
    security.cap_drop = capabilities(&security.cap_drop, "CapDrop")?;
    if !matches!(security.isolation.as_str(), "" | "default") {
        return refuse(format!("Invalid isolation: \"{}\" - linux only supports 'default'", security.isolation));
    }
    if security.annotations.contains_key("") {
        return refuse("invalid Annotations: the empty string is not permitted as an annotation key".to_owned());
    }
    if let IpcMode::Unknown(mode) = &security.ipc_mode {
        return refuse(format!("invalid IPC mode: {mode}"));
    }
    if security.uts_mode == super::HostOrPrivate::Host && !config.hostname.is_empty() {
        return refuse("conflicting options: hostname and the UTS mode".to_owned());
    }
    if !RUNTIMES.contains(&security.runtime.as_str()) {
        return refuse(format!("unknown or invalid runtime name: {}", security.runtime));
    }
    Ok(())
}

/// Refuses a working directory that depends on where one stands.
///
/// # Errors
/// [`EngineError::InvalidRequest`].
pub(super) fn working_directory(config: &ContainerConfig) -> Result<(), EngineError> {
    if config.working_dir.is_empty() || config.working_dir.starts_with('/') {
        return Ok(());
    }
    refuse(format!("the working directory '{}' is invalid, it needs to be an absolute path", config.working_dir))
}

/// What cannot be said of the network of another container. Source: moby `runconfig.validateNetContainerMode`.
fn network_of_another(config: &ContainerConfig, host: &HostConfig) -> Result<(), EngineError> {
    let Some(container) = host.network_mode.container() else { return Ok(()) };
    if container.is_empty() {
        return refuse("Invalid network mode: invalid container format container:<name|id>".to_owned());
    }
    let networking = &host.networking;
    let conflicts = [
        (!config.hostname.is_empty(), "hostname and the network mode"),
        (
            !networking.links.is_empty(),
            "container type network can't be used with links. This would result in undefined behavior",
        ),
        (!host.resolver.dns.is_empty(), "dns and the network mode"),
        (!host.extra_hosts.is_empty(), "custom host-to-IP mapping and the network mode"),
        (
            !networking.port_bindings.is_empty() || networking.publish_all_ports,
            "port publishing and the container type network mode",
        ),
        (!config.exposed_ports.is_empty(), "port exposing and the container type network mode"),
    ];
    match conflicts.into_iter().find(|(conflicting, _)| *conflicting) {
        Some((_, what)) => refuse(format!("conflicting options: {what}")),
        None => Ok(()),
    }
}

/// Compares the image's platform with what was asked, or with this machine: Docker's warnings.
///
/// # Errors
/// [`EngineError::WrongPlatform`].
pub(super) fn platform(request: &CreateRequest, image: &ImageConfig) -> Result<Vec<String>, EngineError> {
    let found = Platform { os: image.os.clone(), architecture: image.architecture.clone() };
    match &request.platform {
        Some(wanted) if *wanted != found => Err(EngineError::WrongPlatform {
            image: request.config.image.clone(),
            wanted: wanted.to_string(),
            found: found.to_string(),
        }),
        None if found != Platform::host() => Ok(vec![format!(
            "The requested image's platform ({found}) does not match the detected host platform ({}) and no specific platform was requested",
            Platform::host()
        )]),
        _ => Ok(Vec::new()),
    }
}

/// Refuses what needs the engine's state to be known.
///
/// # Errors
/// [`EngineError::NoSuchContainer`], [`EngineError::InvalidRequest`].
pub(super) fn after_image(engine: &Engine, host: &mut HostConfig) -> Result<(), EngineError> {
    let security = &mut host.security;
    if let IpcMode::Container(container) = &security.ipc_mode {
        engine.resolve_container(container)?;
    }
    if let PidMode::Container(container) = &security.pid_mode {
        engine.resolve_container(container)?;
    }
    security_settings::SecuritySettings::read(&security.security_opt)?;
    // Docker says so on machines without SELinux too.
    if security.privileged || security.ipc_mode == IpcMode::Host || security.pid_mode == PidMode::Host {
        security.security_opt.push("label=disable".to_owned());
    }
    if let Some(name) = security.storage_opt.keys().find(|name| *name != "size") {
        return refuse(format!("Unknown option {name}"));
    }
    if !security.storage_opt.is_empty() {
        return refuse("--storage-opt is supported only for overlay over xfs with 'pquota' mount option".to_owned());
    }
    engine.settle_links(host)?;
    log_options::check(&host.log_config)
}

/// `net_admin` → `CAP_NET_ADMIN`; `ALL` stays.
fn capabilities(typed: &[String], field: &str) -> Result<Vec<String>, EngineError> {
    let available = CapabilitySet::available();
    typed
        .iter()
        .map(|name| {
            let upper = name.to_ascii_uppercase();
            if upper == "ALL" {
                return Ok(upper);
            }
            let full = if upper.starts_with("CAP_") { upper } else { format!("CAP_{upper}") };
            match CapabilitySet::parse(&full) {
                None => refuse(format!("invalid {field}: unknown capability: \"{full}\"")),
                Some(one) if one.difference(available) != CapabilitySet::EMPTY => refuse(format!(
                    "invalid {field}: capability not supported by your kernel or not available in the current environment: \"{full}\""
                )),
                Some(_) => Ok(full),
            }
        })
        .collect()
}

fn refuse<T>(sentence: String) -> Result<T, EngineError> {
    Err(EngineError::InvalidRequest(sentence))
}
