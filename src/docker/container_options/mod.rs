//! What `run` and `create` have in common: every option that describes the container.

use super::context::Context;
use super::environment_file;
use super::failure::{Complaint, Failure};
use super::words::Words;
use crate::engine::container::{ContainerConfig, CreateRequest, HostConfig};
use crate::engine::oci::{Platform, ReferenceError};

mod devices;
mod health;
mod logging;
mod names;
pub(in crate::docker) mod network;
mod publish;
mod resources;
mod security;
mod security_opt;
mod storage;
mod volume_flag;

pub use devices::Devices;
pub use health::{Health, restart_policy};
pub use logging::Logging;
pub use names::Names;
pub use network::Network;
pub use resources::{Resources, changeable};
pub use security::Security;
pub use storage::Storage;

/// What the containers of a build's steps are given by the options `build` shares with `run`.
///
/// # Errors
/// The client's sentences.
pub(super) fn of_build_steps(words: &Words) -> Result<HostConfig, Failure> {
    let mut host_config = HostConfig::default();
    Resources::read(words)?.apply(&mut host_config);
    Devices::read(words)?.apply(&mut host_config);
    let size = words.text("shm-size").and_then(super::value::size).and_then(|size| u64::try_from(size).ok());
    host_config.security.shm_size = size.unwrap_or_default();
    Ok(host_config)
}

/// The options that describe a container, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // they are flags
pub struct ContainerOptions {
    /// `--name`.
    pub name: Option<String>,
    /// The image as typed.
    pub image: String,
    /// Command and arguments.
    pub command: Vec<String>,
    /// `--entrypoint`; empty text clears the image's.
    pub entrypoint: Option<String>,
    /// `-e`.
    pub env: Vec<String>,
    /// `--env-file`.
    pub env_files: Vec<String>,
    /// `-l`.
    pub labels: Vec<String>,
    /// `--label-file`.
    pub label_files: Vec<String>,
    /// `-w`.
    pub working_dir: Option<String>,
    /// `-u`.
    pub user: Option<String>,
    /// Its own names, and whom it asks for others'.
    pub names: Names,
    /// `-t`.
    pub tty: bool,
    /// `-i`.
    pub interactive: bool,
    /// `--init`; `None` when it was not said.
    pub init: Option<bool>,
    /// Limits.
    pub resources: Resources,
    /// What its processes may do.
    pub security: Security,
    /// Devices, and its processes' own allowance.
    pub devices: Devices,
    /// Where its words are kept.
    pub logging: Logging,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// Networks, ports and names.
    pub network: Network,
    /// Mounts.
    pub storage: Storage,
    /// How to tell whether it works, and what follows its end.
    pub health: Health,
    /// `--stop-signal`.
    pub stop_signal: Option<String>,
    /// `--stop-timeout`.
    pub stop_timeout: Option<i64>,
    /// `--rm`.
    pub auto_remove: bool,
    /// `-a`, in lower case.
    pub attach: Vec<String>,
    /// `--cidfile`.
    pub cidfile: Option<String>,
    /// `--pull`.
    pub pull: PullPolicy,
    /// `-q`.
    pub quiet: bool,
}

/// `--pull`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PullPolicy {
    /// Every time.
    Always,
    /// When the image is not here.
    #[default]
    Missing,
    /// Not at all.
    Never,
}

impl ContainerOptions {
    /// Reads the options.
    ///
    /// # Errors
    /// The client's sentences, in `run`'s way.
    pub fn read(words: &Words) -> Result<Self, Failure> {
        read(words).map_err(|failure| match failure.complaints.as_slice() {
            [Complaint::Unsupported(_)] => failure,
            _ => failure.prefixed(words.short()),
        })
    }

    /// The streams the client attaches to: stdin, stdout, stderr.
    pub fn attached(&self) -> [bool; 3] {
        if self.attach.is_empty() {
            return [self.interactive, true, true];
        }
        let [stdin, stdout, stderr] =
            ["stdin", "stdout", "stderr"].map(|stream| self.attach.iter().any(|typed| typed == stream));
        [stdin || self.interactive, stdout, stderr]
    }

