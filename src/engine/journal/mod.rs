//! The journal: what happened to containers, images, networks and volumes, in order (`docker events`).
//!
//! One JSON object a line in `events.jsonl` of the state root, written by whoever did it: there is no daemon to remember.
//! Past a size the file is set aside under another name and the one set aside before it is forgotten.

mod event;
mod read;
mod write;

pub use event::{JournalEvent, ObjectKind};
pub use read::JournalRequest;

use crate::engine::Engine;
use crate::engine::container::ContainerRecord;
use crate::engine::oci::{ImageId, Reference};

impl Engine {
    /// Writes down that something happened to an object: `action` and the names of `attributes` are dockerd's.
    ///
    /// The deed is done already: a journal that cannot be written undoes nothing and fails nothing.
    pub fn note(&self, kind: ObjectKind, action: &str, id: &str, attributes: &[(&str, &str)]) {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let event =
            JournalEvent { time: self.clock.now(), kind, action: action.to_owned(), id: id.to_owned(), attributes };
        let _ = write::append(&self.paths, &event);
    }

    /// [`Engine::note`] of an image and one of its names.
    pub fn note_image(&self, id: &ImageId, action: &str, name: &Reference) {
        self.note(ObjectKind::Image, action, &id.to_string(), &[("name", &name.canonical().familiar())]);
    }

    /// [`Engine::note`] of a container, with what dockerd says of each: its image, its name, its labels.
    pub fn note_container(&self, record: &ContainerRecord, action: &str, attributes: &[(&str, &str)]) {
        // The steps of a build are nobody's business.
        if record.builder.is_some() {
            return;
        }
        let labels = record.config.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let own = [("image", record.config.image.as_str()), ("name", record.name.as_str())];
        let all: Vec<_> = labels.chain(own).chain(attributes.iter().copied()).collect();
        self.note(ObjectKind::Container, action, record.id.as_str(), &all);
    }
}
