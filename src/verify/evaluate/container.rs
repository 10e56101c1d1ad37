//! "There is a container such that …".

use super::closest::{Criterion, traits, weigh};
use super::{Evaluation, Unreadable, hold_or, unbound, unmet};
use crate::verify::check::{
    ChangeCheck, ContainerCheck, ContainerState, CountCheck, MountCheck, OneOrManyStates, Since,
};
use crate::verify::facts::{ContainerFact, MountFact};
use crate::verify::world::short;
use crate::verify::{Binding, Bindings, Message, World};

type Criteria<'a> = Vec<Criterion<'a, ContainerFact>>;

pub(super) fn expected(check: &ContainerCheck, world: &World<'_>, bindings: &Bindings) -> Message {
    let said = match check.count {
        _ if check.absent => Message::new("expected-no-container"),
        None => Message::new("expected-container"),
        Some(CountCheck { at_least: Some(least), .. }) => {
            Message::new("expected-containers-at-least").number("count", count(least))
        }
        Some(CountCheck { at_most, .. }) => {
            Message::new("expected-containers-at-most").number("count", count(at_most.unwrap_or(usize::MAX)))
        }
    };
    said.messages("traits", traits(&criteria(check, world, bindings)))
}

pub(super) fn evaluate(
    check: &ContainerCheck,
    world: &World<'_>,
    bindings: &Bindings,
    expected: Message,
) -> Result<Evaluation, Unreadable> {
    let criteria = criteria(check, world, bindings);
    if let Some(name) = check.references().into_iter().find(|name| bindings.container(name.as_str()).is_none()) {
        return Ok(unbound(expected, name.as_str()));
    }
    let standing = weigh(world.containers()?, &criteria)?;
    let found = standing.found.len();
    if check.absent {
        let name = standing.found.first().map_or_else(String::new, |container| container.name.clone());
        let observed = Message::new("observed-container-there").text("name", &name).number("count", count(found));
        return Ok(hold_or(found == 0, expected, observed, Message::new("next-remove-container").text("name", name)));
    }
    if let Some(wanted) = check.count {
        let (least, most) = (wanted.at_least.unwrap_or(0), wanted.at_most.unwrap_or(usize::MAX));
        let next = if found < least { "next-more-containers" } else { "next-fewer-containers" };
        let observed = Message::new("observed-containers").number("count", count(found));
        return Ok(hold_or((least..=most).contains(&found), expected, observed, Message::new(next)));
    }
    if found > 0 {
        let found = standing.found.into_iter().map(|container| Binding::Container(container.id.clone()));
        return Ok(Evaluation::Found(found.collect()));
    }
    Ok(match standing.closest {
        Some((container, seen, next)) => {
            let observed = Message::new("observed-container")
                .text("name", &container.name)
                .text("id", short(&container.id))
                .messages("traits", seen);
            unmet(expected, observed, next.text("name", &container.name))
        }
        None => unmet(expected, Message::new("observed-no-container"), first_next(&criteria)),
    })
}

/// What is asked, the most telling first: the first failing one says what to do next.
fn criteria<'a>(check: &'a ContainerCheck, world: &'a World<'_>, bindings: &'a Bindings) -> Criteria<'a> {
    let mut all: Criteria<'a> = Vec::new();
    identity(check, world, bindings, &mut all);
    moments(check, world, &mut all);
    shape(check, &mut all);
    life(check, &mut all);
    for change in check.changed.as_ref().map_or(&[][..], |changes| changes.as_slice()) {
        all.push(changed(change, world));
    }
    all
}

