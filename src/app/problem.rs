//! What stops the program before it has done anything: said once, in the learner's language.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use crate::app::lessons::fault_in_words;
use crate::course::{CourseError, say};
use crate::engine::EngineError;
use crate::engine::launch::{APPARMOR_PROFILE_PATH, Obstacle, TierError, apparmor_profile};
use crate::engine::registry_server::RegistryError;
use crate::i18n::{Arguments, Texts};
use crate::trainer::pack::PackError;

/// Exit code of a call that could not be understood.
pub const EXIT_USAGE: u8 = 2;

/// A call that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No such option; perhaps this one.
    UnknownOption { option: String, suggestion: Option<String> },
    /// No such command; perhaps this one.
    UnknownCommand { command: String, suggestion: Option<String> },
    /// The option stands alone.
    MissingValue { option: String },
    /// The option's value is not one of the choices.
    BadValue { option: String, value: String, choices: &'static str },
    /// The command wants a lesson.
    MissingLesson { command: String },
    /// `paquet` without what is to be done, or without a file.
    MissingPack { command: String },
    /// `jouer` without `--solution`.
    PlayWithoutSolution,
    /// One argument too many.
    Unexpected { argument: String },
    /// Neither HOME nor an option says where state lives.
    NoHome,
    /// The state root cannot be used.
    StateUnusable { path: String, reason: String },
    /// Settings, in a file or a variable, that make no sense.
    BadSettings { place: String, reason: String },
}

impl Problem {
    /// The problem, and what to do about it, on one or more lines.
    pub fn say(&self, texts: &Texts) -> String {
        let arguments = Arguments::new();
        let (sentence, suggestion) = match self {
            Self::UnknownOption { option, suggestion } => {
                (texts.with("option-unknown", &arguments.text("option", option)), suggestion.as_ref())
            }
            Self::UnknownCommand { command, suggestion } => {
                (texts.with("command-unknown", &arguments.text("command", command)), suggestion.as_ref())
            }
            Self::MissingValue { option } => {
                (texts.with("option-needs-value", &arguments.text("option", option)), None)
            }
            Self::BadValue { option, value, choices } => {
                let arguments = arguments.text("option", option).text("value", value).text("choices", *choices);
                (texts.with("option-bad-value", &arguments), None)
            }
            Self::MissingLesson { command } => {
                let what = texts.text("argument-lesson");
                (texts.with("argument-missing", &arguments.text("command", command).text("what", what)), None)
            }
            Self::MissingPack { command } => {
                let what = texts.text("argument-pack");
                (texts.with("argument-missing", &arguments.text("command", command).text("what", what)), None)
            }
            Self::PlayWithoutSolution => (texts.text("play-needs-solution"), None),
            Self::Unexpected { argument } => {
                (texts.with("argument-unexpected", &arguments.text("argument", argument)), None)
            }
            Self::NoHome => return texts.text("no-home"),
            Self::BadSettings { place, reason } => {
                return texts.with("problem-bad-settings", &arguments.text("place", place).text("reason", reason));
            }
            Self::StateUnusable { path, reason } => {
                return texts.with("state-unusable", &arguments.text("path", path).text("reason", reason));
            }
        };
        let next = suggestion.map_or_else(
            || texts.text("see-help"),
            |suggestion| texts.with("did-you-mean", &Arguments::new().text("suggestion", suggestion)),
        );
        format!("{sentence} {next}")
    }
}

/// What stops a command that was understood.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The terminal, or a file of ours.
    #[error(transparent)]
    Terminal(io::Error),
    /// The engine cannot open its state.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No container can be had on this machine.
    #[error(transparent)]
    Tier(#[from] TierError),
    /// The registry cannot be served.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A course pack.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The course cannot be opened.
    #[error(transparent)]
    Course(#[from] CourseError),
}

impl Trouble {
    /// The trouble, and what to do about it, as Markdown lines.
    pub fn say(&self, texts: &Texts, program: &Path) -> String {
        match self {
            Self::Terminal(error) => {
                let arguments = Arguments::new().text("what", "moussaillon").text("reason", error.to_string());
                texts.with("internal-io", &arguments)
            }
            Self::Engine(error) => {
                let arguments = Arguments::new().text("what", "moussaillon").text("reason", error.to_string());
                texts.with("internal-io", &arguments)
            }
            Self::Tier(error) => say_obstacle(texts, *error, program),
            Self::Registry(error) => say_registry(texts, error),
            Self::Pack(PackError::Lesson(fault)) => fault_in_words(texts, fault),
            Self::Pack(error) => say(texts, &error.message()),
            Self::Course(error) => say(texts, &error.message()),
        }
    }
}

fn say_registry(texts: &Texts, error: &RegistryError) -> String {
    let arguments = Arguments::new();
    match error {
        RegistryError::Bind { address, source } if source.kind() == io::ErrorKind::AddrInUse => {
            let other = SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(1024));
            let arguments = arguments.text("address", address.to_string()).text("other", other.to_string());
            texts.with("registry-address-taken", &arguments)
        }
        RegistryError::AlreadyServed => texts.with("registry-already-served", &arguments),
        error => texts.with("registry-refused", &arguments.text("reason", error.to_string())),
    }
}

/// Why no user namespace can be had, and the remedies.
pub fn say_obstacle(texts: &Texts, error: TierError, program: &Path) -> String {
    let obstacle = Obstacle::find(error, Path::new("/proc"));
    let shown = program.display().to_string();
    let arguments = Arguments::new().text("program", shown).text("reason", error.to_string());
    match (obstacle, apparmor_profile(program)) {
        (Obstacle::AppArmor, Some(profile)) => {
            let arguments = arguments.text("profile-path", APPARMOR_PROFILE_PATH).text("profile", profile);
            texts.with(obstacle.id(), &arguments)
        }
        (Obstacle::AppArmor, None) => texts.with("diagnostic-apparmor-without-profile", &arguments),
        _ => texts.with(obstacle.id(), &arguments),
    }
}

/// The known word nearest to what was typed, if it is near.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(typed, word), word))
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("lecon", ["leçons", "lecons", "docker"]), Some("lecons".into()));
        assert_eq!(nearest("xyz", ["leçons", "docker"]), None);
    }

    #[test]
    fn the_problem_is_one_sentence_and_what_to_do() {
        let problem = Problem::UnknownOption { option: "--langue".into(), suggestion: Some("--lang".into()) };
        let said = problem.say(&Texts::new(Language::French));
        assert_eq!(said, "Option inconnue\u{a0}: --langue. Vouliez-vous dire --lang\u{a0}?");
    }
    #[test]
    fn a_registry_that_cannot_be_served_is_told_what_to_do() {
        let taken = |address: &str| RegistryError::Bind {
            address: address.parse().unwrap(),
            source: io::ErrorKind::AddrInUse.into(),
        };
        for (error, remedy) in [
            (taken("127.0.0.1:5000"), "127.0.0.1:5001"),
            (taken("127.0.0.1:65535"), "127.0.0.1:1024"),
            (RegistryError::AlreadyServed, "`--état`"),
        ] {
            let said = Trouble::Registry(error).say(&Texts::new(Language::French), Path::new("moussaillon"));
            assert!(said.contains(remedy), "{said}");
        }
    }
}
