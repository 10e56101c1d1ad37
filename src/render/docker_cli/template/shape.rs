//! The structures of Docker's API where JSON alone does not say enough: fields left out when they are empty, their order
//! in Go, instants and durations. Source: moby `api/types` of Docker 28.

use Presence::{Always, Filled, Given};
use Shape::{Duration, Each, Instant, Nested, Plain};
use serde_json::Value;

use super::datum::Left;

/// A structure.
#[derive(Debug)]
pub struct Layout {
    /// In Go's order.
    pub fields: &'static [(&'static str, Presence, Shape)],
    /// How many of the first fields belong to each embedded structure; they print in braces of their own.
    pub embedded: &'static [usize],
}

/// Whether a field is written.
#[derive(Debug, Clone, Copy)]
pub enum Presence {
    /// Always.
    Always,
    /// Not when it is empty; then it is this.
    Given(Left),
    /// By Docker's client, not by our engine: it is this then.
    Filled(Left),
}

/// What stands in a field.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// What JSON says.
    Plain,
    /// `time.Time`
    Instant,
    /// `time.Duration`
    Duration,
    /// A structure, or a pointer to one.
    Nested(&'static Layout),
    /// A list or a map of them.
    Each(&'static Layout),
}

/// The layout of an object of `inspect`, by what only it has.
pub fn of_object(object: &Value) -> Option<&'static Layout> {
    let kinds = [("HostConfig", &CONTAINER), ("RootFS", &IMAGE), ("IPAM", &NETWORK), ("Mountpoint", &VOLUME)];
    kinds.into_iter().find(|(field, _)| object.get(field).is_some()).map(|(_, layout)| layout)
}

static CONTAINER: Layout = Layout {
    fields: &[
        ("Id", Always, Plain),
        ("Created", Always, Plain),
        ("Path", Always, Plain),
        ("Args", Always, Plain),
        ("State", Always, Nested(&STATE)),
        ("Image", Always, Plain),
        ("ResolvConfPath", Always, Plain),
        ("HostnamePath", Always, Plain),
        ("HostsPath", Always, Plain),
        ("LogPath", Always, Plain),
        ("Name", Always, Plain),
        ("RestartCount", Always, Plain),
        ("Driver", Always, Plain),
        ("Platform", Always, Plain),
        ("MountLabel", Always, Plain),
        ("ProcessLabel", Always, Plain),
        ("AppArmorProfile", Always, Plain),
        ("ExecIDs", Always, Plain),
        ("HostConfig", Always, Plain),
        ("GraphDriver", Always, Plain),
        ("SizeRw", Given(Left::Nothing), Plain),
        ("SizeRootFs", Given(Left::Nothing), Plain),
        ("Mounts", Always, Each(&MOUNT)),
        ("Config", Always, Nested(&CONFIG)),
        ("NetworkSettings", Always, Nested(&NETWORK_SETTINGS)),
        ("ImageManifestDescriptor", Given(Left::Nothing), Plain),
    ],
    embedded: &[],
};

static STATE: Layout = Layout {
    fields: &[
        ("Status", Always, Plain),
        ("Running", Always, Plain),
        ("Paused", Always, Plain),
        ("Restarting", Always, Plain),
        ("OOMKilled", Always, Plain),
        ("Dead", Always, Plain),
        ("Pid", Always, Plain),
        ("ExitCode", Always, Plain),
        ("Error", Always, Plain),
        ("StartedAt", Always, Plain),
        ("FinishedAt", Always, Plain),
        ("Health", Given(Left::Nothing), Nested(&HEALTH)),
    ],
    embedded: &[],
};

static HEALTH: Layout = Layout {
    fields: &[("Status", Always, Plain), ("FailingStreak", Always, Plain), ("Log", Always, Each(&HEALTH_RESULT))],
    embedded: &[],
};

static HEALTH_RESULT: Layout = Layout {
    fields: &[
        ("Start", Always, Instant),
        ("End", Always, Instant),
        ("ExitCode", Always, Plain),
        ("Output", Always, Plain),
    ],
    embedded: &[],
};

