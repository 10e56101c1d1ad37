//! What a container asks to have mounted.

use std::collections::BTreeMap;

use crate::docker::context::World;
use crate::docker::failure::Failure;
use crate::docker::words::Words;
use crate::engine::container::{ContainerConfig, HostConfig};

/// The flags of mounts, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Storage {
    /// `--read-only`.
    pub read_only: bool,
    /// `-v`.
    pub volumes: Vec<String>,
}

impl Storage {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        Ok(Self { read_only: words.bool("read-only"), volumes: words.list("volume") })
    }

    pub(super) fn apply(&self, world: &World, config: &mut ContainerConfig, host_config: &mut HostConfig) {
        let (anonymous, binds): (Vec<_>, Vec<_>) = self.volumes.iter().partition(|volume| !volume.contains(':'));
        let volumes: BTreeMap<_, _> =
            anonymous.into_iter().map(|path| (path.clone(), serde_json::Map::new())).collect();
        config.volumes = Some(volumes).filter(|volumes| !volumes.is_empty());
        host_config.binds = binds.into_iter().map(|bind| absolute(world, bind)).collect();
        host_config.readonly_rootfs = self.read_only;
    }
}

/// The client makes `./relative` sources absolute; anything else without a slash is a volume's name.
fn absolute(world: &World, bind: &str) -> String {
    match bind.split_once(':') {
        Some((source, rest)) if source == "." || source.starts_with("./") || source.starts_with("..") => {
            let path = world.path(source);
            let path = std::path::absolute(&path).unwrap_or(path);
            format!("{}:{rest}", tidy(&path).display())
        }
        _ => bind.to_owned(),
    }
}

/// The path without `.` and `..`, as Go's `filepath.Abs` leaves it.
fn tidy(path: &std::path::Path) -> std::path::PathBuf {
    use std::path::Component;
    let mut tidied = std::path::PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                tidied.pop();
            }
            other => tidied.push(other),
        }
    }
    tidied
}
