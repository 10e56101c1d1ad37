//! What a restart policy makes of an end: again, after what pause, or never more.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::container::RestartPolicy;

/// Before the first restart; each further one waits twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Who lasted as long starts over with the pauses.
const LONG_ENOUGH: Duration = Duration::from_secs(10);

/// How often a container was started again by its policy since somebody started it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restarts {
    /// So many times.
    pub count: u32,
    /// The pause before the last one; zero when there was none.
    pub pause: Duration,
}

impl Restarts {
    /// What follows an end that nobody asked for; `None`: nothing. Source: moby `restartmanager.ShouldRestart`.
    pub fn after(self, policy: &RestartPolicy, exit_code: i32, lasted: Duration) -> Option<Self> {
        let again = match policy.name.as_str() {
            "always" | "unless-stopped" => true,
            "on-failure" => {
                exit_code != 0
                    && (policy.maximum_retry_count == 0 || i64::from(self.count) < policy.maximum_retry_count)
            }
            _ => false,
        };
        let pause = if lasted >= LONG_ENOUGH || self.pause.is_zero() { FIRST_PAUSE } else { self.pause * 2 };
        again.then(|| Self { count: self.count.saturating_add(1), pause: pause.min(LONGEST_PAUSE) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(name: &str, maximum_retry_count: i64) -> RestartPolicy {
        RestartPolicy { name: name.to_owned(), maximum_retry_count }
    }

    #[test]
    fn pauses_double_up_to_a_minute_and_start_over_after_ten_seconds() {
        let always = policy("always", 0);
        let mut restarts = Restarts::default();
        let mut pauses = Vec::new();
        for _ in 0..12 {
            restarts = restarts.after(&always, 0, Duration::ZERO).unwrap();
            pauses.push(restarts.pause.as_millis());
        }
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000]);
        let rested = restarts.after(&always, 0, Duration::from_secs(10)).unwrap();
        assert_eq!((rested.count, rested.pause), (13, FIRST_PAUSE));
    }

    #[test]
    fn failures_are_counted_and_successes_final() {
        let twice = policy("on-failure", 2);
        let first = Restarts::default().after(&twice, 1, Duration::ZERO).unwrap();
        let second = first.after(&twice, 1, Duration::ZERO).unwrap();
        assert_eq!(second.after(&twice, 1, Duration::ZERO), None);
        assert_eq!(first.after(&twice, 0, Duration::ZERO), None);
        assert_eq!(Restarts::default().after(&policy("no", 0), 1, Duration::ZERO), None);
        assert!(second.after(&policy("on-failure", 0), 1, Duration::ZERO).is_some());
    }
}
