//! `docker import`: an image of one layer from the archive of a root file system.

use std::fs::File;
use std::io;

use crate::engine::container::apply_changes;
use crate::engine::oci::{DiffId, HistoryEntry, ImageConfig, ImageId, Platform, Reference, RootFs, RuntimeConfig};
use crate::engine::store::{Reopen, Stage, StoreLock, json};
use crate::engine::{Engine, EngineError};

/// What `import` is asked.
#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// The new image's name.
    pub reference: Option<Reference>,
    /// `-m`; where it came from when empty.
    pub message: String,
    /// `-c`, Dockerfile instructions.
    pub changes: Vec<String>,
    /// `--platform`; ours when absent.
    pub platform: Option<Platform>,
}

impl Engine {
    /// Makes an image of an archive: plain or compressed, a file or a pipe. `origin` is what `history` says of it.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] for a change that is none, [`EngineError::Layer`] for what is no archive.
    pub fn import_image(&self, archive: File, origin: &str, request: &ImportRequest) -> Result<ImageId, EngineError> {
        if request.reference.as_ref().is_some_and(|reference| reference.digest().is_some()) {
            return Err(EngineError::InvalidRequest("cannot import digest reference".to_owned()));
        }
        let platform = request.platform.clone().unwrap_or_else(Platform::host);
        let mut config = RuntimeConfig::default();
        apply_changes(&mut config, &request.changes)?;
        let layer = self.stage_foreign_layer(&Spooled::new(self, archive)?)?;
        layer.sync()?;
        let created = Some(self.clock.now());
        let message =
            if request.message.is_empty() { format!("Imported from {origin}") } else { request.message.clone() };
        let history = HistoryEntry { created, comment: message, ..HistoryEntry::default() };
        let diff_id: DiffId = layer.record.diff_id.clone();
        let config = ImageConfig {
            created,
            author: String::new(),
            architecture: platform.architecture,
            os: platform.os,
            variant: String::new(),
            config,
            rootfs: RootFs { kind: "layers".to_owned(), diff_ids: vec![diff_id] },
            history: vec![history],
        };
        let lock = StoreLock::acquire(&self.paths)?;
        self.place_layer(&[], &layer)?;
        let id = self.register_image(&lock, &json::document(&config), None, request.reference.as_slice())?.id;
        let name = request.reference.as_ref().map_or_else(|| id.to_string(), Reference::familiar);
        self.note(crate::engine::journal::ObjectKind::Image, "import", &id.to_string(), &[("name", &name)]);
        Ok(id)
    }
}

/// A file as it is, or a copy of what came through a pipe.
struct Spooled {
    file: File,
    _stage: Option<Stage>,
}

impl Spooled {
    fn new(engine: &Engine, mut file: File) -> Result<Self, EngineError> {
        if file.metadata().is_ok_and(|status| status.is_file()) {
            return Ok(Self { file, _stage: None });
        }
        let stage = Stage::new(&engine.paths)?;
        let path = stage.path().join("import.tar");
        let copy = File::options().read(true).write(true).create_new(true).open(&path);
        let copied = copy.and_then(|mut copy| io::copy(&mut file, &mut copy).map(|_| copy));
        let copy = copied.map_err(|error| EngineError::io(&path, error))?;
        Ok(Self { file: copy, _stage: Some(stage) })
    }
}

impl Reopen for Spooled {
    fn open(&self) -> io::Result<Box<dyn io::Read + '_>> {
        // The offset belongs to the open file; one of its own leaves it alone.
        let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&self.file));
        Ok(Box::new(File::open(path)?))
    }
}
