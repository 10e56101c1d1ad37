//! What a container asks to have mounted.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::volume_flag::{self, VolumeFlag};
use crate::docker::context::World;
use crate::docker::failure::Failure;
use crate::docker::value::mount::{self, MountValue};
use crate::docker::words::Words;
use crate::engine::container::{
    BindOptions, ContainerConfig, DriverConfig, HostConfig, MountSpec, StorageOptions, TmpfsOptions, VolumeOptions,
};

/// The flags of mounts, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Storage {
    /// `--read-only`.
    pub read_only: bool,
    /// `-v` with a target alone.
    pub anonymous: Vec<String>,
    /// `-v` with a source, and whether that is a relative path.
    pub binds: Vec<(String, bool)>,
    /// `--mount`.
    pub mounts: Vec<MountSpec>,
    /// `--tmpfs`: options by path.
    pub tmpfs: BTreeMap<String, String>,
    /// `--volumes-from`.
    pub volumes_from: Vec<String>,
    /// `--volume-driver`.
    pub volume_driver: String,
}

impl Storage {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        let mut read = Self {
            read_only: words.bool("read-only"),
            volumes_from: words.list("volumes-from"),
            volume_driver: words.owned("volume-driver").unwrap_or_default(),
            ..Self::default()
        };
        for volume in words.list("volume") {
            match volume_flag::parse(&volume).map_err(Failure::client)? {
                VolumeFlag::Anonymous(target) => read.anonymous.push(target),
                VolumeFlag::Bind { relative } => read.binds.push((volume, relative)),
            }
        }
        for mount in words.list("mount") {
            // It was checked when the flag was read.
            read.mounts.push(mount::parse(&mount).map(specification).map_err(Failure::client)?);
        }
        for memory in words.list("tmpfs") {
            let (path, options) = memory.split_once(':').unwrap_or((&memory, ""));
            read.tmpfs.insert(path.to_owned(), options.to_owned());
        }
        Ok(read)
    }

    pub(super) fn apply(&self, world: &World, config: &mut ContainerConfig, host_config: &mut HostConfig) {
        let volumes: BTreeMap<_, _> =
            self.anonymous.iter().map(|path| (path.clone(), serde_json::Map::new())).collect();
        config.volumes = Some(volumes).filter(|volumes| !volumes.is_empty());
        let whole = |(bind, relative): &(String, bool)| match bind.split_once(':').filter(|_| *relative) {
            Some((source, rest)) => format!("{}:{rest}", absolute(world, source).display()),
            None => bind.clone(),
        };
        host_config.binds = self.binds.iter().map(whole).collect();
        host_config.readonly_rootfs = self.read_only;
        let mounts = self.mounts.iter().cloned().map(|mut mount| {
            if mount.kind == "bind" && mount.source.starts_with('.') {
                mount.source = absolute(world, &mount.source).display().to_string();
            }
            mount
        });
        host_config.storage = StorageOptions {
            volume_driver: self.volume_driver.clone(),
            volumes_from: self.volumes_from.clone(),
            mounts: mounts.collect(),
            tmpfs: self.tmpfs.clone(),
        };
    }
}

/// What the daemon is asked for one `--mount`.
fn specification(value: MountValue) -> MountSpec {
    let recursive = value.recursive.as_deref();
    let bind = BindOptions {
        propagation: value.propagation.unwrap_or_default(),
        non_recursive: value.non_recursive || recursive == Some("disabled"),
        read_only_non_recursive: recursive == Some("writable"),
        read_only_force_recursive: recursive == Some("readonly"),
    };
    let driver = DriverConfig { name: value.driver.unwrap_or_default(), options: value.options.into_iter().collect() };
    let volume = VolumeOptions {
        no_copy: value.no_copy,
        labels: value.labels.into_iter().collect(),
        subpath: value.subpath.unwrap_or_default(),
        driver_config: Some(driver).filter(|driver| *driver != DriverConfig::default()),
    };
    let memory = TmpfsOptions { size_bytes: value.size.unwrap_or_default(), mode: value.mode.unwrap_or_default() };
    MountSpec {
        kind: value.kind,
        source: value.source,
        target: value.target,
        read_only: value.read_only,
        bind_options: Some(bind).filter(|options| *options != BindOptions::default()),
        volume_options: Some(volume).filter(|options| *options != VolumeOptions::default()),
        tmpfs_options: Some(memory).filter(|options| *options != TmpfsOptions::default()),
    }
}

/// The path from the root, without `.` and `..`, as Go's `filepath.Abs` leaves it.
fn absolute(world: &World, typed: &str) -> PathBuf {
    let mut tidied = PathBuf::new();
    for component in whole(&world.path(typed)).components() {
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

fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
