//! The writer: events as they happen, then the outcome or the failure, and the exit code that follows.

use std::io::{self, Write};
use std::path::Path;

use super::build::{BuildProgress, Screen};
use super::layer_lines::LayerLines;
use super::visible::visible;
use super::{
    cache_usage, checks, containers, disk, events, failure, help, images, manifest, networks, objects, rawjson, search,
    stats, table, units, volumes,
};
use crate::docker::group::Maturity;
use crate::docker::verbs::version::DOCKER_VERSION;
use crate::docker::{
    BuildOutput, DockerCommand, EXIT_FAILURE, Event, Failure, Help, HelpCause, HelpTopic, InfoReport, Inspected,
    Outcome, OutputTarget, StatsFrame,
};
use crate::engine::archive::LoadEvent;
use crate::engine::build::BuildEvent;
use crate::engine::container::OutputStream;
use crate::engine::layer::Change;
use crate::engine::registry::Pushed;
use crate::i18n::Texts;

/// Of a terminal that does not say how wide it is.
const COLUMNS_DEFAULT: usize = 80;
/// Of one that does not say how high.
const ROWS_DEFAULT: usize = 24;
const ANOTHER_ACCOUNT: &str = "To login with a different account, run 'docker logout' followed by 'docker login'";
const PASSWORD_ON_COMMAND_LINE: &str = "WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n";

/// Asks a terminal how many rows and columns it has; it may not know.
pub type AskSize = fn() -> Option<(usize, usize)>;

/// What is known of the terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// Its width, when there is one.
    pub columns: Option<usize>,
    /// Standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Standard error is one.
    pub stderr_is_terminal: bool,
    /// Asks how many rows and columns it has now, when it is one.
    pub stderr_size: Option<AskSize>,
    /// What was written there may be drawn over.
    pub redraws: bool,
    /// What is drawn there may be painted.
    pub colour: bool,
}

/// Docker's voice on two streams. A stream that refuses is given up silently, as Docker's client does.
pub struct DockerVoice<'a> {
    stdout: &'a mut dyn Write,
    stderr: &'a mut dyn Write,
    window: Window,
    texts: &'a Texts,
    layers: LayerLines,
    build: BuildProgress,
}

impl<'a> DockerVoice<'a> {
    /// Speaks on these streams; descriptions and refusals come from `texts`.
    pub fn new(stdout: &'a mut dyn Write, stderr: &'a mut dyn Write, window: Window, texts: &'a Texts) -> Self {
        Self { stdout, stderr, window, texts, layers: LayerLines::default(), build: BuildProgress::default() }
    }

