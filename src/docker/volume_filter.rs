//! `--filter` for volumes. Source: moby `volume/service`.

use super::failure::Failure;
use super::filter::{Filter, has_label, refused, truth};
use super::filter_value::NamePattern;
use crate::engine::volume::VolumeRecord;

/// What `volume ls` or `volume prune` was asked to keep.
#[derive(Debug, Default)]
pub struct VolumeFilter {
    dangling: Option<bool>,
    drivers: Vec<String>,
    labels: Vec<String>,
    without: Vec<String>,
    names: Vec<NamePattern>,
    all: bool,
}

impl VolumeFilter {
    /// Those of `volume ls`.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn of_list(filters: &[Filter]) -> Result<Self, Failure> {
        let mut kept = Self::default();
        for Filter { key, value } in filters {
            match key.as_str() {
                "dangling" => kept.dangling = truth(filters, key)?,
                "driver" => kept.drivers.push(value.clone()),
                "label" => kept.labels.push(value.clone()),
                "name" => kept.names.push(NamePattern::new(value)),
                _ => return Err(refused(key)),
            }
        }
        Ok(kept)
    }

    /// Those of `volume prune`.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn of_prune(filters: &[Filter]) -> Result<Self, Failure> {
        let mut kept = Self::default();
        for Filter { key, value } in filters {
            match key.as_str() {
                "all" => kept.all = truth(filters, key)?.unwrap_or_default(),
                "label" => kept.labels.push(value.clone()),
                "label!" => kept.without.push(value.clone()),
                _ => return Err(refused(key)),
            }
        }
        Ok(kept)
    }

    /// Whether the answer depends on who has the volumes.
    pub fn asks_for_links(&self) -> bool {
        self.dangling.is_some()
    }

    /// `all=1`.
    pub fn all(&self) -> bool {
        self.all
    }

    /// Whether a volume is kept; `used`: a container has it.
    pub fn admits(&self, volume: &VolumeRecord, used: bool) -> bool {
        let has = |wanted: &String| has_label(wanted, |key| volume.labels.as_ref()?.get(key));
        self.dangling.is_none_or(|wanted| wanted != used)
            && (self.drivers.is_empty() || self.drivers.contains(&volume.driver))
            && (self.names.is_empty() || self.names.iter().any(|name| name.fits(&volume.name)))
            && self.labels.iter().all(has)
            && !self.without.iter().any(has)
    }
}
