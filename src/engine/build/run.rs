//! RUN: a command in a real container on top of what has been built; what it changed is the new layer.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};

use super::BuildError;
use super::request::BuildRequest;
use super::state::{BuildScope, StageState};
use super::syntax::{CommandLine, Form, HereDocument, RunCommand, RunNetwork};
use crate::engine::container::{
    AttachRequest, ContainerConfig, ContainerId, CreateRequest, HostConfig, NetworkMode, OutputStream, RemoveRequest,
    SessionEnd, SessionIo,
};
use crate::engine::oci::{DiffId, ImageConfig, ImageId, Platform, RootFs, RuntimeConfig};
use crate::engine::store::{LayerContent, LayerRecord, StoreLock};
use crate::engine::{Engine, EngineError};

/// A RUN whose command is known word by word.
#[derive(Debug, Clone)]
pub(super) struct RunPlan {
    /// The command.
    pub(super) words: Vec<String>,
    /// `NAME=value`, ARGs and ENVs.
    pub(super) environment: Vec<String>,
    /// Passed in, and no part of what the result depends on.
    pub(super) proxies: Vec<String>,
    /// `NAME=value` of the ARGs in scope, for the history.
    pub(super) arguments: Vec<String>,
    pub(super) user: String,
    pub(super) working_dir: String,
    pub(super) network: RunNetwork,
}

impl RunPlan {
    /// Decides what a RUN runs.
    pub(super) fn make(run: &RunCommand, state: &StageState, scope: &BuildScope<'_>) -> Result<Self, BuildError> {
        let command = with_here_documents(run)?;
        let words = state.command(&command);
        if words.is_empty() {
            return Err(BuildError::Invalid("RUN requires at least one argument".to_owned()));
        }
        let config = &state.config.config;
        let mut environment = config.env.clone();
        for (name, value) in &state.arguments {
            let known = environment.iter().any(|entry| entry.split('=').next() == Some(name));
            if let (Some(value), false) = (value, known) {
                environment.push(format!("{name}={value}"));
            }
        }
        let proxies = scope.proxies().into_iter().filter(|(name, _)| state.lookup(name).is_none());
        Ok(Self {
            words,
            environment,
            proxies: proxies.map(|(name, value)| format!("{name}={value}")).collect(),
            arguments: state.argument_list(),
            user: config.user.clone(),
            working_dir: state.working_dir().to_owned(),
            network: run.network,
        })
    }

    /// The command as messages show it.
    pub(super) fn shown(&self) -> String {
        self.words.join(" ")
    }

    /// The command as the history keeps it: ARGs first, counted.
    pub(super) fn recorded(&self) -> String {
        if self.arguments.is_empty() {
            return self.shown();
        }
        format!("|{} {} {}", self.arguments.len(), self.arguments.join(" "), self.shown())
    }
}

/// A here-document alone is the command itself; with other words the shell reads them all.
fn with_here_documents(run: &RunCommand) -> Result<CommandLine, BuildError> {
    let ([only], [word]) = (run.here_documents.as_slice(), run.command.words.as_slice()) else {
        let mut command = run.command.clone();
        if let ([_, ..], [word]) = (run.here_documents.as_slice(), command.words.as_mut_slice()) {
            append(word, &run.here_documents);
        }
        return Ok(command);
    };
    let alone = matches!(HereDocument::announced_by(word.trim()), Ok(Some(_)));
    let mut word = word.clone();
    if !alone {
        append(&mut word, &run.here_documents);
    } else if only.content.starts_with("#!") {
        return Err(BuildError::Unsupported("RUN with a here-document that begins with #!".to_owned()));
    } else {
        word = only.text();
    }
    Ok(CommandLine { form: Form::Shell, words: vec![word] })
}

fn append(word: &mut String, documents: &[HereDocument]) {
    for document in documents {
        word.push('\n');
        word.push_str(&document.content);
        word.push_str(&document.name);
    }
}

/// Takes what the command writes.
pub(super) type OutputSink<'a> = &'a mut dyn FnMut(OutputStream, &[u8]);

