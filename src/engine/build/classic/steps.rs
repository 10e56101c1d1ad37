//! One step of a classic build: out of the cache, or carried out and kept as an image.

use super::driver::{Classic, Step};
use crate::engine::build::cache::CachedImage;
use crate::engine::build::files::{FileTree, has_wildcard};
use crate::engine::build::fingerprint::Fingerprint;
use crate::engine::build::plan::Origin;
use crate::engine::build::remote::{self, SourceKind};
use crate::engine::build::run::{RunPlan, StepSetting};
use crate::engine::build::step::{TransferSource, entries_key, files_of, plan_directory, plan_transfer, run_key};
use crate::engine::build::syntax::{Instruction, Statement, Transfer};
use crate::engine::build::transfer::{Download, PlannedContent, PlannedEntry};
use crate::engine::build::transfer_operation::{TransferOperation, expand_transfer};
use crate::engine::build::{BuildError, BuildEvent, BuildFrontend, ClassicEvent, source};
use crate::engine::container::{ContainerId, OutputStream};
use crate::engine::oci::{DiffId, Digest, HistoryEntry};

/// Where files are put in their places, as far as messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// In a container of the step's own.
    InContainer,
    /// Without one.
    Beside,
}

impl Classic<'_> {
    /// Carries out one instruction.
    pub(super) fn statement(&mut self, index: usize, step: &mut Step, statement: &Statement) -> Result<(), BuildError> {
        match &statement.instruction {
            Instruction::Run(run) => {
                if !run.mounts.is_empty() {
                    return Err(needs_buildkit("mount"));
                }
                let plan = RunPlan::make(run, &step.state, self.scope, self.graph, index)?;
                self.run(step, &plan)
            }
            Instruction::Copy(transfer) => self.transfer(index, step, "COPY", transfer),
            Instruction::Add(transfer) => self.transfer(index, step, "ADD", transfer),
            Instruction::Workdir(_) => {
                let text = step.state.apply(self.scope, statement)?;
                let directory = step.state.working_dir();
                let base = files_of(self.engine, &step.state.config.rootfs.diff_ids)?;
                let entries = plan_directory(&directory, None, &base)?;
                let created_by = format!("/bin/sh -c #(nop) {text}");
                self.entries(step, &entries, &base, &created_by, Work::InContainer)
            }
            _ => {
                let text = step.state.apply(self.scope, statement)?;
                let created_by = format!("/bin/sh -c #(nop)  {text}");
                let key = key_of(step, &created_by, None);
                if self.take_cached(step, &key)? {
                    return Ok(());
                }
                self.tell_container(&key);
                self.commit(step, &key, created_by, None)
            }
        }
    }

    fn run(&mut self, step: &mut Step, plan: &RunPlan) -> Result<(), BuildError> {
        let below = step.state.config.rootfs.diff_ids.clone();
        let created_by = plan.recorded();
        let key = key_of(step, &created_by, Some(&run_key(plan, &[], &below)));
        if self.take_cached(step, &key)? {
            return Ok(());
        }
        let setting = StepSetting { request: self.request, interrupt: self.interrupt, files: &[], epoch: None };
        let container = match &step.image {
            Some(image) => self.engine.run_container_on(image, &below, plan, setting)?,
            None => self.engine.run_container_on_layers(&below, plan, setting)?,
        };
        let id = container.id.clone();
        self.tell(ClassicEvent::ContainerStarted { container: id.clone() });
        let events = &mut self.events;
        let mut output = |stream: OutputStream, bytes: &[u8]| {
            events(BuildEvent::Classic(ClassicEvent::Output { stream, bytes: bytes.to_vec() }));
        };
        match container.run(&mut output) {
            Ok(0) => {}
            // The container stays, to be looked at.
            Ok(exit_code) => return Err(BuildError::RunFailed { command: plan.shown(), exit_code }),
            Err(BuildError::Canceled) => {
                container.remove()?;
                return Err(BuildError::Canceled);
            }
            Err(error) => return Err(error),
        }
        let layer = container.commit();
        container.remove()?;
        self.tell(ClassicEvent::ContainerRemoved { container: id });
        self.commit(step, &key, created_by, Some(layer?.diff_id))
    }

    fn transfer(
        &mut self,
        index: usize,
        step: &mut Step,
        name: &'static str,
        transfer: &Transfer,
    ) -> Result<(), BuildError> {
        let flags = [
            ("chmod", transfer.mode.is_some()),
            ("link", transfer.link),
            ("parents", transfer.parents),
            ("exclude", !transfer.excludes.is_empty()),
            ("checksum", transfer.checksum.is_some()),
        ];
        if let Some((flag, _)) = flags.iter().find(|(_, given)| *given) {
            return Err(needs_buildkit(flag));
        }
        let from = self.from(index, transfer)?;
        let operation = expand_transfer(&step.state, self.scope, name, transfer, from)?;
        let climbs = |source: &&String| remote::kind(source) == SourceKind::Local && leads_out(source);
        if let Some(outside) = operation.sources.iter().filter(|_| operation.from.is_none()).find(climbs) {
            return Err(BuildError::Invalid(format!(
                "{name} failed: forbidden path outside the build context: {outside} ()"
            )));
        }
        let base = files_of(self.engine, &step.state.config.rootfs.diff_ids)?;
        let downloads = operation.downloads(self.engine, self.interrupt)?;
        let files: Vec<Download> = downloads.iter().map(|download| download.file.clone()).collect();
        let entries = self.plan(&operation, &base, &files)?;
        if entries.is_empty() && operation.sources.iter().all(|source| has_wildcard(source)) {
            return Err(BuildError::Invalid(format!("{name} failed: no source files were specified")));
        }
        let digest = entries_key(&entries, &step.state.config.rootfs.diff_ids)?;
        let owner = operation.owner.as_ref().map(|owner| format!("--chown={owner} ")).unwrap_or_default();
        let kind = match entries.as_slice() {
            [only] if !matches!(only.content, PlannedContent::Directory(_)) => "file",
            _ if operation.sources.len() > 1 => "multi",
            _ => "dir",
        };
        let created_by =
            format!("/bin/sh -c #(nop) {name} {owner}{kind}:{} in {} ", digest.hex(), operation.destination);
        self.entries(step, &entries, &base, &created_by, Work::Beside)
    }

    /// What `--from` means here, in the classic builder's words when it means nothing.
    fn from(&self, index: usize, transfer: &Transfer) -> Result<Option<Origin>, BuildError> {
        let Some(from) = &transfer.from else { return Ok(None) };
        let wrong = |why: &dyn std::fmt::Display| BuildError::Invalid(format!("invalid from flag value {from}: {why}"));
        match self.graph.origin(index, from) {
            Err(BuildError::BadStageIndex(number)) if number == index.to_string() => {
                Err(wrong(&"refers to current build stage"))
            }
            Err(BuildError::BadStageIndex(_)) => Err(wrong(&"index out of bounds")),
            Err(BuildError::BadBase { source, .. }) => Err(wrong(&source)),
            Ok(Origin::Scratch) => Err(wrong(&"'scratch' is a reserved name")),
            other => other.map(Some),
        }
    }

    fn plan(
        &mut self,
        operation: &TransferOperation,
        base: &FileTree,
        downloads: &[Download],
    ) -> Result<Vec<PlannedEntry>, BuildError> {
        let layers = match &operation.from {
            None => return plan_transfer(operation, &TransferSource::Context(self.context), base, downloads),
            Some(Origin::Directory(_)) => return Err(needs_buildkit("build-context")),
            Some(Origin::Scratch) => Vec::new(),
            Some(Origin::Stage(number)) => self.stages[number].state.config.rootfs.diff_ids.clone(),
            Some(Origin::Image(name, reference)) => {
                let (image, _) =
                    source::image(self.engine, reference, false, self.request, &mut |_| {}).map_err(|error| {
                        match BuildError::pull(name, reference, error) {
                            BuildError::Pull { source, .. } => {
                                BuildError::Invalid(format!("invalid from flag value {name}: {source}"))
                            }
                            other => other,
                        }
                    })?;
                image.config.rootfs.diff_ids
            }
        };
        plan_transfer(operation, &TransferSource::Layers(&files_of(self.engine, &layers)?), base, downloads)
    }

    fn entries(
        &mut self,
        step: &mut Step,
        entries: &[PlannedEntry],
        base: &FileTree,
        created_by: &str,
        work: Work,
    ) -> Result<(), BuildError> {
        let below = step.state.config.rootfs.diff_ids.clone();
        let digest = entries_key(entries, &below)?;
        let key = key_of(step, created_by, Some(&digest));
        if self.take_cached(step, &key)? {
            return Ok(());
        }
        let layer = self.engine.layer_of_entries(entries, base, &below, None, BuildFrontend::Classic)?;
        if entries_key(entries, &below)? != digest {
            return Err(BuildError::Invalid("the build context changed while it was being copied".to_owned()));
        }
        if work == Work::InContainer {
            self.tell_container(&key);
        }
        self.commit(step, &key, created_by.to_owned(), Some(layer.diff_id))
    }

    /// A container is made, and never started, to hold the config.
    fn tell_container(&mut self, key: &Digest) {
        let container = ContainerId::from_random(made_up_id(key));
        self.tell(ClassicEvent::ContainerStarted { container: container.clone() });
        self.tell(ClassicEvent::ContainerRemoved { container });
    }

    fn take_cached(&mut self, step: &mut Step, key: &Digest) -> Result<bool, BuildError> {
        let cached = if self.cache_broken { None } else { self.engine.cached_image(key) };
        let Some(image) = cached else {
            self.cache_broken = true;
            return Ok(false);
        };
        step.state.config = self.engine.image_config(&image)?;
        step.image = Some(image.clone());
        self.tell(ClassicEvent::CacheUsed);
        self.tell(ClassicEvent::ImageMade { image });
        Ok(true)
    }

    /// Keeps what the step made as an image.
    fn commit(
        &mut self,
        step: &mut Step,
        key: &Digest,
        created_by: String,
        layer: Option<DiffId>,
    ) -> Result<(), BuildError> {
        let now = self.engine.clock.now();
        let config = &mut step.state.config;
        // A layer that holds nothing is none: its archive is the end mark alone.
        let layer = layer.filter(|layer| *layer.digest() != Digest::of(&[0; 1024]));
        let (author, empty_layer) = (config.author.clone(), layer.is_none());
        config.history.push(HistoryEntry {
            created: Some(now),
            created_by: created_by.clone(),
            author,
            comment: String::new(),
            empty_layer,
        });
        config.rootfs.diff_ids.extend(layer);
        config.created = Some(now);
        let image = self.engine.create_image(config, step.image.clone(), &[])?.id;
        self.engine.remember(key, &CachedImage { image: image.clone(), created_by })?;
        step.image = Some(image.clone());
        self.tell(ClassicEvent::ImageMade { image });
        Ok(())
    }
}

/// What only the other frontend can do.
fn needs_buildkit(flag: &str) -> BuildError {
    BuildError::Invalid(format!(
        "the --{flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled"
    ))
}

/// What a step depends on: the image below, its words, what it reads.
fn key_of(step: &Step, created_by: &str, digest: Option<&Digest>) -> Digest {
    let mut key = Fingerprint::of("classic");
    key.text(&step.image.as_ref().map_or_else(|| "scratch".to_owned(), ToString::to_string));
    key.text(created_by);
    key.text(digest.map_or("", Digest::as_str));
    key.list(&step.state.argument_list(BuildFrontend::Classic));
    key.finish()
}

/// Whether a path climbs over where it starts.
fn leads_out(path: &str) -> bool {
    let mut depth = 0_i64;
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    false
}

/// The id of a container that only ever had a name.
fn made_up_id(key: &Digest) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(key.hex().as_bytes().chunks(2)) {
        *byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
    }
    bytes
}
