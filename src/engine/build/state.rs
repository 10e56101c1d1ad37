//! A stage as far as it has been built: the config its image will have, and the ARGs in scope.
//!
//! Instructions that make no layer are carried out here ([`StageState::apply`]); both frontends share them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::BuildError;
use super::lint::LintRule;
use super::request::BuildFrontend;
use super::scope::BuildScope;
use super::syntax::{CommandLine, Expanded, Expander, Form, Instruction, Span, Statement, quote, quote_list};
use crate::engine::oci::{ImageConfig, Platform, RootFs, RuntimeConfig};

const DEFAULT_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A stage as far as it has been built.
#[derive(Debug, Clone)]
pub(super) struct StageState {
    /// What its image will be.
    pub(super) config: ImageConfig,
    /// ARGs so far, with their values, each name once.
    pub(super) arguments: Vec<(String, Option<String>)>,
    /// Where this stage said what it may say once.
    said: Said,
}

/// What a stage may say once, and where it last did.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    cmd: Option<Span>,
    entrypoint: Option<Span>,
    health_check: Option<Span>,
    workdir: bool,
}

impl StageState {
    /// `FROM scratch`. BuildKit gives such an image a working directory.
    pub(super) fn scratch(frontend: BuildFrontend) -> Self {
        let platform = Platform::host();
        let mut config = RuntimeConfig::default();
        if frontend == BuildFrontend::BuildKit {
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

    /// `FROM` an image, or a stage whose ARGs are not inherited: the classic builder's. Programs are found in any.
    pub(super) fn on(mut config: ImageConfig) -> Self {
        let environment = &mut config.config.env;
        if !environment.iter().any(|entry| entry.starts_with("PATH=")) {
            environment.push(DEFAULT_PATH.to_owned());
        }
        Self { config, arguments: Vec::new(), said: Said::default() }
    }

    /// `FROM` a stage, whose ARGs are.
    pub(super) fn on_stage(other: &Self) -> Self {
        let said = Said { workdir: other.said.workdir, ..Said::default() };
        Self { config: other.config.clone(), arguments: other.arguments.clone(), said }
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
        Ok(self.expand_words(scope, word)?.text)
    }

    /// The same, with the words it splits into. Names that are worth nothing are told to the build checks.
    fn expand_words(&self, scope: &BuildScope<'_>, word: &str) -> Result<Expanded, BuildError> {
        let missing = RefCell::new(Vec::new());
        let lookup = |name: &str| {
            let value = self.lookup(name);
            if value.is_none() && !self.arguments.iter().any(|(known, _)| known == name) {
                missing.borrow_mut().push(name.to_owned());
            }
            value
        };
        let expanded = Expander::for_words(scope.escape).expand(word, &lookup);
        scope.lints.undefined(&missing.into_inner(), &self.names());
        Ok(expanded?)
    }

    /// The names of variables that have a value.
    fn names(&self) -> Vec<String> {
        let environment = self.config.config.env.iter().filter_map(|entry| entry.split('=').next());
        let arguments = self.arguments.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name.as_str());
        environment.chain(arguments).map(str::to_owned).collect()
    }

    /// An instruction as its title shows it.
    pub(super) fn title(&self, scope: &BuildScope<'_>, code: &str) -> String {
        let expanded = Expander::for_titles(scope.escape).expand(code, &|name| self.lookup(name));
        expanded.map_or_else(|_| code.to_owned(), |expanded| expanded.text)
    }

    /// `NAME=value` of the ARGs in scope. An ENV of the same name wins; the classic builder does not list it then.
    pub(super) fn argument_list(&self, frontend: BuildFrontend) -> Vec<String> {
        let is_environment =
            |name: &str| self.config.config.env.iter().any(|entry| entry.split('=').next() == Some(name));
        let listed =
            self.arguments.iter().filter(|(name, _)| frontend == BuildFrontend::BuildKit || !is_environment(name));
        listed.map(|(name, _)| format!("{name}={}", self.lookup(name).unwrap_or_default())).collect()
    }

    /// Where commands start and relative paths begin, without `.` and `..`.
    pub(super) fn working_dir(&self) -> String {
        format!("/{}", super::transfer::clean(&self.config.config.working_dir).display())
    }

    /// A command with the shell in front when it is in shell form. Without a word BuildKit gives the shell an empty
    /// one, the classic builder none.
    pub(super) fn command(&self, scope: &BuildScope<'_>, command: &CommandLine) -> Vec<String> {
        if command.form == Form::Exec {
            return command.words.clone();
        }
        let mut words = if self.config.config.shell.is_empty() {
            vec!["/bin/sh".to_owned(), "-c".to_owned()]
        } else {
            self.config.config.shell.clone()
        };
        if scope.frontend == BuildFrontend::BuildKit || !command.words.is_empty() {
            words.push(command.words.join(" "));
        }
        words
    }

    /// Carries out an instruction that makes no layer; its text in the history.
    /// WORKDIR only changes the config here. Nothing for RUN, COPY and ADD.
    #[allow(clippy::too_many_lines)] // a match read as a table has a line per instruction
    pub(super) fn apply(&mut self, scope: &BuildScope<'_>, statement: &Statement) -> Result<String, BuildError> {
        let name = &statement.name;
        let once = |said: &mut Option<Span>| {
            if let Some(before) = said.replace(statement.span) {
                let message = format!(
                    "Multiple {name} instructions should not be used in the same stage because only the last one will be used"
                );
                scope.lints.found_at(LintRule::MultipleInstructionsDisallowed, before, message);
            }
        };
        if statement.legacy_pairs {
            let message = format!("\"{name} key=value\" should be used instead of legacy \"{name} key value\" format");
            scope.lints.found(LintRule::LegacyKeyValueFormat, message);
        }
        if let Instruction::Cmd(command) | Instruction::Entrypoint(command) = &statement.instruction
            && command.form == Form::Shell
            && self.config.config.shell.is_empty()
        {
            let message =
                format!("JSON arguments recommended for {name} to prevent unintended behavior related to OS signals");
            scope.lints.found(LintRule::JSONArgsRecommended, message);
        }
        Ok(match &statement.instruction {
            Instruction::Arg(arguments) => self.declare(scope, arguments)?,
            Instruction::Env(pairs) => {
                let pairs = self.expand_pairs(scope, pairs)?;
                for (name, value) in &pairs {
                    scope.lints.secret_name("ENV", name);
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
                once(&mut self.said.cmd);
                let words = self.command(scope, command);
                let text = format!("CMD {}", quote_list(&words));
                self.config.config.cmd = Some(words);
                self.config.config.args_escaped |= scope.frontend == BuildFrontend::BuildKit;
                text
            }
            Instruction::Entrypoint(command) => {
                once(&mut self.said.entrypoint);
                if self.said.cmd.is_none() {
                    // The base image's arguments were for its own entry point.
                    self.config.config.cmd = None;
                }
                let none = command.words.is_empty() && scope.frontend == BuildFrontend::Classic;
                let words = if none { Vec::new() } else { self.command(scope, command) };
                let text = format!("ENTRYPOINT {}", quote_list(&words));
                self.config.config.entrypoint = (!words.is_empty()).then_some(words);
                text
            }
            Instruction::Expose(ports) => self.expose(scope, ports)?,
            Instruction::HealthCheck(check) => {
                once(&mut self.said.health_check);
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
                crate::engine::launch::signal::parse(&signal)?;
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
                if paths.iter().any(String::is_empty) {
                    return Err(BuildError::Invalid("VOLUME specified can not be an empty string".to_owned()));
                }
                for path in &paths {
                    self.config.config.volumes.insert(path.clone(), serde_json::Map::new());
                }
                format!("VOLUME [{}]", paths.join(" "))
            }
            Instruction::Workdir(path) => {
                let path = self.expand(scope, path)?;
                if path.is_empty() && scope.frontend == BuildFrontend::Classic {
                    return Err(BuildError::Invalid("cannot normalize nothing".to_owned()));
                }
                if !self.said.workdir && !path.starts_with('/') {
                    let message = format!(
                        "Relative workdir {} can have unexpected results if the base image changes",
                        quote(&path)
                    );
                    scope.lints.found(LintRule::WorkdirRelativePath, message);
                }
                self.said.workdir = true;
                // What is absolute stays as it was written.
                let directory = if path.starts_with('/') {
                    path
                } else if path.is_empty() && !self.config.config.working_dir.is_empty() {
                    self.config.config.working_dir.clone()
                } else {
                    let whole = format!("{}/{path}", self.working_dir());
                    format!("/{}", super::transfer::clean(&whole).display())
                };
                self.config.config.working_dir.clone_from(&directory);
                format!("WORKDIR {directory}")
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
            scope.lints.secret_name("ARG", name);
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
            written.extend(self.expand_words(scope, word)?.words);
        }
        let mut ports = BTreeSet::new();
        for word in &written {
            ports.extend(super::go::ports(word).map_err(BuildError::Invalid)?);
            let (address, protocol) = word.rsplit_once('/').unwrap_or((word, ""));
            if protocol != protocol.to_lowercase() {
                let message = format!("Defined protocol '{word}' in EXPOSE instruction should be lowercase");
                scope.lints.found(LintRule::ExposeProtoCasing, message);
            }
            if address.contains(':') {
                let message =
                    format!("EXPOSE instruction should not define an IP address or host-port mapping, found '{word}'");
                scope.lints.found(LintRule::ExposeInvalidFormat, message);
            }
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
