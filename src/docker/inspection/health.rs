//! The health of a container as `docker inspect` shows it.

use serde_json::{Value, json};

use super::go_time;
use crate::engine::container::HealthState;

/// `State.Health`.
pub(super) fn health(health: &HealthState) -> Value {
    let checks = health.log.iter().map(|check| {
        json!({
            "Start": go_time(check.start),
            "End": go_time(check.end),
            "ExitCode": check.exit_code,
            "Output": check.output,
        })
    });
    json!({
        "Status": health.status.word(),
        "FailingStreak": health.failing_streak,
        "Log": checks.collect::<Vec<_>>(),
    })
}