    /// Something happened.
    pub fn event(&mut self, event: &Event) {
        match event {
            // Docker says nothing here.
            Event::Detached | Event::PausedBySignals => {}
            Event::Stats(frame) => self.stats_frame(frame),
            Event::Done(name) => self.out(&visible(&format!("{name}\n"))),
            Event::Load(event) => self.out(&visible(&load_line(event))),
            Event::Copied { bytes, path } => {
                let size = units::human_size(*bytes, 3);
                self.err(&visible(&format!("Successfully copied {size} to {path}\n")));
            }
            Event::Failed(complaint) => self.err(&visible(&format!("{}\n", failure::say(complaint, self.texts)))),
            Event::Warning(warning) => self.err(&visible(&format!("WARNING: {warning}\n"))),
            Event::ImageMissing(reference) => self.err(&format!("Unable to find image '{reference}' locally\n")),
            Event::DefaultTag(tag) => self.out(&format!("Using default tag: {tag}\n")),
            Event::Pull(output, event) => {
                let columns = self.columns_of(*output);
                let text = self.layers.pulled(event, columns);
                self.to(*output, &text);
            }
            Event::Pulled { output, reference, digest, downloaded, among_others, .. } => {
                let status = if *among_others { String::new() } else { pull_status(reference, *downloaded) };
                // On a terminal the cursor stands at the last layer's line.
                self.to(*output, &format!("Digest: {digest}\n{status}"));
                self.layers = LayerLines::default();
            }
            Event::AllPulled(repository, new) => self.out(&pull_status(repository, *new)),
            Event::PushStarted(repository) => {
                self.layers = LayerLines::default();
                self.out(&format!("The push refers to repository [{repository}]\n"));
            }
            Event::Push(event) => {
                let columns = self.columns_of(OutputTarget::Stdout);
                let text = self.layers.pushed(event, columns);
                self.out(&text);
            }
            Event::Pushed(Pushed { tag, digest, size }) => {
                self.out(&format!("{tag}: digest: {digest} size: {size}\n"));
            }
            Event::StoredInTheClear(file) => self.err(&stored_in_the_clear(file)),
            Event::PasswordOnCommandLine => self.err(PASSWORD_ON_COMMAND_LINE),
            Event::StoredCredentials(username) => {
                let terminal = self.window.stderr_is_terminal;
                self.err(&visible(&format!("Authenticating with existing credentials... [Username: {username}]\n")));
                self.err(&format!("{}\n\n", note(ANOTHER_ACCOUNT, terminal)));
            }
            Event::StoredCredentialsFailed(None) => self.err("Stored credentials invalid or expired\n"),
            Event::StoredCredentialsFailed(Some(why)) => {
                self.err(&visible(&format!("Login did not succeed, error: {why}\n")));
            }
            Event::LoggedIn => self.out("Login Succeeded\n"),
            Event::LoggingOut(registry) => self.out(&format!("Removing login credentials for {registry}\n")),
            Event::Log { line, timestamps } => {
                let mut bytes = Vec::with_capacity(line.bytes.len() + 32);
                if *timestamps {
                    bytes.extend_from_slice(format!("{} ", line.time.strftime("%Y-%m-%dT%H:%M:%S.%9fZ")).as_bytes());
                }
                bytes.extend_from_slice(&line.bytes);
                self.write(line.stream, &bytes);
            }
            // A template that cannot be filled in was refused before it all began.
            Event::Journal { event, format } => {
                if let Ok(line) = events::line(event, format.as_deref()) {
                    self.out(&visible(&line));
                }
            }
            Event::BuildDeprecated => self.err(CLASSIC_BUILDER_IS_DEPRECATED),
            Event::Build(BuildOutput::Quiet, _) => {}
            Event::Build(BuildOutput::RawJson, event) => self.err(&rawjson::line(event)),
            Event::Build(BuildOutput::Check, event) => {
                self.build(BuildOutput::Check, &BuildProgress::without_summary(event));
            }
            Event::Build(telling, event) => self.build(*telling, event),
        }
    }

    /// Whether we can show what a command will tell; if not, says why, and the exit code.
    pub fn refuses(&mut self, command: &DockerCommand) -> Option<i32> {
        let DockerCommand::Events(asked) = command else { return None };
        let message = asked.format.as_deref().and_then(|format| events::check(format).err())?;
        Some(self.failure(&Failure::client(message).exiting(events::EXIT_BAD_FORMAT)))
    }

