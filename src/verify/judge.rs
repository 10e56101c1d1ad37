//! [`judge`]: the verdicts of a step's checks on a state.
//!
//! Checks are read in order. One that binds may have several candidates; the choice under which most checks hold
//! is kept, so that what an earlier attempt left behind never stands in the way of a right one.

use super::evaluate::{Evaluation, evaluate, expected};
use super::{Bindings, Check, Judgement, Verdict, World};

/// How many candidates of one check are tried, newest first.
const CANDIDATES: usize = 24;
/// How many evaluations one judgement may take.
const EVALUATIONS: usize = 4000;

/// Judges `checks` in `world`, `bindings` being what earlier steps found.
pub fn judge(checks: &[&Check], world: &World<'_>, bindings: &Bindings) -> Judgement {
    let mut search = Search { checks, world, best: None, left: EVALUATIONS };
    search.descend(bindings.clone(), Vec::new());
    search
        .best
        .map_or_else(|| Judgement { verdicts: Vec::new(), bindings: bindings.clone() }, |(_, judgement)| judgement)
}

struct Search<'a, 'facts> {
    checks: &'a [&'a Check],
    world: &'a World<'facts>,
    best: Option<(usize, Judgement)>,
    left: usize,
}

impl Search<'_, '_> {
    /// Judges the checks after those in `verdicts`. Whether the search may stop.
    fn descend(&mut self, bindings: Bindings, verdicts: Vec<Verdict>) -> bool {
        let Some(check) = self.checks.get(verdicts.len()).copied() else {
            return self.keep(bindings, verdicts);
        };
        self.left = self.left.saturating_sub(1);
        let candidates = match evaluate(check, self.world, &bindings) {
            Evaluation::Found(candidates) => candidates,
            Evaluation::Holds => vec![],
            Evaluation::Not(verdict) => return self.descend(bindings, with(verdicts, verdict)),
        };
        let Some(name) = check.name.as_ref().filter(|_| check.binds && !candidates.is_empty()) else {
            let expected = expected(check, self.world, &bindings);
            return self
                .descend(bindings, with(verdicts, Verdict::Met { expected, found: candidates.into_iter().next() }));
        };
        let read_later = self.checks[verdicts.len() + 1..].iter().any(|later| reads(later, name.as_str()));
        let tried = if read_later { CANDIDATES } else { 1 };
        for candidate in candidates.into_iter().take(tried) {
            let mut extended = bindings.clone();
            extended.bind(name.clone(), candidate.clone());
            let expected = expected(check, self.world, &bindings);
            let verdict = Verdict::Met { expected, found: Some(candidate) };
            if self.descend(extended, with(verdicts.clone(), verdict)) || self.left == 0 {
                return true;
            }
        }
        false
    }

    fn keep(&mut self, bindings: Bindings, verdicts: Vec<Verdict>) -> bool {
        let met = verdicts.iter().filter(|verdict| verdict.is_met()).count();
        let all = met == verdicts.len();
        if self.best.as_ref().is_none_or(|(best, _)| met > *best) {
            self.best = Some((met, Judgement { verdicts, bindings }));
        }
        all
    }
}

fn with(mut verdicts: Vec<Verdict>, verdict: Verdict) -> Vec<Verdict> {
    verdicts.push(verdict);
    verdicts
}

/// Whether `check` may read what is bound under `name`.
fn reads(check: &Check, name: &str) -> bool {
    check.references().iter().any(|reference| **reference == *name) || check.image_names().contains(&name)
}
