//! Where files come from that are neither copied nor below: the mounts of RUN, the base that is a directory.

use std::path::PathBuf;

use super::execute::{CacheUse, ExecutedStage, Executor};
use crate::engine::build::BuildError;
use crate::engine::build::cache::CONTEXT;
use crate::engine::build::context::Context;
use crate::engine::build::files::FileNode;
use crate::engine::build::plan::Origin;
use crate::engine::build::run::{MountFiles, PlannedMount, source_path};
use crate::engine::build::step::{TransferSource, files_of, missing_source, plan_transfer};
use crate::engine::build::syntax::{MountSource, RunMountKind};
use crate::engine::build::transfer::{at, clean};
use crate::engine::build::transfer_operation::TransferOperation;
use crate::engine::oci::DiffId;

impl Executor<'_> {
    /// The layers of a stage or an image.
    pub(super) fn layers_of(&self, origin: &Origin) -> Result<Vec<DiffId>, BuildError> {
        Ok(match origin {
            Origin::Scratch | Origin::Directory(_) => Vec::new(),
            Origin::Stage(number) => self.stages.wait(*number)?.layers.clone(),
            Origin::Image(_, reference) => self.images[reference].image.config.rootfs.diff_ids.clone(),
        })
    }

    /// The files a mount shows; nothing for one that brings none.
    pub(super) fn mount_files(&self, planned: &PlannedMount) -> Result<Option<MountFiles>, BuildError> {
        match &planned.mount.kind {
            RunMountKind::Bind(source) => self.source_files(planned.origin.as_ref(), source).map(Some),
            // Without a source it begins empty.
            RunMountKind::Cache { source, .. } if planned.origin.is_some() || !source.path.is_empty() => {
                self.source_files(planned.origin.as_ref(), source).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn source_files(&self, origin: Option<&Origin>, source: &MountSource) -> Result<MountFiles, BuildError> {
        let context = match origin {
            None => self.context,
            Some(Origin::Directory(number)) => &self.named[number],
            Some(origin) => {
                let (layers, inside) = (self.layers_of(origin)?, source_path(&source.path));
                let found = files_of(self.engine, &layers)?.find(&inside).map_err(|errno| at(&inside, errno))?;
                if found.node.is_none() {
                    return Err(missing_source("RUN", inside.display().to_string()));
                }
                return Ok(MountFiles { layers, inside });
            }
        };
        self.context_files(context, &source.path)
    }

    /// A part of a context as a layer of its own: what is hidden is not in it, and the command may not reach the host's
    /// own files.
    fn context_files(&self, context: &Context, path: &str) -> Result<MountFiles, BuildError> {
        let cleaned = clean(path);
        let operation = TransferOperation {
            name: "COPY",
            from: None,
            sources: vec![if cleaned.as_os_str().is_empty() { ".".to_owned() } else { cleaned.display().to_string() }],
            inline: Vec::new(),
            destination: "/".to_owned(),
            working_dir: "/".to_owned(),
            owner: None,
            mode: None,
            excludes: Vec::new(),
            parents: false,
            link: true,
            checksum: None,
            unpack: false,
        };
        let empty = files_of(self.engine, &[])?;
        let entries = plan_transfer(&operation, &TransferSource::Context(context), &empty, &[])?;
        let found = context.files.find(&cleaned).map_err(|errno| at(&cleaned, errno))?;
        let inside = match found.node {
            Some(FileNode::Leaf(_)) => PathBuf::from("/").join(cleaned.file_name().unwrap_or_default()),
            _ => PathBuf::from("/"),
        };
        let (layer, _) = self.entries(&entries, &empty, &[], CONTEXT, CacheUse::Asked)?;
        Ok(MountFiles { layers: vec![layer.diff_id], inside })
    }

    /// What a stage stands on, waited for when it is another stage.
    pub(super) fn base(&self, origin: &Origin) -> Result<ExecutedStage, BuildError> {
        Ok(match origin {
            Origin::Scratch => ExecutedStage::default(),
            Origin::Directory(context) => self.directory_stage(*context)?,
            Origin::Stage(other) => ExecutedStage::clone(&*self.stages.wait(*other)?),
            Origin::Image(..) => ExecutedStage { layers: self.layers_of(origin)?, config: None },
        })
    }

    /// A stage that stands on a directory of the host.
    fn directory_stage(&self, context: usize) -> Result<ExecutedStage, BuildError> {
        let files = self.context_files(&self.named[&context], "")?;
        Ok(ExecutedStage { layers: files.layers, config: None })
    }
}