    /// A command ended well: what is left to show, and the exit code.
    pub fn outcome(&mut self, outcome: &Outcome) -> i32 {
        let text = match outcome {
            Outcome::Nothing => return 0,
            Outcome::Exit(code) => return *code,
            Outcome::Containers(found) => containers::render(found),
            Outcome::Images(found) => images::render(found),
            Outcome::Networks(found) => networks::render(found),
            Outcome::Manifest(found) => manifest::render(found),
            Outcome::Repositories(found) => search::render(found),
            Outcome::DiskUsage(report) => disk::render(report),
            Outcome::Volumes(found) => volumes::render(found),
            Outcome::Pruned(report) => Ok(volumes::pruned(report)),
            Outcome::CacheUsage(usage) => Ok(cache_usage::render(usage)),
            Outcome::History(found) => images::render_history(found),
            Outcome::Processes { headings, rows } => Ok(visible(&table::align_processes(headings, rows)).into_owned()),
            Outcome::Changes(changes) => Ok(changes.iter().map(change_line).collect()),
            Outcome::Inspected(found) => return self.inspected(found),
            Outcome::BuildChecked(warnings) => {
                self.out(&visible(&checks::warnings(warnings)));
                return i32::from(!warnings.is_empty());
            }
            Outcome::BuildOutline(outline) => Ok(checks::outline(outline)),
            Outcome::BuildTargets(targets) => Ok(checks::targets(targets)),
            Outcome::Stats(found) => stats::render(found),
            Outcome::Version(report) => match &report.format {
                Some(format) => return self.formatted(&objects::report("version", &report.fields, format)),
                None => Ok(objects::version(&report.fields)),
            },
            Outcome::Info(report) => match &report.format {
                Some(format) => return self.formatted(&objects::report("", &report.fields, format)),
                None => return self.info(report),
            },
        };
        match text {
            Ok(text) => {
                self.out(&visible(&text));
                0
            }
            Err(message) => self.failure(&Failure::client(message)),
        }
    }

    /// A command failed: what to say, and the exit code.
    pub fn failure(&mut self, failed: &Failure) -> i32 {
        self.err(&visible(&failure::text(failed, self.texts)));
        failed.exit_code
    }

    /// Help was asked for, or is the answer to a line without a verb.
    pub fn help(&mut self, asked: Help) -> i32 {
        let text = help::text(asked.topic, self.texts, self.window.columns.unwrap_or(COLUMNS_DEFAULT));
        match asked.cause {
            HelpCause::NoVerb => {
                // Docker answers for its experimental groups in a way of its own.
                if matches!(asked.topic, HelpTopic::Group(group) if group.maturity == Maturity::Experimental) {
                    self.err("\n");
                }
                self.err(&text);
            }
            HelpCause::Asked => self.out(&text),
            HelpCause::AskedByLetter => {
                // Only the program itself says it where errors go.
                const DEPRECATED: &str = "Flag shorthand -h has been deprecated, use --help\n";
                match asked.topic {
                    HelpTopic::Program => self.err(DEPRECATED),
                    _ => self.out(DEPRECATED),
                }
                self.out(&text);
            }
        }
        0
    }

    /// `docker -v`.
    pub fn short_version(&mut self) -> i32 {
        self.out(&format!("Docker version {DOCKER_VERSION}, build moussaillon-{}\n", env!("CARGO_PKG_VERSION")));
        0
    }

    fn build(&mut self, telling: BuildOutput, event: &BuildEvent) {
        let window = &self.window;
        let redraws = match telling {
            BuildOutput::Plain => false,
            BuildOutput::Terminal => true,
            _ => window.redraws,
        };
        let screen = window.stderr_size.filter(|_| redraws).map(|size| {
            let (rows, columns) = size().unwrap_or((ROWS_DEFAULT, COLUMNS_DEFAULT));
            Screen { rows, columns, colour: window.colour }
        });
        let columns = self.columns_of(OutputTarget::Stdout);
        let (stream, bytes) = self.build.tell(event, screen, columns);
        self.write(stream, &bytes);
    }

    /// `docker info`, and then what the machine lacks.
    fn info(&mut self, report: &InfoReport) -> i32 {
        self.out(&visible(&objects::info(&report.fields)));
        for warning in report.fields["Warnings"].as_array().into_iter().flatten().filter_map(|line| line.as_str()) {
            self.err(&visible(&format!("{warning}\n")));
        }
        0
    }

