//! Numbers vertices, and tells from any thread how each goes and ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use crate::engine::Clock;
use crate::engine::build::lint::LintWarning;
use crate::engine::build::stopwatch::Stopwatch;
use crate::engine::build::{ProgressEvent, Vertex, VertexWork};
use crate::engine::container::OutputStream;

/// Where events go, and the next number.
pub(super) struct Progress {
    events: Sender<ProgressEvent>,
    given: AtomicUsize,
    clock: Clock,
}

/// A vertex under way. It ends with exactly one of `cached`, `done`, `canceled` and `failed`.
pub(super) struct Running<'a> {
    progress: &'a Progress,
    number: usize,
    watch: Stopwatch,
}

impl Progress {
    pub(super) fn new(events: Sender<ProgressEvent>, clock: Clock) -> Self {
        Self { events, given: AtomicUsize::new(0), clock }
    }

    /// Starts the next vertex.
    pub(super) fn start(&self, vertex: Vertex) -> Running<'_> {
        let number = self.given.fetch_add(1, Ordering::Relaxed) + 1;
        self.start_numbered(number, vertex)
    }

    /// Gives so many vertices to come their numbers, and says so; the first of them. What runs side by side has the same
    /// numbers in every build, whoever starts first.
    pub(super) fn foresee(&self, count: usize) -> usize {
        let before = self.given.fetch_add(count, Ordering::Relaxed);
        self.tell(ProgressEvent::Foreseen { total: before + count });
        before + 1
    }

    /// Starts a vertex that was given its number.
    pub(super) fn start_numbered(&self, number: usize, vertex: Vertex) -> Running<'_> {
        self.tell(ProgressEvent::Started { number, vertex });
        Running { progress: self, number, watch: Stopwatch::start(self.clock) }
    }

    /// A warning of the build checks, about the vertex of this number.
    pub(super) fn warned(&self, number: usize, warning: &LintWarning) {
        self.tell(ProgressEvent::Warned { number, warning: warning.clone() });
    }

    /// All vertices are over, one way or another.
    pub(super) fn finished(&self, warnings: Vec<LintWarning>) {
        self.tell(ProgressEvent::Finished { warnings });
    }

    fn tell(&self, event: ProgressEvent) {
        // Whoever listens does so to the end of the build.
        let _ = self.events.send(event);
    }
}

impl Running<'_> {
    pub(super) fn worked(&self, work: VertexWork) {
        self.progress.tell(ProgressEvent::Worked { number: self.number, work });
    }

    pub(super) fn output(&self, stream: OutputStream, bytes: &[u8]) {
        let (number, elapsed) = (self.number, self.elapsed());
        self.progress.tell(ProgressEvent::Output { number, stream, elapsed, bytes: bytes.to_vec() });
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    pub(super) fn cached(self) {
        self.progress.tell(ProgressEvent::Cached { number: self.number });
    }

    pub(super) fn done(self) {
        let (number, elapsed) = (self.number, self.elapsed());
        self.progress.tell(ProgressEvent::Done { number, elapsed });
    }

    pub(super) fn canceled(self) {
        self.progress.tell(ProgressEvent::Canceled { number: self.number });
    }

    pub(super) fn failed(self, message: impl Into<String>) {
        let (number, elapsed) = (self.number, self.elapsed());
        self.progress.tell(ProgressEvent::Failed { number, elapsed, message: message.into() });
    }
}
