//! `docker inspect`, of anything. `container inspect` and `image inspect` end here too.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::inspection;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Complaint, Inspected};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
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
    /// Containers, then images, networks and volumes.
    Anything,
    /// `container inspect`, `--type container`.
    Containers,
    /// `image inspect`, `--type image`.
    Images,
    /// `volume inspect`, `--type volume`.
    Volumes,
    /// `--type network`.
    Networks,
    /// `--type plugin`.
    Plugins,
    /// `--type node` and its like.
    OfSwarm,
}

const TYPES: [&str; 10] =
    ["config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"];
const NO_SWARM: &str = "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this \
                        node to swarm and try again.";

impl Inspect {
    pub(super) fn read(words: &Words, scope: InspectScope, sizes: bool) -> Self {
        Self { names: words.arguments_from(0), scope, format: words.owned("format"), sizes }
    }
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let known = || TYPES.map(|name| format!("\"{name}\"")).join(", ");
    let scope = match words.text("type") {
        None => InspectScope::Anything,
        Some("") => return Err(Failure::client(format!("type is empty: must be one of {}", known()))),
        Some("container") => InspectScope::Containers,
        Some("image") => InspectScope::Images,
        Some("network") => InspectScope::Networks,
        Some("volume") => InspectScope::Volumes,
        Some("plugin") => InspectScope::Plugins,
        Some(other) if TYPES.contains(&other) => InspectScope::OfSwarm,
        Some(other) => {
            return Err(Failure::client(format!("unknown type: \"{other}\": must be one of {}", known())));
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
            Err(complaint) => failures.push((objects.len(), complaint)),
        }
    }
    Ok(Outcome::Inspected(Inspected { objects, format: inspect.format.clone(), failures }))
}

fn find(inspect: &Inspect, name: &str, context: &mut Context<'_>) -> Result<Value, Complaint> {
    let (kind, found) = match inspect.scope {
        InspectScope::Containers => ("container", container(inspect, name, context)),
        InspectScope::Images => ("image", image(name, context)),
        InspectScope::Networks => ("network", network(name, context)),
        InspectScope::Volumes => ("volume", volume(name, context)),
        InspectScope::Plugins => ("plugin", Err(refused(format!("plugin \"{name}\" not found")))),
        InspectScope::OfSwarm => ("", Err(refused(NO_SWARM.to_owned()))),
        InspectScope::Anything => anything(inspect, name, context)?,
    };
    let found = found.map_err(Complaint::from)?;
    if inspect.sizes && kind != "container" {
        context.tell(Event::Warning(format!("--size ignored for {kind}")));
    }
    Ok(found)
}

type Found = Result<Value, EngineError>;
type Look = fn(&str, &Context<'_>) -> Found;

/// The first kind that has something of this name.
fn anything(inspect: &Inspect, name: &str, context: &Context<'_>) -> Result<(&'static str, Found), Complaint> {
    let found = container(inspect, name, context);
    if !is_missing(&found) {
        return Ok(("container", found));
    }
    let kinds: [(&str, Look); 3] = [("image", image), ("network", network), ("volume", volume)];
    let mut tried = kinds.into_iter().map(|(kind, look)| (kind, look(name, context)));
    tried.find(|(_, found)| !is_missing(found)).ok_or_else(|| no_such_object(name))
}

/// Whether another kind may have it. A name that is nothing is refused at once.
fn is_missing(found: &Found) -> bool {
    matches!(
        found,
        Err(EngineError::NoSuchContainer(_)
            | EngineError::NoSuchImage(_)
            | EngineError::NoSuchNetwork(_)
            | EngineError::NoSuchVolume(_)
            | EngineError::Reference(_))
    )
}

fn container(inspect: &Inspect, name: &str, context: &Context<'_>) -> Found {
    inspection::container(context.engine, &context.engine.resolve_container(name)?, inspect.sizes)
}

fn image(name: &str, context: &Context<'_>) -> Found {
    Ok(inspection::image(context.engine, &context.engine.resolve_image(name)?))
}

fn network(name: &str, context: &Context<'_>) -> Found {
    inspection::network(context.engine, &context.engine.resolve_network(name)?)
}

fn volume(name: &str, context: &Context<'_>) -> Found {
    Ok(serde_json::json!(context.engine.volume(name)?))
}

fn refused(sentence: String) -> EngineError {
    EngineError::InvalidRequest(sentence)
}

fn no_such_object(name: &str) -> Complaint {
    Complaint::Client(format!("Error: No such object: {name}"))
}

static FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f'),
    flag("size", FlagKind::Bool, "docker-flag-size").short('s'),
    flag("type", FlagKind::Text, "docker-flag-type").choices(&["container", "image", "network", "volume"]),
];
