//! `docker image prune`: the images nobody needs. Source: moby `daemon/images/image_prune.go`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ImageDeletion, ImageRecord, RemoveImageRequest};
use crate::engine::oci::{ChainId, ImageId};
use crate::engine::{Engine, EngineError};

/// What `prune` is asked.
#[derive(Debug, Clone, Default)]
pub struct PruneImagesRequest {
    /// `-a`: those with a name too.
    pub all: bool,
    /// Only those made before.
    pub until: Option<Timestamp>,
    /// Only those with each of these labels: `name` or `name=value`.
    pub labels: Vec<String>,
    /// Only those with none of these.
    pub without_labels: Vec<String>,
}

/// What `prune` did.
#[derive(Debug, Clone, Default)]
pub struct PrunedImages {
    /// In order.
    pub deletions: Vec<ImageDeletion>,
    /// Bytes of the layers that are gone.
    pub reclaimed: u64,
}

impl PruneImagesRequest {
    fn admits(&self, image: &ImageRecord) -> bool {
        let has = |label: &String| {
            let (name, value) =
                label.split_once('=').map_or((label.as_str(), None), |(name, value)| (name, Some(value)));
            image.config.config.labels.get(name).is_some_and(|its| value.is_none_or(|value| its == value))
        };
        self.until.is_none_or(|until| image.config.created.is_some_and(|created| created <= until))
            && self.labels.iter().all(has)
            && !self.without_labels.iter().any(has)
    }
}

impl Engine {
    /// Removes the images no container uses: those without a name, or all of them. One that cannot go stays, silently.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub fn prune_images(&self, request: &PruneImagesRequest) -> Result<PrunedImages, EngineError> {
        let images = self.images()?;
        let sizes: BTreeMap<ChainId, u64> = images.iter().flat_map(layer_sizes).collect();
        let is_parent = |id: &ImageId| images.iter().any(|other| other.parent.as_ref() == Some(id));
        let mut pruned = PrunedImages::default();
        for image in images.iter().filter(|image| request.admits(image)) {
            let nameless = image.tags.is_empty() && image.digests.is_empty();
            let removable = if nameless { !is_parent(&image.id) } else { request.all || image.tags.is_empty() };
            if !removable || (!request.all && is_parent(&image.id)) {
                continue;
            }
            let targets: Vec<String> = if nameless {
                vec![image.id.hex().to_owned()]
            } else {
                image.tags.iter().chain(&image.digests).map(ToString::to_string).collect()
            };
            for target in targets {
                match self.remove_image(&target, RemoveImageRequest::default()) {
                    Ok(deletions) => pruned.deletions.extend(deletions),
                    // In use, gone already with another, or held by a child.
                    Err(
                        EngineError::NoSuchImage(_)
                        | EngineError::ImageConflict { .. }
                        | EngineError::ReferenceInUse { .. },
                    ) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let freed = pruned.deletions.iter().filter_map(|deletion| match deletion {
            ImageDeletion::DeletedLayer(chain) => sizes.get(chain),
            _ => None,
        });
        pruned.reclaimed = freed.sum();
        Ok(pruned)
    }
}

fn layer_sizes(image: &ImageRecord) -> Vec<(ChainId, u64)> {
    ChainId::stack(&image.config.rootfs.diff_ids).into_iter().zip(image.layer_sizes.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::container::CommitRequest;
    use crate::engine::fixture::TestEngine;

    #[test]
    fn only_what_nobody_names_or_uses_goes() {
        let engine = TestEngine::new();
        engine.pull("hello-world");
        let container = engine.create("hello-world");
        for content in ["one", "two"] {
            std::fs::write(engine.paths().container(&container).join("upper/file"), content).unwrap();
            let reference = Some("mine".parse().unwrap());
            let request =
                CommitRequest { reference, changes: vec!["LABEL a=b".to_owned()], ..CommitRequest::default() };
            engine.commit_container(&container, &request).unwrap();
        }
        let other_label = PruneImagesRequest { labels: vec!["a=c".to_owned()], ..PruneImagesRequest::default() };
        assert!(engine.prune_images(&other_label).unwrap().deletions.is_empty());
        let dangling = engine.prune_images(&PruneImagesRequest::default()).unwrap();
        assert_eq!((dangling.deletions.len(), dangling.reclaimed), (2, 3));
        assert_eq!(engine.images().unwrap().len(), 2);
        let all = engine.prune_images(&PruneImagesRequest { all: true, ..PruneImagesRequest::default() }).unwrap();
        assert!(
            all.deletions
                .iter()
                .any(|gone| matches!(gone, ImageDeletion::Untagged(name) if name.familiar() == "mine:latest"))
        );
        // The container still uses its image.
        assert_eq!(engine.images().unwrap().len(), 1);
    }
}
