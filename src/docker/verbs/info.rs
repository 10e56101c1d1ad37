//! `docker info`: the engine and the machine.

use crate::docker::InfoReport;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::version::{DOCKER_VERSION, kernel_version};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::Engine;
use crate::engine::cgroup::Capacity;
use crate::engine::launch::Tier;
use crate::engine::oci::Digest;
use serde_json::{Value, json};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["system info", "info"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-info",
    read: Some(read),
};

const INDEX_SERVER: &str = "https://index.docker.io/v1/";
const RUNTIME: &str = "moussaillon";

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `-f`.
    pub format: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Info(Info { format: words.owned("format") }))
}

/// Does it.
///
/// # Errors
/// The engine's.
pub fn execute(info: &Info, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let engine = context.engine;
    let containers = engine.containers()?;
    let running = containers.iter().filter(|record| record.state.is_running()).count();
    let paused = containers.iter().filter(|record| record.state.paused).count();
    let limits = Limits::of(engine);
    let system = rustix::system::uname();
    let mut security = vec!["name=seccomp,profile=builtin"];
    if engine.tier() != Tier::Root {
        security.push("name=rootless");
    }
    let mut fields = json!({
        "ID": identity(engine),
        "Containers": containers.len(),
        "ContainersRunning": running - paused,
        "ContainersPaused": paused,
        "ContainersStopped": containers.len() - running,
        "Images": engine.images()?.len(),
        "Driver": "overlay2",
        "DriverStatus": [],
        "Plugins": {
            "Volume": ["local"],
            "Network": ["bridge", "host", "null"],
            "Authorization": null,
            "Log": ["json-file", "local", "none"],
        },
        "MemoryLimit": limits.capacity.memory_limit,
        "SwapLimit": limits.capacity.swap_limit,
        "CpuCfsPeriod": limits.capacity.cpu_bandwidth,
        "CpuCfsQuota": limits.capacity.cpu_bandwidth,
        "CPUShares": limits.capacity.cpu_shares,
        "CPUSet": limits.capacity.cpuset,
        "PidsLimit": limits.capacity.pids_limit,
        "IPv4Forwarding": forwards(),
        "Debug": false,
        "NFd": 0,
        "OomKillDisable": limits.capacity.oom_kill_disable,
        "NGoroutines": 0,
        "SystemTime": engine.clock.now().to_string(),
        "LoggingDriver": "json-file",
        "CgroupDriver": limits.driver(),
        "CgroupVersion": limits.version.unwrap_or_default(),
        "NEventsListener": 0,
        "KernelVersion": kernel_version(),
        "OperatingSystem": os_release("PRETTY_NAME").unwrap_or_else(|| "Linux".to_owned()),
        "OSVersion": os_release("VERSION_ID").unwrap_or_default(),
        "OSType": "linux",
        "Architecture": system.machine().to_string_lossy(),
        "IndexServerAddress": INDEX_SERVER,
        "RegistryConfig": {
            "InsecureRegistryCIDRs": ["127.0.0.0/8"],
            "IndexConfigs": { "docker.io": { "Name": "docker.io", "Mirrors": [], "Secure": true, "Official": true } },
            "Mirrors": [],
        },
    });
    let rest = json!({
        "NCPU": std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
        "MemTotal": memory_bytes(),
        "GenericResources": null,
        "DockerRootDir": engine.paths().root(),
        "HttpProxy": "",
        "HttpsProxy": "",
        "NoProxy": "",
        "Name": system.nodename().to_string_lossy(),
        "Labels": [],
        "ExperimentalBuild": false,
        "ServerVersion": format!("moussaillon-{}", env!("CARGO_PKG_VERSION")),
        "Runtimes": { RUNTIME: { "path": RUNTIME } },
        "DefaultRuntime": RUNTIME,
        "Swarm": {
            "NodeID": "",
            "NodeAddr": "",
            "LocalNodeState": "inactive",
            "ControlAvailable": false,
            "Error": "",
            "RemoteManagers": null,
        },
        "LiveRestoreEnabled": false,
        "Isolation": "",
        "InitBinary": "",
        "ContainerdCommit": { "ID": "" },
        "RuncCommit": { "ID": "" },
        "InitCommit": { "ID": "" },
        "SecurityOptions": security,
        "CDISpecDirs": null,
        "Warnings": limits.warnings(),
        "ClientInfo": {
            "Debug": false,
            "Version": DOCKER_VERSION,
            "Context": "default",
            "Plugins": [],
            "Warnings": null,
        },
    });
    if let (Value::Object(fields), Value::Object(rest)) = (&mut fields, rest) {
        fields.extend(rest);
    }
    Ok(Outcome::Info(InfoReport { format: info.format.clone(), fields }))
}

/// What control groups can do here, and what is missing, in the daemon's words.
struct Limits {
    version: Option<&'static str>,
    capacity: Capacity,
}

impl Limits {
    fn of(engine: &Engine) -> Self {
        Self { version: engine.cgroup_version(), capacity: engine.capacity() }
    }

    fn driver(&self) -> &'static str {
        if self.version.is_some() { "cgroupfs" } else { "none" }
    }

    /// `null` when nothing is missing.
    fn warnings(&self) -> Value {
        let has = &self.capacity;
        let older = self.version == Some("1");
        let missing = [
            (!has.memory_limit, "No memory limit support"),
            (!has.swap_limit, "No swap limit support"),
            (older && !has.oom_kill_disable, "No oom kill disable support"),
            (!has.cpu_bandwidth, "No cpu cfs quota support"),
            (!has.cpu_bandwidth, "No cpu cfs period support"),
            (!has.cpu_shares, "No cpu shares support"),
            (!has.cpuset, "No cpuset support"),
        ];
        let said: Vec<String> =
            missing.iter().filter(|(missing, _)| *missing).map(|(_, what)| format!("WARNING: {what}")).collect();
        if said.is_empty() { Value::Null } else { json!(said) }
    }
}

/// What the machine's system says of itself.
fn os_release(key: &str) -> Option<String> {
    let text = std::fs::read_to_string("/etc/os-release").ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value.map(|value| value.trim_matches('"').to_owned())
}

fn forwards() -> bool {
    std::fs::read_to_string("/proc/sys/net/ipv4/ip_forward").is_ok_and(|text| text.trim() == "1")
}

/// The same for a state root as long as it stays where it is, in the form of a UUID.
fn identity(engine: &Engine) -> String {
    let digest = Digest::of(engine.paths().root().as_os_str().as_encoded_bytes());
    let hex = digest.hex();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("-")
}

fn memory_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes =
        text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok());
    kibibytes.unwrap_or(0_u64) * 1024
}

static FLAGS: &[Flag] = &[flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f')];
