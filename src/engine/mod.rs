//! The container engine: images, layers, containers, build, volumes. No daemon.
//!
//! The engine never prints and never reads the environment: paths, clock and streams are passed in.
//! Everything it does comes back as values ([`EngineError`] when it fails), whose `Display` is the daemon's
//! own wording in Docker's English.
//!
//! [`Engine`] is a handle on one state root. Its methods are spread over the rooms, one verb per file:
//! `container/` (create, start, stop, …), `store/` (images), `build/`, `volume/`, `journal/` (events), `repair/`.

pub mod archive;
pub mod build;
pub mod cgroup;
pub mod container;
pub mod copy;
pub mod embedded;
pub mod journal;
pub mod launch;
pub mod layer;
pub mod network;
pub mod oci;
pub mod registry;
pub mod registry_server;
pub mod repair;
pub mod rootfs;
pub mod store;
pub mod volume;

mod clock;
mod disk_usage;
mod error;
#[cfg(test)]
mod fixture;
mod paths;
mod pour;
mod watch;

pub use clock::Clock;
pub use disk_usage::{DiskUsage, ImageUsage};
pub(crate) use error::system_words;
pub use error::{ConflictSeverity, EngineError};
pub use paths::Paths;
pub(crate) use pour::{PIECE, pour, pour_through};

use std::path::PathBuf;

/// What the engine needs to know of the world it stands in.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Where every image, layer, container and volume lives.
    pub root: PathBuf,
    /// Our own program, re-executed as the monitor of a container and copied into the embedded images.
    pub program: PathBuf,
    /// The guest programs of the embedded `alpine`: names, and where each stands in the image (`("ls", "/bin/ls")`).
    /// Links to a copy of our own program, which tells them apart by the name it is called by.
    pub guest_applets: &'static [(&'static str, &'static str)],
    /// Where the time comes from.
    pub clock: Clock,
    /// What the kernel allows us here.
    pub tier: launch::Tier,
    /// How registries are reached, and who we are there.
    pub registry: registry::RegistryOptions,
    /// Where control groups are looked for.
    pub cgroups: cgroup::CgroupPlace,
}

/// A handle on one state root. Cheap to clone, safe to open from several processes at once.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) paths: Paths,
    pub(crate) program: PathBuf,
    pub(crate) guest_applets: &'static [(&'static str, &'static str)],
    pub(crate) clock: Clock,
    pub(crate) tier: launch::Tier,
    pub(crate) registry: std::sync::Arc<registry::RegistryOptions>,
    pub(crate) cgroups: cgroup::CgroupPlace,
}

impl Engine {
    /// Opens the state root, making it when it does not exist yet, and sweeps what dead processes left half made.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the root cannot be made or written.
    pub fn open(options: EngineOptions) -> Result<Self, EngineError> {
        let engine = Self::open_as_it_is(options)?;
        store::staging::sweep(&engine.paths);
        engine.sweep_groups();
        Ok(engine)
    }

    /// Opens the state root and leaves what is left half made where it is.
    fn open_as_it_is(options: EngineOptions) -> Result<Self, EngineError> {
        Ok(Self {
            paths: Paths::prepare(options.root)?,
            program: options.program,
            guest_applets: options.guest_applets,
            clock: options.clock,
            tier: options.tier,
            registry: std::sync::Arc::new(options.registry),
            cgroups: options.cgroups,
        })
    }

    /// Where things are on disk.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// What the kernel allows us here.
    pub fn tier(&self) -> launch::Tier {
        self.tier
    }
}
