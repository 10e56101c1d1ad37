//! A shell's own directory under the state root: `bin/docker` (ourselves) and the variables kept between lines.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::engine::container::ProcessIdentity;
use crate::trainer::link_docker;

/// Says which process holds the directory, and with it a user namespace others may join.
const HOLDER: &str = "holder.json";

/// The directory of one running shell, removed with it.
#[derive(Debug)]
pub struct ShellDirectory {
    path: PathBuf,
}

impl ShellDirectory {
    /// Makes it, and sweeps those of shells that were killed.
    ///
    /// # Errors
    /// When the state root cannot be written.
    pub fn create(state_root: &Path, program: &Path) -> io::Result<Self> {
        let all = state_root.join("shell");
        let path = all.join(std::process::id().to_string());
        Self::sweep(state_root);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
        link_docker(&path.join("bin"), program)?;
        let holder = i32::try_from(std::process::id()).map_err(io::Error::other).and_then(ProcessIdentity::of)?;
        fs::write(path.join(HOLDER), serde_json::to_vec(&holder)?)?;
        Ok(Self { path })
    }

    /// The shells open on this state root.
    pub fn holders(state_root: &Path) -> Vec<ProcessIdentity> {
        let directories = fs::read_dir(state_root.join("shell")).into_iter().flatten().flatten();
        directories
            .filter_map(|entry| serde_json::from_slice(&fs::read(entry.path().join(HOLDER)).ok()?).ok())
            .filter(ProcessIdentity::is_alive)
            .collect()
    }

    /// Removes those of shells that were killed, and counts them.
    pub fn sweep(state_root: &Path) -> usize {
        let mut removed = 0;
        for entry in fs::read_dir(state_root.join("shell")).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let is_pid = name.to_str().is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
            let alive = match fs::read(path.join(HOLDER)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
                Some(holder) => ProcessIdentity::is_alive(&holder),
                // It is being made, or was when its maker died.
                None => Path::new("/proc").join(&name).exists(),
            };
            if is_pid && !alive {
                removed += usize::from(fs::remove_dir_all(path).is_ok());
            }
        }
        removed
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ShellDirectory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
