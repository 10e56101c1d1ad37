//! `docker export`: the file system of a container as one archive, without what is mounted in it.

use std::io::Write;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use super::ContainerId;
use crate::engine::layer::{LayerError, Packer};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Writes the container's root: its image's layers and its changes. A running container keeps running.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::Launch`], [`EngineError::Layer`].
    pub fn export_container(&self, id: &ContainerId, output: impl Write) -> Result<(), EngineError> {
        let files = self.bare_container_files(id)?;
        let root = files.root().map_err(|error| EngineError::io("/", error))?;
        let failed = |errno| EngineError::from(LayerError::io("/", errno));
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(&root, ".", flags, Mode::empty()).map_err(failed)?;
        let mut packer = Packer::plain(Path::new("/"), output);
        packer.children(&directory, Path::new(""))?;
        packer.finish()?;
        self.note_container(files.record(), "export", &[]);
        Ok(())
    }
}
