//! The list of what the cache holds: layers of steps, parts of contexts, cache mounts.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;

use super::CachedLayer;
use crate::engine::build::fingerprint::Fingerprint;
use crate::engine::build::run::read_record;
use crate::engine::layer::size_of;
use crate::engine::oci::{ChainId, DiffId};
use crate::engine::store::StoreLock;
use crate::engine::{Engine, EngineError};

/// What a step that only keeps a part of a context is called.
pub(in crate::engine::build) const CONTEXT: &str = "[internal] context";

/// One thing the cache holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheRecord {
    /// 25 letters and digits.
    pub id: String,
    /// Of what kind.
    pub kind: CacheKind,
    /// What made it, as the Dockerfile says it.
    pub description: String,
    /// Bytes of its own.
    pub size: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When a build last used it.
    pub last_used: Timestamp,
    /// How many builds used it, when that is known.
    pub uses: u64,
    /// Whether a build at work needs it.
    pub in_use: bool,
    /// Whether an image needs it too: removing it frees nothing.
    pub shared: bool,
    pub(super) file: PathBuf,
    pub(super) stack: Vec<ChainId>,
}

/// Docker's words for what the cache holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CacheKind {
    /// `regular`: the layer of a step.
    Regular,
    /// `source.local`: a part of a context.
    SourceLocal,
    /// `exec.cachemount`: a cache mount.
    CacheMount,
}

impl CacheKind {
    /// Docker's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::SourceLocal => "source.local",
            Self::CacheMount => "exec.cachemount",
        }
    }
}

impl Engine {
    /// All that the build cache holds, last used first.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub fn build_cache_records(&self) -> Result<Vec<CacheRecord>, EngineError> {
        let needed = self.layers_in_use()?;
        let working = self.oldest_running_build();
        let mut records = Vec::new();
        for (file, cached) in self.cached_layers()? {
            let stack = cached.stack();
            let Some(own) = stack.last().cloned() else { continue };
            let Ok(layer) = self.layer_record(&own) else { continue };
            let last_used = modified(&file).unwrap_or(cached.created);
            records.push(CacheRecord {
                id: short_id(&file),
                kind: if cached.created_by == CONTEXT { CacheKind::SourceLocal } else { CacheKind::Regular },
                description: cached.created_by,
                size: layer.size,
                created: cached.created,
                last_used,
                uses: 1,
                in_use: working.is_some_and(|since| last_used >= since),
                shared: needed.contains(&own),
                file,
                stack,
            });
        }
        records.extend(self.cache_mount_records());
        records.sort_by(|one, other| other.last_used.cmp(&one.last_used).then_with(|| one.id.cmp(&other.id)));
        Ok(records)
    }

    /// The layers cache records stand on: they stay when the images that had them go.
    pub(in crate::engine) fn cached_stacks(&self) -> Result<BTreeSet<ChainId>, EngineError> {
        Ok(self.cached_layers()?.into_iter().flat_map(|(_, cached)| cached.stack()).collect())
    }

    /// The layers images and containers stand on.
    pub(super) fn layers_in_use(&self) -> Result<BTreeSet<ChainId>, EngineError> {
        let mut needed = BTreeSet::new();
        let mut add = |layers: &[DiffId]| needed.extend(ChainId::stack(layers));
        for id in self.image_ids()? {
            if let Ok(config) = self.image_config(&id) {
                add(&config.rootfs.diff_ids);
            }
        }
        for container in self.all_containers()? {
            if let Ok(config) = self.image_config(&container.image) {
                add(&config.rootfs.diff_ids);
            }
        }
        Ok(needed)
    }

    /// Removes the layers of these stacks that nothing needs any more; how many bytes that frees.
    pub(super) fn sweep_layers(&self, lock: &StoreLock, stacks: &[Vec<ChainId>]) -> Result<u64, EngineError> {
        let mut freed = 0;
        let mut chains: Vec<&Vec<ChainId>> = stacks.iter().collect();
        // What stands highest goes first.
        chains.sort_by_key(|chain| std::cmp::Reverse(chain.len()));
        for chain in chains {
            let sizes: Vec<(ChainId, u64)> =
                chain.iter().filter_map(|layer| Some((layer.clone(), self.layer_record(layer).ok()?.size))).collect();
            for released in self.release_layers(lock, chain)? {
                freed += sizes.iter().find(|(layer, _)| *layer == released).map_or(0, |(_, size)| *size);
            }
        }
        Ok(freed)
    }

    fn cached_layers(&self) -> Result<Vec<(PathBuf, CachedLayer)>, EngineError> {
        let directory = self.paths.build_cache();
        let entries = fs::read_dir(&directory).map_err(|error| EngineError::io(&directory, error))?;
        let files = entries.flatten().map(|entry| entry.path());
        Ok(files
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .filter_map(|path| {
                let cached = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
                Some((path, cached))
            })
            .collect())
    }

    fn cache_mount_records(&self) -> Vec<CacheRecord> {
        let Ok(entries) = fs::read_dir(self.cache_mounts()) else { return Vec::new() };
        let records = entries.flatten().map(|entry| entry.path()).filter_map(|directory| {
            let record = read_record(&directory)?;
            Some(CacheRecord {
                id: short_id(&directory),
                kind: CacheKind::CacheMount,
                description: format!("cached mount {}", record.id),
                size: size_of(&directory.join("data")).unwrap_or(0),
                created: record.created,
                last_used: record.last_used,
                uses: record.uses,
                in_use: crate::engine::build::run::is_taken(&directory),
                shared: false,
                file: directory,
                stack: Vec::new(),
            })
        });
        records.collect()
    }
}

fn modified(file: &std::path::Path) -> Option<Timestamp> {
    let time: SystemTime = fs::metadata(file).ok()?.modified().ok()?;
    Timestamp::try_from(time).ok()
}

/// As BuildKit's: letters and digits, the same each time.
fn short_id(file: &std::path::Path) -> String {
    const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut key = Fingerprint::of("record");
    key.text(&file.file_name().unwrap_or_default().to_string_lossy());
    let digest = key.finish();
    digest
        .hex()
        .as_bytes()
        .chunks(2)
        .take(25)
        .map(|pair| {
            let byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
            char::from(LETTERS[usize::from(byte) % LETTERS.len()])
        })
        .collect()
}
