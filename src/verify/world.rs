//! [`World`]: the facts as one judgement sees them, each read at most once, and names resolved.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use jiff::Timestamp;

use super::facts::{ChangeFact, CommandFact, ContainerFact, FactError, Facts, FileFact, ImageFact};
use super::{Binding, Bindings, Message};

/// Facts, and the moment the step began.
pub struct World<'facts> {
    pub(super) facts: &'facts dyn Facts,
    pub(super) began: Timestamp,
    containers: OnceCell<Vec<ContainerFact>>,
    images: OnceCell<Vec<ImageFact>>,
    commands: OnceCell<Vec<CommandFact>>,
    changes: RefCell<HashMap<String, Vec<ChangeFact>>>,
    files: RefCell<HashMap<(String, String), Option<FileFact>>>,
}

impl<'facts> World<'facts> {
    /// A world to be judged; `began` is when the step began.
    pub fn new(facts: &'facts dyn Facts, began: Timestamp) -> Self {
        Self {
            facts,
            began,
            containers: OnceCell::new(),
            images: OnceCell::new(),
            commands: OnceCell::new(),
            changes: RefCell::default(),
            files: RefCell::default(),
        }
    }

    pub(super) fn containers(&self) -> Result<&[ContainerFact], Message> {
        once(&self.containers, || self.facts.containers())
    }

    pub(super) fn images(&self) -> Result<&[ImageFact], Message> {
        once(&self.images, || self.facts.images())
    }

    pub(super) fn commands(&self) -> Result<&[CommandFact], Message> {
        once(&self.commands, || self.facts.commands())
    }

    pub(super) fn container(&self, id: &str) -> Result<Option<&ContainerFact>, Message> {
        Ok(self.containers()?.iter().find(|container| container.id == id))
    }

    pub(super) fn changes(&self, container: &str) -> Result<Vec<ChangeFact>, Message> {
        if let Some(changes) = self.changes.borrow().get(container) {
            return Ok(changes.clone());
        }
        let changes = self.facts.changes(container).map_err(|error| cannot(&error))?;
        self.changes.borrow_mut().insert(container.to_owned(), changes.clone());
        Ok(changes)
    }

    pub(super) fn container_file(&self, id: &str, path: &str) -> Result<Option<FileFact>, Message> {
        self.file(id, path, || self.facts.container_file(id, path))
    }

    pub(super) fn image_file(&self, id: &str, path: &str) -> Result<Option<FileFact>, Message> {
        self.file(id, path, || self.facts.image_file(id, path))
    }

    fn file(
        &self,
        id: &str,
        path: &str,
        read: impl FnOnce() -> Result<Option<FileFact>, FactError>,
    ) -> Result<Option<FileFact>, Message> {
        let key = (id.to_owned(), path.to_owned());
        if let Some(file) = self.files.borrow().get(&key) {
            return Ok(file.clone());
        }
        let file = read().map_err(|error| cannot(&error))?;
        self.files.borrow_mut().insert(key, file.clone());
        Ok(file)
    }

    /// The image a lesson means: a bound name first, then a reference.
    pub(super) fn image(&self, name: &str, bindings: &Bindings) -> Result<Option<&ImageFact>, Message> {
        let images = self.images()?;
        if let Some(id) = bindings.image(name) {
            return Ok(images.iter().find(|image| image.id == id));
        }
        let reference = with_tag(name);
        Ok(images.iter().find(|image| image.tags.contains(&reference)))
    }

    /// What a bound name stands for, by the name the learner knows; the bound name itself when it stands for nothing.
    pub(super) fn said(&self, name: &str, bindings: &Bindings) -> String {
        let known = match bindings.get(name) {
            Some(Binding::Container(id)) => self.container(id).ok().flatten().map(|container| container.name.clone()),
            Some(Binding::Image(id)) => {
                let images = self.images().unwrap_or_default();
                let image = images.iter().find(|image| image.id == *id);
                image.and_then(|image| image.tags.first().cloned()).or_else(|| Some(short(id).to_owned()))
            }
            None => None,
        };
        known.unwrap_or_else(|| name.to_owned())
    }

    /// Whether `container` was made from the image a lesson means. The image itself may be gone since.
    pub(super) fn is_from(&self, container: &ContainerFact, name: &str, bindings: &Bindings) -> Result<bool, Message> {
        let by_id = self.image(name, bindings)?.is_some_and(|image| image.id == container.image);
        Ok(by_id || (bindings.image(name).is_none() && with_tag(&container.image_name) == with_tag(name)))
    }
}

/// Why a fact could not be read, as something to say.
pub(super) fn cannot(error: &FactError) -> Message {
    Message::new("why-engine").text("error", error.0.clone())
}

/// The digits Docker shows of an id.
pub(super) fn short(id: &str) -> &str {
    let digits = id.rsplit(':').next().unwrap_or(id);
    digits.get(..12).unwrap_or(digits)
}

/// The reference with the tag Docker would add.
pub(super) fn with_tag(reference: &str) -> String {
    let name_start = reference.rfind('/').map_or(0, |slash| slash + 1);
    let complete = reference[name_start..].contains([':', '@']);
    if complete { reference.to_owned() } else { format!("{reference}:latest") }
}

fn once<T>(cell: &OnceCell<Vec<T>>, read: impl FnOnce() -> Result<Vec<T>, FactError>) -> Result<&[T], Message> {
    if cell.get().is_none() {
        let values = read().map_err(|error| cannot(&error))?;
        // Only this function fills the cell, and it has just seen it empty.
        let _ = cell.set(values);
    }
    Ok(cell.get().map_or(&[][..], Vec::as_slice))
}
