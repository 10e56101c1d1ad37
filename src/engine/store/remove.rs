//! `docker rmi`: names first, then the image with its last name, then the layers nothing else needs.
//! The conflicts, their order and their words are those of the daemon's `image_delete.go`.

use std::collections::BTreeSet;

use super::ImageDeletion;
use super::images::is_id_prefix;
use super::lock::StoreLock;
use super::repositories::Repositories;
use crate::engine::container::ContainerRecord;
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

/// A removal under way.
struct Removal<'a> {
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
    pub fn remove_image(&self, name_or_id: &str, force: bool) -> Result<Vec<ImageDeletion>, EngineError> {
        let lock = StoreLock::acquire(&self.paths)?;
        let (id, repositories) = self.resolve_image_id(name_or_id)?;
        let containers = self.containers()?;
        let mut removal = Removal { engine: self, lock, repositories, containers, done: Vec::new() };
        let mut untagged = false;
        if is_id_prefix(&id, name_or_id) {
            removal.untag_single(&id, force)?;
        } else {
            if removal.untag(&id, name_or_id, force)? {
                return Ok(removal.done);
            }
            untagged = true;
        }
        removal.delete(&id, force, untagged)?;
        Ok(removal.done)
    }

    /// Forgets the layers of a chain that no image and no container needs, highest first.
    pub(crate) fn release_layers(&self, _lock: &StoreLock, chain: &[ChainId]) -> Result<Vec<ChainId>, EngineError> {
        let mut needed = BTreeSet::new();
        for id in self.image_ids()? {
            needed.extend(ChainId::stack(&self.image_config(&id)?.rootfs.diff_ids));
        }
        for container in self.containers()? {
            // Its image may be gone by force; the config it was made from is not.
            if let Ok(config) = self.image_config(&container.image) {
                needed.extend(ChainId::stack(&config.rootfs.diff_ids));
            }
        }
        let mut released = Vec::new();
        for layer in chain.iter().rev() {
            if !needed.contains(layer) && self.has_layer(layer) {
                self.delete_layer(layer)?;
                released.push(layer.clone());
            }
        }
        Ok(released)
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
        self.forget(name.clone());
        let same_repository = |other: &Reference| other.familiar_name() == name.familiar_name();
        let mut left = self.repositories.names_of(id);
        if name.digest().is_none() && !left.iter().any(|other| other.digest().is_none() && same_repository(other)) {
            // Digests of a repository go with its last tag.
            for digest in left.extract_if(.., |other| other.digest().is_some() && same_repository(other)) {
                self.forget(digest);
            }
        }
        self.repositories.write(&self.engine.paths)?;
        Ok(!left.is_empty())
    }

    /// Takes all names away when they amount to one.
    fn untag_single(&mut self, id: &ImageId, force: bool) -> Result<(), EngineError> {
        let names = self.repositories.names_of(id);
        if is_single(&names) {
            self.check(id, if force { Obstacles::Hard } else { Obstacles::HardAndStopped })?;
            for name in names {
                self.forget(name);
            }
            self.repositories.write(&self.engine.paths)?;
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
        let Some(image) = self.engine.image(id)? else { return Ok(()) };
        for name in self.repositories.names_of(id) {
            self.forget(name);
        }
        self.repositories.write(&self.engine.paths)?;
        self.engine.forget_image(&self.lock, id)?;
        self.done.push(ImageDeletion::Deleted(id.clone()));
        let chain = ChainId::stack(&image.config.rootfs.diff_ids);
        let released = self.engine.release_layers(&self.lock, &chain)?;
        self.done.extend(released.into_iter().map(ImageDeletion::DeletedLayer));
        if !self.containers.iter().any(|container| container.image == *id) {
            self.engine.delete_blob(id.digest())?;
        }
        match image.parent {
            Some(parent) => self.delete(&parent, false, true),
            None => Ok(()),
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

    fn forget(&mut self, name: Reference) {
        self.repositories.remove(&name);
        self.done.push(ImageDeletion::Untagged(name));
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
