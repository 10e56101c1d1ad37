//! What `run` and `create` have in common: every option that describes the container.

use super::context::Context;
use super::environment_file;
use super::failure::{Complaint, Failure, Unsupported};
use super::words::Words;
use crate::engine::container::{ContainerConfig, CreateRequest, HostConfig, NetworkMode, RestartPolicy};
use crate::engine::oci::ReferenceError;

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
    /// `-h`.
    pub hostname: Option<String>,
    /// `-t`.
    pub tty: bool,
    /// `-i`.
    pub interactive: bool,
    /// `--init`; `None` when it was not said.
    pub init: Option<bool>,
    /// `--network`.
    pub network: Option<String>,
    /// `--read-only`.
    pub read_only: bool,
    /// `-v`.
    pub volumes: Vec<String>,
    /// `--add-host`.
    pub add_hosts: Vec<String>,
    /// `--restart`.
    pub restart: RestartPolicy,
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
            _ => failure.prefixed(words.said),
        })
    }

    /// The streams the client attaches to: stdin, stdout, stderr.
    pub fn attached(&self) -> [bool; 3] {
        if self.attach.is_empty() {
            return [self.interactive, true, true];
        }
        ["stdin", "stdout", "stderr"].map(|stream| self.attach.iter().any(|typed| typed == stream))
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
        let (anonymous, binds): (Vec<_>, Vec<_>) = self.volumes.iter().partition(|volume| !volume.contains(':'));
        let [attach_stdin, attach_stdout, attach_stderr] = attached;
        let volumes = anonymous.into_iter().map(|path| (path.clone(), serde_json::Map::new())).collect();
        let config = ContainerConfig {
            hostname: self.hostname.clone().unwrap_or_default(),
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
            volumes: Some(volumes).filter(|volumes: &std::collections::BTreeMap<_, _>| !volumes.is_empty()),
            working_dir: self.working_dir.clone().unwrap_or_default(),
            entrypoint: self.entrypoint.clone().map(|program| vec![program]),
            labels: labels.iter().map(|label| pair(label)).collect(),
            stop_signal: self.stop_signal.clone().unwrap_or_default(),
            stop_timeout: self.stop_timeout,
            ..ContainerConfig::default()
        };
        let host_config = HostConfig {
            binds: binds.into_iter().map(|bind| absolute(context, bind)).collect(),
            network_mode: self.network.clone().map_or(NetworkMode::Bridge, NetworkMode::from),
            restart_policy: self.restart.clone(),
            auto_remove: self.auto_remove,
            readonly_rootfs: self.read_only,
            init: self.init,
            extra_hosts: self.add_hosts.iter().map(|host| host.replacen('=', ":", 1)).collect(),
            container_id_file: self.cidfile.clone().unwrap_or_default(),
        };
        let name = self.name.as_deref().map(str::parse).transpose()?;
        Ok(CreateRequest { name, config, host_config })
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
        hostname: words.owned("hostname"),
        tty: words.bool("tty"),
        interactive: words.bool("interactive"),
        init: words.given("init").then(|| words.bool("init")),
        network: network(words)?,
        read_only: words.bool("read-only"),
        volumes: words.list("volume"),
        add_hosts: words.list("add-host"),
        restart: restart(words.text("restart").unwrap_or("no"))?,
        stop_signal: words.owned("stop-signal"),
        stop_timeout: words.int("stop-timeout"),
        auto_remove: words.bool("rm"),
        attach: words.list("attach").iter().map(|stream| stream.to_lowercase()).collect(),
        cidfile: words.owned("cidfile"),
        pull: pull_policy(words.text("pull").unwrap_or("missing"))?,
        quiet: words.bool("quiet"),
    };
    if options.auto_remove && options.restart.name != "no" {
        return Err(Failure::client("conflicting options: cannot specify both --restart and --rm"));
    }
    check_image(&options.image)?;
    Ok(options)
}

/// Sixty-four digits are an id and not a name, hence fine here.
fn check_image(typed: &str) -> Result<(), Failure> {
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

fn network(words: &Words) -> Result<Option<String>, Failure> {
    if !words.given("network") {
        return Ok(None);
    }
    match words.text("network").unwrap_or_default() {
        "" => Err(Failure::client("no name set for network")),
        value if value.starts_with("container:") || value.contains('=') => {
            let what = Unsupported::Value(words.command_line(), "--network".to_owned(), value.to_owned());
            Err(Failure::unsupported(what))
        }
        value => Ok(Some(value.to_owned())),
    }
}

fn restart(text: &str) -> Result<RestartPolicy, Failure> {
    let (name, count) = text.split_once(':').map_or((text, None), |(name, count)| (name, Some(count)));
    let maximum_retry_count = count
        .unwrap_or("0")
        .parse()
        .map_err(|_| Failure::client("invalid restart policy format: maximum retry count must be an integer"))?;
    let name = if name.is_empty() { "no" } else { name };
    Ok(RestartPolicy { name: name.to_owned(), maximum_retry_count })
}

fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.to_owned(), value.to_owned())
}

/// The client makes `./relative` sources absolute; anything else without a slash is a volume's name.
fn absolute(context: &Context<'_>, bind: &str) -> String {
    match bind.split_once(':') {
        Some((source, rest)) if source == "." || source.starts_with("./") || source.starts_with("..") => {
            let path = context.world.path(source);
            let path = std::path::absolute(&path).unwrap_or(path);
            format!("{}:{rest}", tidy(&path).display())
        }
        _ => bind.to_owned(),
    }
}

/// The path without `.` and `..`, as Go's `filepath.Abs` leaves it.
fn tidy(path: &std::path::Path) -> std::path::PathBuf {
    use std::path::Component;
    let mut tidied = std::path::PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                tidied.pop();
            }
            other => tidied.push(other),
        }
    }
    tidied
}
