//! A container as `docker inspect` shows it.

use serde_json::{Map, Value, json};

use super::{NEVER, go_time};
use crate::engine::container::{ContainerRecord, ContainerStatus, NetworkMode};
use crate::engine::{Engine, EngineError};

/// The object `inspect` prints; with the sizes when asked.
///
/// # Errors
/// The engine's, while it measures.
pub fn container(engine: &Engine, record: &ContainerRecord, sizes: bool) -> Result<Value, EngineError> {
    let directory = engine.paths().container(&record.id);
    let file = |name: &str| directory.join(name).display().to_string();
    let mut object = json!({
        "Id": record.id,
        "Created": go_time(record.created),
        "Path": record.path,
        "Args": record.args,
        "State": state(record),
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
        "HostConfig": host_config(record),
        "GraphDriver": { "Data": graph_data(engine, record), "Name": "overlay2" },
        "Mounts": record.mounts,
        "Config": config(record),
        "NetworkSettings": network_settings(record),
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

fn state(record: &ContainerRecord) -> Value {
    let (pid, error, oom_killed, started, finished) = match &record.state.status {
        ContainerStatus::Created { error, .. } => (0, error.as_str(), false, None, None),
        ContainerStatus::Running { init, started_at } => (init.pid, "", false, Some(*started_at), None),
        ContainerStatus::Exited { started_at, finished_at, oom_killed, error, .. } => {
            (0, error.as_str(), *oom_killed, Some(*started_at), Some(*finished_at))
        }
    };
    let instant = |at: Option<jiff::Timestamp>| at.map_or_else(|| NEVER.to_owned(), go_time);
    json!({
        "Status": record.state.word(),
        "Running": record.state.is_running(),
        "Paused": false,
        "Restarting": false,
        "OOMKilled": oom_killed,
        "Dead": false,
        "Pid": pid,
        "ExitCode": record.state.exit_code(),
        "Error": error,
        "StartedAt": instant(started),
        "FinishedAt": instant(finished),
    })
}

fn host_config(record: &ContainerRecord) -> Value {
    let host = &record.host_config;
    let none_when_empty = |list: &[String]| if list.is_empty() { Value::Null } else { json!(list) };
    let mut object = json!({
        "Binds": none_when_empty(&host.binds),
        "ContainerIDFile": host.container_id_file,
        "LogConfig": { "Type": "json-file", "Config": {} },
        "NetworkMode": host.network_mode,
        "PortBindings": {},
        "RestartPolicy": host.restart_policy,
        "AutoRemove": host.auto_remove,
        "VolumeDriver": "",
        "VolumesFrom": null,
        "ConsoleSize": [0, 0],
        "CapAdd": null,
        "CapDrop": null,
        "CgroupnsMode": "private",
        "Dns": [],
        "DnsOptions": [],
        "DnsSearch": [],
        "ExtraHosts": none_when_empty(&host.extra_hosts),
        "GroupAdd": null,
        "IpcMode": "private",
        "Cgroup": "",
        "Links": null,
        "OomScoreAdj": 0,
        "PidMode": "",
        "Privileged": false,
        "PublishAllPorts": false,
        "ReadonlyRootfs": host.readonly_rootfs,
        "SecurityOpt": null,
        "UTSMode": "",
        "UsernsMode": "",
        "ShmSize": 67_108_864,
        "Runtime": "moussaillon",
        "Isolation": "",
        "MaskedPaths": MASKED_PATHS,
        "ReadonlyPaths": READ_ONLY_PATHS,
    });
    if let (Value::Object(fields), Value::Object(limits)) = (&mut object, no_limits()) {
        let paths: Vec<_> = ["MaskedPaths", "ReadonlyPaths"].into_iter().map(|key| (key, fields.remove(key))).collect();
        fields.extend(limits);
        fields.extend(paths.into_iter().map(|(key, value)| (key.to_owned(), value.unwrap_or_default())));
        if let Some(init) = host.init {
            fields.insert("Init".to_owned(), json!(init));
        }
    }
    object
}

/// What Docker says of a container without limits.
fn no_limits() -> Value {
    json!({
        "CpuShares": 0,
        "Memory": 0,
        "NanoCpus": 0,
        "CgroupParent": "",
        "BlkioWeight": 0,
        "BlkioWeightDevice": [],
        "BlkioDeviceReadBps": [],
        "BlkioDeviceWriteBps": [],
        "BlkioDeviceReadIOps": [],
        "BlkioDeviceWriteIOps": [],
        "CpuPeriod": 0,
        "CpuQuota": 0,
        "CpuRealtimePeriod": 0,
        "CpuRealtimeRuntime": 0,
        "CpusetCpus": "",
        "CpusetMems": "",
        "Devices": [],
        "DeviceCgroupRules": null,
        "DeviceRequests": null,
        "MemoryReservation": 0,
        "MemorySwap": 0,
        "MemorySwappiness": null,
        "OomKillDisable": false,
        "PidsLimit": null,
        "Ulimits": [],
        "CpuCount": 0,
        "CpuPercent": 0,
        "IOMaximumIOps": 0,
        "IOMaximumBandwidth": 0,
    })
}

const MASKED_PATHS: &[&str] = &[
    "/proc/asound",
    "/proc/acpi",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
];
const READ_ONLY_PATHS: &[&str] = &["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

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

fn network_settings(record: &ContainerRecord) -> Value {
    let name = match &record.host_config.network_mode {
        NetworkMode::Bridge => "bridge",
        NetworkMode::None => "none",
        NetworkMode::Host => "host",
        NetworkMode::Named(name) => name,
    };
    let endpoint = json!({
        "IPAMConfig": null,
        "Links": null,
        "Aliases": null,
        "MacAddress": "",
        "NetworkID": "",
        "EndpointID": "",
        "Gateway": "",
        "IPAddress": "",
        "IPPrefixLen": 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "DriverOpts": null,
        "DNSNames": null,
    });
    let mut networks = Map::new();
    networks.insert(name.to_owned(), endpoint);
    json!({
        "Bridge": "",
        "SandboxID": "",
        "SandboxKey": "",
        "Ports": {},
        "HairpinMode": false,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "SecondaryIPAddresses": null,
        "SecondaryIPv6Addresses": null,
        "EndpointID": "",
        "Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "IPAddress": "",
        "IPPrefixLen": 0,
        "IPv6Gateway": "",
        "MacAddress": "",
        "Networks": networks,
    })
}
