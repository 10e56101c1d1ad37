//! `docker build`: `BuildKit`'s way, or the classic builder's with `DOCKER_BUILDKIT=0`.

use crate::docker::environment_file;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{BuildKit, BuildOutput, EXIT_FAILURE, Event, Unsupported, go_error};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::build::{BuildContext, BuildFailure, BuildFrontend, BuildRequest, DockerfileSource, NoCache};
use crate::engine::oci::{Reference, ReferenceError};
use std::io::Read as _;
use std::path::Path;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image build", "build", "builder build"],
    usage: &["[OPTIONS] PATH | URL | -"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Path,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-build",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// A directory, or `-` for standard input.
    pub context: String,
    /// `-f`, as typed.
    pub file: Option<String>,
    /// `-t`.
    pub tags: Vec<Reference>,
    /// `--target`.
    pub target: Option<String>,
    /// `--build-arg`, as typed.
    pub build_args: Vec<String>,
    /// `--label`, as typed.
    pub labels: Vec<String>,
    /// `--no-cache`.
    pub no_cache: bool,
    /// `-q`.
    pub quiet: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let context = words.argument(0);
    let is_url =
        ["http://", "https://", "git://", "git@", "github.com/"].iter().any(|start| context.starts_with(start));
    if is_url {
        return Err(Failure::unsupported(Unsupported::Value(words.command_line(), "URL".to_owned(), context)));
    }
    let refuse = |error: ReferenceError| Failure::client(error.to_string());
    let tags = words.list("tag").iter().map(|tag| tag.parse().map_err(refuse)).collect::<Result<_, _>>()?;
    Ok(DockerCommand::Build(Box::new(Build {
        context,
        file: words.owned("file"),
        tags,
        target: words.owned("target"),
        build_args: words.list("build-arg"),
        labels: words.list("label"),
        no_cache: words.bool("no-cache"),
        quiet: words.bool("quiet"),
    })))
}

/// Does it.
///
/// # Errors
/// The builder's, with the lines at fault.
pub fn execute(build: &Build, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let buildkit = context.world.buildkit;
    if buildkit == BuildKit::Off {
        context.tell(Event::BuildDeprecated);
    }
    let mut request = request(build, context)?;
    // Ctrl-C stops the container of the step at work too, and leaves nothing running behind us.
    let interrupts = catch_interrupts()?;
    request.interrupt = Some(interrupts.watch()?);
    let output = if build.quiet { BuildOutput::Quiet } else { BuildOutput::Progress };
    let events = &mut *context.events;
    let made = context.engine.build(&request, &mut |event| events(Event::Build(output, Box::new(event))));
    let made = made.map_err(|failure| failed(&failure, buildkit))?;
    if build.quiet {
        context.tell(Event::Done(made.image.to_string()));
    }
    Ok(Outcome::Nothing)
}

fn request(build: &Build, context: &Context<'_>) -> Result<BuildRequest, Failure> {
    let buildkit = context.world.buildkit;
    let prepare = |message: String| {
        let error = if buildkit == BuildKit::On { "ERROR: " } else { "" };
        Failure::client(format!("{error}unable to prepare context: {message}"))
    };
    let directory = context.world.path(&build.context);
    let from_stdin = build.context == "-";
    if !from_stdin && !directory.is_dir() {
        return Err(prepare(format!("path {:?} not found", build.context)));
    }
    let typed_file = build.file.as_deref();
    let dockerfile = if from_stdin || typed_file == Some("-") {
        DockerfileSource::Text(standard_input(context)?)
    } else {
        let path = typed_file.map_or_else(|| directory.join("Dockerfile"), |file| context.world.path(file));
        if let (BuildKit::Off, Err(error)) = (buildkit, std::fs::symlink_metadata(&path)) {
            let reason = format!("lstat {}: {}", path.display(), go_error(&error));
            return Err(prepare(format!("unable to evaluate symlinks in Dockerfile path: {reason}")));
        }
        DockerfileSource::File(path)
    };
    let base_name = typed_file.filter(|file| *file != "-").and_then(|file| Path::new(file).file_name());
    Ok(BuildRequest {
        context: if from_stdin { BuildContext::None } else { BuildContext::Directory(directory) },
        dockerfile,
        dockerfile_name: base_name.map_or_else(|| "Dockerfile".to_owned(), |name| name.to_string_lossy().into_owned()),
        frontend: if buildkit == BuildKit::On { BuildFrontend::BuildKit } else { BuildFrontend::Classic },
        tags: build.tags.clone(),
        target: build.target.clone(),
        build_args: environment_file::resolve(context.world, &build.build_args)
            .iter()
            .filter_map(|pair| split(pair))
            .collect(),
        labels: build
            .labels
            .iter()
            .map(|label| split(label).unwrap_or_else(|| (label.clone(), String::new())))
            .collect(),
        no_cache: if build.no_cache { NoCache::Always } else { NoCache::Never },
        ..BuildRequest::default()
    })
}

