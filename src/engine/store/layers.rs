//! Unpacked layers: `layers/CHAIN/diff` (a lower directory of overlayfs), `layers/CHAIN/layer.json` and, for a layer that
//! came from elsewhere, `layers/CHAIN/archive`: its bytes as they came, so that it leaves under the same digest.
//! `layers/l/SHORT` are links to the former, short enough for 127 of them in one mount's options.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ImageRecord;
use super::durable::sync_together;
use super::hashing::Hashing;
use super::json;
use super::staging::{self, Stage};
use crate::engine::launch::Tier;
use crate::engine::layer::{OverlayXattrs, Packed, UnpackOptions, pack, size_of, unpack};
use crate::engine::oci::{ChainId, Descriptor, DiffId, Digest, ImageId};
use crate::engine::{Engine, EngineError};

/// The directory of short links, under `layers/`.
const LINKS: &str = "l";
/// A layer's bytes as they came.
const ARCHIVE: &str = "archive";

/// What is known of an unpacked layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LayerRecord {
    /// The digest of its archive.
    pub diff_id: DiffId,
    /// Bytes, as [`size_of`] counts.
    pub size: u64,
    /// The length of its plain archive; 0 when it is not known.
    #[serde(default)]
    pub tar_size: u64,
    /// What the kept archive is; `None` when there is none, for [`pack`] makes the same bytes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<Descriptor>,
}

