//! `docker inspect`, of anything. `container inspect` and `image inspect` end here too.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::inspection;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Complaint, Inspected};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::EngineError;
use serde_json::Value;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["inspect"],
    usage: &["[OPTIONS] NAME|ID [NAME|ID...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Object,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-inspect",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspect {
    /// Names, references or ids.
    pub names: Vec<String>,
    /// Among which objects.
    pub scope: InspectScope,
    /// `-f`.
    pub format: Option<String>,
    /// `-s`.
    pub sizes: bool,
}

/// Among which objects names are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InspectScope {
    /// Containers, then images.
    Anything,
    /// `container inspect`, `--type container`.
    Containers,
    /// `image inspect`, `--type image`.
    Images,
    /// `volume inspect`, `--type volume`.
    Volumes,
    /// `--type network` or another kind of which there are none here.
    Others,
}

const TYPES: &[&str] =
    &["config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"];

impl Inspect {
    pub(super) fn read(words: &Words, scope: InspectScope, sizes: bool) -> Self {
        Self { names: words.arguments_from(0), scope, format: words.owned("format"), sizes }
    }
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let scope = match words.text("type").unwrap_or_default() {
        "" => InspectScope::Anything,
        "container" => InspectScope::Containers,
        "image" => InspectScope::Images,
        "volume" => InspectScope::Volumes,
        other if TYPES.contains(&other) => InspectScope::Others,
        other => {
            let known: Vec<String> = TYPES.iter().map(|name| format!("\"{name}\"")).collect();
            return Err(Failure::client(format!("unknown type: \"{other}\": must be one of {}", known.join(", "))));
        }
    };
    Ok(DockerCommand::Inspect(Inspect::read(words, scope, words.bool("size"))))
}

/// Does it. What is not found is said after what is, and fails at the end.
///
/// # Errors
/// Never by itself: failures travel with what was found.
pub fn execute(inspect: &Inspect, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut objects = Vec::new();
    let mut failures = Vec::new();
    for name in &inspect.names {
        match find(inspect, name, context) {
            Ok(object) => objects.push(object),
            Err(complaint) => failures.push(complaint),
        }
    }
    Ok(Outcome::Inspected(Inspected { objects, format: inspect.format.clone(), failures }))
}

fn find(inspect: &Inspect, name: &str, context: &Context<'_>) -> Result<Value, Complaint> {
    let engine = context.engine;
    let container = || -> Result<Value, EngineError> {
        inspection::container(engine, &engine.resolve_container(name)?, inspect.sizes)
    };
    let image = || -> Result<Value, EngineError> { Ok(inspection::image(engine, &engine.resolve_image(name)?)) };
    let volume = || -> Result<Value, EngineError> { Ok(serde_json::json!(engine.volume(name)?)) };
    match inspect.scope {
        InspectScope::Containers => container().map_err(Complaint::Daemon),
        InspectScope::Images => image().map_err(Complaint::Daemon),
        InspectScope::Volumes => volume().map_err(Complaint::Daemon),
        InspectScope::Others => Err(no_such_object(name)),
        InspectScope::Anything => match container() {
            Err(EngineError::NoSuchContainer(_)) => image().or_else(|error| match error {
                EngineError::NoSuchImage(_) | EngineError::Reference(_) => volume().map_err(|_| no_such_object(name)),
                other => Err(Complaint::Daemon(other)),
            }),
            found => found.map_err(Complaint::Daemon),
        },
    }
}

fn no_such_object(name: &str) -> Complaint {
    Complaint::Client(format!("Error: No such object: {name}"))
}

static FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f'),
    flag("size", FlagKind::Bool, "docker-flag-size").short('s'),
    flag("type", FlagKind::Text, "docker-flag-type").choices(&["container", "image", "network", "volume"]),
];
