//! Whether a container works, as its monitor found out: what `inspect` shows under `State.Health`.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ContainerRecord, ExecRequest, launch_plan};
use crate::engine::launch::HealthPlan;
use crate::engine::oci::HealthConfig;
use crate::engine::{Engine, EngineError};

/// Docker's own, when neither the image nor the command line says otherwise.
const INTERVAL: Duration = Duration::from_secs(30);
const TIMEOUT: Duration = Duration::from_secs(30);
const START_INTERVAL: Duration = Duration::from_secs(5);
const RETRIES: u32 = 3;

/// Docker's words for how well a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// No check has succeeded yet, nor failed often enough.
    Starting,
    /// The last check succeeded.
    Healthy,
    /// Too many checks in a row failed.
    Unhealthy,
}

impl HealthStatus {
    /// Docker's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// How well a container does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthState {
    /// In a word.
    pub status: HealthStatus,
    /// Failures in a row.
    pub failing_streak: u32,
    /// The last checks, at most five, oldest first.
    pub log: Vec<HealthCheckResult>,
}

impl HealthState {
    /// Of a container that has ended: nobody checks it any more, and Docker calls that unhealthy.
    pub(in crate::engine) fn of_stopped(self) -> Self {
        Self { status: HealthStatus::Unhealthy, ..self }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheckResult {
    /// When it began.
    pub start: Timestamp,
    /// When it was over.
    pub end: Timestamp,
    /// 0 is well; -1 when it could not be started or took too long.
    pub exit_code: i32,
    /// What it wrote, at most 4096 bytes.
    pub output: String,
}

/// What the monitor is to do about a container's health; `None` when nothing says how to check it.
///
/// # Errors
/// As for any process of that container.
pub(super) fn plan(engine: &Engine, record: &ContainerRecord) -> Result<Option<HealthPlan>, EngineError> {
    let Some(config) = record.config.healthcheck.as_ref() else { return Ok(None) };
    let Some((kind, rest)) = config.test.split_first() else { return Ok(None) };
    let command = match kind.as_str() {
        "CMD" if !rest.is_empty() => rest.to_vec(),
        "CMD-SHELL" => shell_command(rest),
        _ => return Ok(None),
    };
    let said = |nanoseconds: i64, default| match u64::try_from(nanoseconds) {
        Ok(0) | Err(_) => default,
        Ok(nanoseconds) => Duration::from_nanos(nanoseconds),
    };
    let request = ExecRequest { command, ..ExecRequest::default() };
    Ok(Some(HealthPlan {
        process: launch_plan::joined(engine, record, request, None)?,
        interval: said(config.interval, INTERVAL),
        timeout: said(config.timeout, TIMEOUT),
        start_period: said(config.start_period, Duration::ZERO),
        start_interval: said(config.start_interval, START_INTERVAL),
        retries: u32::try_from(config.retries).ok().filter(|retries| *retries > 0).unwrap_or(RETRIES),
    }))
}

fn shell_command(words: &[String]) -> Vec<String> {
    ["/bin/sh", "-c"].into_iter().map(str::to_owned).chain(words.iter().cloned()).collect()
}

/// Refuses a health check that cannot be. Source: moby `validateHealthCheck`.
///
/// # Errors
/// [`EngineError::InvalidRequest`] with the daemon's sentence.
pub(super) fn check(config: Option<&HealthConfig>) -> Result<(), EngineError> {
    const SHORTEST_NANOSECONDS: i64 = 1_000_000;
    let Some(config) = config else { return Ok(()) };
    for (name, duration) in [
        ("Interval", config.interval),
        ("Timeout", config.timeout),
        ("StartPeriod", config.start_period),
        ("StartInterval", config.start_interval),
    ] {
        if duration != 0 && duration < SHORTEST_NANOSECONDS {
            return Err(EngineError::InvalidRequest(format!("{name} in Healthcheck cannot be less than 1ms")));
        }
    }
    if config.retries < 0 {
        return Err(EngineError::InvalidRequest("Retries in Healthcheck cannot be negative".to_owned()));
    }
    Ok(())
}

/// Fills what the command line left out of a health check with the image's. Source: moby `runconfig.Merge`.
pub(super) fn merge(asked: &mut Option<HealthConfig>, image: Option<&HealthConfig>) {
    let Some(image) = image else { return };
    let Some(asked) = asked else {
        *asked = Some(image.clone());
        return;
    };
    if asked.test.is_empty() {
        asked.test.clone_from(&image.test);
    }
    for (own, inherited) in [
        (&mut asked.interval, image.interval),
        (&mut asked.timeout, image.timeout),
        (&mut asked.start_period, image.start_period),
        (&mut asked.start_interval, image.start_interval),
        (&mut asked.retries, image.retries),
    ] {
        if *own == 0 {
            *own = inherited;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_completes_what_the_image_says() {
        let image = HealthConfig {
            test: vec!["CMD".into(), "true".into()],
            interval: 5,
            retries: 2,
            ..HealthConfig::default()
        };
        let mut asked = Some(HealthConfig { interval: 7, ..HealthConfig::default() });
        merge(&mut asked, Some(&image));
        assert_eq!(asked, Some(HealthConfig { interval: 7, ..image.clone() }));
        let mut none = None;
        merge(&mut none, Some(&image));
        assert_eq!(none, Some(image.clone()));
        let mut refused = Some(HealthConfig { test: vec!["NONE".into()], ..HealthConfig::default() });
        merge(&mut refused, Some(&image));
        assert_eq!(refused.unwrap().test, ["NONE"]);
    }
}
