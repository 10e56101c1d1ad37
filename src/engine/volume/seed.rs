//! A new volume mounted over a directory of the image begins with what the image has there.

use std::fs;
use std::path::Path;

use super::VolumeContent;
use crate::engine::layer::{OverlayXattrs, UnpackOptions, flatten};
use crate::engine::oci::{ChainId, ImageId};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Fills a volume that is still empty with what the image has at `target`.
    ///
    /// # Errors
    /// [`EngineError::NoSuchVolume`], [`EngineError::Layer`].
    pub(crate) fn seed_volume(&self, name: &str, image: &ImageId, target: &str) -> Result<(), EngineError> {
        let VolumeContent::Directory(data) = self.volume(name)?.content()? else { return Ok(()) };
        let mut content = fs::read_dir(&data).map_err(|error| EngineError::io(&data, error))?;
        if content.next().is_some() {
            return Ok(());
        }
        let layers: Vec<_> = ChainId::stack(&self.image_config(image)?.rootfs.diff_ids)
            .iter()
            .map(|chain| self.layer_directory(chain))
            .collect();
        let owners = UnpackOptions::of(self.tier).owners;
        flatten(&layers, Path::new(target), &data, owners, OverlayXattrs::of(self.tier))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::EngineError;
    use crate::engine::container::{CreateRequest, RemoveRequest};
    use crate::engine::fixture::TestEngine;

    #[test]
    fn a_new_volume_begins_with_the_images_files_and_keeps_its_own() {
        let engine = TestEngine::new();
        engine.pull("alpine");
        let create = || {
            let mut request = CreateRequest::default();
            "alpine".clone_into(&mut request.config.image);
            request.host_config.binds = vec!["kept:/etc".to_owned()];
            engine.create_container(request).unwrap().id
        };
        let first = create();
        let data = engine.volume("kept").unwrap().mountpoint;
        assert!(data.join("passwd").exists());
        std::fs::remove_file(data.join("passwd")).unwrap();
        let second = create();
        assert!(!data.join("passwd").exists(), "only an empty volume is filled");

        let refusal = engine.remove_volume("kept").unwrap_err();
        assert!(
            matches!(&refusal, EngineError::Conflict(words) if words.starts_with("remove kept: volume is in use - ["))
        );
        for id in [first, second] {
            engine.remove_container(&id, RemoveRequest::default()).unwrap();
        }
        assert_eq!(engine.volumes().unwrap().len(), 1);
        engine.remove_volume("kept").unwrap();
        assert!(engine.volumes().unwrap().is_empty());
        assert_eq!(engine.remove_volume("kept").unwrap_err().to_string(), "get kept: no such volume");
    }
}
