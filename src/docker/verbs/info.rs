//! `docker info`: the engine and the machine.

use crate::docker::InfoReport;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::version::{DOCKER_VERSION, kernel_version};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
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
    let system = rustix::system::uname();
    let mut security = vec!["name=seccomp,profile=builtin"];
    if engine.tier() != Tier::Root {
        security.push("name=rootless");
    }
    let fields = json!({
        "Containers": containers.len(),
        "ContainersRunning": running,
        "ContainersPaused": 0,
        "ContainersStopped": containers.len() - running,
        "Images": engine.images()?.len(),
        "Driver": "overlay2",
        "DriverStatus": Value::Array(Vec::new()),
        "LoggingDriver": "json-file",
        "CgroupDriver": "none",
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
        "Warnings": Value::Null,
        "ClientInfo": { "Debug": false, "Context": "default", "Version": DOCKER_VERSION, "Plugins": [], "Warnings": null },
    });
    Ok(Outcome::Info(InfoReport { format: info.format.clone(), fields }))
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
