//! `--filter` of `network ls`. Source: moby `daemon/network/filter.go`.

use super::failure::Failure;
use super::filter::{Filter, daemon, has_label, refused};
use super::filter_value::NamePattern;
use crate::engine::network::NetworkRecord;

/// What was asked to keep. Several values of a key: any fits (labels: all).
#[derive(Debug, Default)]
pub struct NetworkFilter {
    asked: Vec<Filter>,
    names: Vec<NamePattern>,
    ids: Vec<NamePattern>,
}

const LIST_KEYS: &[&str] = &["dangling", "driver", "id", "label", "name", "scope", "type"];
const NOT_DANGLING: &str = "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or \"0\")";

impl NetworkFilter {
    /// Reads filters.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn new(filters: &[Filter]) -> Result<Self, Failure> {
        let mut kept = Self { asked: filters.to_vec(), ..Self::default() };
        for Filter { key, value } in filters {
            match key.as_str() {
                "name" => kept.names.push(NamePattern::new(value)),
                "id" => kept.ids.push(NamePattern::new(value)),
                "dangling" if !matches!(value.as_str(), "0" | "1" | "false" | "true") => {
                    return Err(daemon(NOT_DANGLING.to_owned()));
                }
                "dangling" if kept.values(key).any(|other| other != value) => {
                    return Err(daemon("got more than one value for filter key \"dangling\"".to_owned()));
                }
                "type" if !matches!(value.as_str(), "builtin" | "custom") => {
                    return Err(daemon(format!("invalid filter: 'type'='{value}'")));
                }
                key if LIST_KEYS.contains(&key) => {}
                key => return Err(refused(key)),
            }
        }
        Ok(kept)
    }

    /// Whether a network is listed.
    pub fn admits(&self, network: &NetworkRecord) -> bool {
        let any = |key: &str, fits: &dyn Fn(&str) -> bool| {
            let mut values = self.values(key).peekable();
            values.peek().is_none() || values.any(fits)
        };
        let matches =
            |wanted: &[NamePattern], text: &str| wanted.is_empty() || wanted.iter().any(|pattern| pattern.fits(text));
        let kind = |value: &str| (value == "builtin") == network.is_predefined();
        // The daemon does not look who is in a network here: `network ls` has every network of one's own dangle.
        let dangles = |value: &str| matches!(value, "1" | "true") != network.is_predefined();
        matches(&self.names, &network.name)
            && matches(&self.ids, network.id.as_str())
            && any("driver", &|value| network.driver.word() == value)
            && any("scope", &|value| value == "local")
            && any("type", &kind)
            && any("dangling", &dangles)
            && self.values("label").all(|label| has_label(label, |key| network.labels.get(key)))
    }

    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.asked.iter().filter(move |filter| filter.key == key).map(|filter| filter.value.as_str())
    }
}
