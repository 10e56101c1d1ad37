//! New volumes begin with what the image has where they are mounted.

use super::resolve::{ResolvedMounts, copies};
use crate::engine::container::{MountPoint, MountSource};
use crate::engine::oci::ImageId;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Fills the new container's own volumes that are still empty; when that fails, those nobody named go again.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] when the image has a file where a volume is to be, [`EngineError::Layer`].
    pub(in crate::engine::container) fn seed_or_discard(
        &self,
        mounts: &ResolvedMounts,
        image: &ImageId,
    ) -> Result<(), EngineError> {
        let own = &mounts.points[mounts.borrowed..];
        let seeded = self.seed_volumes(own, image);
        if seeded.is_err() {
            for point in own {
                self.remove_if_anonymous(&point.source);
            }
        }
        seeded
    }

    /// Removes a volume nobody named, unless a container has it.
    pub(in crate::engine::container) fn remove_if_anonymous(&self, source: &MountSource) {
        if let MountSource::Volume { name, .. } = source
            && self.volume(name).is_ok_and(|volume| volume.is_anonymous())
        {
            // Another container may use it: then it stays.
            let _ = self.remove_volume(name);
        }
    }

    fn seed_volumes(&self, points: &[MountPoint], image: &ImageId) -> Result<(), EngineError> {
        for point in points {
            let MountSource::Volume { name, .. } = &point.source else { continue };
            if self.look_in_image(image, &point.destination)?.is_some_and(|found| found.is_file()) {
                let path = &point.destination;
                return Err(EngineError::InvalidRequest(if point.mode.is_empty() {
                    format!("cannot mount volume over existing file, file exists {path}")
                } else {
                    format!("source {path} is not directory")
                }));
            }
            if copies(point) {
                self.seed_volume(name, image, &point.destination)?;
            }
        }
        Ok(())
    }
}
