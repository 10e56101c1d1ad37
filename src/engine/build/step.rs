//! One layer made, or found in the cache: what both frontends do for RUN, COPY, ADD and WORKDIR.

use std::path::{Path, PathBuf};

use super::BuildError;
use super::context::Context;
use super::files::{FileTree, IgnoreRules};
use super::fingerprint::Fingerprint;
use super::mode::ModeChange;
use super::owner::Owner;
use super::remote::{self, SourceKind};
use super::run::{MountFiles, RunPlan};
use super::syntax::RunNetwork;
use super::transfer::{
    Download, Existing, Missing, PlannedContent, PlannedEntry, SourceOwners, SourceTree, TransferPlan, TransferRequest,
};
use super::transfer_operation::TransferOperation;
use crate::engine::Engine;
use crate::engine::layer::OverlayXattrs;
use crate::engine::oci::{ChainId, DiffId, Digest};

/// A stack of layers seen as files.
pub(super) fn files_of(engine: &Engine, layers: &[DiffId]) -> Result<FileTree, BuildError> {
    let directories: Vec<PathBuf> = ChainId::stack(layers).iter().map(|chain| engine.layer_directory(chain)).collect();
    Ok(FileTree::of_layers(&directories, OverlayXattrs::of(engine.tier()))?)
}

/// What names a stack of layers in fingerprints.
fn stack_name(layers: &[DiffId]) -> String {
    ChainId::stack(layers).last().map_or_else(|| "scratch".to_owned(), ToString::to_string)
}

/// The fingerprint of a RUN on these layers.
pub(super) fn run_key(plan: &RunPlan, files: &[Option<MountFiles>], below: &[DiffId]) -> Digest {
    let mut key = Fingerprint::of("run");
    key.text(&stack_name(below));
    key.list(&plan.words);
    key.list(&plan.environment);
    key.text(&plan.user);
    key.text(&plan.working_dir);
    for (mount, files) in plan.mounts.iter().zip(files) {
        key.list(&mount.words());
        key.text(&files.as_ref().map(|files| stack_name(&files.layers)).unwrap_or_default());
        key.text(&files.as_ref().map(|files| files.inside.display().to_string()).unwrap_or_default());
    }
    if let Some((place, text)) = &plan.program {
        key.text(place);
        key.text(text);
    }
    key.text(match plan.network {
        RunNetwork::Default => "default",
        RunNetwork::None => "none",
        RunNetwork::Host => "host",
    });
    key.finish()
}

/// The fingerprint of entries on these layers.
pub(super) fn entries_key(entries: &[PlannedEntry], below: &[DiffId]) -> Result<Digest, BuildError> {
    let mut key = Fingerprint::of("files");
    key.text(&stack_name(below));
    key.entries(entries)?;
    Ok(key.finish())
}

/// Where a COPY or ADD takes its files from.
pub(super) enum TransferSource<'a> {
    Context(&'a Context),
    /// The layers of a stage or an image.
    Layers(&'a FileTree),
}

/// Decides what a COPY or ADD puts where.
pub(super) fn plan_transfer(
    operation: &TransferOperation,
    source: &TransferSource<'_>,
    base: &FileTree,
    downloads: &[Download],
) -> Result<Vec<PlannedEntry>, BuildError> {
    let excludes = match operation.excludes.as_slice() {
        [] => None,
        lines => Some(IgnoreRules::parse(&lines.join("\n")).map_err(BuildError::Invalid)?),
    };
    let request = TransferRequest {
        name: operation.name,
        sources: operation.sources.iter().filter(|source| remote::kind(source) == SourceKind::Local).cloned().collect(),
        inline: operation.inline.clone(),
        destination: operation.destination.clone(),
        working_dir: operation.working_dir.clone(),
        owner: operation.owner.as_deref().map(|owner| Owner::parse(owner, base)).transpose()?,
        mode: operation.mode.as_deref().map(ModeChange::parse).transpose()?,
        excludes,
        parents: operation.parents,
        unpack: operation.unpack,
        unpack_downloads: false,
        downloads: downloads.to_vec(),
    };
    let source = match source {
        TransferSource::Context(context) => {
            SourceTree { files: &context.files, ignore: Some(&context.ignore), owners: SourceOwners::Root }
        }
        TransferSource::Layers(files) => SourceTree { files, ignore: None, owners: SourceOwners::Kept },
    };
    match TransferPlan::make(&request, &source, base)? {
        Ok(plan) => Ok(plan.entries),
        Err(Missing(path)) => Err(missing_source(operation.name, path)),
    }
}

/// Nothing is there.
pub(super) fn missing_source(instruction: &'static str, path: String) -> BuildError {
    // Docker names a snapshot by random letters; ours depend on the question alone.
    let letters = Digest::of(path.as_bytes()).hex()[..25].to_owned();
    BuildError::SourceNotFound { instruction, place: format!("moby::{letters}"), path }
}

/// The entries that make a directory and those above it, for WORKDIR. Those of `BuildKit` are the USER's.
pub(super) fn plan_directory(
    directory: &str,
    user: Option<&str>,
    base: &FileTree,
) -> Result<Vec<PlannedEntry>, BuildError> {
    let owner = user.filter(|user| !user.is_empty()).map(|user| Owner::parse(user, base)).transpose()?;
    let found = base.find(Path::new(directory)).map_err(|errno| super::transfer::at(Path::new(directory), errno))?;
    Ok(vec![PlannedEntry {
        path: found.path,
        mode: 0o755,
        owner: owner.unwrap_or(Owner { uid: 0, gid: 0 }),
        modified: None,
        content: PlannedContent::Directory(Existing::Kept),
    }])
}
