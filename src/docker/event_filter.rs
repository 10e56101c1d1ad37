//! `docker events --filter`. Several values of a key: any fits (labels: all). A key nobody knows admits everything, as
//! dockerd has it. Source: moby `daemon/events/filter.go`.

use super::filter::Filter;
use crate::engine::journal::{JournalEvent, ObjectKind};

/// Actions whose name is followed by what they are about.
const WITH_DETAILS: &[&str] = &["health_status", "exec_create", "exec_start"];
/// Everything happens on this machine.
const SCOPE: &str = "local";

/// Which events are kept.
#[derive(Debug)]
pub struct EventFilter<'a>(&'a [Filter]);

impl<'a> EventFilter<'a> {
    /// These filters together.
    pub fn new(filters: &'a [Filter]) -> Self {
        Self(filters)
    }

    /// Whether an event is kept.
    pub fn admits(&self, event: &JournalEvent) -> bool {
        let attribute = |name: &str| event.attributes.get(name).map_or("", String::as_str);
        let name = attribute("name");
        let begins = |wanted: &str| event.id.starts_with(wanted) || name.starts_with(wanted);
        let image = if event.kind == ObjectKind::Image { name } else { attribute("image") };
        let with_details = self.values("event").any(|wanted| WITH_DETAILS.contains(&wanted));
        let is_action = |wanted: &str| event.action == wanted || (with_details && event.action.starts_with(wanted));
        let has_label = |wanted: &str| match wanted.split_once('=') {
            Some((key, value)) => event.attributes.get(key).is_some_and(|found| found == value),
            None => event.attributes.contains_key(wanted),
        };
        self.any("event", is_action)
            && self.any("type", |wanted| event.kind.word() == wanted)
            && self.any("scope", |wanted| wanted == SCOPE)
            && ["daemon", "container", "plugin", "volume", "network", "node", "service", "secret", "config"]
                .iter()
                .all(|key| self.any(key, begins))
            && self.any("image", |wanted| {
                [event.id.as_str(), image].iter().any(|known| *known == wanted || without_tag(known) == wanted)
            })
            && self.values("label").all(has_label)
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |filter| filter.key == key).map(|filter| filter.value.as_str())
    }

    fn any(&self, key: &str, fits: impl FnMut(&str) -> bool) -> bool {
        self.values(key).next().is_none() || self.values(key).any(fits)
    }
}

fn without_tag(reference: &str) -> &str {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: ObjectKind, action: &str, id: &str, attributes: &[(&str, &str)]) -> JournalEvent {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let attributes = attributes.iter().map(owned).collect();
        JournalEvent { time: jiff::Timestamp::UNIX_EPOCH, kind, action: action.into(), id: id.into(), attributes }
    }

    #[test]
    fn keys_narrow_and_values_widen() {
        let run = event(
            ObjectKind::Container,
            "exec_create: ls /",
            "abcdef",
            &[("image", "alpine:3"), ("name", "web"), ("tier", "front")],
        );
        for (filters, kept) in [
            (&["event=exec_create"][..], true),
            (&["event=exec_start", "event=die"], false),
            (&["event=exec"], false),
            (&["container=we"], true),
            (&["container=abc", "container=other"], true),
            (&["container=other"], false),
            (&["type=image"], false),
            (&["image=alpine"], true),
            (&["image=alpine:4"], false),
            (&["label=tier"], true),
            (&["label=tier=front", "label=missing"], false),
            (&["scope=swarm"], false),
            (&["nobody=knows"], true),
        ] {
            let filters: Vec<Filter> = filters
                .iter()
                .map(|typed| typed.split_once('=').map(|(key, value)| Filter::new(key, value)).unwrap())
                .collect();
            assert_eq!(EventFilter::new(&filters).admits(&run), kept, "{filters:?}");
        }
        assert_eq!(without_tag("localhost:5000/app"), "localhost:5000/app");
    }
}
