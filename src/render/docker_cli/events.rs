//! Lines of `docker events`. Source: docker/cli `cli/command/system/events.go`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::template::{JSON_KEY, Subject, Template};
use crate::engine::journal::{JournalEvent, ObjectKind};

/// The exit code of a template that cannot be filled in.
pub const EXIT_BAD_FORMAT: i32 = 64;

const SUBJECT: Subject = Subject::Structure("*events.Message");

/// An event as a line, as it is or by a template.
///
/// # Errors
/// Docker's sentence about the template.
pub fn line(event: &JournalEvent, format: Option<&str>) -> Result<String, String> {
    match format {
        None => Ok(plain(event, &TimeZone::system())),
        Some(format) => Ok(format!("{}\n", template(format)?.render(&fields(event), SUBJECT).map_err(bad_format)?)),
    }
}

/// Tries a template before there is anything to fill in.
///
/// # Errors
/// Docker's sentence about the template.
pub fn check(format: &str) -> Result<(), String> {
    let nothing = JournalEvent {
        time: Timestamp::UNIX_EPOCH,
        kind: ObjectKind::Container,
        action: String::new(),
        id: String::new(),
        attributes: std::collections::BTreeMap::new(),
    };
    line(&nothing, Some(format)).map(drop)
}

fn template(format: &str) -> Result<Template, String> {
    let source = if format == "json" { "{{json .}}" } else { format };
    Template::parse("", source).map_err(bad_format)
}

fn bad_format(message: impl std::fmt::Display) -> String {
    format!("Error parsing format: {message}")
}

fn plain(event: &JournalEvent, zone: &TimeZone) -> String {
    let time = event.time.to_zoned(zone.clone());
    let offset = if time.offset().is_zero() { "Z".to_owned() } else { time.strftime("%:z").to_string() };
    let attributes: Vec<String> = event.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let attributes = if attributes.is_empty() { String::new() } else { format!(" ({})", attributes.join(", ")) };
    format!(
        "{}{offset} {} {} {}{attributes}\n",
        time.strftime("%Y-%m-%dT%H:%M:%S.%9f"),
        event.kind,
        event.action,
        event.id
    )
}

/// The fields of Docker's `events.Message`, and what `json` makes of them.
fn fields(event: &JournalEvent) -> Value {
    // Known of containers and images only, for the sake of old clients.
    let old = matches!(event.kind, ObjectKind::Container | ObjectKind::Image);
    let status = if old { event.action.as_str() } else { "" };
    let id = if old { event.id.as_str() } else { "" };
    let from = event.attributes.get("image").filter(|_| event.kind == ObjectKind::Container);
    let from = from.map_or("", String::as_str);
    let (seconds, nanoseconds) = (event.time.as_second(), event.time.as_nanosecond());
    let nanoseconds = i64::try_from(nanoseconds).unwrap_or_default();
    let actor = json!({ "ID": event.id, "Attributes": event.attributes });
    let written = [
        ("status", json!(status)),
        ("id", json!(id)),
        ("from", json!(from)),
        ("Type", json!(event.kind.word())),
        ("Action", json!(event.action)),
        ("Actor", actor.clone()),
        ("scope", json!("local")),
        ("time", json!(seconds)),
        ("timeNano", json!(nanoseconds)),
    ];
    let written: Map<String, Value> =
        written.into_iter().filter(|(_, value)| *value != "").map(|(key, value)| (key.to_owned(), value)).collect();
    json!({
        JSON_KEY: written,
        "Status": status,
        "ID": id,
        "From": from,
        "Type": event.kind.word(),
        "Action": event.action,
        "Actor": actor,
        "Scope": "local",
        "Time": seconds,
        "TimeNano": nanoseconds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> JournalEvent {
        JournalEvent {
            time: "2026-11-21T01:37:36.70Z".parse().unwrap(),
            kind: ObjectKind::Container,
            action: "kill".to_owned(),
            id: "df".to_owned(),
            attributes: [("image", "health"), ("name", "hc"), ("signal", "9")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        }
    }

    #[test]
    fn lines_are_dockers() {
        let expected = "2026-11-21T01:37:36.700000000Z container kill df (image=health, name=hc, signal=9)\n";
        assert_eq!(plain(&event(), &TimeZone::UTC), expected);
        let paris = TimeZone::fixed(jiff::tz::offset(1));
        assert!(plain(&event(), &paris).starts_with("2026-11-21T02:37:36.700000000+01:00 "));
        let json = r#"{"status":"kill","id":"df","from":"health","Type":"container","Action":"kill","Actor":{"ID":"df","Attributes":{"image":"health","name":"hc","signal":"9"}},"scope":"local","time":1795225056,"timeNano":1795225056700000000}"#;
        assert_eq!(line(&event(), Some("json")).unwrap(), format!("{json}\n"));
        assert_eq!(line(&event(), Some("{{json .}}")).unwrap(), format!("{json}\n"));
        let picked = line(&event(), Some("{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.From}} {{.Time}}"));
        assert_eq!(picked.unwrap(), "container kill hc health 1795225056\n");
        let volume = JournalEvent { kind: ObjectKind::Volume, ..event() };
        assert!(line(&volume, Some("json")).unwrap().starts_with(r#"{"Type":"volume""#));
    }

    #[test]
    fn bad_templates_are_refused_before_anything_happens() {
        assert_eq!(
            check("{{.Nope}}").unwrap_err(),
            "Error parsing format: template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *events.Message"
        );
        assert_eq!(check("{{").unwrap_err(), "Error parsing format: template: :1: unclosed action");
        assert!(check("{{.Actor.ID}}").is_ok());
        assert_eq!(line(&event(), Some("{{.Actor.Attributes.exitCode}}")).unwrap(), "<no value>\n");
    }
}
