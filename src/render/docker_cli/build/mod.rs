//! The story of a build: `BuildKit`'s progress on standard error, plain or redrawn, and the classic builder's on standard
//! output.

mod classic;
mod log;
mod plain;
mod screen;

use super::units;
use super::visible::visible;
use crate::engine::build::{BuildEvent, ClassicEvent, LintWarning, ProgressEvent, VertexWork};
use crate::engine::container::OutputStream;
pub use screen::Screen;

/// What was told so far of a build.
#[derive(Debug, Default)]
pub struct BuildProgress {
    plain: plain::Lines,
    redrawn: screen::Redrawn,
    classic: classic::Steps,
}

/// A piece of text and the stream it belongs to.
pub type Told = (OutputStream, Vec<u8>);

impl BuildProgress {
    /// The text of an event, redrawn when there is a screen; empty for what is not shown. `pull_columns` is the width of
    /// the terminal the classic builder draws its pulls on.
    pub fn tell(&mut self, event: &BuildEvent, screen: Option<Screen>, pull_columns: Option<usize>) -> Told {
        match event {
            BuildEvent::Progress(event) => {
                let text = match screen {
                    Some(screen) => self.redrawn.tell(event, screen),
                    None => self.plain.tell(event),
                };
                (OutputStream::Stderr, text.into_bytes())
            }
            BuildEvent::Classic(ClassicEvent::Output { stream, bytes }) => (*stream, bytes.clone()),
            BuildEvent::Classic(event) => (OutputStream::Stdout, self.classic.tell(event, pull_columns).into_bytes()),
        }
    }

    /// The same event without the list of warnings that ends it.
    pub fn without_summary(event: &BuildEvent) -> BuildEvent {
        match event {
            BuildEvent::Progress(ProgressEvent::Finished { .. }) => {
                BuildEvent::Progress(ProgressEvent::Finished { warnings: Vec::new() })
            }
            other => other.clone(),
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

/// A part of a vertex's work: what, how much or which, how long.
struct Work {
    what: String,
    status: String,
    seconds: Option<f64>,
}

impl Work {
    fn of(work: &VertexWork) -> Self {
        let size = |bytes: &u64| units::progress_size(*bytes);
        let (what, status, elapsed) = match work {
            VertexWork::TransferredDockerfile { bytes } => ("transferring dockerfile:", size(bytes), None),
            VertexWork::TransferredContext { bytes } => ("transferring context:", size(bytes), None),
            VertexWork::ExportedLayers { elapsed } => ("exporting layers", String::new(), Some(elapsed)),
            VertexWork::CopiedFiles { bytes, elapsed } => ("copying files", size(bytes), Some(elapsed)),
            VertexWork::SentTar { elapsed } => ("sending tarball", String::new(), Some(elapsed)),
            VertexWork::DownloadedLayer { layer, bytes, elapsed } => {
                let (what, status) = (format!("sha256:{layer}"), format!("{} / {}", size(bytes), size(bytes)));
                return Self { what, status, seconds: Some(elapsed.as_secs_f64()) };
            }
            VertexWork::ExtractedLayer { layer, elapsed } => {
                let what = format!("extracting sha256:{layer}");
                return Self { seconds: Some(elapsed.as_secs_f64()), ..Self::named(what) };
            }
            VertexWork::PushedLayer { layer, elapsed } => {
                return Self { seconds: Some(elapsed.as_secs_f64()), ..Self::named(format!("pushing layer {layer}")) };
            }
            VertexWork::WroteImage { image } => return Self::named(format!("writing image {image}")),
            VertexWork::Named { reference } => return Self::named(format!("naming to {reference}")),
        };
        Self { what: what.to_owned(), status, seconds: elapsed.map(std::time::Duration::as_secs_f64) }
    }

    fn named(what: String) -> Self {
        Self { what, status: String::new(), seconds: None }
    }

    /// `exporting layers 0.0s done`
    fn line(&self) -> String {
        let status = if self.status.is_empty() { String::new() } else { format!(" {}", self.status) };
        let time = self.seconds.map(|seconds| format!(" {seconds:.1}s")).unwrap_or_default();
        format!("{}{status}{time} done", self.what)
    }
}