static MOUNT: Layout = Layout {
    fields: &[
        ("Type", Given(Left::Empty), Plain),
        ("Name", Given(Left::Empty), Plain),
        ("Source", Always, Plain),
        ("Destination", Always, Plain),
        ("Driver", Given(Left::Empty), Plain),
        ("Mode", Always, Plain),
        ("RW", Always, Plain),
        ("Propagation", Always, Plain),
    ],
    embedded: &[],
};

static CONFIG: Layout = Layout {
    fields: &[
        ("Hostname", Always, Plain),
        ("Domainname", Always, Plain),
        ("User", Always, Plain),
        ("AttachStdin", Always, Plain),
        ("AttachStdout", Always, Plain),
        ("AttachStderr", Always, Plain),
        ("ExposedPorts", Given(Left::Map), Plain),
        ("Tty", Always, Plain),
        ("OpenStdin", Always, Plain),
        ("StdinOnce", Always, Plain),
        ("Env", Always, Plain),
        ("Cmd", Always, Plain),
        ("Healthcheck", Given(Left::Nothing), Nested(&HEALTHCHECK)),
        ("ArgsEscaped", Given(Left::False), Plain),
        ("Image", Always, Plain),
        ("Volumes", Always, Plain),
        ("WorkingDir", Always, Plain),
        ("Entrypoint", Always, Plain),
        ("NetworkDisabled", Given(Left::False), Plain),
        ("MacAddress", Given(Left::Empty), Plain),
        ("OnBuild", Always, Plain),
        ("Labels", Always, Plain),
        ("StopSignal", Given(Left::Empty), Plain),
        ("StopTimeout", Given(Left::Nothing), Plain),
        ("Shell", Given(Left::List), Plain),
    ],
    embedded: &[],
};

static HEALTHCHECK: Layout = Layout {
    fields: &[
        ("Test", Given(Left::List), Plain),
        ("Interval", Given(Left::Zero), Duration),
        ("Timeout", Given(Left::Zero), Duration),
        ("StartPeriod", Given(Left::Zero), Duration),
        ("StartInterval", Given(Left::Zero), Duration),
        ("Retries", Given(Left::Zero), Plain),
    ],
    embedded: &[],
};

static NETWORK_SETTINGS: Layout = Layout {
    fields: &[
        ("Bridge", Always, Plain),
        ("SandboxID", Always, Plain),
        ("SandboxKey", Always, Plain),
        ("Ports", Always, Plain),
        ("HairpinMode", Always, Plain),
        ("LinkLocalIPv6Address", Always, Plain),
        ("LinkLocalIPv6PrefixLen", Always, Plain),
        ("SecondaryIPAddresses", Always, Plain),
        ("SecondaryIPv6Addresses", Always, Plain),
        ("EndpointID", Always, Plain),
        ("Gateway", Always, Plain),
        ("GlobalIPv6Address", Always, Plain),
        ("GlobalIPv6PrefixLen", Always, Plain),
        ("IPAddress", Always, Plain),
        ("IPPrefixLen", Always, Plain),
        ("IPv6Gateway", Always, Plain),
        ("MacAddress", Always, Plain),
        ("Networks", Always, Each(&ENDPOINT)),
    ],
    embedded: &[9, 8],
};

static ENDPOINT: Layout = Layout {
    fields: &[
        ("IPAMConfig", Always, Plain),
        ("Links", Always, Plain),
        ("Aliases", Always, Plain),
        ("MacAddress", Always, Plain),
        ("DriverOpts", Always, Plain),
        ("GwPriority", Filled(Left::Zero), Plain),
        ("NetworkID", Always, Plain),
        ("EndpointID", Always, Plain),
        ("Gateway", Always, Plain),
        ("IPAddress", Always, Plain),
        ("IPPrefixLen", Always, Plain),
        ("IPv6Gateway", Always, Plain),
        ("GlobalIPv6Address", Always, Plain),
        ("GlobalIPv6PrefixLen", Always, Plain),
        ("DNSNames", Always, Plain),
    ],
    embedded: &[],
};