/// Where a new layer's content comes from.
pub(crate) enum LayerContent<'a> {
    /// An overlay upper directory, or any plain tree.
    Directory(&'a Path),
    /// An upper directory nobody will work in again: it may become the layer itself.
    Finished(&'a Path),
    /// An uncompressed archive.
    Archive(&'a mut dyn Read),
}

/// Where the archive of a layer is to be had.
#[derive(Debug)]
pub(crate) enum LayerArchive {
    /// Kept as it came: what it is, and its bytes.
    Kept(Descriptor, fs::File),
    /// Packing this directory makes the plain tar whose digest is the layer's diff id.
    ToPack(PathBuf),
}

/// A layer whole on disk, not in place yet.
#[derive(Debug)]
pub(crate) struct StagedLayer {
    stage: Stage,
    /// What it is.
    pub record: LayerRecord,
}

impl StagedLayer {
    /// Keeps the bytes it came as beside its files. `archive` is a file on the same file system, whose digest and size
    /// the caller has verified.
    pub(crate) fn keep_archive(&mut self, archive: &Path, descriptor: Descriptor) -> Result<(), EngineError> {
        fs::rename(archive, self.stage.path().join("layer").join(ARCHIVE))
            .map_err(|error| EngineError::io(archive, error))?;
        self.record.archive = Some(descriptor);
        self.write_record()
    }

    /// Whether packing its files makes the archive it came as.
    pub(crate) fn packs_again(&self, tier: Tier) -> Result<bool, EngineError> {
        let mut output = Hashing::new(io::sink());
        pack(&self.stage.path().join("layer/diff"), OverlayXattrs::of(tier), &mut output)?;
        Ok(output.finish().0 == *self.record.diff_id.digest())
    }

    fn write_record(&self) -> Result<(), EngineError> {
        let path = self.stage.path().join("layer/layer.json");
        fs::write(&path, json::state(&self.record)).map_err(|error| EngineError::io(&path, error))
    }

    /// Makes it durable.
    pub(crate) fn sync(&self) -> Result<(), EngineError> {
        Self::sync_all([self])
    }

    /// Makes several durable at once.
    pub(crate) fn sync_all<'a>(layers: impl IntoIterator<Item = &'a Self>) -> Result<(), EngineError> {
        sync_together(layers.into_iter().map(|layer| &layer.stage))
    }
}

impl Engine {
    /// The directories of an image's layers, lowest first.
    ///
    /// # Errors
    /// [`EngineError::DamagedImage`] when one is missing.
    pub fn layer_directories(&self, image: &ImageRecord) -> Result<Vec<PathBuf>, EngineError> {
        let chain = ChainId::stack(&image.config.rootfs.diff_ids);
        chain.iter().map(|layer| self.present_layer(&image.id, layer)).collect()
    }

    /// The layers an image is made of, lowest first, as names relative to [`crate::engine::Paths::layers`] that are short
    /// enough for mount options. The image itself may be gone by force, as long as a container made from it is not.
    ///
    /// # Errors
    /// [`EngineError::DamagedImage`] when one is missing.
    pub fn layer_short_names(&self, image: &ImageId) -> Result<Vec<String>, EngineError> {
        let chain = ChainId::stack(&self.image_config(image)?.rootfs.diff_ids);
        chain
            .iter()
            .map(|layer| {
                self.present_layer(image, layer)?;
                self.link_layer(layer)
            })
            .collect()
    }

    /// These layers as lower directories of overlayfs, topmost first, relative to the state root.
    ///
    /// # Errors
    /// [`EngineError::Io`] when a short link cannot be made.
    pub(in crate::engine) fn layer_lowers(&self, layers: &[DiffId]) -> Result<Vec<PathBuf>, EngineError> {
        let chain = ChainId::stack(layers);
        chain.iter().rev().map(|layer| Ok(Path::new("layers").join(self.link_layer(layer)?))).collect()
    }

    /// Whether a layer is unpacked here.
    pub fn has_layer(&self, chain: &ChainId) -> bool {
        self.paths.layer(chain).join("layer.json").exists()
    }

    /// The directory of an unpacked layer: a lower directory of overlayfs.
    pub fn layer_directory(&self, chain: &ChainId) -> PathBuf {
        self.paths.layer(chain).join("diff")
    }

    /// Makes a layer of an upper directory (or of an archive) on top of those below; its diff id and its size.
    ///
    /// The upper directory stays as it is: what a container goes on writing there is not in the layer.
    pub(crate) fn commit_layer(&self, below: &[DiffId], content: LayerContent<'_>) -> Result<LayerRecord, EngineError> {
        let staged = self.stage_layer(content)?;
        staged.sync()?;
        self.place_layer(below, &staged)?;
        Ok(staged.record.clone())
    }

    /// Unpacks a layer into the staging directory and computes its diff id. Not durable until its stage is synced.
    pub(crate) fn stage_layer(&self, content: LayerContent<'_>) -> Result<StagedLayer, EngineError> {
        let stage = Stage::new(&self.paths)?;
        let layer = stage.path().join("layer");
        let diff = layer.join("diff");
        fs::create_dir(&layer).and_then(|()| fs::create_dir(&diff)).map_err(|error| EngineError::io(&diff, error))?;
        let options = UnpackOptions::of(self.tier);
        let content = match content {
            LayerContent::Finished(directory) => match self.adopt(directory, &diff)? {
                Some(digest) => return Self::staged(stage, digest),
                None => LayerContent::Directory(directory),
            },
            other => other,
        };
        let digest = match content {
            LayerContent::Archive(archive) => {
                let mut archive = Hashing::new(archive);
                unpack(&mut archive, &diff, options)?;
                archive.finish()
            }
            // Through an archive: what is hashed is then what is laid down, whatever a container does meanwhile.
            LayerContent::Directory(directory) | LayerContent::Finished(directory) => {
                let path = stage.path().join("layer.tar");
                let failed = |error: io::Error| EngineError::io(&path, error);
                let mut output = Hashing::new(io::BufWriter::new(fs::File::create_new(&path).map_err(failed)?));
                pack(directory, OverlayXattrs::of(self.tier), &mut output)?;
                let digest = output.finish();
                unpack(io::BufReader::new(fs::File::open(&path).map_err(failed)?), &diff, options)?;
                fs::remove_file(&path).map_err(failed)?;
                digest
            }
        };
        Self::staged(stage, digest)
    }

    /// Moves an upper directory to where a layer is staged; its archive's digest and length. Nothing is done when it holds
    /// what layers do not.
    fn adopt(&self, upper: &Path, diff: &Path) -> Result<Option<(Digest, u64)>, EngineError> {
        let mut output = Hashing::new(io::sink());
        if pack(upper, OverlayXattrs::of(self.tier), &mut output)? == Packed::InPart {
            return Ok(None);
        }
        let failed = |error: io::Error| EngineError::io(upper, error);
        fs::rename(upper, diff).map_err(failed)?;
        // Of the root itself an archive says nothing.
        fs::set_permissions(diff, fs::Permissions::from_mode(0o755)).map_err(failed)?;
        std::os::unix::fs::chown(diff, Some(0), Some(0)).map_err(failed)?;
        Ok(Some(output.finish()))
    }

    fn staged(stage: Stage, (digest, tar_size): (Digest, u64)) -> Result<StagedLayer, EngineError> {
        let size = size_of(&stage.path().join("layer/diff"))?;
        let record = LayerRecord { diff_id: DiffId::new(digest), size, tar_size, archive: None };
        let staged = StagedLayer { stage, record };
        staged.write_record()?;
        Ok(staged)
    }

    /// Reads a layer's archive: the one that was kept, with its descriptor, or else the plain tar its files make.
    ///
    /// # Errors
    /// The layer's record or archive cannot be read.
    pub(crate) fn layer_archive(&self, chain: &ChainId) -> Result<LayerArchive, EngineError> {
        match self.layer_record(chain)?.archive {
            Some(descriptor) => {
                let path = self.paths.layer(chain).join(ARCHIVE);
                let file = fs::File::open(&path).map_err(|error| EngineError::io(path, error))?;
                Ok(LayerArchive::Kept(descriptor, file))
            }
            None => Ok(LayerArchive::ToPack(self.layer_directory(chain))),
        }
    }

    /// Moves a staged and synced layer to its place on top of those below.
    pub(crate) fn place_layer(&self, below: &[DiffId], staged: &StagedLayer) -> Result<ChainId, EngineError> {
        let mut diffs = below.to_vec();
        diffs.push(staged.record.diff_id.clone());
        let chain = ChainId::stack(&diffs).pop().expect("there is at least the new layer");
        staging::place_directory(&staged.stage.path().join("layer"), &self.paths.layer(&chain))?;
        self.link_layer(&chain)?;
        Ok(chain)
    }

    /// What is known of an unpacked layer.
    pub(crate) fn layer_record(&self, chain: &ChainId) -> Result<LayerRecord, EngineError> {
        let path = self.paths.layer(chain).join("layer.json");
        let json = fs::read(&path).map_err(|error| EngineError::io(&path, error))?;
        serde_json::from_slice(&json).map_err(|error| EngineError::DamagedState { path, reason: error.to_string() })
    }

    /// Takes a layer away. Its name goes first, so that what is left of an interrupted removal is only ever rubbish.
    pub(crate) fn delete_layer(&self, chain: &ChainId) -> Result<(), EngineError> {
        let stage = Stage::new(&self.paths)?;
        let layer = self.paths.layer(chain);
        match fs::rename(&layer, stage.path().join("layer")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(EngineError::io(layer, error)),
            _ => {}
        }
        let link = self.paths.layers().join(short_name(chain));
        match fs::remove_file(&link) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(EngineError::io(link, error)),
            _ => Ok(()),
        }
    }

    fn present_layer(&self, image: &ImageId, chain: &ChainId) -> Result<PathBuf, EngineError> {
        if self.has_layer(chain) {
            Ok(self.layer_directory(chain))
        } else {
            Err(EngineError::DamagedImage(image.clone(), format!("its layer {chain} is missing")))
        }
    }

    /// The short name of a layer; its link is made when it is missing.
    fn link_layer(&self, chain: &ChainId) -> Result<String, EngineError> {
        let short = short_name(chain);
        let link = self.paths.layers().join(&short);
        if fs::symlink_metadata(&link).is_ok() {
            return Ok(short);
        }
        let links = self.paths.layers().join(LINKS);
        fs::create_dir_all(&links).map_err(|error| EngineError::io(&links, error))?;
        let target: OsString = format!("../{}/diff", chain.hex()).into();
        match std::os::unix::fs::symlink(target, &link) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(EngineError::io(link, error)),
            _ => Ok(short),
        }
    }
}

