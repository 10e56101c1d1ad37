//! `--filter` of `network ls` and `network prune`.

use jiff::Timestamp;

use super::failure::Failure;
use super::filter::Filter;
use super::instant;
use crate::engine::network::NetworkRecord;
use crate::engine::{Engine, EngineError};

/// What was asked to keep. Several values of a key: any fits (labels: all).
#[derive(Debug, Default)]
pub struct NetworkFilter {
    asked: Vec<Filter>,
    until: Option<Timestamp>,
}

const LIST_KEYS: &[&str] = &["dangling", "driver", "id", "label", "name", "scope", "type"];
const PRUNE_KEYS: &[&str] = &["label", "label!", "until"];

impl NetworkFilter {
    /// Of `network ls`.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn for_list(filters: &[Filter]) -> Result<Self, Failure> {
        for Filter { key, value } in filters {
            let known = match key.as_str() {
                "dangling" => super::value::parse_bool(value).is_some(),
                "type" => matches!(value.as_str(), "builtin" | "custom"),
                key => LIST_KEYS.contains(&key),
            };
            if !known {
                let what = if LIST_KEYS.contains(&key.as_str()) { format!("{key}={value}") } else { key.clone() };
                return Err(EngineError::InvalidRequest(format!("invalid filter '{what}'")).into());
            }
        }
        Ok(Self { asked: filters.to_vec(), until: None })
    }

    /// Of `network prune`.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn for_prune(filters: &[Filter], now: Timestamp) -> Result<Self, Failure> {
        let mut until = None;
        for Filter { key, value } in filters {
            if !PRUNE_KEYS.contains(&key.as_str()) {
                return Err(EngineError::InvalidRequest(format!("invalid filter '{key}'")).into());
            }
            if key == "until" {
                until = Some(instant::parse("until", value, now)?);
            }
        }
        Ok(Self { asked: filters.to_vec(), until })
    }

    /// Whether a network is listed.
    ///
    /// # Errors
    /// The engine's, while it looks who uses it.
    pub fn admits(&self, engine: &Engine, network: &NetworkRecord) -> Result<bool, Failure> {
        let any = |key: &str, fits: &dyn Fn(&str) -> bool| {
            let mut values = self.values(key).peekable();
            values.peek().is_none() || values.any(fits)
        };
        let named = |value: &str| network.name.contains(value);
        let kind = |value: &str| (value == "builtin") == network.is_predefined();
        let mut admitted = any("name", &named)
            && any("id", &|value| network.id.as_str().starts_with(value))
            && any("driver", &|value| network.driver.word() == value)
            && any("scope", &|value| value == "local")
            && any("type", &kind)
            && self.values("label").all(|label| has_label(network, label));
        for wanted in self.values("dangling").filter_map(super::value::parse_bool) {
            let dangling = !network.is_predefined() && engine.network_users(&network.id)?.is_empty();
            admitted &= wanted == dangling;
        }
        Ok(admitted)
    }

    /// Whether a network may be pruned.
    pub fn lets_go(&self, network: &NetworkRecord) -> bool {
        self.values("label").all(|label| has_label(network, label))
            && !self.values("label!").any(|label| has_label(network, label))
            && self.until.is_none_or(|until| network.created < until)
    }

    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.asked.iter().filter(move |filter| filter.key == key).map(|filter| filter.value.as_str())
    }
}

fn has_label(network: &NetworkRecord, wanted: &str) -> bool {
    match wanted.split_once('=') {
        Some((key, value)) => network.labels.get(key).is_some_and(|found| found == value),
        None => network.labels.contains_key(wanted),
    }
}
