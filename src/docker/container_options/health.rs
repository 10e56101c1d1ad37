//! How to tell whether a container works, and what follows its end.

use crate::docker::failure::Failure;
use crate::docker::value;
use crate::docker::words::Words;
use crate::engine::container::{ContainerConfig, HostConfig, RestartPolicy};
use crate::engine::oci::HealthConfig;

/// `--restart` and the `--health-…` flags, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// `--restart`.
    pub restart: RestartPolicy,
    /// `--health-…`, or `--no-healthcheck`; `None` when none was typed.
    pub check: Option<HealthConfig>,
}

impl Health {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        Ok(Self { restart: restart_policy(words.text("restart").unwrap_or("no"))?, check: check(words)? })
    }

    pub(super) fn apply(&self, config: &mut ContainerConfig, host_config: &mut HostConfig) {
        host_config.restart_policy = self.restart.clone();
        config.healthcheck.clone_from(&self.check);
    }
}

/// A restart policy as typed: `on-failure:3`.
///
/// # Errors
/// The client's sentences.
pub fn restart_policy(text: &str) -> Result<RestartPolicy, Failure> {
    let (name, count) = text.split_once(':').map_or((text, None), |(name, count)| (name, Some(count)));
    if count.is_some() && name.is_empty() {
        return Err(Failure::client("invalid restart policy format: no policy provided before colon"));
    }
    let maximum_retry_count = count
        .filter(|count| !count.is_empty())
        .unwrap_or("0")
        .parse()
        .map_err(|_| Failure::client("invalid restart policy format: maximum retry count must be an integer"))?;
    let name = if name.is_empty() { "no" } else { name };
    Ok(RestartPolicy { name: name.to_owned(), maximum_retry_count })
}

fn check(words: &Words) -> Result<Option<HealthConfig>, Failure> {
    let duration = |long: &str| words.text(long).and_then(value::duration).unwrap_or_default();
    let command = words.owned("health-cmd").filter(|command| !command.is_empty());
    let check = HealthConfig {
        test: command.map(|command| vec!["CMD-SHELL".to_owned(), command]).unwrap_or_default(),
        interval: duration("health-interval"),
        timeout: duration("health-timeout"),
        start_period: duration("health-start-period"),
        start_interval: duration("health-start-interval"),
        retries: words.int("health-retries").unwrap_or_default(),
    };
    let asked = check != HealthConfig::default();
    if words.bool("no-healthcheck") {
        if asked {
            return Err(Failure::client("--no-healthcheck conflicts with --health-* options"));
        }
        return Ok(Some(HealthConfig { test: vec!["NONE".to_owned()], ..HealthConfig::default() }));
    }
    for (long, number) in [
        ("interval", check.interval),
        ("timeout", check.timeout),
        ("retries", check.retries),
        ("start-period", check.start_period),
        ("start-interval", check.start_interval),
    ] {
        if number < 0 {
            return Err(Failure::client(format!("--health-{long} cannot be negative")));
        }
    }
    Ok(asked.then_some(check))
}
