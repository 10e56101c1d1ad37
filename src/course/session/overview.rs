//! The lessons of the course and how far the learner is in each.

use super::Session;
use crate::course::progress::Standing;
use crate::i18n::Language;
use crate::verify::Name;

/// A lesson at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonOverview {
    /// Its place in the course, as written in its directory's name.
    pub number: u8,
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// How long it takes a beginner.
    pub minutes: u32,
    /// Whether it is the present one.
    pub current: bool,
    /// Its steps in order: title (or name), where it stands, bonus or not.
    pub steps: Vec<(String, Standing, bool)>,
}

impl LessonOverview {
    /// How many steps are done, and how many count; bonus steps count only once done.
    pub fn count(&self) -> (usize, usize) {
        let done = self.steps.iter().filter(|(_, standing, _)| *standing == Standing::Done).count();
        let counting = self.steps.iter().filter(|(_, standing, bonus)| !bonus || *standing == Standing::Done).count();
        (done, counting)
    }
}

impl Session {
    /// Every lesson at a glance, in order.
    pub fn overview(&self, language: Language) -> Vec<LessonOverview> {
        let lessons = self.catalogue.lessons.iter().enumerate();
        lessons
            .map(|(place, lesson)| {
                let prose = lesson.prose(language);
                let steps = lesson.lesson.steps.iter().map(|step| {
                    let title = prose.step(step.name().as_str()).and_then(|step| step.title.clone());
                    let title = title.unwrap_or_else(|| step.name().to_string());
                    (title, self.progress.standing(lesson.name(), step.name()), step.bonus)
                });
                LessonOverview {
                    number: lesson.number,
                    name: lesson.name().clone(),
                    title: prose.title.clone(),
                    minutes: lesson.lesson.minutes,
                    current: place == self.lesson,
                    steps: steps.collect(),
                }
            })
            .collect()
    }
}
