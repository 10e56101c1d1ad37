//! Numbers vertices as they start, and tells how each ends.

use std::cell::RefCell;
use std::time::Duration;

use crate::engine::Clock;
use crate::engine::build::lint::LintWarning;
use crate::engine::build::stopwatch::Stopwatch;
use crate::engine::build::{BuildEvent, ProgressEvent, Vertex, VertexWork};
use crate::engine::container::OutputStream;
use crate::engine::store::PullEvent;

/// Where events go.
pub(super) struct Progress<'a> {
    events: RefCell<&'a mut dyn FnMut(BuildEvent)>,
    started: std::cell::Cell<usize>,
    clock: Clock,
}

/// A vertex under way. It ends with exactly one of `cached`, `done` and `failed`.
pub(super) struct Running<'a, 'e> {
    progress: &'a Progress<'e>,
    number: usize,
    watch: Stopwatch,
}

impl<'e> Progress<'e> {
    pub(super) fn new(events: &'e mut dyn FnMut(BuildEvent), clock: Clock) -> Self {
        Self { events: RefCell::new(events), started: std::cell::Cell::new(0), clock }
    }

    /// Starts the next vertex.
    pub(super) fn start(&self, vertex: Vertex) -> Running<'_, 'e> {
        let number = self.started.get() + 1;
        self.started.set(number);
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
        (self.events.borrow_mut())(BuildEvent::Progress(event));
    }
}

impl Running<'_, '_> {
    pub(super) fn worked(&self, work: VertexWork) {
        self.progress.tell(ProgressEvent::Worked { number: self.number, work });
    }

    pub(super) fn pulled(&self, event: PullEvent) {
        self.progress.tell(ProgressEvent::Pulled { number: self.number, event });
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
