//! "There is an image such that …".

use super::closest::{Criterion, traits, weigh};
use super::{Evaluation, Unreadable, hold_or, unbound, unmet};
use crate::verify::check::{ImageCheck, ImageOrigin, Since};
use crate::verify::facts::ImageFact;
use crate::verify::world::{cannot, short, with_tag};
use crate::verify::{Binding, Bindings, Message, World};

type Criteria<'a> = Vec<Criterion<'a, ImageFact>>;

pub(super) fn expected(check: &ImageCheck, world: &World<'_>, bindings: &Bindings) -> Message {
    let id = if check.absent { "expected-no-image" } else { "expected-image" };
    Message::new(id).messages("traits", traits(&criteria(check, world, bindings)))
}

pub(super) fn evaluate(
    check: &ImageCheck,
    world: &World<'_>,
    bindings: &Bindings,
    expected: Message,
) -> Result<Evaluation, Unreadable> {
    let criteria = criteria(check, world, bindings);
    if let Some(name) = check.references().into_iter().find(|name| bindings.get(name.as_str()).is_none()) {
        return Ok(unbound(expected, name.as_str()));
    }
    let standing = weigh(world.images()?, &criteria)?;
    if check.absent {
        let name = standing.found.first().map_or_else(String::new, |image| said(image));
        return Ok(hold_or(
            standing.found.is_empty(),
            expected,
            Message::new("observed-image-there").text("image", &name),
            Message::new("next-remove-image").text("image", name),
        ));
    }
    if !standing.found.is_empty() {
        return Ok(Evaluation::Found(standing.found.iter().map(|image| Binding::Image(image.id.clone())).collect()));
    }
    // An image that fails by its very name is not what the learner meant.
    let meant = standing.closest.filter(|(_, seen, _)| seen.iter().all(|message| message.id != "seen-tag"));
    if let Some((image, seen, next)) = meant {
        let observed = Message::new("observed-image").text("image", said(image)).messages("traits", seen);
        return Ok(unmet(expected, observed, next));
    }
    let next = criteria.first().map_or_else(|| Message::new("next-any-image"), |criterion| criterion.next.clone());
    Ok(unmet(expected, Message::new("observed-no-image"), next))
}

fn criteria<'a>(check: &'a ImageCheck, world: &'a World<'_>, bindings: &'a Bindings) -> Criteria<'a> {
    let mut all: Criteria<'a> = Vec::new();
    identity(check, world, bindings, &mut all);
    ancestry(check, world, bindings, &mut all);
    settings(check, &mut all);
    let paths =
        |paths: &'a Option<crate::verify::check::OneOrMany>| paths.as_ref().map_or(&[][..], |paths| paths.as_slice());
    for (list, wanted, ids) in [
        (paths(&check.holds), true, ["trait-holds", "next-holds", "seen-lacks"]),
        (paths(&check.lacks), false, ["trait-lacks", "next-lacks", "seen-holds"]),
    ] {
        for path in list {
            let [trait_id, next, seen] = ids.map(|id| Message::new(id).text("path", path));
            all.push(criterion(trait_id, next, move |image| {
                Ok((world.image_file(&image.id, path)?.is_some() != wanted).then(|| seen.clone()))
            }));
        }
    }
    all
}

