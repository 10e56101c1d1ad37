//! The mounts of a container as `docker inspect` shows them.

use serde_json::{Map, Value, json};

use crate::engine::container::{MountPoint, MountSource};

/// `Mounts`.
pub(super) fn mounts(points: &[MountPoint]) -> Value {
    points.iter().map(mount).collect()
}

fn mount(point: &MountPoint) -> Value {
    let (name, source, driver) = match &point.source {
        MountSource::Bind { source } => (None, source.as_str(), None),
        MountSource::Volume { name, source, driver } => (Some(name), source.as_str(), Some(driver)),
        MountSource::Tmpfs => (None, "", None),
    };
    let mut fields = Map::new();
    fields.insert("Type".to_owned(), json!(point.source.word()));
    fields.extend(name.map(|name| ("Name".to_owned(), json!(name))));
    fields.insert("Source".to_owned(), json!(source));
    fields.insert("Destination".to_owned(), json!(point.destination));
    fields.extend(driver.map(|driver| ("Driver".to_owned(), json!(driver))));
    fields.insert("Mode".to_owned(), json!(point.mode));
    fields.insert("RW".to_owned(), json!(point.writable));
    fields.insert("Propagation".to_owned(), json!(point.propagation));
    Value::Object(fields)
}
