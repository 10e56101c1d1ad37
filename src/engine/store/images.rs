//! `docker images`, `tag`: names and images.

use super::ImageRecord;
use super::lock::StoreLock;
use super::repositories::Repositories;
use crate::engine::oci::{ImageId, Reference, ReferenceError};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Every image, newest first.
    pub fn images(&self) -> Result<Vec<ImageRecord>, EngineError> {
        let repositories = Repositories::read(&self.paths)?;
        let mut images = Vec::new();
        for id in self.image_ids()? {
            match self.image_with(&repositories, &id) {
                // One that was removed since it was listed is simply not there.
                Ok(image) => images.extend(image),
                // One that lost its config can still be removed or pulled again; it must not hide the others.
                Err(EngineError::DamagedImage(..)) => {}
                Err(error) => return Err(error),
            }
        }
        // Those of one instant by name, so that a list is the same each time.
        images.sort_by(|one, other| {
            let newest = other.config.created.cmp(&one.config.created);
            newest.then_with(|| one.tags.cmp(&other.tags)).then_with(|| one.id.cmp(&other.id))
        });
        Ok(images)
    }

    /// An image by reference, whole id or unambiguous id prefix (`sha256:` or not).
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`] with the name completed as Docker completes it, for an ambiguous prefix too.
    pub fn resolve_image(&self, name_or_id: &str) -> Result<ImageRecord, EngineError> {
        let (id, repositories) = self.resolve_image_id(name_or_id)?;
        self.image_with(&repositories, &id)?.ok_or_else(|| no_such_image(name_or_id))
    }

    /// Gives an image one more name; the image that had it loses it.
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`] for the source.
    pub fn tag_image(&self, source: &str, target: &Reference) -> Result<(), EngineError> {
        if target.digest().is_some() {
            return Err(EngineError::InvalidRequest("refusing to create a tag with a digest reference".to_owned()));
        }
        if target.familiar_name() == "sha256" {
            let reason = "refusing to create an ambiguous tag using digest algorithm as name";
            return Err(EngineError::InvalidRequest(reason.to_owned()));
        }
        let lock = StoreLock::acquire(&self.paths)?;
        let (id, _) = self.resolve_image_id(source)?;
        self.name_image(&lock, &id, std::slice::from_ref(target))?;
        self.note_image(&id, "tag", target);
        Ok(())
    }

    pub(super) fn resolve_image_id(&self, name_or_id: &str) -> Result<(ImageId, Repositories), EngineError> {
        let repositories = Repositories::read(&self.paths)?;
        let ids = self.image_ids()?;
        let whole = name_or_id.parse::<ImageId>().or_else(|_| format!("sha256:{name_or_id}").parse());
        if let Ok(id) = whole {
            return if ids.contains(&id) { Ok((id, repositories)) } else { Err(no_such_image(name_or_id)) };
        }
        if let Ok(reference) = name_or_id.parse::<Reference>()
            && let Some(id) = repositories.get(&reference.canonical())
        {
            return Ok((id.clone(), repositories));
        }
        let mut fitting = ids.into_iter().filter(|id| is_id_prefix(id, name_or_id));
        match (fitting.next(), fitting.next()) {
            (Some(id), None) => Ok((id, repositories)),
            _ => Err(no_such_image(name_or_id)),
        }
    }
}

/// Whether this is how someone would begin to type the id.
pub(super) fn is_id_prefix(id: &ImageId, typed: &str) -> bool {
    let digits = typed.strip_prefix("sha256:").unwrap_or(typed);
    !digits.is_empty() && id.hex().starts_with(digits)
}

/// Docker completes the name it did not find: `nosuch:latest`; what cannot be a name is refused.
fn no_such_image(name_or_id: &str) -> EngineError {
    match name_or_id.parse::<Reference>() {
        Ok(reference) => EngineError::NoSuchImage(reference.familiar()),
        Err(ReferenceError::Hexadecimal(_)) => EngineError::NoSuchImage(format!("sha256:{name_or_id}")),
        Err(_) if name_or_id.is_empty() => EngineError::NoSuchImage(String::new()),
        Err(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::TestEngine;

    #[test]
    fn names_given_at_the_same_time_are_all_kept() {
        let engine = TestEngine::new();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let engine = &engine;
                scope.spawn(move || {
                    let image = engine.pull("alpine").image;
                    engine.tag_image(image.id.short(), &format!("mine:{number}").parse().unwrap()).unwrap();
                });
            }
        });
        let image = engine.resolve_image("alpine").unwrap();
        assert_eq!(image.tags.len(), 9);
        assert_eq!(engine.images().unwrap().len(), 1);
        assert_eq!(std::fs::read_dir(engine.paths().staging()).unwrap().count(), 0);
    }

    #[test]
    fn a_tag_by_digest_is_refused_and_an_ambiguous_prefix_is_nobody() {
        let engine = TestEngine::new();
        let image = engine.pull("hello-world").image;
        let digest = &image.digests[0];
        assert!(engine.tag_image("hello-world", digest).is_err());
        assert_eq!(engine.resolve_image(&format!("sha256:{}", &image.id.hex()[..4])).unwrap().id, image.id);
        for name in ["sha256:0", "", "hello", &"0".repeat(64), &format!("sha256:{}", "0".repeat(64))] {
            assert!(matches!(engine.resolve_image(name), Err(EngineError::NoSuchImage(_))), "{name}");
        }
        for name in ["sha256:", "Hello", "hello@sha256:0123", "a b"] {
            assert!(matches!(engine.resolve_image(name), Err(EngineError::Reference(_))), "{name}");
        }
    }
}
