//! What a step has mounted, made ready: layers seen together, files of the context, cache directories, secrets.

use std::fs;
use std::path::{Path, PathBuf};

use super::cache_mount::{CacheMount, CacheMountRequest};
use super::mounts::PlannedMount;
use crate::engine::build::BuildError;
use crate::engine::build::request::BuildSecret;
use crate::engine::build::syntax::{Dress, RunMountKind};
use crate::engine::launch::{StepMount, StepSource};
use crate::engine::layer::OverlayXattrs;
use crate::engine::oci::{ChainId, DiffId};
use crate::engine::rootfs::StorageDriver;
use crate::engine::{Engine, EngineError};

/// The layers a mount shows, and the path in them that is mounted; found before a container is made.
#[derive(Debug, Clone)]
pub(in crate::engine::build) struct MountFiles {
    pub(in crate::engine::build) layers: Vec<DiffId>,
    pub(in crate::engine::build) inside: PathBuf,
}

/// `NAME=value` of a secret.
pub(in crate::engine::build) type SecretVariable = String;

/// Ready to be mounted. Cache directories are ours until this is dropped.
#[derive(Default)]
pub(in crate::engine::build) struct Prepared {
    pub(in crate::engine::build) mounts: Vec<StepMount>,
    /// Secrets that are variables.
    pub(in crate::engine::build) variables: Vec<SecretVariable>,
    caches: Vec<CacheMount>,
}

impl Prepared {
    /// Makes one mount ready. `scratch` is a directory of the step's own, relative to the state root, not made yet.
    pub(in crate::engine::build) fn add(
        &mut self,
        engine: &Engine,
        planned: &PlannedMount,
        files: Option<&MountFiles>,
        secrets: &[BuildSecret],
        scratch: &Path,
    ) -> Result<(), BuildError> {
        let writable = !planned.mount.readonly;
        let source = match &planned.mount.kind {
            RunMountKind::Bind(_) => {
                let Some(files) = files else { return Ok(()) };
                view(engine, files, writable, scratch)?
            }
            RunMountKind::Cache { id, sharing, dress, .. } => {
                let seed = files.map(|files| (files.layers.as_slice(), files.inside.as_path()));
                let request = CacheMountRequest { id, sharing: *sharing, dress: *dress, seed };
                let cache = engine.take_cache_mount(&request)?;
                let directory = cache.data.clone();
                self.caches.push(cache);
                StepSource::Directory { directory, inside: String::new() }
            }
            RunMountKind::Tmpfs { size } => StepSource::Memory { size: *size },
            RunMountKind::Secret { id, required, variable, dress } => {
                let Some(secret) = secrets.iter().find(|secret| secret.id == *id) else {
                    if *required {
                        return Err(BuildError::NoSecret(id.clone()));
                    }
                    return Ok(());
                };
                if let Some(name) = variable {
                    let name = if name.is_empty() { id } else { name };
                    self.variables.push(format!("{name}={}", String::from_utf8_lossy(&secret.content)));
                    // A variable alone needs no file.
                    if planned.mount.target.is_empty() {
                        return Ok(());
                    }
                }
                make(&engine.paths.root().join(scratch))?;
                let Dress { mode, uid, gid } = *dress;
                StepSource::Secret {
                    content: secret.content.clone(),
                    mode: mode.unwrap_or(0o400),
                    owner: (uid.unwrap_or(0), gid.unwrap_or(0)),
                    scratch: scratch.to_owned(),
                }
            }
        };
        self.mounts.push(StepMount { source, target: planned.target.clone(), writable });
        Ok(())
    }

    /// Puts a program in the container.
    pub(in crate::engine::build) fn add_program(
        &mut self,
        engine: &Engine,
        (target, text): &(String, String),
        scratch: &Path,
    ) -> Result<(), BuildError> {
        make(&engine.paths.root().join(scratch))?;
        let content = text.clone().into_bytes();
        let source = StepSource::Secret { content, mode: 0o755, owner: (0, 0), scratch: scratch.to_owned() };
        self.mounts.push(StepMount { source, target: target.clone(), writable: false });
        Ok(())
    }
}

/// Layers seen together.
fn view(engine: &Engine, files: &MountFiles, writable: bool, scratch: &Path) -> Result<StepSource, BuildError> {
    let inside = files.inside.display().to_string();
    let on_host = engine.paths.root().join(scratch);
    let merged = on_host.join("merged");
    let copied = matches!(engine.storage_driver()?, StorageDriver::Copy { .. });
    if let ([only], false) = (files.layers.as_slice(), writable && !copied) {
        let chain = ChainId::stack(std::slice::from_ref(only)).remove(0);
        if !writable {
            return Ok(StepSource::Directory { directory: engine.layer_directory(&chain), inside });
        }
    }
    for directory in [&on_host, &on_host.join("upper"), &on_host.join("work"), &merged] {
        make(directory)?;
    }
    if files.layers.is_empty() {
        return Ok(StepSource::Directory { directory: merged, inside });
    }
    if copied {
        engine.flatten_layers(&files.layers, Path::new("/"), &merged)?;
        return Ok(StepSource::Directory { directory: merged, inside });
    }
    Ok(StepSource::Layers { lower: engine.layer_lowers(&files.layers)?, scratch: scratch.to_owned(), inside })
}

fn make(directory: &Path) -> Result<(), EngineError> {
    fs::create_dir_all(directory).map_err(|error| EngineError::io(directory, error))
}

impl Engine {
    /// Copies what layers have at a path to an empty directory; nothing when there is no directory at that path.
    pub(in crate::engine::build) fn flatten_layers(
        &self,
        layers: &[DiffId],
        inside: &Path,
        to: &Path,
    ) -> Result<(), BuildError> {
        let directories: Vec<PathBuf> =
            ChainId::stack(layers).iter().map(|chain| self.layer_directory(chain)).collect();
        let owners = crate::engine::layer::UnpackOptions::of(self.tier).owners;
        crate::engine::layer::flatten(&directories, inside, to, owners, OverlayXattrs::of(self.tier))
            .map_err(EngineError::from)?;
        Ok(())
    }
}
