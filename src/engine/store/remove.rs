//! `docker rmi`: names first, then the image with its last name, then the layers nothing else needs.
//! The conflicts, their order and their words are those of the daemon's `image_delete.go`.

use super::ImageDeletion;
use super::images::is_id_prefix;
use super::lock::StoreLock;
use super::repositories::Repositories;
use crate::engine::container::ContainerRecord;
use crate::engine::journal::ObjectKind;
use crate::engine::oci::{ChainId, ImageId, Reference};
use crate::engine::{ConflictSeverity, Engine, EngineError};

/// What `force` does not overcome, and what it does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Obstacles {
    Hard,
    /// And the containers that are stopped.
    HardAndStopped,
    /// And the names.
    All,
}

/// How far `rmi` goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RemoveImageRequest {
    /// `-f`: names and stopped containers do not hold it.
    pub force: bool,
    /// `--no-prune`: its untagged parents stay.
    pub keep_parents: bool,
}

/// A removal under way.
struct Removal<'a> {
    keep_parents: bool,
    engine: &'a Engine,
    lock: StoreLock,
    repositories: Repositories,
    containers: Vec<ContainerRecord>,
    done: Vec<ImageDeletion>,
}

impl Engine {
    /// Takes a name away, and the image with its last name.
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`], [`EngineError::ReferenceInUse`], [`EngineError::ImageConflict`].
    pub fn remove_image(
        &self,
        name_or_id: &str,
        request: RemoveImageRequest,
    ) -> Result<Vec<ImageDeletion>, EngineError> {
        let lock = StoreLock::acquire(&self.paths)?;
        let (id, repositories) = self.resolve_image_id(name_or_id)?;
        let containers = self.all_containers()?;
        let mut removal = Removal {
            keep_parents: request.keep_parents,
            engine: self,
            lock,
            repositories,
            containers,
            done: Vec::new(),
        };
        let mut untagged = false;
        if is_id_prefix(&id, name_or_id) {
            removal.untag_single(&id, request.force)?;
        } else {
            if removal.untag(&id, name_or_id, request.force)? {
                return Ok(removal.done);
            }
            untagged = true;
        }
        removal.delete(&id, request.force, untagged)?;
        Ok(removal.done)
    }
}

impl Removal<'_> {
    /// Takes the typed name away; true when others remain and there is nothing more to do.
    fn untag(&mut self, id: &ImageId, typed: &str, force: bool) -> Result<bool, EngineError> {
        let names = self.repositories.names_of(id);
        if !force
            && is_single(&names)
            && let Some(container) = self.containers.iter().find(|container| container.image == *id)
        {
            return Err(EngineError::ReferenceInUse {
                reference: typed.to_owned(),
                container: container.id.short().to_owned(),
                image: id.short().to_owned(),
            });
        }
        let name = typed.parse::<Reference>()?.canonical();
        self.forget(id, name.clone());
        let same_repository = |other: &Reference| other.familiar_name() == name.familiar_name();
        let mut left = self.repositories.names_of(id);
        if name.digest().is_none() && !left.iter().any(|other| other.digest().is_none() && same_repository(other)) {
            // Digests of a repository go with its last tag.
            for digest in left.extract_if(.., |other| other.digest().is_some() && same_repository(other)) {
                self.forget(id, digest);
            }
        }
        self.write_names()?;
        Ok(!left.is_empty())
    }

    /// Takes all names away when they amount to one.
    fn untag_single(&mut self, id: &ImageId, force: bool) -> Result<(), EngineError> {
        let names = self.repositories.names_of(id);
        if is_single(&names) {
            self.check(id, if force { Obstacles::Hard } else { Obstacles::HardAndStopped })?;
            for name in names {
                self.forget(id, name);
            }
            self.write_names()?;
        }
        Ok(())
    }

    /// Removes the image, and its untagged parents after it. `quiet`: a name went already, a conflict is no failure.
    fn delete(&mut self, id: &ImageId, force: bool, quiet: bool) -> Result<(), EngineError> {
        if let Err(conflict) = self.check(id, if force { Obstacles::Hard } else { Obstacles::All }) {
            let dangling = self.repositories.names_of(id).is_empty() && self.children(id)?.is_empty();
            let used = self.containers.iter().any(|container| container.image == *id);
            return if quiet && (!dangling || used) { Ok(()) } else { Err(conflict) };
        }
        let parent = self.engine.image_parent(id)?;
        // Of a damaged image nothing is known but its name: that can go all the same.
        let chain =
            self.engine.image_config(id).map_or_else(|_| Vec::new(), |config| ChainId::stack(&config.rootfs.diff_ids));
        for name in self.repositories.names_of(id) {
            self.forget(id, name);
        }
        self.write_names()?;
        self.engine.forget_image(&self.lock, id)?;
        let id_text = id.to_string();
        self.engine.note(ObjectKind::Image, "delete", &id_text, &[("name", &id_text)]);
        self.done.push(ImageDeletion::Deleted(id.clone()));
        let released = self.engine.release_layers(&self.lock, &chain)?;
        self.done.extend(released.into_iter().map(ImageDeletion::DeletedLayer));
        if !self.containers.iter().any(|container| container.image == *id) {
            self.engine.delete_blob(id.digest())?;
        }
        match parent {
            Some(parent) if !self.keep_parents => self.delete(&parent, false, true),
            _ => Ok(()),
        }
    }

    /// What stands in the way, in the daemon's order.
    fn check(&self, id: &ImageId, obstacles: Obstacles) -> Result<(), EngineError> {
        let conflict = |severity, reason: String| {
            Err(EngineError::ImageConflict { image: id.short().to_owned(), severity, reason })
        };
        if !self.children(id)?.is_empty() {
            return conflict(ConflictSeverity::CannotForce, "image has dependent child images".to_owned());
        }
        let mut users = self.containers.iter().filter(|container| container.image == *id);
        if let Some(container) = users.clone().find(|container| container.state.is_running()) {
            let reason = format!("image is being used by running container {}", container.id.short());
            return conflict(ConflictSeverity::CannotForce, reason);
        }
        if obstacles == Obstacles::All && !self.repositories.names_of(id).is_empty() {
            return conflict(ConflictSeverity::MustForce, "image is referenced in multiple repositories".to_owned());
        }
        if obstacles != Obstacles::Hard
            && let Some(container) = users.next()
        {
            let reason = format!("image is being used by stopped container {}", container.id.short());
            return conflict(ConflictSeverity::MustForce, reason);
        }
        Ok(())
    }

    fn children(&self, id: &ImageId) -> Result<Vec<ImageId>, EngineError> {
        let mut children = Vec::new();
        for other in self.engine.image_ids()? {
            if self.engine.image_parent(&other)?.as_ref() == Some(id) {
                children.push(other);
            }
        }
        Ok(children)
    }

    fn forget(&mut self, id: &ImageId, name: Reference) {
        self.repositories.remove(&name);
        let id = id.to_string();
        self.engine.note(ObjectKind::Image, "untag", &id, &[("name", &id)]);
        self.done.push(ImageDeletion::Untagged(name));
    }

    /// Makes the forgetting durable; manifests no name leads to any more go with it.
    fn write_names(&self) -> Result<(), EngineError> {
        self.repositories.write(&self.engine.paths)?;
        for deletion in &self.done {
            if let ImageDeletion::Untagged(name) = deletion
                && let Some(digest) = name.digest()
                && !self.repositories.has_digest(digest)
            {
                self.engine.delete_blob(digest)?;
            }
        }
        Ok(())
    }
}

/// Whether names amount to one: a single one, or one tag and digests of the same repository.
fn is_single(names: &[Reference]) -> bool {
    let (digests, tags): (Vec<&Reference>, Vec<&Reference>) = names.iter().partition(|name| name.digest().is_some());
    if names.len() <= 1 {
        return true;
    }
    let Some(one) = tags.first().or(digests.first()) else { return true };
    tags.len() <= 1 && !digests.is_empty() && digests.iter().all(|name| name.familiar_name() == one.familiar_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::container::{CommitRequest, ContainerId, RemoveRequest};
    use crate::engine::fixture::TestEngine;

    const FORCE: RemoveImageRequest = RemoveImageRequest { force: true, keep_parents: false };

    fn removed(engine: &TestEngine, name: &str) -> Vec<String> {
        let words = |deletion: ImageDeletion| match deletion {
            ImageDeletion::Untagged(name) => format!("Untagged: {}", name.familiar()),
            ImageDeletion::Deleted(id) => format!("Deleted: {id}"),
            ImageDeletion::DeletedLayer(chain) => format!("Deleted: {chain}"),
        };
        engine.remove_image(name, RemoveImageRequest::default()).unwrap().into_iter().map(words).collect()
    }

    fn refusal(engine: &TestEngine, name: &str, force: bool) -> String {
        engine
            .remove_image(name, RemoveImageRequest { force, ..RemoveImageRequest::default() })
            .unwrap_err()
            .to_string()
    }

    fn commit(engine: &TestEngine, id: &ContainerId, name: &str) {
        let request = CommitRequest { reference: Some(name.parse().unwrap()), ..CommitRequest::default() };
        engine.commit_container(id, &request).unwrap();
    }

    #[test]
    fn the_last_name_takes_the_digest_the_image_and_its_layers_with_it() {
        let engine = TestEngine::new();
        let pulled = engine.pull("hello-world");
        let chain = &ChainId::stack(&pulled.image.config.rootfs.diff_ids)[0];
        engine.tag_image("hello-world", &"other:1".parse().unwrap()).unwrap();
        assert_eq!(removed(&engine, "other:1"), ["Untagged: other:1"]);
        let expected = [
            "Untagged: hello-world:latest".to_owned(),
            format!("Untagged: hello-world@{}", pulled.digest),
            format!("Deleted: {}", pulled.image.id),
            format!("Deleted: {chain}"),
        ];
        assert_eq!(removed(&engine, "hello-world"), expected);
        assert!(engine.images().unwrap().is_empty());
        assert!(!engine.has_layer(chain) && !engine.paths().layer(chain).exists());
        assert_eq!(refusal(&engine, "hello-world", true), "No such image: hello-world:latest");
        assert!(engine.pull("hello-world").downloaded);
    }

    #[test]
    fn a_stopped_container_holds_its_image_until_forced_and_its_layers_after() {
        let engine = TestEngine::new();
        let image = engine.pull("hello-world").image;
        let container = engine.create("hello-world");
        let (short, short_container) = (image.id.short(), container.short());
        assert_eq!(
            refusal(&engine, "hello-world", false),
            format!(
                "conflict: unable to remove repository reference \"hello-world\" (must force) - container {short_container} is using its referenced image {short}"
            )
        );
        assert_eq!(
            refusal(&engine, short, false),
            format!(
                "conflict: unable to delete {short} (must be forced) - image is being used by stopped container {short_container}"
            )
        );
        let chain = &ChainId::stack(&image.config.rootfs.diff_ids)[0];
        let done = engine.remove_image("hello-world", FORCE).unwrap();
        assert_eq!(done.last(), Some(&ImageDeletion::Deleted(image.id.clone())));
        assert!(engine.has_layer(chain));
        assert!(engine.container_changes(&container).unwrap().is_empty());
        engine.remove_container(&container, RemoveRequest::default()).unwrap();
        assert!(!engine.has_layer(chain));
        assert_eq!(std::fs::read_dir(engine.paths().root().join("blobs/sha256")).unwrap().count(), 0);
    }

    #[test]
    fn a_running_container_holds_its_image_even_by_force() {
        use crate::engine::container::ProcessIdentity;
        let engine = TestEngine::new();
        let image = engine.pull("hello-world").image;
        let container = engine.create("hello-world");
        let own = std::process::id().cast_signed();
        let state = serde_json::json!({
            "status": "running",
            "init": ProcessIdentity::of(own).unwrap(),
            "started_at": "2026-11-21T00:00:00Z",
        });
        let path = engine.paths().container(&container).join("state.json");
        std::fs::write(path, state.to_string()).unwrap();
        let (short, user) = (image.id.short(), container.short());
        let words = format!(
            "conflict: unable to delete {short} (cannot be forced) - image is being used by running container {user}"
        );
        assert_eq!(refusal(&engine, short, true), words);
        assert_eq!(refusal(&engine, short, false), words);
        // By name and by force the name goes, the image stays.
        assert!(
            engine
                .remove_image("hello-world", FORCE)
                .unwrap()
                .iter()
                .all(|done| matches!(done, ImageDeletion::Untagged(_)))
        );
        assert!(engine.image(&image.id).unwrap().is_some());
    }

    #[test]
    fn several_repositories_and_children_are_told_apart_by_id() {
        let engine = TestEngine::new();
        let image = engine.pull("alpine").image;
        let short = image.id.short();
        engine.tag_image("alpine", &"mine".parse().unwrap()).unwrap();
        assert_eq!(
            refusal(&engine, short, false),
            format!(
                "conflict: unable to delete {short} (must be forced) - image is referenced in multiple repositories"
            )
        );
        let container = engine.create("alpine");
        std::fs::write(engine.paths().container(&container).join("upper/file"), "x").unwrap();
        commit(&engine, &container, "child");
        engine.remove_container(&container, RemoveRequest::default()).unwrap();
        let children =
            format!("conflict: unable to delete {short} (cannot be forced) - image has dependent child images");
        assert_eq!(refusal(&engine, short, false), children);
        assert_eq!(refusal(&engine, short, true), children);
        // By name the names go, and the image stays for its child.
        removed(&engine, "mine");
        let digest = &image.digests[0].familiar();
        assert_eq!(removed(&engine, "alpine"), ["Untagged: alpine:latest".to_owned(), format!("Untagged: {digest}")]);
        // With the child its untagged parent goes too.
        let gone = removed(&engine, "child");
        assert_eq!(gone.iter().filter(|line| line.starts_with("Deleted")).count(), 4, "{gone:?}");
        assert!(engine.images().unwrap().is_empty());
        assert_eq!(std::fs::read_dir(engine.paths().root().join("blobs/sha256")).unwrap().count(), 0);
    }

    #[test]
    fn a_moved_name_leaves_its_image_dangling() {
        let engine = TestEngine::new();
        engine.pull("hello-world");
        let container = engine.create("hello-world");
        std::fs::write(engine.paths().container(&container).join("upper/file"), "x").unwrap();
        commit(&engine, &container, "mine");
        let first = engine.resolve_image("mine").unwrap();
        commit(&engine, &container, "mine");
        let second = engine.resolve_image("mine").unwrap();
        assert_ne!(first.id, second.id);
        assert!(engine.image(&first.id).unwrap().unwrap().tags.is_empty());
        assert_eq!(removed(&engine, first.id.short()), [format!("Deleted: {}", first.id)]);
    }
}
