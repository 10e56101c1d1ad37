//! `-v`: what a container asks to have mounted. `host path | volume name : target [: mode]`, or a target alone.
//! Source: docker/cli `parser.go` and moby `volume/mounts`, Linux rules.

use std::path::Path;

use super::config::{MountPoint, MountSource};
use super::names::random_bytes;
use crate::engine::oci::{ImageId, to_hex};
use crate::engine::{Engine, EngineError};

/// A name made up for a volume nobody named.
const ANONYMOUS_LENGTH: usize = 64;

/// Whether a volume was made without a name.
pub(super) fn is_anonymous(name: &str) -> bool {
    name.len() == ANONYMOUS_LENGTH && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Engine {
    /// The mount points of these `-v` values and these image volumes; missing host directories and volumes are made.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] in Docker's words.
    pub(super) fn resolve_mounts<'a>(
        &self,
        binds: &[String],
        volumes: impl Iterator<Item = &'a String>,
    ) -> Result<Vec<MountPoint>, EngineError> {
        let mut points: Vec<MountPoint> = Vec::new();
        for bind in binds {
            let point = self.resolve_bind(bind)?;
            if points.iter().any(|other| other.destination == point.destination) {
                return Err(EngineError::InvalidRequest(format!("Duplicate mount point: {}", point.destination)));
            }
            points.push(point);
        }
        for target in volumes {
            if !points.iter().any(|point| point.destination == *target) {
                let name = to_hex(&random_bytes::<32>()?);
                points.push(self.volume_mount(&name, target, "")?);
            }
        }
        Ok(points)
    }

    /// Fills the volumes that are new with what the image has where they are mounted, unless asked not to.
    pub(super) fn seed_volumes(&self, points: &[MountPoint], image: &ImageId) -> Result<(), EngineError> {
        for point in points {
            if let MountSource::Volume { name, .. } = &point.source
                && !point.mode.split(',').any(|word| word == "nocopy")
            {
                self.seed_volume(name, image, &point.destination)?;
            }
        }
        Ok(())
    }

    fn resolve_bind(&self, bind: &str) -> Result<MountPoint, EngineError> {
        let invalid = |reason: String| EngineError::InvalidRequest(reason);
        let specification = || invalid(format!("invalid volume specification: '{bind}'"));
        let parts: Vec<&str> = bind.split(':').collect();
        let (source, target, mode) = match parts.as_slice() {
            [source, target] => (*source, *target, ""),
            [source, target, mode] => (*source, *target, *mode),
            _ => return Err(specification()),
        };
        if source.is_empty() || target.is_empty() {
            return Err(specification());
        }
        if !target.starts_with('/') {
            return Err(invalid(format!(
                "invalid volume specification: '{bind}': invalid mount config for type \"volume\": invalid mount path: '{target}' mount path must be absolute"
            )));
        }
        if target == "/" {
            return Err(invalid(format!(
                "invalid volume specification: '{bind}': invalid mount config for type \"bind\": destination can't be '/'"
            )));
        }
        if !mode.split(',').all(|word| matches!(word, "" | "ro" | "rw" | "z" | "Z" | "nocopy" | "rprivate" | "private"))
        {
            return Err(invalid(format!("invalid mode: {mode}")));
        }
        if !source.starts_with('/') {
            return self.volume_mount(source, target, mode);
        }
        // As Docker does with -v (and not with --mount): a host path that is not there becomes a directory.
        if !Path::new(source).exists() {
            std::fs::create_dir_all(source).map_err(|error| {
                invalid(format!("error while creating mount source path '{source}': mkdir {source}: {error}"))
            })?;
        }
        Ok(MountPoint {
            source: MountSource::Bind { source: source.to_owned() },
            destination: target.to_owned(),
            mode: mode.to_owned(),
            writable: is_writable(mode),
            propagation: "rprivate".to_owned(),
        })
    }

    fn volume_mount(&self, name: &str, target: &str, mode: &str) -> Result<MountPoint, EngineError> {
        let source = self.ensure_volume(name)?;
        Ok(MountPoint {
            source: MountSource::Volume {
                name: name.to_owned(),
                source: source.display().to_string(),
                driver: "local".to_owned(),
            },
            destination: target.to_owned(),
            mode: if mode.is_empty() { "z".to_owned() } else { mode.to_owned() },
            writable: is_writable(mode),
            propagation: String::new(),
        })
    }
}

fn is_writable(mode: &str) -> bool {
    !mode.split(',').any(|word| word == "ro")
}
