//! A stage as far as it has been built: the config its image will have, and the ARGs in scope.
//!
//! Instructions that make no layer are carried out here ([`StageState::apply`]); both frontends share them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::BuildError;
use super::request::BuildFrontend;
use super::syntax::{CommandLine, Expander, Form, Instruction, quote, quote_list};
use crate::engine::oci::{ImageConfig, Platform, RootFs, RuntimeConfig};

const DEFAULT_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Usable in RUN without an ARG, and never part of the history.
const PROXY_ARGUMENTS: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// What holds for the whole build.
#[derive(Debug)]
pub(super) struct BuildScope<'a> {
    pub(super) frontend: BuildFrontend,
    pub(super) escape: char,
    /// `--build-arg`.
    pub(super) given: &'a [(String, String)],
    /// ARGs before the first FROM, and the platform's, with their values.
    pub(super) global: Vec<(String, Option<String>)>,
    /// The names of `--build-arg` that some ARG took.
    pub(super) consumed: RefCell<BTreeSet<String>>,
}

impl BuildScope<'_> {
    /// What `--build-arg` says; the last one counts.
    pub(super) fn given(&self, name: &str) -> Option<String> {
        let (_, value) = self.given.iter().rev().find(|(given, _)| given == name)?;
        self.consumed.borrow_mut().insert(name.to_owned());
        Some(value.clone())
    }

    /// A global ARG's value.
    pub(super) fn global(&self, name: &str) -> Option<String> {
        self.global.iter().rev().find(|(known, _)| known == name).and_then(|(_, value)| value.clone())
    }

    /// The proxies given without an ARG of the same name in scope.
    pub(super) fn proxies(&self) -> Vec<(String, String)> {
        let proxies: Vec<_> =
            self.given.iter().filter(|(name, _)| PROXY_ARGUMENTS.contains(&name.as_str())).cloned().collect();
        self.consumed.borrow_mut().extend(proxies.iter().map(|(name, _)| name.clone()));
        proxies
    }

    /// Those of `--build-arg` that no ARG took, in order.
    pub(super) fn unused(&self) -> Vec<String> {
        let consumed = self.consumed.borrow();
        let mut names: Vec<String> =
            self.given.iter().map(|(name, _)| name.clone()).filter(|name| !consumed.contains(name)).collect();
        names.sort();
        names.dedup();
        names
    }

    /// BuildKit's platform ARGs.
    pub(super) fn platform_arguments() -> Vec<(String, Option<String>)> {
        let platform = Platform::host();
        let mut arguments = Vec::new();
        for side in ["BUILD", "TARGET"] {
            for (what, value) in [
                ("PLATFORM", platform.to_string()),
                ("OS", platform.os.clone()),
                ("ARCH", platform.architecture.clone()),
                ("VARIANT", String::new()),
            ] {
                arguments.push((format!("{side}{what}"), Some(value)));
            }
        }
        arguments
    }
}

/// A stage as far as it has been built.
#[derive(Debug, Clone)]
pub(super) struct StageState {
    /// What its image will be.
    pub(super) config: ImageConfig,
    /// ARGs so far, with their values, each name once.
    pub(super) arguments: Vec<(String, Option<String>)>,
}

impl StageState {
    /// `FROM scratch`. BuildKit gives such an image a PATH and a working directory.
    pub(super) fn scratch(frontend: BuildFrontend) -> Self {
        let platform = Platform::host();
        let mut config = RuntimeConfig::default();
        if frontend == BuildFrontend::BuildKit {
            config.env.push(DEFAULT_PATH.to_owned());
            "/".clone_into(&mut config.working_dir);
        }
        Self::on(ImageConfig {
            created: None,
            author: String::new(),
            architecture: platform.architecture,
            os: platform.os,
            variant: String::new(),
            config,
            rootfs: RootFs { kind: "layers".to_owned(), diff_ids: Vec::new() },
            history: Vec::new(),
        })
    }

