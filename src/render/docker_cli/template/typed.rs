//! Objects of `inspect` as the structures Docker's client reads them into, by their layouts.

use std::rc::Rc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::datum::{Datum, Left, Nil, OBJECT, Structure, Typing};
use super::shape::{Layout, Presence, Shape};
use crate::render::docker_cli::units;

/// An object with every field of its structure.
pub fn structure(object: &Value, layout: &'static Layout) -> Datum {
    let mut fields = Vec::new();
    let mut json = Map::new();
    for (name, presence, shape) in layout.fields {
        let (datum, written) = match (object.get(name), presence) {
            (None, Presence::Always) => continue,
            (None, Presence::Filled(left)) => (left.datum(), true),
            (None, Presence::Given(left)) => (absent(*left, *shape), false),
            (Some(value), Presence::Given(left)) if is_empty(value) => (absent(*left, *shape), false),
            (Some(value), _) => (shaped(value, name, *shape), true),
        };
        if written {
            let value = object.get(name).filter(|_| matches!(shape, Shape::Plain)).cloned();
            json.insert((*name).to_owned(), value.unwrap_or_else(|| datum.to_value()));
        }
        fields.push(((*name).to_owned(), datum));
    }
    let (embedded, json) = (layout.embedded, Some(Value::Object(json)));
    Datum::Struct(Rc::new(Structure { type_name: OBJECT, fields, json, embedded, ..Structure::default() }))
}

fn shaped(value: &Value, name: &str, shape: Shape) -> Datum {
    match (shape, value) {
        (Shape::Nested(layout), Value::Object(_)) => structure(value, layout),
        (Shape::Each(layout), Value::Array(items)) => {
            Datum::List(Rc::new(items.iter().map(|item| structure(item, layout)).collect()))
        }
        (Shape::Each(layout), Value::Object(entries)) => {
            Datum::Map(Rc::new(entries.iter().map(|(key, item)| (key.clone(), structure(item, layout))).collect()))
        }
        (Shape::Each(_), Value::Null) => Datum::Nil(Nil::List),
        (Shape::Instant, Value::String(text)) => match text.parse::<Timestamp>() {
            Ok(instant) => shown("time.Time", units::go_nanoseconds(instant), value.clone()),
            Err(_) => Datum::from(text.as_str()),
        },
        (Shape::Duration, Value::Number(nanoseconds)) => {
            duration(nanoseconds.as_u64().unwrap_or_default(), value.clone())
        }
        _ => Datum::of(value, name, Typing::Typed),
    }
}

/// What a field is that was left out.
fn absent(left: Left, shape: Shape) -> Datum {
    if matches!(shape, Shape::Duration) { duration(0, Value::from(0)) } else { left.datum() }
}

fn duration(nanoseconds: u64, json: Value) -> Datum {
    shown("time.Duration", units::go_duration(nanoseconds), json)
}

/// What prints otherwise than its JSON.
fn shown(type_name: &'static str, text: String, json: Value) -> Datum {
    Datum::Struct(Rc::new(Structure { type_name, json: Some(json), shown: Some(text), ..Structure::default() }))
}

/// What Go's `omitempty` leaves out.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Subject, Template};

    fn said(source: &str, object: &serde_json::Value) -> String {
        Template::parse("", source).unwrap().render(object, Subject::Object).unwrap()
    }

    #[test]
    fn what_json_leaves_out_is_printed() {
        let container = json!({
            "Id": "31", "HostConfig": {"Memory": 0},
            "State": {"Status": "exited", "Running": false, "Pid": 0, "Error": "", "StartedAt": "2026-11-21T01:36:05Z"},
            "Mounts": [{"Type": "bind", "Source": "/tmp", "Destination": "/m", "Mode": "", "RW": true, "Propagation": "rprivate"}],
            "Config": {
                "Hostname": "31", "User": "", "Env": ["A=b"], "Image": "alpine",
                "Healthcheck": {"Test": ["CMD", "true"], "Interval": 90_000_000_000_u64},
            },
            "NetworkSettings": {"Ports": {}, "Networks": {"bridge": {"Links": null, "NetworkID": "dd", "DriverOpts": null}}},
        });
        for (source, expected) in [
            ("{{.State}}", "{exited false 0  2026-11-21T01:36:05Z <nil>}"),
            ("{{.Mounts}}", "[{bind  /tmp /m   true rprivate}]"),
            ("{{.Config.Healthcheck}}", "{[CMD true] 1m30s 0s 0s 0s 0}"),
            ("{{json .Config.Healthcheck}}", r#"{"Test":["CMD","true"],"Interval":90000000000}"#),
            (
                "{{json .NetworkSettings.Networks}}",
                r#"{"bridge":{"Links":null,"DriverOpts":null,"GwPriority":0,"NetworkID":"dd"}}"#,
            ),
            (
                "{{json .Mounts}}",
                r#"[{"Type":"bind","Source":"/tmp","Destination":"/m","Mode":"","RW":true,"Propagation":"rprivate"}]"#,
            ),
            ("{{.SizeRw}} {{.Config.StopTimeout}} {{.Config.Shell}}", "<nil> <nil> []"),
        ] {
            assert_eq!(said(source, &container), expected, "{source}");
        }
    }

    #[test]
    fn an_image_has_the_config_of_oci() {
        let image = json!({
            "RootFS": {"Type": "layers"}, "Metadata": {"LastTagTime": "0001-01-01T00:00:00Z"}, "Size": 3,
            "Config": {"Hostname": "", "Cmd": ["sh"], "Env": ["A=b"], "WorkingDir": "", "Labels": null, "Image": "sha256:1"},
        });
        for (source, expected) in [
            ("{{json .Config}}", r#"{"Env":["A=b"],"Cmd":["sh"]}"#),
            ("{{.Config}}", "{{ map[] [A=b] [] [sh] map[]  map[]  false} {<nil> [] []}}"),
            (
                "{{.Metadata.LastTagTime}} {{json .Metadata}}",
                "0001-01-01 00:00:00 +0000 UTC {\"LastTagTime\":\"0001-01-01T00:00:00Z\"}",
            ),
            ("{{.VirtualSize}}", "0"),
            // What the structure does not have is looked up in the JSON.
            ("{{.Config.Image}}", "sha256:1"),
        ] {
            assert_eq!(said(source, &image), expected, "{source}");
        }
    }

    #[test]
    fn instants_of_networks_print_as_go_prints_them() {
        let network = json!({
            "Name": "n", "Created": "2026-11-21T21:48:36.760080806Z", "EnableIPv6": false,
            "IPAM": {"Driver": "default", "Options": {}, "Config": [{"Subnet": "10.0.0.0/24", "Gateway": "10.0.0.1"}]},
        });
        assert_eq!(
            said("{{.Created}} {{json .Created}} {{.IPAM}}", &network),
            "2026-11-21 21:48:36.760080806 +0000 UTC \"2026-11-21T21:48:36.760080806Z\" \
             {default map[] [{10.0.0.0/24  10.0.0.1 map[]}]}"
        );
        let volume = json!({"CreatedAt": "t", "Driver": "local", "Mountpoint": "/v", "Name": "v", "Scope": "local"});
        assert_eq!(said("{{.}}", &volume), "{<nil> t local /v v local map[] <nil>}");
    }
}
