//! `docker rename`: another name for a container, running or not.

use super::{ContainerId, ContainerName, state_file};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Gives a container another name.
    ///
    /// # Errors
    /// [`EngineError::NameNotAllocated`] when the name cannot be, or is somebody's;
    /// [`EngineError::InvalidRequest`] when it is the container's own already.
    pub fn rename_container(&self, id: &ContainerId, new_name: &str) -> Result<(), EngineError> {
        let refused = |error| EngineError::NameNotAllocated(Box::new(error));
        let _lock = self.lock_container(id)?;
        let mut record = self.container(id)?;
        let old = record.name.clone();
        if new_name.strip_prefix('/').unwrap_or(new_name) == old.as_str() {
            return Err(EngineError::InvalidRequest(
                "Renaming a container with the same name as its current name".to_owned(),
            ));
        }
        let refused_name =
            |_| EngineError::InvalidContainerName(format!("/{}", new_name.strip_prefix('/').unwrap_or(new_name)));
        let new: ContainerName = new_name.parse().map_err(refused_name).map_err(refused)?;
        self.reserve_name(&new, id).map_err(refused)?;
        record.name = new.clone();
        let written = state_file::write_json(&self.paths().container(id).join(state_file::CONFIG), &record);
        self.release_name(if written.is_ok() { &old } else { &new });
        written?;
        self.note_container(&record, "rename", &[("oldName", &format!("/{old}"))]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::TestEngine;

    #[test]
    fn a_renamed_container_answers_to_its_new_name_alone() {
        let engine = TestEngine::new();
        engine.pull("hello-world");
        let (one, two) = (engine.create("hello-world"), engine.create("hello-world"));
        engine.rename_container(&one, "first").unwrap();
        engine.rename_container(&two, "second").unwrap();
        assert_eq!(engine.resolve_container("first").unwrap().id, one);
        let refusal = |name: &str| engine.rename_container(&one, name).unwrap_err().to_string();
        assert_eq!(refusal("first"), "Renaming a container with the same name as its current name");
        assert!(
            refusal("second").starts_with("Error when allocating new name: Conflict. The container name \"/second\"")
        );
        assert!(refusal("a b").starts_with("Error when allocating new name: Invalid container name (/a b)"));
        engine.rename_container(&one, "third").unwrap();
        assert!(engine.resolve_container("first").is_err());
        engine.rename_container(&two, "first").unwrap();
        assert_eq!(engine.resolve_container("first").unwrap().id, two);
    }

    #[test]
    fn a_rename_cut_short_blocks_no_name() {
        let engine = TestEngine::new();
        engine.pull("hello-world");
        let (one, two) = (engine.create("hello-world"), engine.create("hello-world"));
        // What a kill leaves between the new name and the end: two names lead to the container, it knows of one.
        std::fs::write(engine.paths().names().join("left"), one.as_str()).unwrap();
        assert!(engine.resolve_container("left").is_err());
        engine.rename_container(&two, "left").unwrap();
        assert_eq!(engine.resolve_container("left").unwrap().id, two);
    }
}