fn split(text: &str) -> Option<(String, String)> {
    text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn standard_input(context: &Context<'_>) -> Result<String, Failure> {
    let refuse = |error: &std::io::Error| Failure::client(format!("failed to read from STDIN: {}", go_error(error)));
    let stdin = context.streams.stdin.try_clone_to_owned().map_err(|error| refuse(&error))?;
    let mut bytes = Vec::new();
    std::fs::File::from(stdin).read_to_end(&mut bytes).map_err(|error| refuse(&error))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::unsupported(Unsupported::Value("docker build".into(), "-".into(), "tar".into())))
}

fn failed(failure: &BuildFailure, buildkit: BuildKit) -> Failure {
    if buildkit == BuildKit::On {
        let excerpt = failure.excerpt.as_ref().map(ToString::to_string).unwrap_or_default();
        return Failure::client(format!("{excerpt}ERROR: failed to solve: {failure}"));
    }
    let daemon = if failure.is_refusal() { "Error response from daemon: " } else { "" };
    let code = failure.run_exit_code().unwrap_or(EXIT_FAILURE);
    Failure::client(format!("{daemon}{}", failure.classic_message())).exiting(code)
}

static FLAGS: &[Flag] = &[
    flag("add-host", FlagKind::HostAddress, "docker-flag-add-host").not_yet(),
    flag("build-arg", FlagKind::Env, "docker-flag-build-arg"),
    flag("cache-from", FlagKind::Strings, "docker-flag-cache-from").not_yet(),
    flag("cgroup-parent", FlagKind::Text, "docker-flag-cgroup-parent").not_yet(),
    flag("compress", FlagKind::Bool, "docker-flag-compress").not_yet(),
    flag("cpu-period", FlagKind::Int, "docker-flag-cpu-period").not_yet(),
    flag("cpu-quota", FlagKind::Int, "docker-flag-cpu-quota").not_yet(),
    flag("cpu-shares", FlagKind::Int, "docker-flag-cpu-shares").short('c').not_yet(),
    flag("cpuset-cpus", FlagKind::Text, "docker-flag-cpuset-cpus").not_yet(),
    flag("cpuset-mems", FlagKind::Text, "docker-flag-cpuset-mems").not_yet(),
    flag("disable-content-trust", FlagKind::Bool, "docker-flag-disable-content-trust").default("true"),
    flag("file", FlagKind::Text, "docker-flag-file").short('f'),
    flag("force-rm", FlagKind::Bool, "docker-flag-force-rm"),
    flag("iidfile", FlagKind::Text, "docker-flag-iidfile").not_yet(),
    flag("isolation", FlagKind::Text, "docker-flag-isolation").not_yet(),
    flag("label", FlagKind::Label, "docker-flag-label"),
    flag("memory", FlagKind::Bytes, "docker-flag-memory").short('m').not_yet(),
    flag("memory-swap", FlagKind::SwapBytes, "docker-flag-memory-swap").not_yet(),
    flag("network", FlagKind::Text, "docker-flag-network-build").default("default").not_yet(),
    flag("no-cache", FlagKind::Bool, "docker-flag-no-cache"),
    flag("platform", FlagKind::Text, "docker-flag-platform").not_yet(),
    flag("progress", FlagKind::Text, "docker-flag-progress").default("auto").choices(&["auto", "plain"]),
    flag("pull", FlagKind::Bool, "docker-flag-pull-build").not_yet(),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-build").short('q'),
    flag("rm", FlagKind::Bool, "docker-flag-rm-build").default("true"),
    flag("security-opt", FlagKind::Strings, "docker-flag-security-opt").not_yet(),
    flag("shm-size", FlagKind::Bytes, "docker-flag-shm-size").not_yet(),
    flag("squash", FlagKind::Bool, "docker-flag-squash").not_yet(),
    flag("tag", FlagKind::Tag, "docker-flag-tag").short('t'),
    flag("target", FlagKind::Text, "docker-flag-target"),
    flag("ulimit", FlagKind::Ulimit, "docker-flag-ulimit").default("[]").not_yet(),
];
