//! The `HostConfig` of `docker inspect`: what was asked, in Docker's order, and what nobody asked for as Docker leaves it.

use serde_json::{Map, Value, json};

use crate::engine::container::HostConfig;

/// The object; its fields are those of [`FIELDS`].
pub(super) fn host_config(asked: &HostConfig) -> Value {
    let recorded = json!(asked);
    let mut shown = Map::new();
    for (name, absent) in FIELDS {
        // Nothing is hidden from a privileged container, and Docker says so with null.
        let open = asked.security.privileged && matches!(*name, "MaskedPaths" | "ReadonlyPaths");
        let absent = if open { "null" } else { absent };
        let said = recorded.get(name).cloned().or_else(|| serde_json::from_str(absent).ok());
        shown.extend(said.map(|value| ((*name).to_owned(), value)));
    }
    Value::Object(shown)
}

/// Every field of Docker's `HostConfig` in its order, with the JSON it shows when nothing was asked; empty: it
/// shows nothing.
#[rustfmt::skip] // a table
static FIELDS: &[(&str, &str)] = &[
    ("Binds", "null"),
    ("ContainerIDFile", ""),
    ("LogConfig", r#"{"Type":"json-file","Config":{}}"#),
    ("NetworkMode", ""),
    ("PortBindings", "{}"),
    ("RestartPolicy", ""),
    ("AutoRemove", ""),
    ("VolumeDriver", r#""""#),
    ("VolumesFrom", "null"),
    ("ConsoleSize", "[0, 0]"),
    ("Annotations", ""),
    ("CapAdd", "null"),
    ("CapDrop", "null"),
    ("CgroupnsMode", r#""private""#),
    ("Dns", "[]"),
    ("DnsOptions", "[]"),
    ("DnsSearch", "[]"),
    ("ExtraHosts", "null"),
    ("GroupAdd", "null"),
    ("IpcMode", r#""private""#),
    ("Cgroup", r#""""#),
    ("Links", "null"),
    ("OomScoreAdj", "0"),
    ("PidMode", r#""""#),
    ("Privileged", "false"),
    ("PublishAllPorts", "false"),
    ("ReadonlyRootfs", ""),
    ("SecurityOpt", "null"),
    ("StorageOpt", ""),
    ("Tmpfs", ""),
    ("UTSMode", r#""""#),
    ("UsernsMode", r#""""#),
    ("ShmSize", "67108864"),
    ("Sysctls", ""),
    ("Runtime", r#""moussaillon""#),
    ("Isolation", r#""""#),
    ("CpuShares", "0"),
    ("Memory", "0"),
    ("NanoCpus", "0"),
    ("CgroupParent", r#""""#),
    ("BlkioWeight", "0"),
    ("BlkioWeightDevice", "[]"),
    ("BlkioDeviceReadBps", "[]"),
    ("BlkioDeviceWriteBps", "[]"),
    ("BlkioDeviceReadIOps", "[]"),
    ("BlkioDeviceWriteIOps", "[]"),
    ("CpuPeriod", "0"),
    ("CpuQuota", "0"),
    ("CpuRealtimePeriod", "0"),
    ("CpuRealtimeRuntime", "0"),
    ("CpusetCpus", r#""""#),
    ("CpusetMems", r#""""#),
    ("Devices", "[]"),
    ("DeviceCgroupRules", "null"),
    ("DeviceRequests", "null"),
    ("KernelMemory", ""),
    ("MemoryReservation", "0"),
    ("MemorySwap", "0"),
    ("MemorySwappiness", "null"),
    ("OomKillDisable", "false"),
    ("PidsLimit", "null"),
    ("Ulimits", "[]"),
    ("CpuCount", "0"),
    ("CpuPercent", "0"),
    ("IOMaximumIOps", "0"),
    ("IOMaximumBandwidth", "0"),
    ("Mounts", ""),
    ("MaskedPaths", r#"["/proc/asound","/proc/acpi","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list",
        "/proc/timer_stats","/proc/sched_debug","/proc/scsi","/sys/firmware","/sys/devices/virtual/powercap"]"#),
    ("ReadonlyPaths", r#"["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]"#),
    ("Init", ""),
];
