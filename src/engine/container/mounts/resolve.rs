//! From what was asked to mount points; volumes that are missing are made.

use super::parse::{self, ParsedBind};
use super::validate::{self, AskedBy};
use super::{mode, tidy, tmpfs};
use crate::engine::container::names::random_bytes;
use crate::engine::container::{ContainerConfig, HostConfig, MountPoint, MountSource, MountSpec};
use crate::engine::oci::to_hex;
use crate::engine::volume::VolumeRequest;
use crate::engine::{Engine, EngineError};

/// The mount points of a container about to be made.
#[derive(Debug, Default)]
pub(in crate::engine::container) struct ResolvedMounts {
    /// All of them; other containers' first.
    pub(in crate::engine::container) points: Vec<MountPoint>,
    /// How many are other containers'.
    pub(in crate::engine::container) borrowed: usize,
}

impl Engine {
    /// The mount points of a container about to be made, in the order `-v`, `--mount`, `VOLUME`, with those of other
    /// containers before them.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] in Docker's words, [`EngineError::NoSuchContainer`] for `--volumes-from`.
    pub(in crate::engine::container) fn resolve_mounts(
        &self,
        host: &HostConfig,
        config: &ContainerConfig,
    ) -> Result<ResolvedMounts, EngineError> {
        let invalid = EngineError::InvalidRequest;
        for (path, options) in &host.storage.tmpfs {
            validate::target(path).map_err(invalid)?;
            tmpfs::parse(options).map_err(invalid)?;
        }
        // All is read before anything is made.
        let driver = &host.storage.volume_driver;
        let binds: Vec<ParsedBind> =
            host.binds.iter().map(|raw| parse::parse(raw, driver)).collect::<Result<_, _>>().map_err(invalid)?;
        for spec in &host.storage.mounts {
            validate::check(spec, AskedBy::Mount).map_err(invalid)?;
        }
        let memory: Vec<String> = host.storage.tmpfs.keys().map(|path| tidy(path)).collect();
        let mut taken: Vec<String> = Vec::new();
        for (spec, asked_by) in binds
            .iter()
            .map(|bind| (&bind.spec, AskedBy::Volume))
            .chain(host.storage.mounts.iter().map(|spec| (spec, AskedBy::Mount)))
        {
            let target = tidy(&spec.target);
            if taken.contains(&target) || (asked_by == AskedBy::Volume && memory.contains(&target)) {
                return Err(invalid(format!("Duplicate mount point: {target}")));
            }
            taken.push(target);
        }

        let mut points: Vec<MountPoint> = Vec::new();
        for asked in &host.storage.volumes_from {
            for point in self.borrowed_mounts(asked)? {
                points.retain(|other| other.destination != point.destination);
                points.push(point);
            }
        }
        points.retain(|point| !taken.contains(&point.destination));
        let borrowed = points.len();
        for bind in &binds {
            let mut point = self.mount_point(&bind.spec)?;
            point.mode = if bind.mode.is_empty() { point.mode } else { bind.mode.clone() };
            // `-v` asks for nothing its mode does not say, but a driver.
            point.spec = None;
            points.push(point);
        }
        for spec in &host.storage.mounts {
            points.push(self.mount_point(spec)?);
        }
        for path in config.volumes.iter().flat_map(std::collections::BTreeMap::keys) {
            let target = tidy(path);
            if !memory.contains(&target) && !points.iter().any(|point| point.destination == target) {
                let mut point = self.volume_point(&MountSpec { target, ..MountSpec::default() })?;
                point.mode = String::new();
                points.push(point);
            }
        }
        Ok(ResolvedMounts { points, borrowed })
    }

    fn mount_point(&self, spec: &MountSpec) -> Result<MountPoint, EngineError> {
        let (source, propagation) = match spec.kind.as_str() {
            "volume" => return self.volume_point(spec),
            "tmpfs" => (MountSource::Tmpfs, String::new()),
            _ => {
                let asked = spec.bind_options.as_ref().map_or("", |options| options.propagation.as_str());
                let propagation = if asked.is_empty() { "rprivate" } else { asked };
                (MountSource::Bind { source: tidy(&spec.source) }, propagation.to_owned())
            }
        };
        Ok(MountPoint {
            source,
            destination: tidy(&spec.target),
            mode: String::new(),
            writable: !spec.read_only,
            propagation,
            spec: Some(spec.clone()),
        })
    }

    fn volume_point(&self, spec: &MountSpec) -> Result<MountPoint, EngineError> {
        let options = spec.volume_options.clone().unwrap_or_default();
        let driver = options.driver_config.unwrap_or_default();
        let request = VolumeRequest {
            name: Some(spec.source.clone()).filter(|name| !name.is_empty()),
            driver: driver.name,
            labels: options.labels,
            options: driver.options,
        };
        let volume = self.create_volume(&request)?;
        let source = volume.mountpoint.display().to_string();
        Ok(MountPoint {
            source: MountSource::Volume { name: volume.name, source, driver: volume.driver },
            destination: tidy(&spec.target),
            mode: "z".to_owned(),
            writable: !spec.read_only,
            propagation: String::new(),
            spec: Some(spec.clone()).filter(|spec| !spec.kind.is_empty()),
        })
    }
}

/// Whether the image's files are to be copied into a new volume mounted so.
pub(super) fn copies(point: &MountPoint) -> bool {
    let options = point.spec.as_ref().and_then(|spec| spec.volume_options.as_ref());
    !mode::has(&point.mode, "nocopy") && options.is_none_or(|options| !options.no_copy && options.subpath.is_empty())
}

/// A name made up for a volume nobody named.
///
/// # Errors
/// [`EngineError::Io`] when the kernel gives no random bytes.
pub(in crate::engine) fn anonymous_name() -> Result<String, EngineError> {
    Ok(to_hex(&random_bytes::<32>()?))
}
