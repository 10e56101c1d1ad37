//! The instructions, typed. Variables are still in them: the builder replaces them as it goes.

use super::arguments::Form;
use super::here_document::HereDocument;
use super::span::Span;
use crate::engine::oci::HealthConfig;

/// An instruction and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub instruction: Instruction,
    /// The whole line, continuations joined, for titles.
    pub code: String,
    /// Where it stands.
    pub span: Span,
    /// Its name as typed.
    pub name: String,
    /// The comment lines right above it, without their mark.
    pub comments: Vec<String>,
    /// Whether ENV or LABEL was written `name value`.
    pub legacy_pairs: bool,
}

/// Every instruction but FROM, which opens a [`super::Stage`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// ADD
    Add(Transfer),
    /// ARG: names, perhaps with a default.
    Arg(Vec<(String, Option<String>)>),
    /// CMD
    Cmd(CommandLine),
    /// COPY
    Copy(Transfer),
    /// ENTRYPOINT
    Entrypoint(CommandLine),
    /// ENV
    Env(Vec<(String, String)>),
    /// EXPOSE
    Expose(Vec<String>),
    /// HEALTHCHECK
    HealthCheck(HealthConfig),
    /// LABEL
    Label(Vec<(String, String)>),
    /// MAINTAINER
    Maintainer(String),
    /// ONBUILD: the instruction as text.
    OnBuild(String),
    /// RUN
    Run(RunCommand),
    /// SHELL
    Shell(Vec<String>),
    /// STOPSIGNAL
    StopSignal(String),
    /// USER
    User(String),
    /// VOLUME
    Volume(Vec<String>),
    /// WORKDIR
    Workdir(String),
}

/// A command in one of its two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    /// In shell form the shell goes in front.
    pub form: Form,
    /// One word in shell form.
    pub words: Vec<String>,
}

/// What RUN runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCommand {
    /// The command.
    pub command: CommandLine,
    /// What follows it.
    pub here_documents: Vec<HereDocument>,
    /// `--mount`, variables still in them.
    pub mounts: Vec<String>,
    /// `--network`; the build's own when absent.
    pub network: Option<RunNetwork>,
}

/// Which network a RUN sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunNetwork {
    /// As containers have it.
    #[default]
    Default,
    /// None but `lo`.
    None,
    /// The host's.
    Host,
}

/// What COPY and ADD copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Paths and patterns, then the here-documents among the sources.
    pub sources: Vec<String>,
    /// Files whose content is in the Dockerfile.
    pub inline: Vec<HereDocument>,
    /// Where to.
    pub destination: String,
    /// `--from`: a stage's name or number, or an image.
    pub from: Option<String>,
    /// `--chown`.
    pub owner: Option<String>,
    /// `--chmod`.
    pub mode: Option<String>,
    /// `--exclude`.
    pub excludes: Vec<String>,
    /// `--parents`: the directories of the sources come along.
    pub parents: bool,
    /// `--link`: the layer depends on nothing below it.
    pub link: bool,
    /// `--checksum` of what a URL gives.
    pub checksum: Option<String>,
    /// `--unpack`.
    pub unpack: Option<bool>,
}
