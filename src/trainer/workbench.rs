//! [`Workbench`]: where proofs are made: a fresh sandbox for each.

use std::fs;
use std::path::PathBuf;

use super::engine_sandbox::{EngineSandbox, HostShellPaths};
use crate::course::{Sandbox, SandboxError};
use crate::engine::{Engine, EngineOptions};

/// Gives sandboxes in which nothing has happened yet. A sandbox cleans up after itself when it is dropped.
pub trait Workbench {
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

impl Workbench for FreshRoots {
    fn fresh(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        self.made += 1;
        // Short: overlay mounts name many directories in one page.
        let root = self.directory.join(self.made.to_string());
        fs::create_dir_all(&root).map_err(|error| SandboxError(format!("{}: {error}", root.display())))?;
        let options = EngineOptions { root: root.clone(), ..self.options.clone() };
        let engine = Engine::open(options).map_err(|error| SandboxError(error.to_string()))?;
        let directory = root.join("work");
        Ok(Box::new(Fresh { sandbox: EngineSandbox::new(engine, root.clone(), directory, self.paths.clone())?, root }))
    }
}

impl Drop for FreshRoots {
    fn drop(&mut self) {
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
    fn run(&mut self, line: &crate::course::model::Line) -> Result<crate::course::LineOutcome, SandboxError> {
        self.sandbox.run(line)
    }
    fn reset(&mut self) -> Result<(), SandboxError> {
        self.sandbox.reset()
    }
    fn lay(&mut self, path: &std::path::Path, content: &[u8]) -> Result<(), SandboxError> {
        self.sandbox.lay(path, content)
    }
    fn facts(&self) -> Box<dyn crate::verify::Facts + '_> {
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
