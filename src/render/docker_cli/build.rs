//! The story of a build: `BuildKit`'s plain progress on standard error, the classic builder's on standard output.

use super::layer_lines::LayerLines;
use super::units;
use super::visible::visible;
use crate::engine::build::LintWarning;
use crate::engine::build::{BuildEvent, ClassicEvent, ProgressEvent, Vertex, VertexWork};
use crate::engine::container::OutputStream;

/// What was told so far of a build.
#[derive(Debug, Default)]
pub struct BuildProgress {
    started: bool,
    /// The vertex at work: its title, and what its command wrote so far, for the day it fails.
    vertex: Option<(usize, String)>,
    /// The title of the first vertex, which warnings are about.
    definition: String,
    log: Vec<String>,
    partial: Vec<u8>,
    elapsed: f64,
    pull: LayerLines,
}

/// A piece of text and the stream it belongs to.
pub type Told = (OutputStream, Vec<u8>);

impl BuildProgress {
    /// The text of an event; empty for what is not shown.
    pub fn tell(&mut self, event: &BuildEvent, terminal_columns: Option<usize>) -> Told {
        match event {
            BuildEvent::Progress(event) => (OutputStream::Stderr, self.progress(event).into_bytes()),
            BuildEvent::Classic(ClassicEvent::Output { stream, bytes }) => (*stream, bytes.clone()),
            BuildEvent::Classic(event) => (OutputStream::Stdout, self.classic(event, terminal_columns).into_bytes()),
        }
    }

    /// Whether an event is the list of warnings at the end.
    pub fn is_summary(event: &BuildEvent) -> bool {
        matches!(event, BuildEvent::Progress(ProgressEvent::Finished { .. }))
    }