fn identity<'a>(check: &'a ImageCheck, world: &'a World<'_>, bindings: &'a Bindings, all: &mut Criteria<'a>) {
    if let Some(tag) = &check.tag {
        let said = |id| Message::new(id).text("tag", tag);
        all.push(criterion(said("trait-tag"), said("next-tag"), move |image| {
            Ok((!image.tags.contains(&with_tag(tag))).then(|| Message::new("seen-tag").text("tag", self::said(image))))
        }));
    }
    for name in check.not.as_ref().map_or(&[][..], |names| names.as_slice()) {
        let said = |id| Message::new(id).text("bound", world.said(name.as_str(), bindings));
        all.push(criterion(said("trait-not"), said("next-not-image"), move |image| {
            Ok((bindings.image(name.as_str()) == Some(&image.id)).then(|| Message::new("seen-same")))
        }));
    }
    if let Some(origin) = check.created_by {
        let said = |id| Message::new(id).text("origin", word(origin));
        all.push(criterion(said("trait-origin"), said("next-origin"), move |image| {
            let found = image.origins.first().copied().map_or("none", word);
            Ok((!image.origins.contains(&origin)).then(|| Message::new("seen-origin").text("origin", found)))
        }));
    }
    if let Some(since) = check.created {
        let during = since == Since::DuringStep;
        let id = if during { "trait-created-now" } else { "trait-created-before" };
        all.push(criterion(Message::new(id), Message::new("next-created-image"), move |image| {
            let holds = image.created.is_some_and(|created| (created >= world.began) == during);
            Ok((!holds).then(|| Message::new("seen-created")))
        }));
    }
    if let Some(wanted) = check.dangling {
        let id = if wanted { "trait-dangling" } else { "trait-tagged" };
        let next = if wanted { "next-dangling" } else { "next-tagged" };
        all.push(criterion(Message::new(id), Message::new(next), move |image| {
            Ok((image.tags.is_empty() != wanted)
                .then(|| Message::new(if wanted { "seen-tagged" } else { "seen-dangling" })))
        }));
    }
}

fn ancestry<'a>(check: &'a ImageCheck, world: &'a World<'_>, bindings: &'a Bindings, all: &mut Criteria<'a>) {
    if let Some(base) = &check.from {
        let said = |id| Message::new(id).text("image", world.said(base, bindings));
        all.push(criterion(said("trait-from"), said("next-from"), move |image| {
            let holds = world
                .image(base, bindings)?
                .is_some_and(|base| base.id != image.id && image.layers.starts_with(&base.layers));
            Ok((!holds).then(|| Message::new("seen-not-from").text("image", base)))
        }));
    }
    if let Some(wanted) = check.layers_added {
        let (least, most) = (wanted.at_least.unwrap_or(0), wanted.at_most.unwrap_or(usize::MAX));
        let asked = wanted.at_most.or(wanted.at_least).unwrap_or(0);
        let said = |id| Message::new(id).number("count", i64::try_from(asked).unwrap_or(i64::MAX));
        all.push(criterion(said("trait-layers"), said("next-layers"), move |image| {
            let below = match &check.from {
                Some(base) => world.image(base, bindings)?.map_or(0, |base| base.layers.len()),
                None => 0,
            };
            let added = image.layers.len().saturating_sub(below);
            let seen = || Message::new("seen-layers").number("count", i64::try_from(added).unwrap_or(i64::MAX));
            Ok((!(least..=most).contains(&added)).then(seen))
        }));
    }
    if let Some(name) = &check.committed_from {
        let said = |id| Message::new(id).text("bound", world.said(name.as_str(), bindings));
        all.push(criterion(said("trait-committed"), said("next-committed"), move |image| {
            let holds = committed_from(image, name.as_str(), world, bindings)?;
            Ok((!holds).then(|| Message::new("seen-not-committed")))
        }));
    }
    for text in check.history.as_ref().map_or(&[][..], |texts| texts.as_slice()) {
        let said = |id| Message::new(id).text("text", text);
        all.push(criterion(said("trait-history"), said("next-history"), move |image| {
            let holds = image.history.iter().any(|line| line.contains(text.as_str()));
            Ok((!holds).then(|| Message::new("seen-no-history").text("text", text)))
        }));
    }
    for (other, smaller, ids) in [
        (&check.smaller_than, true, ["trait-smaller", "next-smaller"]),
        (&check.larger_than, false, ["trait-larger", "next-larger"]),
    ] {
        let Some(other) = other else { continue };
        let [trait_id, next] = ids.map(|id| Message::new(id).text("image", world.said(other, bindings)));
        all.push(criterion(trait_id, next, move |image| {
            let Some(other) = world.image(other, bindings)? else {
                return Ok(Some(Message::new("seen-no-other").text("image", other)));
            };
            let holds = if smaller { image.size < other.size } else { image.size > other.size };
            let seen = || Message::new("seen-size").number("size", bytes(image)).number("other", bytes(other));
            Ok((!holds).then(seen))
        }));
    }
}

