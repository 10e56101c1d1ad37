//! [`Session`] itself: the course, the progress, and the place in it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{CourseError, Replay};
use crate::course::model::{Prose, Step, StepProse};
use crate::course::progress::{Place, Standing};
use crate::course::{Catalogue, CourseLesson, Progress, fill};
use crate::i18n::Language;
use crate::verify::{Bindings, Facts, Name};

/// A learner in a course.
#[derive(Debug)]
pub struct Session {
    pub(super) catalogue: Catalogue,
    pub(super) progress: Progress,
    pub(super) file: PathBuf,
    pub(super) clock: fn() -> Timestamp,
    /// The lesson, from 0.
    pub(super) lesson: usize,
    /// The step, from 0; as many as there are steps once the lesson is done.
    pub(super) step: usize,
    pub(super) playing: bool,
    pub(super) typed: Vec<(String, Replay)>,
}

impl Session {
    /// Takes a learner's course up where it was left: on the step last worked on, or the next unfinished one.
    /// `directory` is where `progress.json` is kept; `clock` tells the time.
    pub fn open(catalogue: Catalogue, directory: &Path, clock: fn() -> Timestamp) -> Result<Self, CourseError> {
        if catalogue.lessons.is_empty() {
            return Err(CourseError::EmptyCourse);
        }
        let file = directory.join("progress.json");
        let progress = Progress::load(&file)?;
        let mut session =
            Self { catalogue, progress, file, clock, lesson: 0, step: 0, playing: false, typed: Vec::new() };
        session.settle_place();
        Ok(session)
    }

    /// The course.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The present lesson.
    pub fn lesson(&self) -> &CourseLesson {
        &self.catalogue.lessons[self.lesson]
    }

    /// The present step; none once the lesson is done.
    pub fn step(&self) -> Option<&Step> {
        self.lesson().lesson.steps.get(self.step)
    }

    /// The present step's place from 1, and how many there are.
    pub fn step_number(&self) -> (usize, usize) {
        let count = self.lesson().lesson.steps.len();
        ((self.step + 1).min(count), count)
    }

    /// Where the present step stands.
    pub fn standing(&self) -> Option<Standing> {
        self.step().map(|step| self.progress.standing(self.lesson().name(), step.name()))
    }

    /// Whether this is free play: nothing is judged.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Enters or leaves free play. Whether it is free play now.
    pub fn toggle_play(&mut self) -> bool {
        self.playing = !self.playing;
        self.playing
    }

    /// The present lesson's texts.
    pub fn prose(&self, language: Language) -> &Prose {
        self.lesson().prose(language)
    }

    /// The present step's texts.
    pub fn step_prose(&self, language: Language) -> Option<&StepProse> {
        self.prose(language).step(self.step()?.name().as_str())
    }

    /// The present step's goal, on one line, holes filled.
    pub fn goal(&self, language: Language, facts: &dyn Facts) -> Option<String> {
        let goal = self.step_prose(language)?.goal()?;
        Some(self.fill(&goal, facts))
    }

    /// A text of the present lesson with its holes filled. A text that was not linted is left as it is.
    pub fn fill(&self, text: &str, facts: &dyn Facts) -> String {
        fill(text, self.bindings(), facts).unwrap_or_else(|_| text.to_owned())
    }

    /// What the present lesson's checks have found so far.
    pub fn bindings(&self) -> &Bindings {
        static NONE: std::sync::LazyLock<Bindings> = std::sync::LazyLock::new(Bindings::default);
        self.progress.lessons.get(self.lesson().name()).map_or(&NONE, |lesson| &lesson.bindings)
    }

    /// All that is remembered.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The language last chosen.
    pub fn language(&self) -> Option<Language> {
        self.progress.language
    }

    /// Remembers the language.
    pub fn set_language(&mut self, language: Language) -> Result<(), CourseError> {
        self.progress.language = Some(language);
        self.save()
    }

    /// Writes all that is remembered to `path`, to be carried elsewhere.
    pub fn export(&self, path: &Path) -> Result<(), CourseError> {
        Ok(self.progress.save(path)?)
    }

    /// Takes over what was remembered elsewhere, in place of what is remembered here. The sandbox holds nothing of it.
    pub fn import(&mut self, path: &Path) -> Result<(), CourseError> {
        if !path.exists() {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(crate::course::ProgressError::Io { path: path.to_owned(), source }.into());
        }
        self.progress = Progress::load(path)?;
        self.progress.sandbox = None;
        self.settle_place();
        self.save()
    }

    pub(super) fn save(&mut self) -> Result<(), CourseError> {
        let step = self.step().map(|step| step.name().clone());
        self.progress.place = Some(Place { lesson: self.lesson().name().clone(), step });
        Ok(self.progress.save(&self.file)?)
    }

    /// The names of the present lesson and step.
    pub(super) fn names(&self) -> Option<(Name, Name)> {
        self.step().map(|step| (self.lesson().name().clone(), step.name().clone()))
    }

    /// Goes to the step last worked on; when it is done or unknown, to the next unfinished one after it.
    fn settle_place(&mut self) {
        (self.lesson, self.step) = (0, 0);
        if let Some(place) = self.progress.place.clone()
            && let Some(lesson) = self.catalogue.position(place.lesson.as_str())
        {
            self.lesson = lesson;
            let steps = &self.catalogue.lessons[lesson].lesson;
            self.step = match &place.step {
                Some(step) => steps.step(step.as_str()).map_or(0, |(place, _)| place),
                None => steps.steps.len(),
            };
        }
        while self.standing().is_none_or(|standing| matches!(standing, Standing::Done | Standing::Skipped)) {
            if self.step < self.lesson().lesson.steps.len() {
                self.step += 1;
            } else if self.lesson + 1 < self.catalogue.lessons.len() {
                (self.lesson, self.step) = (self.lesson + 1, 0);
            } else {
                break;
            }
        }
    }
}
