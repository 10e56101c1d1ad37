//! The hint ladder, and the solution at its top.

use super::{CourseError, Session};
use crate::course::fill;
use crate::course::model::{Hint, Line};
use crate::i18n::Language;
use crate::verify::{Check, Facts, Judgement, Name, World, judge};

/// A rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintReport {
    /// Its name.
    pub id: Name,
    /// What it says, as Markdown, holes filled.
    pub text: String,
    /// Its place from 1 among those that apply now, and how many apply.
    pub rung: (usize, usize),
    /// Whether every rung that applies has been shown: only the solution is left.
    pub last: bool,
}

impl Session {
    /// The first rung that applies to the present state and was not shown yet in this attempt;
    /// the last shown again when there is none; `None` when no rung applies at all.
    pub fn hint(&mut self, language: Language, facts: &dyn Facts) -> Result<Option<HintReport>, CourseError> {
        let Some((lesson, step)) = self.names() else { return Ok(None) };
        let now = (self.clock)();
        let attempt = self.progress.step(&lesson, &step).begin(now);
        let (began, shown) = (attempt.began, attempt.hints.clone());
        let applying = self.applying(&World::new(facts, began));
        let next = applying.iter().position(|hint| !shown.contains(&hint.id));
        let Some(place) = next.or_else(|| applying.len().checked_sub(1)) else { return Ok(None) };
        let id = applying[place].id.clone();
        let seen = |hint: &Hint| hint.id == id || shown.contains(&hint.id);
        let last = applying.iter().all(seen);
        let count = applying.len();
        let text = self.step_prose(language).and_then(|prose| prose.hint(id.as_str())).unwrap_or_default();
        let text = fill(text, self.bindings(), facts)?;
        if next.is_some() {
            self.progress.step(&lesson, &step).begin(now).hints.push(id.clone());
        }
        self.save()?;
        Ok(Some(HintReport { id, text, rung: (place + 1, count), last }))
    }

    /// The lines of the present step's solution, holes filled; remembered as shown. None where there is nothing to do.
    pub fn solution(&mut self, facts: &dyn Facts) -> Result<Vec<Line>, CourseError> {
        let Some((lesson, step)) = self.names() else { return Ok(Vec::new()) };
        let lines = self.step().map(|step| step.solution.clone()).unwrap_or_default();
        let bindings = self.bindings();
        let filled = lines.iter().map(|line| line.map(|text| fill(text, bindings, facts))).collect::<Result<_, _>>()?;
        let now = (self.clock)();
        self.progress.step(&lesson, &step).begin(now).solution_shown = true;
        self.save()?;
        Ok(filled)
    }

    /// The rungs whose conditions hold, in order.
    fn applying(&self, world: &World<'_>) -> Vec<Hint> {
        let Some(step) = self.step() else { return Vec::new() };
        let checks: Vec<&Check> = step.checks.iter().map(toml::Spanned::get_ref).collect();
        let judgement = judge(&checks, world, self.bindings());
        let holds = |condition: &Check| judge(&[condition], world, self.bindings()).is_met();
        let applies = |hint: &&Hint| {
            hint.when.as_ref().is_none_or(holds)
                && !hint.unless.as_ref().is_some_and(holds)
                && hint.unmet.as_ref().is_none_or(|name| is_unmet(name, &checks, &judgement))
        };
        step.hints.iter().map(toml::Spanned::get_ref).filter(applies).cloned().collect()
    }
}

fn is_unmet(name: &Name, checks: &[&Check], judgement: &Judgement) -> bool {
    let mut named = checks.iter().zip(&judgement.verdicts).filter(|(check, _)| check.name.as_ref() == Some(name));
    named.any(|(_, verdict)| !verdict.is_met())
}
