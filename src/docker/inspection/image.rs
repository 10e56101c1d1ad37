//! An image as `docker inspect` shows it.

use serde_json::{Map, Value, json};

use super::{NEVER, go_time};
use crate::engine::Engine;
use crate::engine::oci::ImageId;
use crate::engine::store::ImageRecord;

/// The object `inspect` prints.
pub fn image(engine: &Engine, record: &ImageRecord) -> Value {
    let names = |list: &[crate::engine::oci::Reference]| -> Vec<String> {
        list.iter().map(crate::engine::oci::Reference::familiar).collect()
    };
    let comment = record.config.history.last().map_or("", |last| last.comment.as_str());
    let never = NEVER.to_owned();
    json!({
        "Id": record.id,
        "RepoTags": names(&record.tags),
        "RepoDigests": names(&record.digests),
        "Parent": record.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        "Comment": comment,
        "Created": record.config.created.map_or_else(|| never.clone(), go_time),
        "DockerVersion": "",
        "Author": record.config.author,
        "Config": config(record),
        "Architecture": record.config.architecture,
        "Os": record.config.os,
        "Size": record.size,
        "GraphDriver": { "Data": graph_data(engine, record), "Name": "overlay2" },
        "RootFS": { "Type": "layers", "Layers": record.config.rootfs.diff_ids },
        "Metadata": { "LastTagTime": record.last_tagged.map_or(never, go_time) },
    })
}

/// Where an image's layers are: the topmost as the upper directory, as if it were still being written.
fn graph_data(engine: &Engine, record: &ImageRecord) -> Map<String, Value> {
    let mut directories = engine.layer_directories(record).unwrap_or_default().into_iter().rev();
    let mut data = Map::new();
    let Some(top) = directories.next() else { return data };
    let lower: Vec<String> = directories.map(|path| path.display().to_string()).collect();
    if !lower.is_empty() {
        data.insert("LowerDir".to_owned(), json!(lower.join(":")));
    }
    for (name, place) in [("MergedDir", "merged"), ("UpperDir", ""), ("WorkDir", "work")] {
        let path = if place.is_empty() { top.clone() } else { top.with_file_name(place) };
        data.insert(name.to_owned(), json!(path.display().to_string()));
    }
    data
}

/// The directories of an image's layers, topmost first.
pub(super) fn lower_directories(engine: &Engine, id: &ImageId) -> Map<String, Value> {
    let mut data = Map::new();
    let record = engine.resolve_image(&id.to_string());
    let directories = record.and_then(|record| engine.layer_directories(&record)).unwrap_or_default();
    let directories: Vec<String> = directories.iter().rev().map(|path| path.display().to_string()).collect();
    data.insert("LowerDir".to_owned(), json!(directories.join(":")));
    data
}

/// The image's defaults, in the order of Docker's container config.
fn config(record: &ImageRecord) -> Value {
    let config = &record.config.config;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("Hostname", json!(""));
    put("Domainname", json!(""));
    put("User", json!(config.user));
    for stream in ["AttachStdin", "AttachStdout", "AttachStderr"] {
        put(stream, json!(false));
    }
    if !config.exposed_ports.is_empty() {
        put("ExposedPorts", json!(config.exposed_ports));
    }
    for flag in ["Tty", "OpenStdin", "StdinOnce"] {
        put(flag, json!(false));
    }
    put("Env", if config.env.is_empty() { Value::Null } else { json!(config.env) });
    put("Cmd", json!(config.cmd));
    if let Some(health) = &config.healthcheck {
        put("Healthcheck", json!(health));
    }
    if config.args_escaped {
        put("ArgsEscaped", json!(true));
    }
    put("Image", json!(record.parent.as_ref().map(ToString::to_string).unwrap_or_default()));
    put("Volumes", if config.volumes.is_empty() { Value::Null } else { json!(config.volumes) });
    put("WorkingDir", json!(config.working_dir));
    put("Entrypoint", json!(config.entrypoint));
    put("OnBuild", if config.on_build.is_empty() { Value::Null } else { json!(config.on_build) });
    put("Labels", if config.labels.is_empty() { Value::Null } else { json!(config.labels) });
    if !config.stop_signal.is_empty() {
        put("StopSignal", json!(config.stop_signal));
    }
    if !config.shell.is_empty() {
        put("Shell", json!(config.shell));
    }
    Value::Object(object)
}
