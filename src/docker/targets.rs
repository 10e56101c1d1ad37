//! Verbs that take several names: do each, say each at once, and keep what failed for the end.

use super::context::Context;
use super::event::Event;
use super::failure::{Complaint, EXIT_FAILURE, Failure};
use super::outcome::Outcome;

/// Does something for each name; failures are said together at the end, as Docker does.
///
/// # Errors
/// All that failed, exit 1.
pub fn each(
    context: &mut Context<'_>,
    names: &[String],
    mut act: impl FnMut(&mut Context<'_>, &str) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let mut complaints: Vec<Complaint> = Vec::new();
    for name in names {
        match act(context, name) {
            Ok(()) => context.tell(Event::Done(name.clone())),
            Err(failure) => complaints.extend(failure.complaints),
        }
    }
    if complaints.is_empty() { Ok(Outcome::Nothing) } else { Err(Failure { exit_code: EXIT_FAILURE, complaints }) }
}
