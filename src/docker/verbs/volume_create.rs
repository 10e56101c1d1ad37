//! `docker volume create`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Unsupported, Words};
use crate::engine::EngineError;
use crate::engine::volume::VolumeRequest;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["volume create"],
    usage: &["[OPTIONS] [VOLUME]"],
    arguments: ArgumentRule::AtMost(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-volume-create",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateVolume {
    /// Made up when absent.
    pub name: Option<String>,
    /// `-d`.
    pub driver: String,
    /// `--label`.
    pub labels: Vec<String>,
    /// `-o`.
    pub options: Vec<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let named = words.owned("name").filter(|name| !name.is_empty());
    let first = words.arguments.first().map(|argument| argument.text.clone());
    if named.is_some() && first.is_some() {
        return Err(Failure::client(
            "conflicting options: cannot specify a volume-name through both --name and as a positional arg",
        ));
    }
    Ok(DockerCommand::CreateVolume(CreateVolume {
        name: named.or(first).filter(|name| !name.is_empty()),
        driver: words.text("driver").unwrap_or_default().to_owned(),
        labels: words.list("label"),
        options: words.list("opt"),
    }))
}

/// Does it.
///
/// # Errors
/// The engine's; a type of volume that it does not make is refused by name.
pub fn execute(create: &CreateVolume, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let pairs = |list: &[String]| {
        let pair = |text: &String| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (name.to_owned(), value.to_owned())
        };
        list.iter().map(pair).collect()
    };
    let request = VolumeRequest {
        name: create.name.clone(),
        driver: create.driver.clone(),
        labels: pairs(&create.labels),
        options: pairs(&create.options),
    };
    match context.engine.create_volume(&request) {
        Ok(volume) => {
            context.tell(Event::Done(volume.name));
            Ok(Outcome::Nothing)
        }
        Err(EngineError::UnsupportedVolumeType { kind, .. }) => {
            let command = "docker volume create".to_owned();
            Err(Failure::unsupported(Unsupported::Value(command, "--opt".to_owned(), format!("type={kind}"))))
        }
        Err(error) => Err(error.into()),
    }
}

static FLAGS: &[Flag] = &[
    flag("availability", FlagKind::Text, "docker-flag-availability").default("active").not_yet().hidden(),
    flag("driver", FlagKind::Text, "docker-flag-driver-volume").short('d').default("local").choices(&["local"]),
    flag("group", FlagKind::Text, "docker-flag-group").not_yet().hidden(),
    flag("label", FlagKind::Label, "docker-flag-label"),
    flag("limit-bytes", FlagKind::Bytes, "docker-flag-limit-bytes").not_yet().hidden(),
    flag("name", FlagKind::Text, "docker-flag-name-volume").hidden(),
    flag("opt", FlagKind::Map, "docker-flag-opt").short('o').default("map[]"),
    flag("required-bytes", FlagKind::Bytes, "docker-flag-required-bytes").not_yet().hidden(),
    flag("scope", FlagKind::Text, "docker-flag-scope").default("single").not_yet().hidden(),
    flag("secret", FlagKind::Map, "docker-flag-secret").default("map[]").not_yet().hidden(),
    flag("sharing", FlagKind::Text, "docker-flag-sharing").default("none").not_yet().hidden(),
    flag("topology-preferred", FlagKind::List, "docker-flag-topology-preferred").not_yet().hidden(),
    flag("topology-required", FlagKind::List, "docker-flag-topology-required").not_yet().hidden(),
    flag("type", FlagKind::Text, "docker-flag-type-volume").default("block").not_yet().hidden(),
];
