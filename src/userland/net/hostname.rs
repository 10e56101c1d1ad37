//! `hostname -i`: under which addresses our own name is known.

use super::resolve;

/// The addresses of a name, with spaces between.
///
/// # Errors
/// A sentence when there is none.
pub fn address(name: &str) -> Result<String, String> {
    let found = resolve::addresses(name).map_err(|_| format!("{name}: Host not found"))?;
    Ok(found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}