/// Sixteen digits of the chain id tell any number of layers apart; 127 names of 18 characters and their separators are
/// far below a page.
fn short_name(chain: &ChainId) -> String {
    format!("{LINKS}/{}", &chain.hex()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::TestEngine;

    /// Overlayfs' options are one page.
    const PAGE: usize = 4096;
    /// The deepest stack Docker takes.
    const DEEPEST: usize = 127;

    #[test]
    fn the_names_of_the_deepest_stack_fit_in_mount_options() {
        let engine = TestEngine::new();
        let root = tempfile::tempdir().unwrap();
        let mut config = engine.pull("hello-world").image.config;
        while config.rootfs.diff_ids.len() < DEEPEST {
            std::fs::write(root.path().join("file"), config.rootfs.diff_ids.len().to_string()).unwrap();
            let layer = engine.stage_layer(LayerContent::Directory(root.path())).unwrap();
            engine.place_layer(&config.rootfs.diff_ids, &layer).unwrap();
            config.rootfs.diff_ids.push(layer.record.diff_id.clone());
        }
        let image = engine.create_image(&config, None, &[]).unwrap();
        let names = engine.layer_short_names(&image.id).unwrap();
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), DEEPEST);
        let options: usize = names.iter().map(|name| "layers/:".len() + name.len()).sum();
        assert!(options < PAGE - 500, "{options}: no room for the upper and work directories");
    }

    #[test]
    fn a_finished_directory_becomes_the_layer_it_would_have_been_copied_to() {
        let engine = TestEngine::new();
        let root = tempfile::Builder::new().tempdir_in(engine.paths.root()).unwrap();
        let make = |name: &str| {
            let upper = root.path().join(name);
            fs::create_dir(&upper).unwrap();
            fs::set_permissions(&upper, fs::Permissions::from_mode(0o700)).unwrap();
            fs::create_dir(upper.join("directory")).unwrap();
            fs::write(upper.join("directory/file"), "content").unwrap();
            fs::hard_link(upper.join("directory/file"), upper.join("again")).unwrap();
            std::os::unix::fs::symlink("again", upper.join("link")).unwrap();
            for name in ["directory/file", "directory"] {
                let past = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH);
                fs::File::open(upper.join(name)).unwrap().set_times(past).unwrap();
            }
            rustix::fs::utimensat(
                rustix::fs::CWD,
                upper.join("link"),
                &rustix::fs::Timestamps {
                    last_access: rustix::fs::Timespec { tv_sec: 0, tv_nsec: 0 },
                    last_modification: rustix::fs::Timespec { tv_sec: 0, tv_nsec: 0 },
                },
                rustix::fs::AtFlags::SYMLINK_NOFOLLOW,
            )
            .unwrap();
            upper
        };
        let copied = make("copied");
        let expected = engine.stage_layer(LayerContent::Directory(&copied)).unwrap();
        let moved = make("moved");
        let staged = engine.stage_layer(LayerContent::Finished(&moved)).unwrap();
        assert_eq!(staged.record, expected.record);
        assert!(copied.exists() && !moved.exists());
        assert!(staged.packs_again(engine.tier).unwrap());
        let mode = fs::metadata(staged.stage.path().join("layer/diff")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o755);
        // What no layer holds stays behind.
        let with_socket = make("with-socket");
        let _socket = std::os::unix::net::UnixListener::bind(with_socket.join("socket")).unwrap();
        let staged = engine.stage_layer(LayerContent::Finished(&with_socket)).unwrap();
        assert_eq!(staged.record, expected.record);
        assert!(with_socket.exists() && !staged.stage.path().join("layer/diff/socket").exists());
    }
}
