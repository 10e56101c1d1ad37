//! What an error of docker means, by its kind, never by its text.

use crate::docker::{Complaint, Failure, is_plugin};
use crate::engine::EngineError;
use crate::engine::launch::LaunchError;
use crate::engine::registry::RegistryError;
use crate::verify::Message;

/// Those that want an image, wherever it comes from.
const VERBS_THAT_PULL: [&str; 3] = ["container create", "container run", "image pull"];

/// One sentence about the failure of this verb; `None` where Docker's own words are enough.
pub fn meaning(failure: &Failure, verb: Option<&str>) -> Option<Message> {
    failure.complaints.iter().find_map(|complaint| of_complaint(complaint, verb))
}

fn of_complaint(complaint: &Complaint, verb: Option<&str>) -> Option<Message> {
    match complaint {
        Complaint::Daemon(EngineError::Registry(error)) => of_registry(error, verb),
        Complaint::Daemon(error) => of_engine(error),
        Complaint::Prefixed { inner, .. } => of_complaint(inner, verb),
        Complaint::Flags { .. } | Complaint::GroupFlags { .. } | Complaint::HelpFlags(_) => {
            Some(Message::new("failure-flags"))
        }
        Complaint::Arguments { said, .. } if said.ends_with("build") => Some(Message::new("failure-build-context")),
        Complaint::Arguments { .. } => Some(Message::new("failure-arguments")),
        Complaint::UnknownVerb { typed, group: None } if is_plugin(typed) => {
            Some(Message::new("failure-plugin").text("name", typed))
        }
        Complaint::UnknownVerb { .. } | Complaint::UnknownHelpTopic(_) => Some(Message::new("failure-unknown-verb")),
        Complaint::Build { failure, .. } => super::build_meaning::meaning(failure),
        // Said in the course's voice already, or a sentence of the client we know no more about.
        Complaint::Unsupported(_) | Complaint::Client(_) => None,
    }
}

fn of_engine(error: &EngineError) -> Option<Message> {
    let named = |id, name: &str| Some(Message::new(id).text("name", name));
    match error {
        EngineError::NoSuchContainer(name) => named("failure-no-such-container", name),
        EngineError::NoSuchImage(name) => named("failure-no-such-image", name),
        EngineError::NoSuchVolume(name) => named("failure-no-such-volume", name),
        EngineError::NoSuchNetwork(name) => named("failure-no-such-network", name),
        EngineError::AmbiguousPrefix(prefix) => named("failure-ambiguous-prefix", prefix),
        EngineError::NameInUse { name, .. } => named("failure-name-in-use", name),
        EngineError::InvalidContainerName(_) => Some(Message::new("failure-invalid-name")),
        EngineError::RemoveRunning { name, .. } => named("failure-remove-running", name),
        EngineError::NotRunning(_) => Some(Message::new("failure-not-running")),
        EngineError::NotDone { why, .. } => of_engine(why),
        EngineError::ExecPaused(_) | EngineError::StartPaused | EngineError::RemovePaused(_) => {
            Some(Message::new("failure-paused"))
        }
        EngineError::InvalidSignal(signal) => named("failure-invalid-signal", signal),
        EngineError::UnknownSignal(number) => named("failure-invalid-signal", &number.to_string()),
        EngineError::NoCommand => Some(Message::new("failure-no-command")),
        EngineError::PullDenied(name) => named("failure-pull-denied", name),
        EngineError::ManifestUnknown(name) => named("failure-manifest-unknown", name),
        EngineError::ImageConflict { .. } | EngineError::ReferenceInUse { .. } => {
            Some(Message::new("failure-image-in-use"))
        }
        EngineError::Reference(_) => Some(Message::new("failure-reference")),
        EngineError::Launch(error) => of_launch(error),
        EngineError::Io { .. } => Some(Message::new("failure-disk")),
        _ => None,
    }
}

fn of_registry(error: &RegistryError, verb: Option<&str>) -> Option<Message> {
    let id = match error {
        RegistryError::Unreachable { .. } if verb.is_some_and(|verb| VERBS_THAT_PULL.contains(&verb)) => {
            "failure-registry-unreachable"
        }
        RegistryError::Unreachable { .. } => "failure-registry-silent",
        RegistryError::Unauthorized { .. } | RegistryError::Denied(_) => "failure-registry-refused",
        RegistryError::TooManyRequests { .. } => "failure-registry-limit",
        RegistryError::NoPlatform(_) => "failure-registry-platform",
        _ => return None,
    };
    Some(Message::new(id))
}

fn of_launch(error: &LaunchError) -> Option<Message> {
    let named = |id, name: &str| Some(Message::new(id).text("name", name));
    match error {
        // `docker run alpine -it`
        LaunchError::NotFound(command) if command.starts_with('-') => named("failure-flag-after-image", command),
        LaunchError::NotFound(command) | LaunchError::NoSuchFile(command) => {
            named("failure-command-not-found", command)
        }
        LaunchError::Joined(error) => of_launch(error),
        LaunchError::PermissionDenied(command) => named("failure-command-not-executable", command),
        LaunchError::NoSuchUser(user) | LaunchError::NoSuchGroup(user) | LaunchError::NoSuchAdditionalGroup(user) => {
            named("failure-no-such-user", user)
        }
        LaunchError::IdOutOfRange
        | LaunchError::ThroughFile(_)
        | LaunchError::NoDirectory(_)
        | LaunchError::Directory { .. }
        | LaunchError::WrongKind { .. } => None,
        LaunchError::Ports { reason, .. } => Some(Message::new("failure-port").text("reason", reason)),
        LaunchError::Init(_) | LaunchError::Refused(_) | LaunchError::Step { .. } => {
            Some(Message::new("failure-launch"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::say;
    use crate::i18n::{Language, Texts};

    #[test]
    fn each_kind_has_its_sentence_in_both_languages() {
        let errors = [
            EngineError::NoSuchContainer("web".into()),
            EngineError::NoSuchImage("web".into()),
            EngineError::NoCommand,
            EngineError::PullDenied("web".into()),
            EngineError::Registry(RegistryError::Denied("requested access".into())),
            EngineError::RemoveRunning { name: "web".into(), state: "running" },
            EngineError::Launch(LaunchError::NotFound("bash".into())),
            EngineError::Launch(LaunchError::NotFound("-it".into())),
        ];
        for error in errors {
            let message = meaning(&Failure::from(error), None).unwrap();
            for language in Language::ALL {
                let said = say(&Texts::new(language), &message);
                assert!(said.len() > message.id.len() + 20 && !said.contains('{'), "{said}");
            }
        }
    }
}
