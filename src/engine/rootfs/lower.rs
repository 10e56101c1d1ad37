//! What lies under the writable layer: the image's layers, and the mount points every container needs.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::engine::oci::ImageId;
use crate::engine::store::Stage;
use crate::engine::{Engine, EngineError};

const DIRECTORIES: &[&str] = &["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"];
const FILES: &[&str] = &[".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf"];

impl Engine {
    /// The lower directories of a container of this image, topmost first, relative to the state root.
    ///
    /// # Errors
    /// [`EngineError::DamagedImage`], [`EngineError::Io`].
    pub(in crate::engine) fn lower_directories(&self, image: &ImageId) -> Result<Vec<PathBuf>, EngineError> {
        let init = self.paths.init_layer();
        if !init.is_dir() {
            let stage = Stage::new(&self.paths)?;
            make_init_layer(&stage.path().join("init-layer"), &init).map_err(|error| EngineError::io(&init, error))?;
        }
        let mut lower = vec![PathBuf::from("init-layer")];
        lower.extend(self.layer_short_names(image)?.into_iter().rev().map(|name| Path::new("layers").join(name)));
        Ok(lower)
    }
}

fn make_init_layer(staged: &Path, init: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().mode(0o755).create(staged)?;
    for directory in DIRECTORIES {
        fs::DirBuilder::new().mode(0o755).create(staged.join(directory))?;
    }
    for file in FILES {
        fs::write(staged.join(file), "")?;
    }
    // The mark Docker leaves is executable, whatever for.
    fs::set_permissions(staged.join(".dockerenv"), fs::Permissions::from_mode(0o755))?;
    symlink("/proc/mounts", staged.join("etc/mtab"))?;
    match fs::rename(staged, init) {
        // Another process was faster; theirs is the same.
        Err(_) if init.is_dir() => Ok(()),
        other => other,
    }
}
