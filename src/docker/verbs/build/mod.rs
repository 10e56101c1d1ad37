//! `docker build`: `BuildKit`'s way, or the classic builder's with `DOCKER_BUILDKIT=0`.

mod flags;
mod inputs;
mod result;
mod words;

use std::time::Duration;

use super::super::flag::Flag;
use crate::docker::container_options;
use crate::docker::context::BUILDKIT_VARIABLE;
use crate::docker::environment_file;
use crate::docker::session::catch_interrupts;
use crate::docker::value::number;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{BuildKit, BuildOutput as Telling, Complaint, EXIT_FAILURE, EXIT_REFUSED, Event, Unsupported};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::build::syntax::RunNetwork;
use crate::engine::build::{
    self, BuildError, BuildFailure, BuildFrontend, BuildOutput, BuildRequest, NoCache, StepEnvironment,
};
use crate::engine::container::HostConfig;
use crate::engine::oci::{Reference, ReferenceError};
use inputs::Inputs;
pub use words::Output;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image build", "build", "builder build", "buildx build", "buildx b"],
    usage: &["[OPTIONS] PATH | URL | -"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Path,
    flags_end: FlagsEnd::Never,
    flags: FLAGS,
    about: "docker-verb-build",
    read: Some(read),
};

static FLAGS: &[&[Flag]] = &[flags::FLAGS];

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// A directory, an archive, or `-` for standard input.
    pub context: String,
    /// `-f`, as typed.
    pub file: Option<String>,
    /// `-t`.
    pub tags: Vec<Reference>,
    /// `--target`.
    pub target: Option<String>,
    /// `--build-arg`, as typed.
    pub build_args: Vec<String>,
    /// `--build-context`, as typed.
    pub build_contexts: Vec<String>,
    /// `--label`, as typed.
    pub labels: Vec<String>,
    /// `--secret`, as typed.
    pub secrets: Vec<String>,
    /// `--add-host`.
    pub add_hosts: Vec<String>,
    /// `--network`.
    pub network: String,
    /// `--platform`.
    pub platform: Option<String>,
    /// `--no-cache` and `--no-cache-filter`.
    pub no_cache: NoCache,
    /// `--pull`.
    pub pull: bool,
    /// `-q`, `--progress`.
    pub telling: Telling,
    /// `--ulimit` and the like.
    pub steps: HostConfig,
    /// `--output`.
    pub output: Output,
    /// `--iidfile`.
    pub id_file: Option<String>,
    /// `--metadata-file`.
    pub metadata_file: Option<String>,
    /// `--call` and `--check`.
    pub call: Call,
    /// Whether flags only `BuildKit` has were given: the first of them, and the name the verb was called by.
    pub buildkit_only: Option<(&'static str, &'static str)>,
}

/// What is done with the Dockerfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// It is built.
    Build,
    /// It is checked.
    Check,
    /// What its target takes is listed.
    Outline,
    /// Its targets are listed.
    Targets,
}

/// What is redrawn is so old at most.
const BETWEEN_TICKS: Duration = Duration::from_millis(100);