    /// What the engine is asked, files read and the environment looked up.
    ///
    /// # Errors
    /// A file that cannot be read, a name that cannot be.
    pub fn request(&self, context: &Context<'_>, attached: [bool; 3]) -> Result<CreateRequest, Failure> {
        let world = context.world;
        let mut env = Vec::new();
        for file in &self.env_files {
            env.extend(environment_file::read(world, file)?);
        }
        env.extend(environment_file::resolve(world, &self.env));
        let mut labels = Vec::new();
        for file in &self.label_files {
            labels.extend(environment_file::read(world, file)?);
        }
        labels.extend(self.labels.iter().cloned());
        let [attach_stdin, attach_stdout, attach_stderr] = attached;
        let mut config = ContainerConfig {
            user: self.user.clone().unwrap_or_default(),
            attach_stdin,
            attach_stdout,
            attach_stderr,
            tty: self.tty,
            open_stdin: self.interactive,
            stdin_once: self.interactive && attach_stdin,
            env,
            cmd: (!self.command.is_empty()).then(|| self.command.clone()),
            image: self.image.clone(),
            working_dir: self.working_dir.clone().unwrap_or_default(),
            entrypoint: self.entrypoint.clone().map(|program| vec![program]),
            labels: labels.iter().map(|label| pair(label)).collect(),
            stop_signal: self.stop_signal.clone().unwrap_or_default(),
            stop_timeout: self.stop_timeout,
            ..ContainerConfig::default()
        };
        let mut host_config = HostConfig {
            auto_remove: self.auto_remove,
            init: self.init,
            container_id_file: self.cidfile.clone().unwrap_or_default(),
            ..HostConfig::default()
        };
        self.resources.apply(&mut host_config);
        self.security.apply(context.world, &mut host_config)?;
        self.devices.apply(&mut host_config);
        self.logging.apply(&mut host_config);
        self.names.apply(&mut config, &mut host_config);
        self.network.apply(&mut config, &mut host_config);
        self.storage.apply(context.world, &mut config, &mut host_config);
        self.health.apply(&mut config, &mut host_config);
        let name = self.name.as_deref().map(str::parse).transpose()?;
        let networks = self.network.networks.clone();
        Ok(CreateRequest { name, config, host_config, platform: self.platform.clone(), builder: None, networks })
    }
}

fn read(words: &Words) -> Result<ContainerOptions, Failure> {
    let options = ContainerOptions {
        name: words.owned("name"),
        image: words.argument(0),
        command: words.arguments_from(1),
        entrypoint: words.given("entrypoint").then(|| words.text("entrypoint").unwrap_or_default().to_owned()),
        env: words.list("env"),
        env_files: words.list("env-file"),
        labels: words.list("label"),
        label_files: words.list("label-file"),
        working_dir: words.owned("workdir"),
        user: words.owned("user"),
        names: Names::read(words),
        tty: words.bool("tty"),
        interactive: words.bool("interactive"),
        init: words.given("init").then(|| words.bool("init")),
        resources: Resources::read(words)?,
        security: Security::read(words)?,
        devices: Devices::read(words)?,
        logging: Logging::read(words)?,
        platform: platform(words.text("platform").unwrap_or_default())?,
        network: Network::read(words)?,
        storage: Storage::read(words)?,
        health: Health::read(words)?,
        stop_signal: words.owned("stop-signal"),
        stop_timeout: words.int("stop-timeout"),
        auto_remove: words.bool("rm"),
        attach: words.list("attach").iter().map(|stream| stream.to_lowercase()).collect(),
        cidfile: words.owned("cidfile"),
        pull: pull_policy(words.text("pull").unwrap_or("missing"))?,
        quiet: words.bool("quiet"),
    };
    if options.auto_remove && options.health.restart.name != "no" {
        return Err(Failure::client("conflicting options: cannot specify both --restart and --rm"));
    }
    Ok(options)
}

/// Sixty-four digits are an id and not a name, hence fine here.
///
/// # Errors
/// The sentence about the reference.
pub fn check_image(typed: &str) -> Result<(), Failure> {
    match typed.parse::<crate::engine::oci::Reference>() {
        Ok(_) | Err(ReferenceError::Hexadecimal(_)) => Ok(()),
        Err(error) => Err(Failure::client(error.to_string())),
    }
}

fn pull_policy(text: &str) -> Result<PullPolicy, Failure> {
    match text {
        "always" => Ok(PullPolicy::Always),
        "missing" | "" => Ok(PullPolicy::Missing),
        "never" => Ok(PullPolicy::Never),
        _ => Err(Failure::client(format!(
            "invalid pull option: '{text}': must be one of \"always\", \"missing\" or \"never\""
        ))),
    }
}

/// `linux`, `arm64`, `linux/arm64/v8`.
fn platform(text: &str) -> Result<Option<Platform>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    Platform::parse(text)
        .map(Some)
        .ok_or_else(|| Failure::client(format!("error parsing specified platform: {}", super::platform::why_not(text))))
}

fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.to_owned(), value.to_owned())
}