fn identity<'a>(check: &'a ContainerCheck, world: &'a World<'_>, bindings: &'a Bindings, all: &mut Criteria<'a>) {
    if let Some(name) = &check.is {
        let bound = world.said(name.as_str(), bindings);
        all.push(criterion(
            Message::new("trait-is").text("bound", &bound),
            Message::new("next-is").text("bound", &bound),
            move |container| {
                Ok((bindings.container(name.as_str()) != Some(&container.id)).then(|| Message::new("seen-other")))
            },
        ));
    }
    for name in check.not.as_ref().map_or(&[][..], |names| names.as_slice()) {
        let bound = world.said(name.as_str(), bindings);
        all.push(criterion(
            Message::new("trait-not").text("bound", &bound),
            Message::new("next-not").text("bound", &bound),
            move |container| {
                Ok((bindings.container(name.as_str()) == Some(&container.id)).then(|| Message::new("seen-same")))
            },
        ));
    }
    if let Some(image) = &check.image {
        let said = || world.said(image, bindings);
        all.push(criterion(
            Message::new("trait-image").text("image", said()),
            Message::new("next-image").text("image", said()),
            move |container| {
                let from = world.is_from(container, image, bindings)?;
                Ok((!from).then(|| Message::new("seen-image").text("image", &container.image_name)))
            },
        ));
    }
    if let Some(name) = &check.name {
        all.push(criterion(
            Message::new("trait-name").text("wanted", name),
            Message::new("next-name").text("wanted", name),
            move |container| {
                Ok((container.name != *name).then(|| Message::new("seen-name").text("name", &container.name)))
            },
        ));
    }
    if let Some(words) = &check.command {
        let said = words.as_slice().join(" ");
        all.push(criterion(
            Message::new("trait-command").text("command", &said),
            Message::new("next-command").text("command", &said),
            move |container| {
                let mut rest = container.command.iter().flat_map(|word| word.split_whitespace());
                let holds = words
                    .as_slice()
                    .iter()
                    .flat_map(|word| word.split_whitespace())
                    .all(|wanted| rest.any(|word| word == wanted || word.rsplit('/').next() == Some(wanted)));
                Ok((!holds).then(|| Message::new("seen-command").text("command", container.command.join(" "))))
            },
        ));
    }
}

fn moments<'a>(check: &'a ContainerCheck, world: &'a World<'_>, all: &mut Criteria<'a>) {
    type Moment = fn(&ContainerFact) -> Option<jiff::Timestamp>;
    let moments: [(Option<Since>, Moment, [&'static str; 4]); 3] = [
        (
            check.created,
            |container| Some(container.created),
            ["trait-created-now", "trait-created-before", "seen-created", "next-created"],
        ),
        (
            check.started,
            |container| container.started,
            ["trait-started-now", "trait-started-before", "seen-started", "next-started"],
        ),
        (
            check.finished,
            |container| container.finished,
            ["trait-finished-now", "trait-finished-before", "seen-finished", "next-finished"],
        ),
    ];
    for (since, moment, [now, before, seen, next]) in moments {
        let Some(since) = since else { continue };
        let during = since == Since::DuringStep;
        all.push(criterion(Message::new(if during { now } else { before }), Message::new(next), move |container| {
            let holds = moment(container).is_some_and(|moment| (moment >= world.began) == during);
            Ok((!holds).then(|| Message::new(seen)))
        }));
    }
}

fn shape<'a>(check: &'a ContainerCheck, all: &mut Criteria<'a>) {
    type Switch = fn(&ContainerFact) -> bool;
    let switches: [(Option<bool>, Switch, &'static str); 4] = [
        (check.interactive, |container| container.interactive, "-i"),
        (check.tty, |container| container.tty, "-t"),
        (check.detached, |container| container.detached, "-d"),
        (check.auto_remove, |container| container.auto_remove, "--rm"),
    ];
    for (wanted, switch, flag) in switches {
        let Some(wanted) = wanted else { continue };
        let (with, without) = if wanted { ("with", "without") } else { ("without", "with") };
        let said = |id: &'static str, how: &str| Message::new(id).text("flag", flag).text("how", how);
        all.push(criterion(said("trait-flag", with), said("next-flag", with), move |container| {
            Ok((switch(container) != wanted).then(|| Message::new("seen-flag").text("flag", flag).text("how", without)))
        }));
    }
    for (name, value) in &check.env {
        let pair = format!("{name}={value}");
        let said = |id| Message::new(id).text("pair", &pair);
        let (expected, next) = (said("trait-env"), said("next-env"));
        all.push(criterion(expected, next, move |container| {
            Ok((!container.env.contains(&pair)).then(|| Message::new("seen-no-env").text("variable", name)))
        }));
    }
    for (key, value) in &check.labels {
        let said = |id| Message::new(id).text("pair", format!("{key}={value}"));
        all.push(criterion(said("trait-label"), said("next-label"), move |container| {
            Ok((container.labels.get(key) != Some(value)).then(|| Message::new("seen-no-label").text("label", key)))
        }));
    }
    for mount in &check.mounts {
        let said = |id| Message::new(id).text("target", &mount.target);
        all.push(criterion(said("trait-mount"), said("next-mount"), move |container| {
            let holds = container.mounts.iter().any(|found| fits(mount, found));
            Ok((!holds).then(|| Message::new("seen-no-mount").text("target", &mount.target)))
        }));
    }
    if let Some(network) = &check.network {
        let said = |id| Message::new(id).text("network", network);
        all.push(criterion(said("trait-network"), said("next-network"), move |container| {
            Ok((container.network != *network)
                .then(|| Message::new("seen-network").text("network", &container.network)))
        }));
    }
}

fn life<'a>(check: &'a ContainerCheck, all: &mut Criteria<'a>) {
    if let Some(states) = &check.status {
        let said = |id| Message::new(id).text("status", first_word(states));
        all.push(criterion(said("trait-status"), said("next-status"), move |container| {
            let holds = states.as_slice().contains(&container.state);
            Ok((!holds).then(|| Message::new("seen-status").text("status", container.state.as_str())))
        }));
    }
    if let Some(wanted) = check.exit_code {
        let said = |id| Message::new(id).text("code", wanted.to_string());
        all.push(criterion(said("trait-exit-code"), said("next-exit-code"), move |container| {
            Ok(match container.exit_code {
                Some(code) if code == wanted => None,
                Some(code) => Some(Message::new("seen-exit-code").text("code", code.to_string())),
                None => Some(Message::new("seen-no-exit-code").text("status", container.state.as_str())),
            })
        }));
    }
}

