//! `docker create`: writes down what was asked; starts nothing.

use std::fs;
use std::os::unix::fs::DirBuilderExt;

use super::config::{ContainerConfig, HostConfig, HostOrPrivate, NetworkMode};
use super::names::random_bytes;
use super::{ContainerId, ContainerName, ContainerRecord, ContainerState, ProcessIdentity, create_checks, state_file};
use crate::engine::network::{Attachment, Attachments, name_links};
use crate::engine::oci::{Platform, RuntimeConfig};
use crate::engine::store::Stage;
use crate::engine::{Engine, EngineError};

/// What `create` is asked.
#[derive(Debug, Clone, Default)]
pub struct CreateRequest {
    /// `--name`; made up when absent.
    pub name: Option<ContainerName>,
    /// What was said on the command line; the image's defaults fill what is empty.
    /// `env` holds the command line's only; `image` is the reference as typed.
    pub config: ContainerConfig,
    /// How it stands on the host.
    pub host_config: HostConfig,
    /// Made for one step of a build by this process: no list shows it, no name leads to it.
    pub builder: Option<ProcessIdentity>,
    /// `--platform`; the image's own when absent.
    pub platform: Option<Platform>,
    /// Networks it joins; the one of the network mode when empty.
    pub networks: Vec<Attachment>,
}

/// What `create` made.
#[derive(Debug, Clone)]
pub struct CreatedContainer {
    /// Its id.
    pub id: ContainerId,
    /// Docker's warnings, one a line.
    pub warnings: Vec<String>,
}