    fn progress(&mut self, event: &ProgressEvent) -> String {
        let mut text = String::new();
        if !std::mem::replace(&mut self.started, true) {
            text.push_str("#0 building with \"default\" instance using docker driver\n\n");
        }
        match event {
            ProgressEvent::Started { number, vertex } => {
                if self.vertex.is_some() {
                    text.push('\n');
                }
                self.begin(*number, vertex);
                text.push_str(&format!("#{number} {}\n", visible(&vertex.to_string())));
            }
            ProgressEvent::Worked { number, work } => text.push_str(&format!("#{number} {}\n", worked(work))),
            ProgressEvent::Pulled { .. } => {}
            ProgressEvent::Output { number, elapsed, bytes, .. } => {
                self.elapsed = elapsed.as_secs_f64();
                self.partial.extend_from_slice(bytes);
                while let Some(end) = self.partial.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = self.partial.drain(..=end).collect();
                    text.push_str(&self.output_line(*number, &line[..end]));
                }
            }
            ProgressEvent::Cached { number } => text.push_str(&format!("#{number} CACHED\n")),
            ProgressEvent::Done { number, elapsed } => {
                text.push_str(&self.last_line(*number));
                text.push_str(&format!("#{number} DONE {:.1}s\n", elapsed.as_secs_f64()));
            }
            ProgressEvent::Failed { number, message, .. } => {
                text.push_str(&self.last_line(*number));
                text.push_str(&format!("#{number} ERROR: {}\n", visible(message)));
                if let Some((_, title)) = &self.vertex {
                    text.push_str(&format!("------\n > {title}:\n{}------\n", self.log.concat()));
                }
            }
            ProgressEvent::Warned { number, warning } => {
                // The vertex may be over: then its title comes again.
                if self.vertex.as_ref().is_some_and(|(current, _)| current != number) {
                    text.push_str(&format!("\n#{number} {}\n", self.definition));
                }
                text.push_str(&format!("#{number} WARN: {}\n", visible(&warning.summary())));
            }
            ProgressEvent::Finished { warnings } => text.push_str(&summary(warnings)),
            ProgressEvent::Canceled { number } => text.push_str(&format!("#{number} CANCELED\n")),
        }
        text
    }

    fn begin(&mut self, number: usize, vertex: &Vertex) {
        self.vertex = Some((number, visible(&vertex.to_string()).into_owned()));
        if number == 1 {
            self.definition = visible(&vertex.to_string()).into_owned();
        }
        self.log.clear();
        self.partial.clear();
    }

    fn output_line(&mut self, number: usize, line: &[u8]) -> String {
        let line = String::from_utf8_lossy(line);
        let dated = format!("{:.3} {line}\n", self.elapsed);
        let shown = format!("#{number} {dated}");
        self.log.push(dated);
        shown
    }

    /// What the command wrote last, without a line end.
    fn last_line(&mut self, number: usize) -> String {
        let rest = std::mem::take(&mut self.partial);
        if rest.is_empty() { String::new() } else { self.output_line(number, &rest) }
    }

    fn classic(&mut self, event: &ClassicEvent, terminal_columns: Option<usize>) -> String {
        match event {
            ClassicEvent::ContextSent { bytes } => {
                // The client ends this line with its progress bar's habits, terminal or not.
                format!("Sending build context to Docker daemon  {}\r\r\n", units::human_size(*bytes, 4))
            }
            ClassicEvent::StepStarted { number, total, instruction } => {
                format!("Step {number}/{total} : {}\n", visible(instruction))
            }
            ClassicEvent::TriggersFound { count } => {
                format!("# Executing {count} build trigger{}\n", if *count == 1 { "" } else { "s" })
            }
            ClassicEvent::NoBase => " ---> \n".to_owned(),
            ClassicEvent::Pulled(event) => self.pull.pulled(event, terminal_columns),
            ClassicEvent::PullComplete(pulled) => {
                let name = pulled.image.tags.first().map(crate::engine::oci::Reference::familiar).unwrap_or_default();
                let status = if pulled.downloaded { "Downloaded newer image for" } else { "Image is up to date for" };
                format!("Digest: {}\nStatus: {status} {name}\n", pulled.digest)
            }
            ClassicEvent::CacheUsed => " ---> Using cache\n".to_owned(),
            ClassicEvent::ContainerStarted { container } => format!(" ---> Running in {}\n", container.short()),
            ClassicEvent::ContainerRemoved { container } => {
                format!(" ---> Removed intermediate container {}\n", container.short())
            }
            ClassicEvent::ImageMade { image } => format!(" ---> {}\n", image.short()),
            ClassicEvent::BuildArgumentsUnused { names } => {
                format!("[Warning] One or more build-args [{}] were not consumed\n", names.join(" "))
            }
            ClassicEvent::Built { image } => format!("Successfully built {}\n", image.short()),
            ClassicEvent::Tagged { reference } => format!("Successfully tagged {}\n", reference.familiar()),
            ClassicEvent::Output { .. } => String::new(),
        }
    }
}

/// What the build checks found, at the very end.
fn summary(warnings: &[LintWarning]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let count = if warnings.len() == 1 { "1 warning".to_owned() } else { format!("{} warnings", warnings.len()) };
    let lines = warnings.iter().map(|warning| format!(" - {}\n", visible(&warning.summary())));
    format!("\n {count} found (use docker --debug to expand):\n{}", lines.collect::<String>())
}

fn worked(work: &VertexWork) -> String {
    let seconds = |elapsed: &std::time::Duration| format!("{:.1}s", elapsed.as_secs_f64());
    match work {
        VertexWork::TransferredDockerfile { bytes } => {
            format!("transferring dockerfile: {} done", units::human_size(*bytes, 3))
        }
        VertexWork::TransferredContext { bytes } => {
            format!("transferring context: {} done", units::human_size(*bytes, 3))
        }
        VertexWork::ExportedLayers { elapsed } => format!("exporting layers {} done", seconds(elapsed)),
        VertexWork::CopiedFiles { bytes, elapsed } => {
            format!("copying files {} {} done", units::human_size(*bytes, 3), seconds(elapsed))
        }
        VertexWork::SentTar { elapsed } => format!("sending tarball {} done", seconds(elapsed)),
        VertexWork::WroteImage { image } => format!("writing image {image} done"),
        VertexWork::Named { reference } => format!("naming to {reference} done"),
    }
}
