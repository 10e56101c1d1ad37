//! `docker info`: the engine and the machine.

use crate::docker::InfoReport;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::version::{DOCKER_VERSION, kernel_version};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::Engine;
use crate::engine::cgroup::Capacity;
use crate::engine::launch::Tier;
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
    let fields = json!({
        "Containers": containers.len(),
        "ContainersRunning": running - paused,
        "ContainersPaused": paused,
        "ContainersStopped": containers.len() - running,
        "Images": engine.images()?.len(),
        "Driver": "overlay2",
        "DriverStatus": Value::Array(Vec::new()),
        "LoggingDriver": "json-file",
        "MemoryLimit": limits.capacity.memory_limit,
        "SwapLimit": limits.capacity.swap_limit,
        "CpuCfsPeriod": limits.capacity.cpu_bandwidth,
        "CpuCfsQuota": limits.capacity.cpu_bandwidth,
        "CPUShares": limits.capacity.cpu_shares,
        "CPUSet": limits.capacity.cpuset,
        "PidsLimit": limits.capacity.pids_limit,
        "OomKillDisable": limits.capacity.oom_kill_disable,
        "CgroupDriver": limits.driver(),
        "CgroupVersion": limits.version.unwrap_or_default(),
        "NEventsListener": 0,
        "KernelVersion": kernel_version(),
        "OperatingSystem": operating_system(),
        "OSType": "linux",
        "Architecture": system.machine().to_string_lossy(),
        "NCPU": std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
        "MemTotal": memory_bytes(),
        "DockerRootDir": engine.paths().root(),
        "Name": system.nodename().to_string_lossy(),
        "Labels": Value::Array(Vec::new()),
        "ExperimentalBuild": false,
        "ServerVersion": format!("moussaillon-{}", env!("CARGO_PKG_VERSION")),
        "DefaultRuntime": "moussaillon",
        "SecurityOptions": security,
        "Warnings": limits.warnings(),
        "ClientInfo": { "Debug": false, "Context": "default", "Version": DOCKER_VERSION, "Plugins": [], "Warnings": null },
    });
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

fn operating_system() -> String {
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(|| "Linux".to_owned(), |name| name.trim_matches('"').to_owned())
}

fn memory_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes =
        text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok());
    kibibytes.unwrap_or(0_u64) * 1024
}

static FLAGS: &[Flag] = &[flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f')];