/// Flags the classic builder does not know.
const BUILDKIT_ONLY: &[&str] = &[
    "build-context",
    "call",
    "check",
    "load",
    "metadata-file",
    "no-cache-filter",
    "output",
    "progress",
    "push",
    "secret",
];

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let context = words.argument(0);
    let is_url = ["http://", "https://", "git://", "git@", "ssh://", "github.com/"]
        .iter()
        .any(|start| context.starts_with(start));
    if is_url {
        return Err(Failure::unsupported(Unsupported::Value(words.command_line(), "URL".to_owned(), context)));
    }
    let refuse = |error: ReferenceError| Failure::client(error.to_string());
    let tags: Vec<Reference> =
        words.list("tag").iter().map(|tag| tag.parse().map_err(refuse)).collect::<Result<_, _>>()?;
    let filter: Vec<String> = words.list("no-cache-filter").iter().flat_map(|value| split_commas(value)).collect();
    let no_cache = match (words.bool("no-cache"), filter.is_empty()) {
        (true, true) => NoCache::Always,
        (true, false) => {
            return Err(Failure::client("ERROR: --no-cache and --no-cache-filter cannot currently be used together"));
        }
        (false, true) => NoCache::Never,
        (false, false) => NoCache::Stages(filter),
    };
    let platforms: Vec<String> = words.list("platform").iter().flat_map(|value| split_commas(value)).collect();
    let platforms: Vec<String> = platforms.into_iter().filter(|platform| !platform.is_empty()).collect();
    if platforms.len() > 1 {
        let what = Unsupported::Value(words.command_line(), "--platform".to_owned(), platforms.join(","));
        return Err(Failure::unsupported(what));
    }
    let output = match words.list("output").as_slice() {
        [] if words.bool("push") => Output::Registry,
        [] => Output::Image,
        [one] => match words::output(one)? {
            Output::Image if words.bool("push") => Output::Registry,
            output => output,
        },
        _ => {
            let what = Unsupported::Value(words.command_line(), "--output".to_owned(), "several".to_owned());
            return Err(Failure::unsupported(what));
        }
    };
    if output == Output::Registry && tags.is_empty() {
        return Err(Failure::client("ERROR: tag is needed when pushing to registry"));
    }
    Ok(DockerCommand::Build(Box::new(Build {
        context,
        file: words.owned("file"),
        tags,
        target: words.owned("target"),
        build_args: words.list("build-arg"),
        build_contexts: words.list("build-context"),
        labels: words.list("label"),
        secrets: words.list("secret"),
        add_hosts: words.list("add-host"),
        network: words.owned("network").unwrap_or_default(),
        platform: platforms.into_iter().next(),
        no_cache,
        pull: words.bool("pull"),
        steps: container_options::of_build_steps(words)?,
        telling: telling(words)?,
        output,
        id_file: words.owned("iidfile"),
        metadata_file: words.owned("metadata-file"),
        call: call(words)?,
        buildkit_only: BUILDKIT_ONLY.iter().copied().find(|name| words.given(name)).map(|name| (name, words.said())),
    })))
}

fn split_commas(value: &str) -> Vec<String> {
    value.split(',').map(str::to_owned).collect()
}

fn telling(words: &Words) -> Result<Telling, Failure> {
    if words.bool("quiet") {
        return Ok(Telling::Quiet);
    }
    progress_mode(words.text("progress").unwrap_or_default())
}

fn progress_mode(mode: &str) -> Result<Telling, Failure> {
    match mode {
        "auto" | "" => Ok(Telling::Progress),
        "plain" => Ok(Telling::Plain),
        "tty" => Ok(Telling::Terminal),
        "quiet" | "none" => Ok(Telling::Quiet),
        "rawjson" => Ok(Telling::RawJson),
        other => Err(Failure::client(format!("ERROR: invalid progress mode {other}"))),
    }
}

fn call(words: &Words) -> Result<Call, Failure> {
    if words.bool("check") {
        return Ok(Call::Check);
    }
    match words.text("call").unwrap_or_default() {
        "" | "build" => Ok(Call::Build),
        "check" | "lint" => Ok(Call::Check),
        "outline" => Ok(Call::Outline),
        "targets" => Ok(Call::Targets),
        other => {
            let what = Unsupported::Value(words.command_line(), "--call".to_owned(), other.to_owned());
            Err(Failure::unsupported(what))
        }
    }
}

/// How a build is told when `BUILDKIT_PROGRESS` says what `--progress` does not.
fn progress(typed: Telling, context: &Context<'_>) -> Result<Telling, Failure> {
    let telling = match (typed, context.world.variable("BUILDKIT_PROGRESS")) {
        (Telling::Progress, Some(mode)) => progress_mode(mode)?,
        _ => typed,
    };
    if telling == Telling::Terminal && !context.streams.stderr_is_terminal {
        return Err(Failure::client("ERROR: failed to get console: provided file is not a console"));
    }
    Ok(telling)
}

