//! What the layers of an image hold.

use super::{Evaluation, Unreadable, hold_or, unbound};
use crate::verify::check::LayerCheck;
use crate::verify::world::cannot;
use crate::verify::{Bindings, Message, World};

/// How many paths a refusal shows.
const SHOWN: usize = 5;

pub(super) fn expected(check: &LayerCheck) -> Message {
    match (&check.only, &check.shared_with) {
        (Some(paths), _) => {
            Message::new("expected-layer-only").text("image", &check.of).text("paths", paths.join(", "))
        }
        (None, Some(other)) => Message::new("expected-layers-shared").text("image", &check.of).text("other", other),
        (None, None) => Message::new("expected-layers").text("image", &check.of),
    }
}

pub(super) fn evaluate(
    check: &LayerCheck,
    world: &World<'_>,
    bindings: &Bindings,
    expected: Message,
) -> Result<Evaluation, Unreadable> {
    let Some(image) = world.image(&check.of, bindings)? else { return Ok(unbound(expected, &check.of)) };
    if let Some(wanted) = &check.only {
        let mut found = world.facts.last_layer_paths(&image.id).map_err(|error| cannot(&error))?;
        let mut sorted = wanted.clone();
        found.sort();
        sorted.sort();
        if found != sorted {
            found.truncate(SHOWN);
            let observed = Message::new("observed-layer").text("paths", found.join(", "));
            return Ok(hold_or(false, expected, observed, Message::new("next-layer-only").text("image", &check.of)));
        }
    }
    if let Some(other) = &check.shared_with {
        let Some(base) = world.image(other, bindings)? else { return Ok(unbound(expected, other)) };
        let shared = base.layers.iter().filter(|layer| image.layers.contains(layer)).count();
        let observed =
            Message::new("observed-layers-shared").number("count", i64::try_from(shared).unwrap_or(i64::MAX));
        let next = Message::new("next-from").text("image", other);
        return Ok(hold_or(shared == base.layers.len(), expected, observed, next));
    }
    Ok(Evaluation::Holds)
}
