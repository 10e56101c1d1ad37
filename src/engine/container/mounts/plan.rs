//! From mount points to what a start carries out.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{mode, propagation, tidy, tmpfs};
use crate::engine::container::{ContainerRecord, MountPoint, MountSource};
use crate::engine::journal::ObjectKind;
use crate::engine::rootfs::{BindPlan, MountAccess, Propagation, StorageContent, StorageMount, TmpfsPlan};
use crate::engine::volume::VolumeContent;
use crate::engine::{Engine, EngineError, system_words};

const MOUNTINFO: &str = "/proc/self/mountinfo";

impl Engine {
    /// What is to be mounted for a container about to start; a host directory that `-v` names and that is not there
    /// is made.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] in Docker's words, [`EngineError::NoSuchVolume`].
    pub(in crate::engine::container) fn storage_mounts(
        &self,
        record: &ContainerRecord,
    ) -> Result<Vec<StorageMount>, EngineError> {
        let mut mounts = Vec::new();
        for point in &record.mounts {
            mounts.push(StorageMount {
                target: point.destination.clone(),
                access: access(point),
                content: self.storage_content(record, point)?,
            });
        }
        for (path, options) in &record.host_config.storage.tmpfs {
            let read = tmpfs::parse(options).map_err(EngineError::InvalidRequest)?;
            mounts.push(StorageMount {
                target: tidy(path),
                access: if read.read_only { MountAccess::ReadOnly } else { MountAccess::ReadWrite },
                content: StorageContent::Tmpfs(read.plan),
            });
        }
        Ok(mounts)
    }

    /// Notes that a container that has ended no longer uses its volumes.
    pub(in crate::engine) fn note_unmounted(&self, record: &ContainerRecord) {
        for point in &record.mounts {
            if let MountSource::Volume { name, driver, .. } = &point.source {
                let attributes = [("container", record.id.as_str()), ("driver", driver.as_str())];
                self.note(ObjectKind::Volume, "unmount", name, &attributes);
            }
        }
    }

    fn storage_content(&self, record: &ContainerRecord, point: &MountPoint) -> Result<StorageContent, EngineError> {
        match &point.source {
            MountSource::Bind { source } => {
                let options = point.spec.as_ref().and_then(|spec| spec.bind_options.clone()).unwrap_or_default();
                if point.spec.is_none() {
                    make_source(source)?;
                }
                let source = PathBuf::from(source);
                let travels = mode::meaning(&point.propagation);
                let mountinfo = fs::read_to_string(MOUNTINFO).unwrap_or_default();
                propagation::check(&source, travels, &mountinfo).map_err(EngineError::InvalidRequest)?;
                // `private` and its like, without the `r`, bind what is below all the same, as Docker does.
                Ok(StorageContent::Bind(BindPlan {
                    source,
                    subpath: String::new(),
                    recursive: !options.non_recursive,
                    propagation: travels,
                }))
            }
            MountSource::Volume { name, driver, .. } => {
                let volume = self.volume(name)?;
                let access = if point.writable { "true" } else { "false" };
                let attributes = [
                    ("container", record.id.as_str()),
                    ("destination", point.destination.as_str()),
                    ("driver", driver.as_str()),
                    ("propagation", point.propagation.as_str()),
                    ("read/write", access),
                ];
                self.note(ObjectKind::Volume, "mount", name, &attributes);
                let options = point.spec.as_ref().and_then(|spec| spec.volume_options.clone()).unwrap_or_default();
                match volume.content()? {
                    VolumeContent::Directory(source) => {
                        let bind = BindPlan {
                            source,
                            subpath: options.subpath,
                            recursive: true,
                            propagation: Propagation::Private,
                        };
                        Ok(StorageContent::Bind(bind))
                    }
                    VolumeContent::Memory(options) => {
                        self.alone_in_memory(record, name)?;
                        Ok(StorageContent::Tmpfs(tmpfs_volume(&options)?))
                    }
                }
            }
            MountSource::Tmpfs => {
                let options = point.spec.as_ref().and_then(|spec| spec.tmpfs_options.as_ref());
                tmpfs::of_options(options).map(StorageContent::Tmpfs).map_err(EngineError::InvalidRequest)
            }
        }
    }

    /// A volume in memory lives as long as the container it is mounted in; no second one can see it here.
    fn alone_in_memory(&self, record: &ContainerRecord, volume: &str) -> Result<(), EngineError> {
        let has = |other: &MountPoint| matches!(&other.source, MountSource::Volume { name, .. } if name == volume);
        let others = self.containers()?;
        let other = others
            .iter()
            .find(|other| other.id != record.id && other.state.is_running() && other.mounts.iter().any(has));
        other.map_or(Ok(()), |other| Err(EngineError::SharedMemoryVolume(volume.to_owned(), other.name.to_string())))
    }
}

/// A volume's own options allow what `--tmpfs` does by default not: it is mounted as it is asked for.
fn tmpfs_volume(options: &str) -> Result<TmpfsPlan, EngineError> {
    let plan = tmpfs::parse(options).map_err(EngineError::InvalidRequest)?.plan;
    let refused = |word: &str| options.split(',').any(|option| option == word);
    Ok(TmpfsPlan { exec: !refused("noexec"), suid: !refused("nosuid"), dev: !refused("nodev"), ..plan })
}

fn access(point: &MountPoint) -> MountAccess {
    let options = point.spec.as_ref().and_then(|spec| spec.bind_options.as_ref());
    match options {
        _ if point.writable => MountAccess::ReadWrite,
        Some(options) if options.read_only_non_recursive => MountAccess::ReadOnlyTopOnly,
        Some(options) if options.read_only_force_recursive => MountAccess::ReadOnlyWhole,
        _ => MountAccess::ReadOnly,
    }
}

/// As Docker does with `-v` (and not with `--mount`): a host path that is not there becomes a directory.
fn make_source(source: &str) -> Result<(), EngineError> {
    let failed = |error: std::io::Error| {
        let reason = system_words(&error);
        let sentence = format!("error while creating mount source path '{source}': mkdir {source}: {reason}");
        EngineError::InvalidRequest(sentence)
    };
    match Path::new(source).metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => fs::create_dir_all(source).map_err(failed),
        // Sockets and files that may not be looked at are the mount's affair.
        _ => Ok(()),
    }
}
