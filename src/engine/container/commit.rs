//! `docker commit`: an image from a container.

use super::commit_change::apply_changes;
use super::{ContainerConfig, ContainerId};
use crate::engine::oci::{DiffId, Digest, HistoryEntry, ImageId, Reference, RuntimeConfig};
use crate::engine::store::json;
use crate::engine::store::{LayerContent, StoreLock};
use crate::engine::{Engine, EngineError};

/// What `commit` is asked.
#[derive(Debug, Clone, Default)]
pub struct CommitRequest {
    /// The new image's name.
    pub reference: Option<Reference>,
    /// `-m`.
    pub message: String,
    /// `-a`.
    pub author: String,
    /// `-c`, Dockerfile instructions.
    pub changes: Vec<String>,
}

impl Engine {
    /// Makes an image of the container's image, its changes and its command. A running container keeps running.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] for a change that is none, [`EngineError::Layer`] when its files cannot be read.
    pub fn commit_container(&self, id: &ContainerId, request: &CommitRequest) -> Result<ImageId, EngineError> {
        if request.reference.as_ref().is_some_and(|reference| reference.digest().is_some()) {
            return Err(EngineError::InvalidRequest("refusing to create a tag with a digest reference".to_owned()));
        }
        let container = self.container(id)?;
        let record = container.clone();
        // The image may be gone by force; its config and its layers stay as long as the container.
        let mut config = self.image_config(&container.image)?;
        let created_by = container.config.cmd.clone().unwrap_or_default().join(" ");
        config.config = runtime_config(container.config, config.config);
        apply_changes(&mut config.config, &request.changes)?;

        let upper = self.writable_layer(id, &container.image)?;
        let layer = self.stage_layer(LayerContent::Directory(&upper))?;
        let empty_layer = is_empty(&layer.record.diff_id);
        layer.sync()?;

        let lock = StoreLock::acquire(&self.paths)?;
        if !empty_layer {
            self.place_layer(&config.rootfs.diff_ids, &layer)?;
            config.rootfs.diff_ids.push(layer.record.diff_id.clone());
        }
        config.created = Some(self.clock.now());
        config.author.clone_from(&request.author);
        config.history.push(HistoryEntry {
            created: config.created,
            created_by,
            author: request.author.clone(),
            comment: request.message.clone(),
            empty_layer,
        });
        let json = json::document(&config);
        let names = request.reference.as_slice();
        let image = self.register_image(&lock, &json, Some(container.image), names)?.id;
        if let Some(reference) = &request.reference {
            self.note_image(&image, "tag", reference);
        }
        let name = request.reference.as_ref().map(|reference| reference.canonical().familiar()).unwrap_or_default();
        let attributes = [("comment", request.message.as_str()), ("imageID", &image.to_string()), ("imageRef", &name)];
        self.note_container(&record, "commit", &attributes);
        Ok(image)
    }
}

/// Whether a layer holds nothing: its archive is the end mark alone.
fn is_empty(diff_id: &DiffId) -> bool {
    *diff_id.digest() == Digest::of(&[0; 1024])
}

/// The image's defaults: what the container was asked to run. What a container is not told stays the parent image's.
fn runtime_config(container: ContainerConfig, parent: RuntimeConfig) -> RuntimeConfig {
    RuntimeConfig {
        user: container.user,
        exposed_ports: container.exposed_ports,
        env: container.env,
        entrypoint: container.entrypoint,
        cmd: container.cmd,
        volumes: container.volumes.unwrap_or_default(),
        working_dir: container.working_dir,
        labels: container.labels,
        stop_signal: container.stop_signal,
        healthcheck: container.healthcheck,
        args_escaped: container.args_escaped,
        on_build: container.on_build.unwrap_or_default(),
        shell: parent.shell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::TestEngine;
    use crate::engine::oci::ChainId;

    #[test]
    fn a_commit_adds_one_layer_that_holds_only_the_difference() {
        let engine = TestEngine::new();
        engine.pull("alpine");
        let id = engine.create("alpine");
        let upper = engine.paths().container(&id).join("upper");
        std::fs::create_dir(upper.join("srv")).unwrap();
        std::fs::write(upper.join("srv/note"), "kept").unwrap();
        let changes: Vec<_> = engine
            .container_changes(&id)
            .unwrap()
            .iter()
            .map(|change| format!("{} {}", change.kind.letter(), change.path))
            .collect();
        assert_eq!(changes, ["C /srv", "A /srv/note"]);

        let request = CommitRequest {
            reference: Some("mine:v1".parse().unwrap()),
            message: "why".to_owned(),
            author: "who".to_owned(),
            changes: vec!["ENV A=b".to_owned()],
        };
        let committed = engine.commit_container(&id, &request).unwrap();
        let image = engine.resolve_image("mine:v1").unwrap();
        let parent = engine.resolve_image("alpine").unwrap();
        assert_eq!((&image.id, image.parent.as_ref()), (&committed, Some(&parent.id)));
        assert_eq!(image.layer_sizes, [parent.size, 4]);
        let entry = image.config.history.last().unwrap();
        assert_eq!(
            (entry.created_by.as_str(), entry.comment.as_str(), entry.author.as_str()),
            ("/bin/sh", "why", "who")
        );
        assert!(image.config.config.env.contains(&"A=b".to_owned()));
        let top = ChainId::stack(&image.config.rootfs.diff_ids).pop().unwrap();
        let names: Vec<_> =
            std::fs::read_dir(engine.layer_directory(&top)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["srv"]);
        assert_eq!(std::fs::read(engine.layer_directory(&top).join("srv/note")).unwrap(), b"kept");
    }

    #[test]
    fn a_commit_without_changes_adds_no_layer() {
        let engine = TestEngine::new();
        engine.pull("hello-world");
        let id = engine.create("hello-world");
        let committed = engine.commit_container(&id, &CommitRequest::default()).unwrap();
        let image = engine.image(&committed).unwrap().unwrap();
        assert_eq!(image.layer_sizes.len(), 1);
        assert!(image.config.history.last().unwrap().empty_layer);
        assert!(image.tags.is_empty());
    }
}