/// Does it.
///
/// # Errors
/// The builder's, with the lines at fault.
pub fn execute(build: &Build, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let buildkit = context.world.buildkit;
    if let Some(typed) = context.world.variable(BUILDKIT_VARIABLE).filter(|typed| !typed.is_empty()) {
        let wrong = |message| format!("{BUILDKIT_VARIABLE} environment variable expects boolean value: {message}");
        number::bool(typed).map_err(|message| Failure::client(wrong(message)))?;
    }
    if buildkit == BuildKit::Off {
        context.tell(Event::BuildDeprecated);
        if let Some((flag, said)) = build.buildkit_only {
            let message = format!("unknown flag: --{flag}");
            return Err(Failure::new(Complaint::Flags { message, verb: Some((said, &VERB)) }).exiting(EXIT_REFUSED));
        }
    }
    let inputs = inputs::find(build, context)?;
    let mut request = request(build, context, &inputs)?;
    match build.call {
        Call::Build | Call::Check => {}
        Call::Outline => {
            return build::outline(&request).map(Outcome::BuildOutline).map_err(|failure| failed(failure, buildkit));
        }
        Call::Targets => {
            return build::targets(&request).map(Outcome::BuildTargets).map_err(|failure| failed(failure, buildkit));
        }
    }
    // Ctrl-C stops the container of the step at work too, and leaves nothing running behind us.
    let interrupts = catch_interrupts()?;
    request.interrupt = Some(interrupts.watch()?);
    let telling = if build.call == Call::Check { Telling::Check } else { progress(build.telling, context)? };
    if context.streams.stderr_is_terminal && matches!(telling, Telling::Progress | Telling::Terminal | Telling::Check) {
        request.ticks = Some(BETWEEN_TICKS);
    }
    let (engine, events) = (context.engine, &mut *context.events);
    let made = engine.build(&request, &mut |event| events(Event::Build(telling, Box::new(event))));
    let made = made.map_err(|failure| failed(failure, buildkit))?;
    if build.call == Call::Check {
        return Ok(Outcome::BuildChecked(made.warnings));
    }
    result::deliver(build, &request, &made, context)?;
    if build.telling == Telling::Quiet
        && let Some(image) = &made.image
    {
        context.tell(Event::Done(image.to_string()));
    }
    Ok(Outcome::Nothing)
}

fn request(build: &Build, context: &Context<'_>, inputs: &Inputs) -> Result<BuildRequest, Failure> {
    let world = context.world;
    let network = match build.network.as_str() {
        "" | "default" | "bridge" => RunNetwork::Default,
        "none" => RunNetwork::None,
        "host" => RunNetwork::Host,
        other if world.buildkit == BuildKit::Off => {
            let what = Unsupported::Value("docker build".to_owned(), "--network".to_owned(), other.to_owned());
            return Err(Failure::unsupported(what));
        }
        other => {
            return Err(Failure::client(format!(
                "ERROR: network mode \"{other}\" not supported by buildkit. You can define a custom network for your builder using the network driver-opt in buildx create."
            )));
        }
    };
    let pairs = environment_file::resolve(world, &build.build_args);
    let epoch = world.variable("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.parse().ok());
    Ok(BuildRequest {
        context: inputs.context.clone(),
        dockerfile: inputs.dockerfile.clone(),
        dockerfile_name: inputs.dockerfile_name.clone(),
        frontend: if world.buildkit == BuildKit::On { BuildFrontend::BuildKit } else { BuildFrontend::Classic },
        tags: build.tags.clone(),
        target: build.target.clone(),
        build_args: pairs.iter().filter_map(|pair| split(pair)).collect(),
        labels: build
            .labels
            .iter()
            .map(|label| split(label).unwrap_or_else(|| (label.clone(), String::new())))
            .collect(),
        no_cache: build.no_cache.clone(),
        pull: build.pull,
        named_contexts: build
            .build_contexts
            .iter()
            .map(|text| words::named_context(text, world))
            .collect::<Result<_, _>>()?,
        secrets: build.secrets.iter().map(|text| words::secret(text, world)).collect::<Result<_, _>>()?,
        environment: StepEnvironment {
            network,
            extra_hosts: build.add_hosts.iter().map(|host| host.replacen('=', ":", 1)).collect(),
            host_config: build.steps.clone(),
        },
        platform: build.platform.clone(),
        epoch,
        output: if build.call == Call::Check { BuildOutput::Check } else { result::output(build, context)? },
        ticks: None,
        interrupt: None,
    })
}

fn split(text: &str) -> Option<(String, String)> {
    text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn failed(failure: BuildFailure, buildkit: BuildKit) -> Failure {
    let (said, code) = if buildkit == BuildKit::On {
        let excerpt = failure.excerpt.as_ref().map(ToString::to_string).unwrap_or_default();
        (format!("{excerpt}ERROR: failed to solve: {failure}"), EXIT_FAILURE)
    } else {
        let daemon = if failure.is_refusal() { "Error response from daemon: " } else { "" };
        (format!("{daemon}{}", failure.classic_message()), failure.run_exit_code().unwrap_or(EXIT_FAILURE))
    };
    // What we cannot do is refused as everywhere.
    let code = if matches!(*failure.error, BuildError::Unsupported(_)) { EXIT_REFUSED } else { code };
    Failure::new(Complaint::Build { said, failure: Box::new(failure) }).exiting(code)
}
