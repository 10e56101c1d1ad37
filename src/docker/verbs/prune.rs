//! What every `prune` does alike: asks unless forced, removes, tells what went.

use crate::docker::prompt::confirm;
use crate::docker::{Context, Failure, Outcome, PruneReport};

/// Asks with this warning unless `force`, then has `remove` fill the report.
///
/// # Errors
/// Those of `remove`, and the engine's when signals cannot be caught.
pub(super) fn prune<'a>(
    context: &mut Context<'a>,
    force: bool,
    warning: &str,
    remove: impl FnOnce(&Context<'a>, &mut PruneReport) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    if !force && !confirm(context, warning)? {
        return Ok(Outcome::Nothing);
    }
    let mut report = PruneReport { sections: Vec::new(), reclaimed: Some(0) };
    remove(context, &mut report)?;
    Ok(Outcome::Pruned(report))
}
