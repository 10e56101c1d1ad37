//! When each line of an image's history was made. Source: BuildKit's `normalizeLayersAndHistory`.

use jiff::Timestamp;

use crate::engine::oci::{HistoryEntry, ImageConfig};

/// The comment BuildKit leaves.
const COMMENT: &str = "buildkit.dockerfile.v0";

/// A line of BuildKit's; its date comes later.
pub(super) fn entry(created_by: String, makes_layer: bool) -> HistoryEntry {
    HistoryEntry { created_by, comment: COMMENT.to_owned(), empty_layer: !makes_layer, ..HistoryEntry::default() }
}

/// Dates the lines that make no layer: as the layer before them, or as the first new layer. A rebuild out of the cache
/// then gives the same image, to the byte. `now` serves an image that has no layer at all.
pub(super) fn date(config: &mut ImageConfig, now: Timestamp, epoch: Option<Timestamp>) {
    let mut current = None;
    let mut undated_seen = false;
    for line in &config.history {
        match line.created {
            Some(created) => {
                current = Some(created);
                if undated_seen {
                    break;
                }
            }
            None => undated_seen = true,
        }
    }
    let mut current = current.unwrap_or(now);
    let mut undated_seen = false;
    for line in &mut config.history {
        match line.created {
            Some(created) if undated_seen => current = created,
            Some(_) => {}
            None => {
                undated_seen = true;
                line.created = Some(current);
            }
        }
    }
    if let Some(epoch) = epoch {
        for line in &mut config.history {
            line.created = line.created.map(|created| created.min(epoch));
        }
    }
    config.created = config.history.last().and_then(|line| line.created).or(config.created).or(Some(now));
}
