//! The container of a RUN: made for it, run to its end, made into a layer, removed.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::Timestamp;

use super::prepare::Prepared;
use super::stubs::{RootKind, Stubs};
use super::{MountFiles, RunPlan};
use super::{apt_sandbox, clamp};
use crate::engine::build::BuildError;
use crate::engine::build::files::FileTree;
use crate::engine::build::interrupt::Interrupt;
use crate::engine::build::request::{BuildFrontend, BuildRequest};
use crate::engine::build::step::files_of;
use crate::engine::build::syntax::RunNetwork;
use crate::engine::container::{
    AttachRequest, ContainerConfig, ContainerId, CreateRequest, HostConfig, NetworkMode, OutputStream, ProcessIdentity,
    RemoveRequest, SessionEnd, SessionIo,
};
use crate::engine::layer::OverlayXattrs;
use crate::engine::oci::{DiffId, HealthConfig, ImageConfig, ImageId, Platform, RootFs, RuntimeConfig};
use crate::engine::rootfs::StorageDriver;
use crate::engine::store::{LayerContent, LayerRecord, StoreLock};
use crate::engine::{Engine, EngineError};

/// BuildKit's name for the machine of every step.
const HOSTNAME: &str = "buildkitsandbox";

/// Takes what the command writes.
pub(in crate::engine::build) type OutputSink<'a> = &'a mut dyn FnMut(OutputStream, &[u8]);

/// What a step is carried out with.
#[derive(Clone, Copy)]
pub(in crate::engine::build) struct StepSetting<'a> {
    pub(in crate::engine::build) request: &'a BuildRequest,
    /// What ends it before its time.
    pub(in crate::engine::build) interrupt: &'a Interrupt,
    /// One for each mount of the plan; nothing for those that bring no files.
    pub(in crate::engine::build) files: &'a [Option<MountFiles>],
    /// Nothing in the layer is younger.
    pub(in crate::engine::build) epoch: Option<Timestamp>,
}

/// A container made for one RUN.
pub(in crate::engine::build) struct RunContainer<'a> {
    engine: &'a Engine,
    pub(in crate::engine::build) id: ContainerId,
    /// The image made only for it, when there is one.
    image: Option<ImageId>,
    base: FileTree,
    below: Vec<DiffId>,
    plan: RunPlan,
    setting: StepSetting<'a>,
    /// What was asked for it that cannot be had here.
    warnings: Vec<String>,
}

impl Engine {
    /// Makes the container of a RUN on an image of the store, whose layers are `below`.
    pub(in crate::engine::build) fn run_container_on<'a>(
        &'a self,
        image: &ImageId,
        below: &[DiffId],
        plan: &RunPlan,
        setting: StepSetting<'a>,
    ) -> Result<RunContainer<'a>, BuildError> {
        let hidden = setting.request.frontend == BuildFrontend::BuildKit;
        let config = ContainerConfig {
            hostname: if hidden { HOSTNAME.to_owned() } else { String::new() },
            user: plan.user.clone(),
            attach_stdout: true,
            attach_stderr: true,
            env: plan.environment.iter().chain(&plan.proxies).cloned().collect(),
            // An empty word takes the image's entry point away.
            entrypoint: Some(vec![String::new()]),
            cmd: Some(plan.words.clone()),
            image: image.to_string(),
            working_dir: plan.working_dir.clone(),
            // How to tell whether the image works is not asked of what makes it.
            healthcheck: Some(HealthConfig { test: vec!["NONE".to_owned()], ..HealthConfig::default() }),
            ..ContainerConfig::default()
        };
        let network_mode = match plan.network {
            RunNetwork::Default => NetworkMode::Bridge,
            RunNetwork::None => NetworkMode::None,
            RunNetwork::Host => NetworkMode::Host,
        };
        let environment = &setting.request.environment;
        let host_config = HostConfig {
            network_mode,
            extra_hosts: environment.extra_hosts.clone(),
            ..environment.host_config.clone()
        };
        let own = i32::try_from(std::process::id()).map_err(io::Error::other).and_then(ProcessIdentity::of);
        let builder = if hidden { own.ok() } else { None };
        let base = files_of(self, below)?;
        let created =
            self.create_container(CreateRequest { config, host_config, builder, ..CreateRequest::default() })?;
        let (below, plan) = (below.to_vec(), plan.clone());
        let warnings = created.warnings;
        Ok(RunContainer { engine: self, id: created.id, image: None, base, below, plan, setting, warnings })
    }

    /// Makes the container of a RUN on bare layers: an image without a name stands for them while it lives.
    pub(in crate::engine::build) fn run_container_on_layers<'a>(
        &'a self,
        below: &[DiffId],
        plan: &RunPlan,
        setting: StepSetting<'a>,
    ) -> Result<RunContainer<'a>, BuildError> {
        let platform = Platform::host();
        let config = ImageConfig {
            created: Some(self.clock.now()),
            // Its own, so that no other build takes it away from under us.
            author: format!("build {}-{}", std::process::id(), step_number()),
            architecture: platform.architecture,
            os: platform.os,
            variant: String::new(),
            config: RuntimeConfig::default(),
            rootfs: RootFs { kind: "layers".to_owned(), diff_ids: below.to_vec() },
            history: Vec::new(),
        };
        let image = self.create_passing_image(&config)?;
        let container =
            self.run_container_on(&image, below, plan, setting).inspect_err(|_| self.forget_step_image(&image))?;
        Ok(RunContainer { image: Some(image), ..container })
    }

    /// Takes away the record of an image that was a step's alone; its layers stay.
    pub(super) fn forget_step_image(&self, image: &ImageId) {
        let Ok(_lock) = StoreLock::acquire(&self.paths) else { return };
        // Left behind, it is an image without a name that `image prune` removes.
        let _ = fs::remove_file(self.paths.image(image));
        let _ = fs::remove_file(self.paths.blob(image.digest()));
    }
}

