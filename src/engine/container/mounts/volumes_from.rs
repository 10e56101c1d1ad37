//! `--volumes-from CONTAINER[:MODE]`: the mounts of another container. Source: moby `ParseVolumesFrom`.

use super::mode;
use crate::engine::container::MountPoint;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// The mounts another container has, for a new one.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::InvalidRequest`] in Docker's words.
    pub(super) fn borrowed_mounts(&self, asked: &str) -> Result<Vec<MountPoint>, EngineError> {
        if asked.is_empty() {
            let words = "volumes-from specification cannot be an empty string";
            return Err(EngineError::InvalidRequest(words.to_owned()));
        }
        let (name, typed) = asked.split_once(':').unwrap_or((asked, ""));
        let refused = !mode::is_valid(typed) || mode::propagation(typed).is_some() || mode::has(typed, "nocopy");
        if refused {
            return Err(EngineError::InvalidRequest(format!("invalid mode: {typed}")));
        }
        let lent = self.resolve_container(name)?.mounts.into_iter();
        Ok(lent
            .map(|mut point| {
                point.writable &= !mode::has(typed, "ro");
                point.mode = String::new();
                if let Some(spec) = &mut point.spec {
                    spec.read_only = !point.writable;
                }
                point
            })
            .collect())
    }
}
