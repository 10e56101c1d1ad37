//! A file is there, is not, or holds a text.

use super::{Evaluation, Unreadable, hold_or, unbound};
use crate::verify::check::{FileCheck, Place};
use crate::verify::facts::FileFact;
use crate::verify::world::cannot;
use crate::verify::{Binding, Bindings, Message, World};

pub(super) fn expected(check: &FileCheck, world: &World<'_>, bindings: &Bindings) -> Message {
    let said = match check.contains.as_deref().or(check.content.as_deref()) {
        _ if check.absent => Message::new("expected-file-absent"),
        Some(text) => Message::new("expected-file-text").text("text", text),
        None => Message::new("expected-file-present"),
    };
    said.text("path", &check.path).messages("place", vec![said_place(&check.place, world, bindings)])
}

pub(super) fn evaluate(
    check: &FileCheck,
    world: &World<'_>,
    bindings: &Bindings,
    expected: Message,
) -> Result<Evaluation, Unreadable> {
    let place = said_place(&check.place, world, bindings);
    let about = |id| Message::new(id).text("path", &check.path).messages("place", vec![place.clone()]);
    let text = check.contains.as_deref().or(check.content.as_deref());
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
            Some(Binding::Image(id)) if world.images()?.iter().any(|image| image.id == *id) => {
                world.image_file(id, path)?
            }
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

fn said_place(place: &Place, world: &World<'_>, bindings: &Bindings) -> Message {
    match place {
        Place::Bound(name) => {
            let id = match bindings.get(name.as_str()) {
                Some(Binding::Container(_)) => "place-container",
                Some(Binding::Image(_)) => "place-image",
                None => "place-bound",
            };
            Message::new(id).text("name", world.said(name.as_str(), bindings))
        }
        Place::Container(name) => Message::new("place-container").text("name", name),
        Place::Image(name) => Message::new("place-image").text("name", name),
        Place::New(name) => Message::new("place-new").text("name", name),
        Place::Volume(name) => Message::new("place-volume").text("name", name),
        Place::Host => Message::new("place-host"),
    }
}