impl Engine {
    /// Makes a container of an image that is in the store (it never pulls).
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`], [`EngineError::NameInUse`], [`EngineError::NoCommand`],
    /// [`EngineError::InvalidRequest`] for mounts and the like.
    pub fn create_container(&self, mut request: CreateRequest) -> Result<CreatedContainer, EngineError> {
        create_checks::before_image(&request.config, &mut request.host_config)?;
        self.check_networks(&request.networks)?;
        let mut warnings = self.settle_limits(&mut request.host_config.resources)?;
        let image = self.resolve_image(&request.config.image)?;
        warnings.extend(create_checks::platform(&request, &image.config)?);
        let mut config = merge(request.config, &image.config.config);
        let mut command = config.entrypoint.iter().flatten().chain(config.cmd.iter().flatten()).cloned();
        let path = command.next().ok_or(EngineError::NoCommand)?;
        let args = command.collect();
        create_checks::working_directory(&config)?;
        create_checks::after_image(self, &mut request.host_config)?;

        request.host_config.restart_policy.check()?;
        super::health::check(config.healthcheck.as_ref())?;
        let id = ContainerId::from_random(random_bytes::<32>()?);
        if config.hostname.is_empty() {
            config.hostname = host_name_of_the_host(&request.host_config).unwrap_or_else(|| id.short().to_owned());
        }
        let name = match request.name {
            None if request.builder.is_some() => ContainerName::of_build_step(&id),
            Some(name) => self.reserve_name(&name, &id).map(|()| name)?,
            None => self.make_up_name(&id)?,
        };
        name_links(&mut request.host_config, &name);
        if request.host_config.network_mode == NetworkMode::Host
            && !request.host_config.networking.port_bindings.is_empty()
        {
            warnings.push("Published ports are discarded when using host network mode".to_owned());
        }
        warnings.extend(self.network_warnings(&request.host_config.network_mode));
        let written = self.resolve_mounts(&request.host_config, &config).and_then(|mounts| {
            self.seed_or_discard(&mounts, &image.id)?;
            let mounts = mounts.points;
            let record = ContainerRecord {
                id: id.clone(),
                name: name.clone(),
                created: self.clock.now(),
                image: image.id.clone(),
                path,
                args,
                config,
                host_config: request.host_config,
                mounts,
                builder: request.builder,
                state: ContainerState::created(),
                attachments: Attachments { networks: request.networks, live: None },
            };
            self.write_down(&record)?;
            self.note_container(&record, "create", &[]);
            Ok(())
        });
        if written.is_err() {
            self.release_name(&name);
        }
        written.map(|()| CreatedContainer { id, warnings })
    }

    /// The directory is complete before it gets its name: a container is there whole or not at all.
    fn write_down(&self, record: &ContainerRecord) -> Result<(), EngineError> {
        let stage = Stage::new(&self.paths)?;
        let staged = stage.path().join("container");
        let directory = self.paths.container(&record.id);
        let failed = |error| EngineError::io(&staged, error);
        fs::create_dir(&staged).map_err(failed)?;
        for (name, mode) in [("upper", 0o755), ("work", 0o700), ("merged", 0o700)] {
            fs::DirBuilder::new().mode(mode).create(staged.join(name)).map_err(failed)?;
        }
        state_file::write_json(&staged.join(state_file::CONFIG), record)?;
        record.attachments.write(&staged.join(Attachments::FILE))?;
        fs::rename(&staged, &directory).map_err(|error| EngineError::io(&directory, error))
    }
}

/// The host's name, for a container that shares what bears it.
fn host_name_of_the_host(host: &HostConfig) -> Option<String> {
    let shared = host.security.uts_mode == HostOrPrivate::Host || host.network_mode == NetworkMode::Host;
    nix::unistd::gethostname().ok().filter(|_| shared)?.into_string().ok()
}

/// Fills what the command line left out with the image's defaults.
/// Source: moby `runconfig.Merge`.
fn merge(mut asked: ContainerConfig, image: &RuntimeConfig) -> ContainerConfig {
    if asked.user.is_empty() {
        asked.user.clone_from(&image.user);
    }
    if asked.working_dir.is_empty() {
        asked.working_dir.clone_from(&image.working_dir);
    }
    if asked.stop_signal.is_empty() {
        asked.stop_signal.clone_from(&image.stop_signal);
    }
    super::health::merge(&mut asked.healthcheck, image.healthcheck.as_ref());
    // A new entry point drops the image's arguments: they were for the old one.
    if asked.entrypoint.is_none() {
        if asked.cmd.as_ref().is_none_or(Vec::is_empty) {
            asked.cmd.clone_from(&image.cmd);
            asked.args_escaped = image.args_escaped;
        }
        asked.entrypoint.clone_from(&image.entrypoint);
    } else if asked.entrypoint.as_deref() == Some(&[String::new()]) {
        asked.entrypoint = None;
    }
    for variable in &image.env {
        let name = variable.split('=').next().unwrap_or(variable);
        if !asked.env.iter().any(|other| other.split('=').next() == Some(name)) {
            asked.env.push(variable.clone());
        }
    }
    for (name, value) in &image.labels {
        asked.labels.entry(name.clone()).or_insert_with(|| value.clone());
    }
    for (port, empty) in &image.exposed_ports {
        asked.exposed_ports.entry(port.clone()).or_insert_with(|| empty.clone());
    }
    if !image.volumes.is_empty() {
        asked.volumes.get_or_insert_default().extend(image.volumes.clone());
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_command_replaces_the_images_and_keeps_its_entry_point() {
        let image =
            RuntimeConfig { entrypoint: Some(words("echo")), cmd: Some(words("hello")), ..RuntimeConfig::default() };
        let asked = ContainerConfig { cmd: Some(words("bye")), ..ContainerConfig::default() };
        let merged = merge(asked, &image);
        assert_eq!((merged.entrypoint, merged.cmd), (Some(words("echo")), Some(words("bye"))));
    }

    #[test]
    fn a_new_entry_point_drops_the_images_command() {
        let image =
            RuntimeConfig { entrypoint: Some(words("echo")), cmd: Some(words("hello")), ..RuntimeConfig::default() };
        let escaped = RuntimeConfig { args_escaped: true, ..image.clone() };
        assert!(merge(ContainerConfig::default(), &escaped).args_escaped);
        assert!(
            !merge(ContainerConfig { cmd: Some(words("bye")), ..ContainerConfig::default() }, &escaped).args_escaped
        );
        let asked = ContainerConfig { entrypoint: Some(words("ls")), ..ContainerConfig::default() };
        let merged = merge(asked, &image);
        assert_eq!((merged.entrypoint, merged.cmd), (Some(words("ls")), None));
    }

    #[test]
    fn the_command_lines_environment_wins() {
        let image = RuntimeConfig { env: vec!["A=image".into(), "B=image".into()], ..RuntimeConfig::default() };
        let asked = ContainerConfig { env: vec!["A=asked".into()], ..ContainerConfig::default() };
        assert_eq!(merge(asked, &image).env, ["A=asked", "B=image"]);
    }
}
