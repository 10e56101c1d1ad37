//! A file is there, is not, or holds a text.

use super::{Evaluation, Unreadable, hold_or, unbound};
use crate::verify::check::{FileCheck, Place};
use crate::verify::facts::FileFact;
use crate::verify::world::cannot;
use crate::verify::{Binding, Bindings, Message, World};

pub(super) fn evaluate(check: &FileCheck, world: &World<'_>, bindings: &Bindings) -> Result<Evaluation, Unreadable> {
    let place = said(&check.place, world, bindings);
    let about = |id| Message::new(id).text("path", &check.path).messages("place", vec![place.clone()]);
    let text = check.contains.as_deref().or(check.content.as_deref());
    let expected = match text {
        _ if check.absent => about("expected-file-absent"),
        Some(text) => about("expected-file-text").text("text", text),
        None => about("expected-file-present"),
    };
    let file = match look(&check.place, &check.path, world, bindings)? {
        Looked::Nowhere(name) => return Ok(unbound(expected, &name)),
        Looked::There(file) => file,
    };
    let Some(file) = file else {
        return Ok(hold_or(check.absent, expected, about("observed-file-absent"), about("next-file-make")));
    };
    if check.absent {
        return Ok(hold_or(false, expected, about("observed-file-present"), about("next-file-absent")));
    }
    let holds = match (&file, text) {
        (_, None) => true,
        (FileFact::Other, Some(_)) => false,
        (FileFact::File(bytes), Some(_)) => {
            let found = String::from_utf8_lossy(bytes);
            check.contains.as_ref().is_none_or(|text| found.contains(text))
                && check.content.as_ref().is_none_or(|text| found.trim() == text.trim())
        }
    };
    Ok(hold_or(holds, expected, about("observed-file-text"), about("next-file-text").text("text", text.unwrap_or(""))))
}

/// What a look found.
pub(in crate::verify) enum Looked {
    /// The file, if it is there.
    There(Option<FileFact>),
    /// The place itself is not there: its name.
    Nowhere(String),
}

/// Looks at `path` in `place`.
pub(in crate::verify) fn look(
    place: &Place,
    path: &str,
    world: &World<'_>,
    bindings: &Bindings,
) -> Result<Looked, Unreadable> {
    let file = match place {
        Place::Bound(name) => match bindings.get(name.as_str()) {
            // A container that was removed since is nowhere.
            Some(Binding::Container(id)) if world.container(id)?.is_some() => world.container_file(id, path)?,
            Some(Binding::Image(id)) if world.images()?.iter().any(|image| image.id == *id) => world.image_file(id, path)?,
            _ => return Ok(Looked::Nowhere(name.to_string())),
        },
        Place::Container(name) => match world.containers()?.iter().find(|container| container.name == *name) {
            Some(container) => world.container_file(&container.id, path)?,
            None => return Ok(Looked::Nowhere(name.clone())),
        },
        Place::Image(reference) | Place::New(reference) => match world.image(reference, bindings)? {
            Some(image) => world.image_file(&image.id, path)?,
            None => return Ok(Looked::Nowhere(reference.clone())),
        },
        Place::Volume(volume) => world.facts.volume_file(volume, path).map_err(|error| cannot(&error))?,
        Place::Host => world.facts.host_file(path).map_err(|error| cannot(&error))?,
    };
    Ok(Looked::There(file))
}

fn said(place: &Place, world: &World<'_>, bindings: &Bindings) -> Message {
    match place {
        Place::Bound(name) => match bindings.get(name.as_str()) {
            Some(Binding::Container(id)) => {
                let container = world.container(id).ok().flatten();
                let name = container.map_or_else(|| id.get(..12).unwrap_or(id), |container| container.name.as_str());
                Message::new("place-container").text("name", name)
            }
            Some(Binding::Image(id)) => {
                let tag = world.images().ok().and_then(|images| images.iter().find(|image| image.id == *id));
                let tag = tag.and_then(|image| image.tags.first()).map_or(id.as_str(), String::as_str);
                Message::new("place-image").text("name", tag)
            }
            None => Message::new("place-bound").text("name", name.as_str()),
        },
        Place::Container(name) => Message::new("place-container").text("name", name),
        Place::Image(name) => Message::new("place-image").text("name", name),
        Place::New(name) => Message::new("place-new").text("name", name),
        Place::Volume(name) => Message::new("place-volume").text("name", name),
        Place::Host => Message::new("place-host"),
    }
}
