//! How long a step took; nothing at all under a fixed clock, so that what is told is the same every time.

use std::time::{Duration, Instant};

use crate::engine::Clock;

/// Started when made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopwatch(Option<Instant>);

impl Stopwatch {
    /// Starts one.
    pub(super) fn start(clock: Clock) -> Self {
        Self(match clock {
            Clock::System => Some(Instant::now()),
            Clock::Fixed(_) => None,
        })
    }

    /// Since it was started.
    pub(super) fn elapsed(self) -> Duration {
        self.0.map_or(Duration::ZERO, |start| start.elapsed())
    }
}
