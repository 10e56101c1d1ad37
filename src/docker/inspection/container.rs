//! A container as `docker inspect` shows it.

use serde_json::{Map, Value, json};

use super::{NEVER, go_time};
use crate::engine::container::{ContainerRecord, ContainerStatus};
use crate::engine::{Engine, EngineError};

/// The object `inspect` prints; with the sizes when asked.
///
/// # Errors
/// The engine's, while it measures.
pub fn container(engine: &Engine, record: &ContainerRecord, sizes: bool) -> Result<Value, EngineError> {
    let directory = engine.paths().container(&record.id);
    // Docker makes these when it starts it for the first time.
    let never_ran = matches!(&record.state.status, ContainerStatus::Created { error, .. } if error.is_empty());
    let file = |name: &str| if never_ran { String::new() } else { directory.join(name).display().to_string() };
    let mut object = json!({
        "Id": record.id,
        "Created": go_time(record.created),
        "Path": record.path,
        "Args": record.args,
        "State": state(engine, record),
        "Image": record.image,
        "ResolvConfPath": file("resolv.conf"),
        "HostnamePath": file("hostname"),
        "HostsPath": file("hosts"),
        "LogPath": file(&format!("{}-json.log", record.id)),
        "Name": format!("/{}", record.name),
        "RestartCount": record.state.restart_count,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "",
        "ExecIDs": null,
        "HostConfig": super::host_config::host_config(&record.host_config),
        "GraphDriver": { "Data": graph_data(engine, record), "Name": "overlay2" },
        "Mounts": super::mounts::mounts(&record.mounts),
        "Config": config(record),
        "NetworkSettings": super::network_settings::network_settings(record),
    });
    if let (true, Value::Object(fields)) = (sizes, &mut object) {
        let writable = engine.container_size(&record.id)?;
        let below = engine.resolve_image(&record.image.to_string()).map_or(0, |image| image.size);
        insert_after(fields, "GraphDriver", [("SizeRw", json!(writable)), ("SizeRootFs", json!(writable + below))]);
    }
    Ok(object)
}

fn insert_after<const N: usize>(fields: &mut Map<String, Value>, before: &str, added: [(&str, Value); N]) {
    let mut ordered = Map::new();
    let mut added = Some(added);
    for (key, value) in std::mem::take(fields) {
        let here = key == before;
        ordered.insert(key, value);
        if let (true, Some(added)) = (here, added.take_if(|_| here)) {
            ordered.extend(added.map(|(key, value)| (key.to_owned(), value)));
        }
    }
    *fields = ordered;
}

fn state(engine: &Engine, record: &ContainerRecord) -> Value {
    let (pid, error, oom_killed, started) = match &record.state.status {
        ContainerStatus::Created { error, .. } => (0, error.as_str(), false, None),
        ContainerStatus::Running { init, started_at } => {
            (init.pid, "", engine.was_oom_killed(record), Some(*started_at))
        }
        ContainerStatus::Restarting { started_at, .. } => (0, "", false, Some(*started_at)),
        ContainerStatus::Exited { started_at, oom_killed, error, .. } => {
            (0, error.as_str(), *oom_killed, Some(*started_at))
        }
    };
    let instant = |at: Option<jiff::Timestamp>| at.map_or_else(|| NEVER.to_owned(), go_time);
    let mut state = json!({
        "Status": record.state.word(),
        "Running": record.state.is_running(),
        "Paused": record.state.paused,
        "Restarting": record.state.is_restarting(),
        "OOMKilled": oom_killed,
        "Dead": false,
        "Pid": pid,
        "ExitCode": record.state.exit_code(),
        "Error": error,
        "StartedAt": instant(started),
        "FinishedAt": instant(record.state.last_end()),
    });
    if let (Some(health), Value::Object(fields)) = (&record.state.health, &mut state) {
        fields.insert("Health".to_owned(), super::health::health(health));
    }
    state
}

/// Where the layers are: the image's, topmost first, and the container's own.
fn graph_data(engine: &Engine, record: &ContainerRecord) -> Value {
    let own = engine.paths().container(&record.id);
    let at = |name: &str| own.join(name).display().to_string();
    let mut data = super::image::lower_directories(engine, &record.image);
    data.insert("MergedDir".to_owned(), json!(at("merged")));
    data.insert("UpperDir".to_owned(), json!(at("diff")));
    data.insert("WorkDir".to_owned(), json!(at("work")));
    Value::Object(data)
}

/// Docker writes `null` for no environment and for no volumes.
fn config(record: &ContainerRecord) -> Value {
    let mut value = json!(record.config);
    if let Value::Object(fields) = &mut value {
        if record.config.hostname.is_empty() {
            fields.insert("Hostname".to_owned(), json!(record.id.short()));
        }
        if record.config.env.is_empty() {
            fields.insert("Env".to_owned(), Value::Null);
        }
    }
    value
}
