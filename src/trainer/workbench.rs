//! [`Workbench`]: where proofs are made: a fresh sandbox for each.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::{Path, PathBuf};

use super::engine_sandbox::{EngineSandbox, HostShellPaths};
use crate::course::model::Line;
use crate::course::{LineOutcome, Sandbox, SandboxError};
use crate::engine::{Engine, EngineOptions, Paths};
use crate::verify::Facts;

/// Gives sandboxes in which nothing has happened yet. A sandbox cleans up after itself when it is dropped.
pub trait Workbench {
    /// Told which images the next proofs are about, by reference, so that they need not be unpacked for each.
    fn prepare(&mut self, images: &[String]) -> Result<(), SandboxError> {
        let _ = images;
        Ok(())
    }

    /// A new one.
    fn fresh(&mut self) -> Result<Box<dyn Sandbox>, SandboxError>;
}

/// Fresh state roots of the embedded engine, under one directory.
#[derive(Debug)]
pub struct FreshRoots {
    directory: PathBuf,
    paths: HostShellPaths,
    options: EngineOptions,
    made: u32,
}

impl FreshRoots {
    /// State roots under `directory`, which is made when needed and must be this workbench's own. The root in `options`
    /// is not used.
    pub fn new(directory: PathBuf, options: EngineOptions, paths: HostShellPaths) -> Self {
        Self { directory, paths, options, made: 0 }
    }
}

impl FreshRoots {
    fn open(&self, root: &Path) -> Result<Engine, SandboxError> {
        fs::create_dir_all(root).map_err(|error| failed(root, &error))?;
        let options = EngineOptions { root: root.to_owned(), ..self.options.clone() };
        Engine::open(options).map_err(|error| SandboxError(error.to_string()))
    }

    /// Where layers wait, unpacked once for all proofs.
    fn seed(&self) -> PathBuf {
        self.directory.join("seed")
    }
}

impl Workbench for FreshRoots {
    fn prepare(&mut self, images: &[String]) -> Result<(), SandboxError> {
        let engine = self.open(&self.seed())?;
        for image in images {
            // An image the engine does not have is the learner's to make.
            if let Ok(reference) = image.parse() {
                let _ = engine.pull_image(&reference, &mut |_| {});
            }
        }
        Ok(())
    }

    fn fresh(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        self.made += 1;
        // Short: overlay mounts name many directories in one page.
        let root = self.directory.join(self.made.to_string());
        let engine = self.open(&root)?;
        let layers = Paths::new(self.seed()).layers();
        if layers.is_dir() {
            // The image is not here: it is pulled as from anywhere, and only its unpacking is spared.
            link_tree(&layers, &engine.paths().layers()).map_err(|error| failed(&layers, &error))?;
        }
        let directory = root.join("work");
        Ok(Box::new(Fresh { sandbox: EngineSandbox::new(engine, root.clone(), directory, self.paths.clone())?, root }))
    }
}

impl Drop for FreshRoots {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.seed());
        // Only when empty: what a failed clean-up left is for the curious.
        let _ = fs::remove_dir(&self.directory);
    }
}

/// A sandbox whose state root goes with it.
struct Fresh {
    sandbox: EngineSandbox,
    root: PathBuf,
}

impl Sandbox for Fresh {
    fn run(&mut self, line: &Line) -> Result<LineOutcome, SandboxError> {
        self.sandbox.run(line)
    }
    fn reset(&mut self) -> Result<(), SandboxError> {
        self.sandbox.reset()
    }
    fn lay(&mut self, path: &Path, content: &[u8]) -> Result<(), SandboxError> {
        self.sandbox.lay(path, content)
    }
    fn facts(&self) -> Box<dyn Facts + '_> {
        self.sandbox.facts()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // Containers first: a running one would keep its mounts and its monitor.
        if self.sandbox.reset().is_ok() {
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

/// The same tree again, its files linked: layers are never written to once they are in place.
fn link_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            link_tree(&source, &target)?;
        } else {
            fs::hard_link(&source, &target)?;
        }
    }
    let metadata = fs::metadata(from)?;
    lchown(to, Some(metadata.uid()), Some(metadata.gid()))?;
    fs::set_permissions(to, metadata.permissions())
}

fn failed(path: &Path, error: &io::Error) -> SandboxError {
    SandboxError(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_linked_tree_has_the_same_files_and_modes() {
        let root = tempfile::tempdir().unwrap();
        let from = root.path().join("from");
        fs::create_dir_all(from.join("tmp")).unwrap();
        fs::write(from.join("tmp/file"), "x").unwrap();
        std::os::unix::fs::symlink("file", from.join("tmp/link")).unwrap();
        fs::set_permissions(from.join("tmp"), fs::Permissions::from_mode(0o1777)).unwrap();
        let to = root.path().join("to");
        link_tree(&from, &to).unwrap();
        assert_eq!(fs::metadata(to.join("tmp")).unwrap().mode() & 0o7777, 0o1777);
        assert_eq!(
            fs::metadata(to.join("tmp/file")).unwrap().ino(),
            fs::metadata(from.join("tmp/file")).unwrap().ino()
        );
        assert_eq!(fs::read_link(to.join("tmp/link")).unwrap(), Path::new("file"));
    }
}
