//! The candidate that fails least, so that a refusal speaks of what the learner most likely meant.

use super::Unreadable;
use crate::verify::Message;

/// Sees what a candidate has instead; `None` when it has what is asked.
pub(super) type Observe<'a, T> = Box<dyn Fn(&T) -> Result<Option<Message>, Unreadable> + 'a>;

/// One thing asked of a candidate.
pub(super) struct Criterion<'a, T> {
    /// How it is said.
    pub expected: Message,
    /// What to do when it fails.
    pub next: Message,
    /// What is seen instead; `None` when it holds.
    pub observe: Observe<'a, T>,
}

/// How the candidates stand.
pub(super) struct Standing<'a, T> {
    /// Those of which everything holds.
    pub found: Vec<&'a T>,
    /// The one that fails least, what is seen of it, and what to do.
    pub closest: Option<(&'a T, Vec<Message>, Message)>,
}

/// Weighs `candidates` by `criteria`. A criterion that cannot be read is an error only when all others hold.
pub(super) fn weigh<'a, T>(candidates: &'a [T], criteria: &[Criterion<'_, T>]) -> Result<Standing<'a, T>, Unreadable> {
    let mut standing = Standing { found: Vec::new(), closest: None };
    let mut unreadable = None;
    for candidate in candidates {
        let mut seen = Vec::new();
        let mut next = None;
        let mut why = None;
        for criterion in criteria {
            match (criterion.observe)(candidate) {
                Ok(None) => {}
                Ok(Some(observed)) => {
                    seen.push(observed);
                    next = next.or_else(|| Some(criterion.next.clone()));
                }
                Err(message) => why = why.or(Some(message)),
            }
        }
        match (next, why) {
            (Some(next), _) => {
                if standing.closest.as_ref().is_none_or(|(_, best, _)| seen.len() < best.len()) {
                    standing.closest = Some((candidate, seen, next));
                }
            }
            (None, Some(why)) => unreadable = unreadable.or(Some(why)),
            (None, None) => standing.found.push(candidate),
        }
    }
    match unreadable {
        Some(why) if standing.found.is_empty() => Err(why),
        _ => Ok(standing),
    }
}

/// What is asked, as a list.
pub(super) fn traits<T>(criteria: &[Criterion<'_, T>]) -> Vec<Message> {
    criteria.iter().map(|criterion| criterion.expected.clone()).collect()
}