fn changed<'a>(change: &'a ChangeCheck, world: &'a World<'_>) -> Criterion<'a, ContainerFact> {
    let said = |id| Message::new(id).text("path", &change.path).text("kind", change.kind.as_str());
    criterion(said("trait-changed"), said("next-changed"), move |container| {
        let changes = world.changes(&container.id)?;
        if changes.iter().any(|seen| seen.path == change.path && seen.kind == change.kind) {
            return Ok(None);
        }
        // The directories above a change are changed too, and say nothing: show the leaves.
        let leaves = changes.iter().filter(|seen| {
            let below = format!("{}/", seen.path.trim_end_matches('/'));
            !changes.iter().any(|other| other.path.starts_with(&below))
        });
        let shown: Vec<String> = leaves.take(3).map(|seen| format!("{} {}", seen.kind.as_str(), seen.path)).collect();
        Ok(Some(if shown.is_empty() {
            Message::new("seen-unchanged")
        } else {
            Message::new("seen-changed").text("changes", shown.join(", "))
        }))
    })
}

fn criterion<'a>(
    expected: Message,
    next: Message,
    observe: impl Fn(&ContainerFact) -> Result<Option<Message>, Unreadable> + 'a,
) -> Criterion<'a, ContainerFact> {
    Criterion { expected, next, observe: Box::new(observe) }
}

/// What to do when there is no container at all: get one from the image asked for, if one is.
fn first_next(criteria: &Criteria<'_>) -> Message {
    let image = criteria.iter().find(|criterion| criterion.expected.id == "trait-image");
    image.map_or_else(|| Message::new("next-any-container"), |criterion| criterion.next.clone())
}

fn fits(wanted: &MountCheck, found: &MountFact) -> bool {
    wanted.target == found.target
        && wanted.kind.as_ref().is_none_or(|kind| kind == found.kind)
        && wanted.source.as_ref().is_none_or(|source| *source == found.source)
        && wanted.read_only.is_none_or(|read_only| read_only == found.read_only)
}

fn first_word(states: &OneOrManyStates) -> &'static str {
    states.as_slice().first().map_or("", |state: &ContainerState| state.as_str())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
