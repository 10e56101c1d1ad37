//! The fields `--format` can show and the keys `--filter` takes, by verb.

/// What a template of this verb may name.
pub(super) fn format_fields(verb: &str) -> &'static [&'static str] {
    match verb {
        "container ls" => &CONTAINER_FIELDS,
        "image ls" => &[
            "ID",
            "Repository",
            "Tag",
            "Digest",
            "CreatedSince",
            "CreatedAt",
            "Size",
            "Containers",
            "VirtualSize",
            "SharedSize",
            "UniqueSize",
        ],
        "image history" => &["ID", "CreatedSince", "CreatedAt", "CreatedBy", "Size", "Comment"],
        "network ls" => &["ID", "Name", "Driver", "Scope", "IPv4", "IPv6", "Internal", "Labels", "CreatedAt"],
        "volume ls" => {
            &["Availability", "Driver", "Group", "Labels", "Links", "Mountpoint", "Name", "Scope", "Size", "Status"]
        }
        "container stats" => &["Container", "ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs"],
        "system df" => &["Type", "TotalCount", "Active", "Size", "Reclaimable"],
        "search" => &["Name", "Description", "StarCount", "IsOfficial", "IsAutomated"],
        "system events" => &["Action", "Actor.Attributes", "Actor.ID", "Scope", "Time", "TimeNano", "Type"],
        "container inspect" => CONTAINER_INSPECTION,
        "image inspect" => IMAGE_INSPECTION,
        "inspect" => &[
            "Config.Cmd",
            "Config.Env",
            "Config.Image",
            "Config.Labels",
            "Created",
            "Id",
            "Mounts",
            "Name",
            "NetworkSettings.IPAddress",
            "RepoTags",
            "Size",
            "State.ExitCode",
            "State.Pid",
            "State.Status",
        ],
        "network inspect" => &["Containers", "Driver", "IPAM.Config", "Id", "Labels", "Name", "Options", "Scope"],
        "volume inspect" => &["CreatedAt", "Driver", "Labels", "Mountpoint", "Name", "Options", "Scope"],
        "version" => &["Client.Version", "Server.Os", "Server.Arch", "Server.Version"],
        "system info" => &["Containers", "Driver", "Images", "MemTotal", "NCPU", "Name", "ServerVersion", "Warnings"],
        _ => &[],
    }
}

/// The keys of this verb's filters.
pub(super) fn filter_keys(verb: &str) -> &'static [&'static str] {
    match verb {
        "container ls" => &[
            "ancestor", "before", "exited", "expose", "health", "id", "is-task", "label", "name", "network", "publish",
            "since", "status", "volume",
        ],
        "image ls" => &["before", "dangling", "label", "reference", "since", "until"],
        "network ls" => &["dangling", "driver", "id", "label", "name", "scope", "type"],
        "volume ls" => &["dangling", "driver", "label", "name"],
        "search" => &["is-automated", "is-official", "stars"],
        "system events" => &[
            "config",
            "container",
            "daemon",
            "event",
            "image",
            "label",
            "network",
            "node",
            "plugin",
            "scope",
            "secret",
            "service",
            "type",
            "volume",
        ],
        "image prune" => &["dangling", "label", "label!", "until"],
        "volume prune" => &["all", "label", "label!"],
        "container prune" | "network prune" | "system prune" => &["label", "label!", "until"],
        "builder prune" => &["id", "inuse", "parent", "private", "shared", "type", "unused-for", "until"],
        _ => &[],
    }
}

/// The words a key of a filter takes, where they are few.
pub(super) fn filter_values(verb: &str, key: &str) -> &'static [&'static str] {
    match (verb, key) {
        ("container ls", "status") => &["created", "dead", "exited", "paused", "removing", "restarting", "running"],
        ("container ls", "health") => &["healthy", "none", "starting", "unhealthy"],
        ("network ls", "type") => &["builtin", "custom"],
        ("network ls", "driver") => &["bridge", "host", "null"],
        ("volume ls", "driver") | (_, "scope") => &["local"],
        ("system events", "type") => &["container", "daemon", "image", "network", "volume"],
        ("system events", "event") => &[
            "attach",
            "commit",
            "connect",
            "copy",
            "create",
            "delete",
            "destroy",
            "detach",
            "die",
            "disconnect",
            "exec_create",
            "exec_die",
            "exec_start",
            "export",
            "health_status",
            "import",
            "kill",
            "load",
            "mount",
            "oom",
            "pause",
            "prune",
            "pull",
            "push",
            "rename",
            "resize",
            "restart",
            "save",
            "start",
            "stop",
            "tag",
            "top",
            "unmount",
            "unpause",
            "untag",
            "update",
        ],
        (_, "dangling" | "is-task" | "is-official" | "is-automated" | "all" | "inuse" | "private" | "shared") => {
            &["false", "true"]
        }
        _ => &[],
    }
}

/// Of a container, what one asks for most.
const CONTAINER_INSPECTION: &[&str] = &[
    "Args",
    "Config.Cmd",
    "Config.Env",
    "Config.Image",
    "Created",
    "HostConfig.Binds",
    "HostConfig.Memory",
    "HostConfig.RestartPolicy.Name",
    "Id",
    "Image",
    "Mounts",
    "Name",
    "NetworkSettings.IPAddress",
    "NetworkSettings.Networks",
    "NetworkSettings.Ports",
    "Path",
    "RestartCount",
    "State.ExitCode",
    "State.OOMKilled",
    "State.Pid",
    "State.Running",
    "State.Status",
];

/// Of an image.
const IMAGE_INSPECTION: &[&str] = &[
    "Architecture",
    "Config.Cmd",
    "Config.Entrypoint",
    "Config.Env",
    "Config.ExposedPorts",
    "Config.Labels",
    "Config.User",
    "Config.WorkingDir",
    "Created",
    "Id",
    "Os",
    "RepoDigests",
    "RepoTags",
    "RootFS.Layers",
    "Size",
];

/// Of `docker ps`, all there are.
pub const CONTAINER_FIELDS: [&str; 15] = [
    "ID",
    "Names",
    "Image",
    "Command",
    "CreatedAt",
    "RunningFor",
    "Ports",
    "State",
    "Status",
    "Size",
    "Labels",
    "Mounts",
    "LocalVolumes",
    "Networks",
    "Platform",
];