    fn inspected(&mut self, found: &Inspected) -> i32 {
        let mut formatted = match &found.format {
            None => objects::whole(&found.objects),
            Some(format) => objects::formatted(&found.objects, format),
        };
        // A template that cannot be read is said before anything is looked up.
        if formatted.is_readable() && !found.failures.is_empty() {
            let failures =
                found.failures.iter().map(|(before, complaint)| (*before, failure::say(complaint, self.texts)));
            formatted.complaints.splice(0..0, failures);
            // In the order of what was asked; the sort keeps what is said of one place as it is.
            formatted.complaints.sort_by_key(|(before, _)| *before);
            formatted.exit_code = EXIT_FAILURE;
        }
        self.formatted(&formatted)
    }

    fn formatted(&mut self, formatted: &objects::Formatted) -> i32 {
        self.out(&formatted.text);
        for (_, line) in &formatted.complaints {
            self.err(&visible(&format!("{line}\n")));
        }
        formatted.exit_code
    }

    fn columns_of(&self, output: OutputTarget) -> Option<usize> {
        let terminal = match output {
            OutputTarget::Stdout => self.window.stdout_is_terminal,
            OutputTarget::Stderr => self.window.stderr_is_terminal,
            OutputTarget::Nowhere => false,
        };
        terminal.then(|| self.window.columns.unwrap_or(COLUMNS_DEFAULT))
    }

    fn to(&mut self, output: OutputTarget, text: &str) {
        match output {
            OutputTarget::Stdout => self.out(text),
            OutputTarget::Stderr => self.err(text),
            OutputTarget::Nowhere => {}
        }
    }

    fn stats_frame(&mut self, frame: &StatsFrame) {
        match stats::render_again(&frame.listing) {
            Ok(text) => {
                let shown = self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush());
                frame.refused.set(shown.is_err());
            }
            Err(message) => {
                self.err(&visible(&format!("{message}\n")));
                frame.refused.set(true);
            }
        }
    }

    fn out(&mut self, text: &str) {
        self.write(OutputStream::Stdout, text.as_bytes());
    }

    fn err(&mut self, text: &str) {
        self.write(OutputStream::Stderr, text.as_bytes());
    }

    fn write(&mut self, stream: OutputStream, bytes: &[u8]) {
        let stream: &mut dyn Write = match stream {
            OutputStream::Stdout => self.stdout,
            OutputStream::Stderr => self.stderr,
        };
        let written: io::Result<()> = stream.write_all(bytes).and_then(|()| stream.flush());
        drop(written);
    }
}

/// What Docker's client says before each classic build.
const CLASSIC_BUILDER_IS_DEPRECATED: &str = "\
DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

";

fn load_line(event: &LoadEvent) -> String {
    match event {
        LoadEvent::Layer { layer, size } => {
            let size = units::human_size(*size, 4);
            format!("{layer}: Loading layer  {size:>8}/{size}\n")
        }
        LoadEvent::Renamed { name, owner } => format!(
            "The image {} already exists, renaming the old one with ID {owner} to empty string\n",
            name.familiar()
        ),
        LoadEvent::Loaded(name) => format!("Loaded image: {}\n", name.familiar()),
        LoadEvent::LoadedId(id) => format!("Loaded image ID: {id}\n"),
    }
}

fn change_line(change: &Change) -> String {
    format!("{} {}\n", change.kind.letter(), change.path)
}

/// How a pull ends.
fn pull_status(reference: &str, downloaded: bool) -> String {
    let status = if downloaded { "Downloaded newer image for" } else { "Image is up to date for" };
    format!("Status: {status} {reference}\n")
}

/// A remark of the client's. Source: docker/cli `internal/tui`.
fn note(text: &str, terminal: bool) -> String {
    if !terminal {
        return format!("\n Info -> {text}\n");
    }
    let header = "\u{1b}[1m\u{1b}[106m\u{1b}[30mi\u{1b}[0m\u{1b}[0m \u{1b}[96mInfo \u{2192} \u{1b}[0m\u{1b}[0m";
    format!("\n{header}\u{1b}[3m{text}\u{1b}[0m\n")
}

fn stored_in_the_clear(file: &Path) -> String {
    format!(
        "\nWARNING! Your credentials are stored unencrypted in '{}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n",
        file.display()
    )
}
