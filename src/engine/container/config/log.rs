//! Where what a container says is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `--log-driver` and `--log-opt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LogConfig {
    /// Which driver.
    #[serde(rename = "Type")]
    pub driver: String,
    /// Its options.
    pub config: BTreeMap<String, String>,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { driver: "json-file".to_owned(), config: BTreeMap::new() }
    }
}
