//! [`answer`]: the engine's truth, as the answer key of a question.

use super::evaluate::{Looked, look};
use super::{Bindings, Fact, FactKind, Message, World};

/// The word that answers, or why there is none.
pub fn answer(fact: &Fact, world: &World<'_>, bindings: &Bindings) -> Result<String, Message> {
    let nobody = |name: &str| Message::new("why-nothing-bound").text("name", name);
    let container = |name: &str| {
        let id = bindings.container(name).ok_or_else(|| nobody(name))?;
        world.container(id)?.ok_or_else(|| nobody(name))
    };
    let image = |name: &str| world.image(name, bindings)?.ok_or_else(|| nobody(name));
    let word = match &fact.0 {
        FactKind::File { place, path } => match look(place, path, world, bindings)? {
            Looked::There(Some(_)) => "present".to_owned(),
            Looked::There(None) => "absent".to_owned(),
            Looked::Nowhere(name) => return Err(nobody(&name)),
        },
        FactKind::Change { container: name, path } => {
            let changes = world.changes(&container(name.as_str())?.id)?;
            let found = changes.iter().find(|seen| seen.path == *path);
            found.map_or("none", |seen| seen.kind.as_str()).to_owned()
        }
        FactKind::Status { container: name } => container(name.as_str())?.state.as_str().to_owned(),
        FactKind::ExitCode { container: name } => {
            let code = container(name.as_str())?.exit_code.ok_or_else(|| nobody(name.as_str()))?;
            code.to_string()
        }
        FactKind::Size { of, than } => match image(of)?.size.cmp(&image(than)?.size) {
            std::cmp::Ordering::Less => "smaller".to_owned(),
            std::cmp::Ordering::Equal => "equal".to_owned(),
            std::cmp::Ordering::Greater => "larger".to_owned(),
        },
        FactKind::Layers { of, than } => {
            let below = than.as_ref().map(|than| image(than)).transpose()?.map_or(0, |base| base.layers.len());
            image(of)?.layers.len().saturating_sub(below).to_string()
        }
        FactKind::Containers { image } => {
            let mut count = 0;
            for container in world.containers()? {
                count += usize::from(world.is_from(container, image, bindings)?);
            }
            count.to_string()
        }
    };
    Ok(word)
}