    /// `FROM` an image or a stage. Its ARGs are not inherited.
    pub(super) fn on(config: ImageConfig) -> Self {
        Self { config, arguments: Vec::new() }
    }

    /// The value of a variable: ENV goes before ARG.
    pub(super) fn lookup(&self, name: &str) -> Option<String> {
        let environment = self.config.config.env.iter().find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='));
        environment
            .map(str::to_owned)
            .or_else(|| self.arguments.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.clone()))
    }

    /// Replaces the variables of one word.
    pub(super) fn expand(&self, scope: &BuildScope<'_>, word: &str) -> Result<String, BuildError> {
        Ok(Expander::for_words(scope.escape).expand(word, &|name| self.lookup(name))?.text)
    }

    /// An instruction as its title shows it.
    pub(super) fn title(&self, scope: &BuildScope<'_>, code: &str) -> String {
        let expanded = Expander::for_titles(scope.escape).expand(code, &|name| self.lookup(name));
        expanded.map_or_else(|_| code.to_owned(), |expanded| expanded.text)
    }

    /// `NAME=value` of the ARGs in scope.
    pub(super) fn argument_list(&self) -> Vec<String> {
        self.arguments.iter().map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or_default())).collect()
    }

    /// Where commands start and relative paths begin.
    pub(super) fn working_dir(&self) -> &str {
        let directory = &self.config.config.working_dir;
        if directory.is_empty() { "/" } else { directory }
    }

    /// A command with the shell in front when it is in shell form.
    pub(super) fn command(&self, command: &CommandLine) -> Vec<String> {
        if command.form == Form::Exec {
            return command.words.clone();
        }
        let mut words = if self.config.config.shell.is_empty() {
            vec!["/bin/sh".to_owned(), "-c".to_owned()]
        } else {
            self.config.config.shell.clone()
        };
        words.push(command.words.join(" "));
        words
    }

    /// Carries out an instruction that makes no layer; its text in the history.
    /// WORKDIR only changes the config here. Nothing for RUN, COPY and ADD.
    pub(super) fn apply(&mut self, scope: &BuildScope<'_>, instruction: &Instruction) -> Result<String, BuildError> {
        Ok(match instruction {
            Instruction::Arg(arguments) => self.declare(scope, arguments)?,
            Instruction::Env(pairs) => {
                let pairs = self.expand_pairs(scope, pairs)?;
                for (name, value) in &pairs {
                    self.set_environment(name, value);
                }
                format!("ENV{}", listed(&pairs))
            }
            Instruction::Label(pairs) => {
                let pairs = self.expand_pairs(scope, pairs)?;
                self.config.config.labels.extend(pairs.iter().cloned());
                format!("LABEL{}", listed(&pairs))
            }
            Instruction::Cmd(command) => {
                let words = self.command(command);
                let text = format!("CMD {}", quote_list(&words));
                self.config.config.cmd = Some(words);
                text
            }
            Instruction::Entrypoint(command) => {
                let words = if command.words.is_empty() { Vec::new() } else { self.command(command) };
                let text = format!("ENTRYPOINT {}", quote_list(&words));
                self.config.config.entrypoint = (!words.is_empty()).then_some(words);
                text
            }
            Instruction::Expose(ports) => self.expose(scope, ports)?,
            Instruction::HealthCheck(check) => {
                let durations = [check.interval, check.timeout, check.start_period, check.start_interval];
                let durations = durations.map(|duration| quote(&super::go::duration(duration))).join(" ");
                // As Go prints the structure it keeps: the count of retries comes out as a character.
                let text =
                    format!("HEALTHCHECK &{{{} {durations} '\\x{:02x}'}}", quote_list(&check.test), check.retries);
                self.config.config.healthcheck = Some(check.clone());
                text
            }
            Instruction::Maintainer(who) => {
                self.config.author.clone_from(who);
                format!("MAINTAINER {who}")
            }
            Instruction::OnBuild(trigger) => {
                self.config.config.on_build.push(trigger.clone());
                format!("ONBUILD {trigger}")
            }
            Instruction::Shell(words) => {
                self.config.config.shell.clone_from(words);
                format!("SHELL [{}]", words.join(" "))
            }
            Instruction::StopSignal(signal) => {
                let signal = self.expand(scope, signal)?;
                self.config.config.stop_signal.clone_from(&signal);
                format!("STOPSIGNAL {signal}")
            }
            Instruction::User(user) => {
                let user = self.expand(scope, user)?;
                self.config.config.user.clone_from(&user);
                format!("USER {user}")
            }
            Instruction::Volume(paths) => {
                let paths = paths.iter().map(|path| self.expand(scope, path)).collect::<Result<Vec<_>, _>>()?;
                for path in &paths {
                    self.config.config.volumes.insert(path.clone(), serde_json::Map::new());
                }
                format!("VOLUME [{}]", paths.join(" "))
            }
            Instruction::Workdir(path) => {
                let path = self.expand(scope, path)?;
                if path.is_empty() {
                    return Err(BuildError::Invalid("WORKDIR cannot be an empty string".to_owned()));
                }
                let whole = if path.starts_with('/') { path } else { format!("{}/{path}", self.working_dir()) };
                let clean = format!("/{}", super::transfer::clean(&whole).display());
                self.config.config.working_dir.clone_from(&clean);
                format!("WORKDIR {clean}")
            }
            Instruction::Add(_) | Instruction::Copy(_) | Instruction::Run(_) => String::new(),
        })
    }

    fn declare(
        &mut self,
        scope: &BuildScope<'_>,
        arguments: &[(String, Option<String>)],
    ) -> Result<String, BuildError> {
        let mut text = String::from("ARG");
        for (name, default) in arguments {
            let default = default.as_ref().map(|default| self.expand(scope, default)).transpose()?;
            let given = scope.given(name);
            let shown = match scope.frontend {
                BuildFrontend::BuildKit => given.clone().or_else(|| default.clone()),
                BuildFrontend::Classic => default.clone(),
            };
            let value = given.or(default).or_else(|| scope.global(name));
            text.push(' ');
            text.push_str(name);
            if let Some(shown) = shown {
                text.push('=');
                text.push_str(&shown);
            }
            self.arguments.retain(|(known, _)| known != name);
            self.arguments.push((name.clone(), value));
        }
        Ok(text)
    }

    fn expand_pairs(
        &self,
        scope: &BuildScope<'_>,
        pairs: &[(String, String)],
    ) -> Result<Vec<(String, String)>, BuildError> {
        pairs.iter().map(|(name, value)| Ok((self.expand(scope, name)?, self.expand(scope, value)?))).collect()
    }

    fn set_environment(&mut self, name: &str, value: &str) {
        let entry = format!("{name}={value}");
        let environment = &mut self.config.config.env;
        match environment.iter_mut().find(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))) {
            Some(place) => *place = entry,
            None => environment.push(entry),
        }
    }

    fn expose(&mut self, scope: &BuildScope<'_>, words: &[String]) -> Result<String, BuildError> {
        let mut written = Vec::new();
        for word in words {
            written.extend(Expander::for_words(scope.escape).expand(word, &|name| self.lookup(name))?.words);
        }
        let mut ports = BTreeSet::new();
        for word in &written {
            ports.extend(super::go::ports(word).map_err(BuildError::Invalid)?);
        }
        let text = match scope.frontend {
            BuildFrontend::Classic => format!("EXPOSE {}", written.join(" ")),
            BuildFrontend::BuildKit => {
                let set: Vec<String> = ports.iter().map(|port| format!("{port}:{{}}")).collect();
                format!("EXPOSE map[{}]", set.join(" "))
            }
        };
        for port in ports {
            self.config.config.exposed_ports.insert(port, serde_json::Map::new());
        }
        Ok(text)
    }
}

/// ` a=1 b=2`
fn listed(pairs: &[(String, String)]) -> String {
    pairs.iter().fold(String::new(), |text, (name, value)| text + " " + name + "=" + value)
}
