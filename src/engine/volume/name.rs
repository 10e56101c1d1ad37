//! What a volume may be called. Source: moby `volume/local`.

use crate::engine::EngineError;

/// Checks a name before it becomes a path.
///
/// # Errors
/// [`EngineError::InvalidRequest`] in the daemon's words.
pub(super) fn check(name: &str) -> Result<(), EngineError> {
    if name.len() == 1 {
        let reason = "volume name is too short, names should be at least two alphanumeric characters";
        return Err(EngineError::InvalidRequest(format!("create {name}: {reason}")));
    }
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if name.bytes().all(valid) && name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(EngineError::InvalidRequest(format!(
        "create {name}: {name:?} includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_leave_the_volumes_are_refused() {
        for name in ["", "a", ".", "..", "../x", "a/b", "a b", "-ab", ".ab"] {
            assert!(check(name).is_err(), "{name}");
        }
        for name in ["ab", "my-vol_1.2", &"f".repeat(64)] {
            check(name).unwrap();
        }
        let words = check("a b").unwrap_err().to_string();
        assert!(
            words.starts_with("create a b: \"a b\" includes invalid characters for a local volume name"),
            "{words}"
        );
    }
}
