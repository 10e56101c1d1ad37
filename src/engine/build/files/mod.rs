//! The files a build reads: the context, a stage, an image, each as one tree nothing leads out of.

mod glob;
mod ignore;
mod layered;
mod walk;

pub(super) use glob::{Glob, has_wildcard};
pub(super) use ignore::IgnoreRules;
pub(super) use layered::{DirectoryNode, FileNode, FileTree, LeafNode, TwinKey};
pub(super) use walk::Found;
