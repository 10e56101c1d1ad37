//! [`Progress`]: what the learner has done, as one durable file that can be carried to another machine.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::i18n::Language;
use crate::verify::{Bindings, Name};

/// The only version of the file understood here.
const VERSION: u32 = 1;

/// All that is remembered of a learner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    version: u32,
    /// The language last chosen.
    #[serde(default)]
    pub language: Option<Language>,
    /// Where the learner is: lesson and step.
    #[serde(default)]
    pub place: Option<Place>,
    /// Whose lesson's state the sandbox holds.
    #[serde(default)]
    pub sandbox: Option<Name>,
    /// By lesson.
    #[serde(default)]
    pub lessons: BTreeMap<Name, LessonProgress>,
}

/// A lesson and a step in it; no step once the lesson is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The lesson.
    pub lesson: Name,
    /// The step.
    pub step: Option<Name>,
}

/// What is remembered of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonProgress {
    /// What its checks found, in the present state of the sandbox.
    #[serde(default)]
    pub bindings: Bindings,
    /// By step.
    #[serde(default)]
    pub steps: BTreeMap<Name, StepProgress>,
}

/// What is remembered of a step: its attempts, oldest first. Starting over adds one and erases none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepProgress {
    /// Oldest first.
    pub attempts: Vec<Attempt>,
}

/// One go at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    #[serde(default)]
    pub ended: Option<Timestamp>,
    /// How it ended.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// The hints shown, in order.
    #[serde(default)]
    pub hints: Vec<Name>,
    /// Whether the solution was shown.
    #[serde(default)]
    pub solution_shown: bool,
    /// The answers given to its question, in order.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// How often each check was found unmet after a command, by its place from 0.
    #[serde(default)]
    pub unmet: BTreeMap<usize, u32>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// What was asked holds.
    Done,
    /// The learner moved on.
    Skipped,
    /// The learner started over.
    Abandoned,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What was chosen.
    pub choice: Name,
    /// Whether it was the engine's truth.
    pub right: bool,
}

/// Where a step stands, all attempts taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Never begun.
    New,
    /// Begun, not ended.
    Begun,
    /// Moved on from, never done.
    Skipped,
    /// Done at least once.
    Done,
}

impl Default for Progress {
    fn default() -> Self {
        Self { version: VERSION, language: None, place: None, sandbox: None, lessons: BTreeMap::new() }
    }
}

impl StepProgress {
    /// Where the step stands.
    pub fn standing(&self) -> Standing {
        let ended = |outcome| self.attempts.iter().any(|attempt| attempt.outcome == Some(outcome));
        if ended(Outcome::Done) {
            Standing::Done
        } else if ended(Outcome::Skipped) {
            Standing::Skipped
        } else if self.attempts.is_empty() {
            Standing::New
        } else {
            Standing::Begun
        }
    }

    /// The attempt under way.
    pub fn open(&mut self) -> Option<&mut Attempt> {
        self.attempts.last_mut().filter(|attempt| attempt.outcome.is_none())
    }

    /// The attempt under way, begun at `now` when there is none.
    ///
    /// # Panics
    /// Never: there is one by then.
    pub fn begin(&mut self, now: Timestamp) -> &mut Attempt {
        if self.open().is_none() {
            self.attempts.push(Attempt {
                began: now,
                ended: None,
                outcome: None,
                hints: Vec::new(),
                solution_shown: false,
                answers: Vec::new(),
                unmet: BTreeMap::new(),
            });
        }
        self.attempts.last_mut().expect("an attempt was just there or added")
    }

    /// When the attempt under way began; one is begun at `now` when there is none and `wanted`.
    pub fn begin_if(&mut self, wanted: bool, now: Timestamp) -> Option<Timestamp> {
        if wanted {
            self.begin(now);
        }
        self.open().map(|attempt| attempt.began)
    }

    /// Ends the attempt under way, if there is one.
    pub fn end(&mut self, outcome: Outcome, now: Timestamp) {
        if let Some(attempt) = self.open() {
            attempt.outcome = Some(outcome);
            attempt.ended = Some(now);
        }
    }
}

/// Why progress could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ProgressError {
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not a progress file.
    #[error("{}: {source}", path.display())]
    Damaged {
        /// Where.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The file was written by a newer program.
    #[error("{}: version {found} is not supported", path.display())]
    Version {
        /// Where.
        path: PathBuf,
        /// As written.
        found: u32,
    },
}

impl Progress {
    /// Reads `path`; nothing done yet when it does not exist. This is also how a file from elsewhere is taken over.
    pub fn load(path: &Path) -> Result<Self, ProgressError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(ProgressError::Io { path: path.to_owned(), source }),
        };
        let damaged = |source| ProgressError::Damaged { path: path.to_owned(), source };
        let version: Version = serde_json::from_slice(&bytes).map_err(damaged)?;
        if version.version != VERSION {
            return Err(ProgressError::Version { path: path.to_owned(), found: version.version });
        }
        serde_json::from_slice(&bytes).map_err(damaged)
    }

    /// Writes `path` whole or not at all: staged beside it, synced, renamed. Also how it is carried elsewhere.
    pub fn save(&self, path: &Path) -> Result<(), ProgressError> {
        let refuse = |source| ProgressError::Io { path: path.to_owned(), source };
        let staged = path.with_extension("tmp");
        let write = || -> io::Result<()> {
            let mut file = File::create(&staged)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&staged, path)?;
            path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
        };
        write().map_err(refuse)
    }

    /// What is remembered of a lesson, made when there is nothing yet.
    pub fn lesson(&mut self, lesson: &Name) -> &mut LessonProgress {
        self.lessons.entry(lesson.clone()).or_default()
    }

    /// What is remembered of a step, made when there is nothing yet.
    pub fn step(&mut self, lesson: &Name, step: &Name) -> &mut StepProgress {
        self.lesson(lesson).steps.entry(step.clone()).or_default()
    }

    /// Where a step stands.
    pub fn standing(&self, lesson: &Name, step: &Name) -> Standing {
        let found = self.lessons.get(lesson).and_then(|lesson| lesson.steps.get(step));
        found.map_or(Standing::New, StepProgress::standing)
    }
}

/// What every version of the file has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::try_from(text).unwrap()
    }

    #[test]
    fn what_was_saved_is_read_back() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("progress.json");
        assert_eq!(Progress::load(&path).unwrap(), Progress::default());
        let mut progress = Progress::default();
        let step = progress.step(&name("isolation"), &name("deposer"));
        step.begin(Timestamp::UNIX_EPOCH).hints.push(name("1"));
        step.end(Outcome::Skipped, Timestamp::UNIX_EPOCH);
        progress.save(&path).unwrap();
        assert_eq!(Progress::load(&path).unwrap(), progress);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing staged is left");
    }

    #[test]
    fn a_new_attempt_never_erases_what_was_done() {
        let mut step = StepProgress::default();
        assert_eq!(step.standing(), Standing::New);
        step.begin(Timestamp::UNIX_EPOCH);
        assert_eq!(step.standing(), Standing::Begun);
        step.end(Outcome::Done, Timestamp::UNIX_EPOCH);
        step.begin(Timestamp::UNIX_EPOCH);
        step.end(Outcome::Abandoned, Timestamp::UNIX_EPOCH);
        assert_eq!((step.standing(), step.attempts.len()), (Standing::Done, 2));
    }

    #[test]
    fn a_file_of_another_version_is_refused_by_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("progress.json");
        fs::write(&path, r#"{"version": 9, "novelty": 1}"#).unwrap();
        assert!(matches!(Progress::load(&path), Err(ProgressError::Version { found: 9, .. })));
    }
}
