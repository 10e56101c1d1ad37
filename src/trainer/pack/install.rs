//! Installing a pack: its files under the state root, where the course finds its lessons and the engine its images.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::PackError;
use super::manifest::{IMAGES, MANIFEST, PackManifest};
use super::reader::{OpenedPack, is_name, read_pack};
use crate::course::{Catalogue, DirectoryFiles};
use crate::trainer::Fault;

/// The directory of all installed packs, under the state root.
const PACKS: &str = "paquets";

/// A pack at hand.
#[derive(Debug, Clone)]
pub struct InstalledPack {
    /// What is in it.
    pub manifest: PackManifest,
    /// Its files.
    pub directory: PathBuf,
}

impl InstalledPack {
    /// Its images, as `docker save` writes them; `None` when it has none.
    pub fn images(&self) -> Option<PathBuf> {
        (!self.manifest.images.is_empty()).then(|| self.directory.join(IMAGES))
    }

    /// Its lessons.
    pub fn lessons(&self) -> Catalogue {
        Catalogue::read(&DirectoryFiles::new(self.directory.clone())).0
    }
}

/// Checks a pack and installs it, in place of one of the same name.
///
/// # Errors
/// As [`super::verify_pack`]; [`PackError::Lesson`] for a lesson that cannot be read. Nothing is installed then.
pub fn install_pack(state_root: &Path, file: &Path) -> Result<OpenedPack, PackError> {
    let all = state_root.join(PACKS);
    let stage = all.join(format!(".{}", std::process::id()));
    let failed = |error| PackError::io(&stage, error);
    let _ = fs::remove_dir_all(&stage);
    fs::create_dir_all(&stage).map_err(failed)?;
    let installed = lay_down(file, &stage).and_then(|opened| {
        let target = all.join(&opened.manifest.name);
        put_in_place(&stage, &target).map_err(|error| PackError::io(&target, error))?;
        Ok(opened)
    });
    let _ = fs::remove_dir_all(&stage);
    installed
}

/// The packs at hand, by name. What is no pack is not one.
pub fn installed_packs(state_root: &Path) -> Vec<InstalledPack> {
    let mut packs: Vec<InstalledPack> = fs::read_dir(state_root.join(PACKS))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(is_name))
        .filter_map(|entry| {
            let directory = entry.path();
            let manifest = serde_json::from_slice(&fs::read(directory.join(MANIFEST)).ok()?).ok()?;
            Some(InstalledPack { manifest, directory })
        })
        .collect();
    packs.sort_by(|one, other| one.manifest.name.cmp(&other.manifest.name));
    packs
}

fn lay_down(file: &Path, stage: &Path) -> Result<OpenedPack, PackError> {
    let opened = read_pack(file, &mut |listed, content| {
        let path = stage.join(&listed.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        io::copy(content, &mut File::create_new(path)?).map(drop)
    })?;
    let json = serde_json::to_vec_pretty(&opened.manifest).map_err(|error| PackError::io(file, error.into()))?;
    fs::write(stage.join(MANIFEST), json).map_err(|error| PackError::io(stage, error))?;
    if !opened.manifest.lessons.is_empty() {
        let (_, faults) = Catalogue::read(&DirectoryFiles::new(stage.to_owned()));
        if let Some(fault) = faults.into_iter().next() {
            return Err(PackError::Lesson(Box::new(Fault::from(fault))));
        }
    }
    Ok(opened)
}

/// The old one aside, the new one in, the old one away: a name never leads to half a pack.
fn put_in_place(stage: &Path, target: &Path) -> io::Result<()> {
    rustix::fs::syncfs(File::open(stage)?)?;
    let aside = stage.with_extension("old");
    let _ = fs::remove_dir_all(&aside);
    match fs::rename(target, &aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::rename(stage, target)?;
    let _ = fs::remove_dir_all(aside);
    Ok(())
}