/// A container made for one RUN.
pub(super) struct RunContainer<'a> {
    engine: &'a Engine,
    pub(super) id: ContainerId,
    /// The image made only for it, when there is one.
    image: Option<ImageId>,
}

impl Engine {
    /// Makes the container of a RUN on an image of the store.
    pub(super) fn run_container_on(&self, image: &ImageId, plan: &RunPlan) -> Result<RunContainer<'_>, BuildError> {
        let config = ContainerConfig {
            user: plan.user.clone(),
            attach_stdout: true,
            attach_stderr: true,
            env: plan.environment.iter().chain(&plan.proxies).cloned().collect(),
            // An empty word takes the image's entry point away.
            entrypoint: Some(vec![String::new()]),
            cmd: Some(plan.words.clone()),
            image: image.to_string(),
            working_dir: plan.working_dir.clone(),
            ..ContainerConfig::default()
        };
        let network_mode = match plan.network {
            RunNetwork::Default => NetworkMode::Bridge,
            RunNetwork::None => NetworkMode::None,
            RunNetwork::Host => NetworkMode::Host,
        };
        let host_config = HostConfig { network_mode, ..HostConfig::default() };
        let created = self.create_container(CreateRequest { name: None, config, host_config })?;
        Ok(RunContainer { engine: self, id: created.id, image: None })
    }

    /// Makes the container of a RUN on bare layers: an image without a name stands for them while it lives.
    pub(super) fn run_container_on_layers(
        &self,
        below: &[DiffId],
        plan: &RunPlan,
    ) -> Result<RunContainer<'_>, BuildError> {
        let platform = Platform::host();
        let config = ImageConfig {
            created: Some(self.clock.now()),
            // Its own, so that no other build takes it away from under us.
            author: format!("build {}-{}", std::process::id(), below.len()),
            architecture: platform.architecture,
            os: platform.os,
            variant: String::new(),
            config: RuntimeConfig::default(),
            rootfs: RootFs { kind: "layers".to_owned(), diff_ids: below.to_vec() },
            history: Vec::new(),
        };
        let image = self.create_image(&config, None, &[])?.id;
        let container = self.run_container_on(&image, plan).inspect_err(|_| self.forget_build_image(&image))?;
        Ok(RunContainer { image: Some(image), ..container })
    }

    /// Takes away the record of an image that was ours alone; its layers stay.
    fn forget_build_image(&self, image: &ImageId) {
        let Ok(_lock) = StoreLock::acquire(&self.paths) else { return };
        // Left behind, it is an image without a name that `image prune` removes.
        let _ = fs::remove_file(self.paths.image(image));
        let _ = fs::remove_file(self.paths.blob(image.digest()));
    }
}

impl RunContainer<'_> {
    /// Runs the command to its end; its exit code.
    pub(super) fn run(&self, request: &BuildRequest, sink: OutputSink<'_>) -> Result<i32, BuildError> {
        let stop = || drop(self.engine.kill_container(&self.id, "KILL"));
        Ok(super::interrupt::while_watching(request, stop, || self.run_to_end(sink))??)
    }

    fn run_to_end(&self, sink: OutputSink<'_>) -> Result<i32, EngineError> {
        let attach = AttachRequest { stdin: false, stdout: true, stderr: true, window: None };
        let Some(session) = self.engine.start_container(&self.id, Some(attach))? else {
            return self.engine.wait_container(&self.id);
        };
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
            SessionEnd::Detached | SessionEnd::Lost => self.engine.wait_container(&self.id),
        }
    }

    /// What it changed, as a layer on top of `below`.
    pub(super) fn commit(&self, below: &[DiffId]) -> Result<LayerRecord, EngineError> {
        let image = self.engine.container(&self.id)?.image;
        let upper = self.engine.writable_layer(&self.id, &image)?;
        self.engine.commit_layer(below, LayerContent::Directory(&upper))
    }

    /// Removes it, with its volumes and the image made for it.
    pub(super) fn remove(self) -> Result<(), EngineError> {
        let removed = self.engine.remove_container(&self.id, RemoveRequest { force: true, volumes: true });
        if let Some(image) = &self.image {
            self.engine.forget_build_image(image);
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