fn settings<'a>(check: &'a ImageCheck, all: &mut Criteria<'a>) {
    type Words = fn(&ImageFact) -> &[String];
    type Word = fn(&ImageFact) -> &String;
    let lists: [(&Option<Vec<String>>, Words, &str); 2] =
        [(&check.entrypoint, |image| &image.entrypoint, "ENTRYPOINT"), (&check.cmd, |image| &image.cmd, "CMD")];
    for (wanted, found, instruction) in lists {
        let Some(wanted) = wanted else { continue };
        setting(
            instruction,
            json(wanted),
            move |image| (found(image) != wanted.as_slice()).then(|| json(found(image))),
            all,
        );
    }
    let words: [(&Option<String>, Word, &str); 2] =
        [(&check.user, |image| &image.user, "USER"), (&check.workdir, |image| &image.workdir, "WORKDIR")];
    for (wanted, found, instruction) in words {
        let Some(wanted) = wanted else { continue };
        setting(instruction, wanted.clone(), move |image| (found(image) != wanted).then(|| found(image).clone()), all);
    }
    for (name, value) in &check.env {
        let pair = format!("{name}={value}");
        setting("ENV", pair.clone(), move |image| (!image.env.contains(&pair)).then(|| "empty".to_owned()), all);
    }
    for (key, value) in &check.labels {
        let pair = format!("{key}={value}");
        setting("LABEL", pair, move |image| (image.labels.get(key) != Some(value)).then(|| "empty".to_owned()), all);
    }
}

/// A setting of the image, named by the instruction that makes it. `differs` gives what is there instead.
fn setting<'a>(
    instruction: &'a str,
    wanted: String,
    differs: impl Fn(&ImageFact) -> Option<String> + 'a,
    all: &mut Criteria<'a>,
) {
    let said = move |id, value: String| Message::new(id).text("instruction", instruction).text("value", value);
    all.push(criterion(said("trait-setting", wanted.clone()), said("next-setting", wanted), move |image| {
        Ok(differs(image).map(|found| said("seen-setting", found)))
    }));
}

/// Whether the image is the container's image plus one layer, made after it, of paths the container changed.
fn committed_from(image: &ImageFact, name: &str, world: &World<'_>, bindings: &Bindings) -> Result<bool, Unreadable> {
    let Some(id) = bindings.container(name) else { return Ok(false) };
    let Some(container) = world.container(id)? else {
        // The engine keeps no link from an image to a container that is gone.
        return Err(Message::new("why-container-gone").text("name", name));
    };
    let Some(base) = world.images()?.iter().find(|base| base.id == container.image) else { return Ok(false) };
    let above = image.layers.strip_prefix(base.layers.as_slice()).is_some_and(|above| above.len() == 1);
    let after = image.created.is_some_and(|created| created >= container.created);
    if !(above && after && image.origins.contains(&ImageOrigin::Commit)) {
        return Ok(false);
    }
    let changes = world.changes(id)?;
    let paths = world.facts.last_layer_paths(&image.id).map_err(|error| cannot(&error))?;
    Ok(paths.iter().all(|path| changes.iter().any(|change| change.path == *path)))
}

fn criterion<'a>(
    expected: Message,
    next: Message,
    observe: impl Fn(&ImageFact) -> Result<Option<Message>, Unreadable> + 'a,
) -> Criterion<'a, ImageFact> {
    Criterion { expected, next, observe: Box::new(observe) }
}

fn said(image: &ImageFact) -> String {
    image.tags.first().cloned().unwrap_or_else(|| short(&image.id).to_owned())
}

fn word(origin: ImageOrigin) -> &'static str {
    match origin {
        ImageOrigin::Build => "build",
        ImageOrigin::Commit => "commit",
        ImageOrigin::Pull => "pull",
    }
}

fn json(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    format!("[{}]", quoted.join(","))
}

fn bytes(image: &ImageFact) -> i64 {
    i64::try_from(image.size).unwrap_or(i64::MAX)
}
