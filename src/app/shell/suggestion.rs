//! "Did you mean": a verb or a flag from docker's tables, a name from what there is.

use super::state::Shell;
use super::words_of_docker::names;
use crate::app::docker::DockerRun;
use crate::docker::Complaint;
use crate::docker::suggest::{Suggestion, suggest, suggest_name};
use crate::docker::verb::Operand;
use crate::engine::{EngineError, embedded};

impl Shell {
    /// What was probably meant by a command that failed.
    pub(super) fn suggestion(&self, run: &DockerRun) -> Option<String> {
        let failure = run.failure.as_ref()?;
        if let Some(Suggestion::Verb(text) | Suggestion::Flag(text)) = suggest(failure) {
            return Some(text);
        }
        let images = || {
            let embedded = embedded::NAMES.map(str::to_owned).to_vec();
            [names(&self.engine, Operand::Image, ""), embedded].concat()
        };
        match daemon(failure.complaints.first()?)? {
            EngineError::NoSuchContainer(name) => suggest_name(name, &names(&self.engine, Operand::Container, "")),
            EngineError::NoSuchImage(name) | EngineError::PullDenied(name) => suggest_name(name, &images()),
            EngineError::Registry(_) | EngineError::ManifestUnknown(_) => {
                suggest_name(&run.words.as_ref()?.argument(0), &images())
            }
            _ => None,
        }
    }
}

fn daemon(complaint: &Complaint) -> Option<&EngineError> {
    match complaint {
        Complaint::Daemon(error) => Some(error),
        Complaint::Prefixed { inner, .. } => daemon(inner),
        _ => None,
    }
}