static IMAGE: Layout = Layout {
    fields: &[
        ("Id", Always, Plain),
        ("RepoTags", Always, Plain),
        ("RepoDigests", Always, Plain),
        ("Parent", Always, Plain),
        ("Comment", Always, Plain),
        ("Created", Given(Left::Empty), Plain),
        ("Container", Given(Left::Empty), Plain),
        ("ContainerConfig", Given(Left::Nothing), Plain),
        ("DockerVersion", Always, Plain),
        ("Author", Always, Plain),
        ("Config", Always, Nested(&IMAGE_CONFIG)),
        ("Architecture", Always, Plain),
        ("Variant", Given(Left::Empty), Plain),
        ("Os", Always, Plain),
        ("OsVersion", Given(Left::Empty), Plain),
        ("Size", Always, Plain),
        ("VirtualSize", Given(Left::Zero), Plain),
        ("GraphDriver", Always, Plain),
        ("RootFS", Always, Plain),
        ("Metadata", Always, Nested(&METADATA)),
        ("Descriptor", Given(Left::Nothing), Plain),
        ("Manifests", Given(Left::List), Plain),
    ],
    embedded: &[],
};

static IMAGE_CONFIG: Layout = Layout {
    fields: &[
        ("User", Given(Left::Empty), Plain),
        ("ExposedPorts", Given(Left::Map), Plain),
        ("Env", Given(Left::List), Plain),
        ("Entrypoint", Given(Left::List), Plain),
        ("Cmd", Given(Left::List), Plain),
        ("Volumes", Given(Left::Map), Plain),
        ("WorkingDir", Given(Left::Empty), Plain),
        ("Labels", Given(Left::Map), Plain),
        ("StopSignal", Given(Left::Empty), Plain),
        ("ArgsEscaped", Given(Left::False), Plain),
        ("Healthcheck", Given(Left::Nothing), Nested(&HEALTHCHECK)),
        ("OnBuild", Given(Left::List), Plain),
        ("Shell", Given(Left::List), Plain),
    ],
    embedded: &[10, 3],
};

static METADATA: Layout = Layout { fields: &[("LastTagTime", Always, Instant)], embedded: &[] };

static NETWORK: Layout = Layout {
    fields: &[
        ("Name", Always, Plain),
        ("Id", Always, Plain),
        ("Created", Always, Instant),
        ("Scope", Always, Plain),
        ("Driver", Always, Plain),
        ("EnableIPv4", Filled(Left::False), Plain),
        ("EnableIPv6", Always, Plain),
        ("IPAM", Always, Nested(&IPAM)),
        ("Internal", Always, Plain),
        ("Attachable", Always, Plain),
        ("Ingress", Always, Plain),
        ("ConfigFrom", Always, Plain),
        ("ConfigOnly", Always, Plain),
        ("Containers", Always, Plain),
        ("Options", Always, Plain),
        ("Labels", Always, Plain),
        ("Peers", Given(Left::List), Plain),
        ("Services", Given(Left::Map), Plain),
    ],
    embedded: &[],
};

static IPAM: Layout = Layout {
    fields: &[("Driver", Always, Plain), ("Options", Always, Plain), ("Config", Always, Each(&IPAM_CONFIG))],
    embedded: &[],
};

static IPAM_CONFIG: Layout = Layout {
    fields: &[
        ("Subnet", Given(Left::Empty), Plain),
        ("IPRange", Given(Left::Empty), Plain),
        ("Gateway", Given(Left::Empty), Plain),
        ("AuxiliaryAddresses", Given(Left::Map), Plain),
    ],
    embedded: &[],
};

static VOLUME: Layout = Layout {
    fields: &[
        ("ClusterVolume", Given(Left::Nothing), Plain),
        ("CreatedAt", Given(Left::Empty), Plain),
        ("Driver", Always, Plain),
        ("Labels", Always, Plain),
        ("Mountpoint", Always, Plain),
        ("Name", Always, Plain),
        ("Options", Always, Plain),
        ("Scope", Always, Plain),
        ("Status", Given(Left::Map), Plain),
        ("UsageData", Given(Left::Nothing), Plain),
    ],
    embedded: &[],
};
