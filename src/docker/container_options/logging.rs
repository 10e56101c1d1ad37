//! `--log-driver` and `--log-opt`.

use crate::docker::failure::{Failure, Unsupported};
use crate::docker::words::Words;
use crate::engine::container::{HostConfig, LogConfig};

/// The drivers this engine has.
const DRIVERS: &[&str] = &["json-file", "local", "none"];
/// The drivers Docker has beside them: they speak to services this engine does not know.
const ELSEWHERE: &[&str] = &["awslogs", "etwlogs", "fluentd", "gcplogs", "gelf", "journald", "splunk", "syslog"];

/// The flags, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Logging {
    config: LogConfig,
}

impl Logging {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        let driver = words.owned("log-driver").unwrap_or_else(|| DRIVERS[0].to_owned());
        let options = words.list("log-opt");
        if ELSEWHERE.contains(&driver.as_str()) {
            let what = Unsupported::Value(words.command_line(), "--log-driver".to_owned(), driver);
            return Err(Failure::unsupported(what));
        }
        if driver == "none" && !options.is_empty() {
            return Err(Failure::client(format!("invalid logging opts for driver {driver}")));
        }
        let config = options.iter().map(|option| super::pair(option)).collect();
        Ok(Self { config: LogConfig { driver, config } })
    }

    pub(super) fn apply(&self, host_config: &mut HostConfig) {
        host_config.log_config.clone_from(&self.config);
    }
}