/// Tells the steps of this process apart.
fn step_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static STEPS: AtomicU64 = AtomicU64::new(0);
    STEPS.fetch_add(1, Ordering::Relaxed)
}

impl RunContainer<'_> {
    /// Runs the command to its end; its exit code.
    pub(in crate::engine::build) fn run(&self, sink: OutputSink<'_>) -> Result<i32, BuildError> {
        for warning in &self.warnings {
            sink(OutputStream::Stderr, format!(" ---> [Warning] {warning}\n").as_bytes());
        }
        let prepared = self.prepare()?;
        let run = || self.run_to_end(&prepared, sink);
        let ended = self.setting.interrupt.while_watching(|| self.stop(), run)?.map_err(BuildError::from);
        self.sweep_stubs(&prepared)?;
        ended
    }

    fn stop(&self) {
        // It may be over, or not begun.
        let _ = self.engine.kill_container(&self.id, "KILL");
    }

    fn prepare(&self) -> Result<Prepared, BuildError> {
        let mut prepared = Prepared::default();
        let home = PathBuf::from("containers").join(self.id.as_str());
        let secrets = &self.setting.request.secrets;
        for (number, (mount, files)) in self.plan.mounts.iter().zip(self.setting.files).enumerate() {
            let scratch = home.join(format!("mount-{number}"));
            prepared.add(self.engine, mount, files.as_ref(), secrets, &scratch)?;
        }
        if let Some(program) = &self.plan.program {
            prepared.add_program(self.engine, program, &home.join("program"))?;
        }
        if let Some(file) = apt_sandbox::file(&self.base, self.engine.tier) {
            prepared.add_program(self.engine, &file, &home.join("apt"))?;
        }
        Ok(prepared)
    }

    fn run_to_end(&self, prepared: &Prepared, sink: OutputSink<'_>) -> Result<i32, EngineError> {
        let attach = AttachRequest { stdin: false, stdout: true, stderr: true, window: None };
        let hidden = self.setting.request.frontend == BuildFrontend::BuildKit;
        let started = self.engine.start_adjusted(&self.id, Some(attach), |plan| {
            plan.step_mounts.clone_from(&prepared.mounts);
            if hidden {
                // A name of the machine that is the same for all is nobody's variable.
                plan.process.env.retain(|variable| !variable.starts_with("HOSTNAME="));
            }
            plan.process.env.extend(prepared.variables.iter().cloned());
        })?;
        // Who would have stopped it may have come while there was nothing to stop yet.
        if self.setting.interrupt.check().is_err() {
            self.stop();
        }
        let Some(session) = started else { return self.engine.wait_container(&self.id) };
        let sink = RefCell::new(sink);
        let mut stdout = SinkWriter { sink: &sink, stream: OutputStream::Stdout };
        let mut stderr = SinkWriter { sink: &sink, stream: OutputStream::Stderr };
        let io = SessionIo {
            stdin: None,
            stdout: &mut stdout,
            stderr: &mut stderr,
            terminal: None,
            signals: None,
            detach_keys: &[],
        };
        match session.run(io)? {
            SessionEnd::Exited(code) => Ok(code),
            SessionEnd::Detached | SessionEnd::Unheard | SessionEnd::Interrupted | SessionEnd::Lost => {
                self.engine.wait_container(&self.id)
            }
        }
    }

    /// The places mounts were put on are no part of the layer.
    fn sweep_stubs(&self, prepared: &Prepared) -> Result<(), BuildError> {
        if prepared.mounts.is_empty() {
            return Ok(());
        }
        let directory = self.engine.paths.container(&self.id);
        let (root, kind) = match self.engine.storage_driver()? {
            StorageDriver::Overlay => (directory.join("upper"), RootKind::Upper(OverlayXattrs::of(self.engine.tier))),
            StorageDriver::Copy { .. } => (directory.join("merged"), RootKind::Copied),
        };
        let targets = prepared.mounts.iter().map(|mount| mount.target.as_str());
        Stubs::note(&self.base, targets).sweep(&root, &self.base, kind);
        Ok(())
    }

    /// What it changed, as a layer on top of what is below. It cannot be started again.
    pub(in crate::engine::build) fn commit(&self) -> Result<LayerRecord, EngineError> {
        let image = self.engine.container(&self.id)?.image;
        let upper = self.engine.writable_layer(&self.id, &image)?;
        if let Some(epoch) = self.setting.epoch {
            clamp::clamp(&upper, epoch.as_second()).map_err(|errno| EngineError::io(&upper, errno.into()))?;
        }
        self.engine.commit_layer(&self.below, LayerContent::Finished(&upper))
    }

    /// Removes it, with its volumes and the image made for it.
    pub(in crate::engine::build) fn remove(self) -> Result<(), EngineError> {
        let removed = self.engine.remove_container(&self.id, RemoveRequest { force: true, volumes: true });
        if let Some(image) = &self.image {
            self.engine.forget_step_image(image);
        }
        removed
    }
}

struct SinkWriter<'a, 'b> {
    sink: &'a RefCell<OutputSink<'b>>,
    stream: OutputStream,
}

impl Write for SinkWriter<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.sink.borrow_mut())(self.stream, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
