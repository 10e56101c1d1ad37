//! The closed list of what can be asked of docker, arguments typed, and how each is done.

use super::verbs::{
    attach, build, commit, cp, create, diff, exec, history, images, info, inspect, kill, logs, port, ps, pull, restart, rm,
    rmi, run, start, stop, tag, version, wait,
};
use super::{Context, Failure, Outcome};

/// A command that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerCommand {
    /// `docker run`
    Run(Box<run::Run>),
    /// `docker create`
    Create(Box<create::Create>),
    /// `docker start`
    Start(start::Start),
    /// `docker attach`
    Attach(attach::Attach),
    /// `docker stop`
    Stop(stop::Stop),
    /// `docker kill`
    Kill(kill::Kill),
    /// `docker restart`
    Restart(stop::Stop),
    /// `docker rm`
    Remove(rm::Remove),
    /// `docker ps`
    ListContainers(ps::ListContainers),
    /// `docker logs`
    Logs(logs::Logs),
    /// `docker exec`
    Exec(Box<exec::Exec>),
    /// `docker diff`
    Diff(diff::Diff),
    /// `docker commit`
    Commit(Box<commit::Commit>),
    /// `docker cp`
    Copy(cp::Copy),
    /// `docker wait`
    Wait(wait::Wait),
    /// `docker port`
    Port(port::Port),
    /// `docker images`
    ListImages(images::ListImages),
    /// `docker history`
    History(history::History),
    /// `docker tag`
    Tag(tag::Tag),
    /// `docker rmi`
    RemoveImages(rmi::RemoveImages),
    /// `docker pull`
    Pull(pull::Pull),
    /// `docker inspect`, `container inspect`, `image inspect`
    Inspect(inspect::Inspect),
    /// `docker build`
    Build(Box<build::Build>),
    /// `docker version`
    Version(version::Version),
    /// `docker info`
    Info(info::Info),
}

impl DockerCommand {
    /// Does it.
    ///
    /// # Errors
    /// What to say and the exit code.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<Outcome, Failure> {
        match self {
            Self::Run(run) => run::execute(run, context),
            Self::Create(create) => create::execute(create, context),
            Self::Start(start) => start::execute(start, context),
            Self::Attach(attach) => attach::execute(attach, context),
            Self::Stop(stop) => stop::execute(stop, context),
            Self::Kill(kill) => kill::execute(kill, context),
            Self::Restart(restart) => restart::execute(restart, context),
            Self::Remove(remove) => rm::execute(remove, context),
            Self::ListContainers(list) => ps::execute(list, context),
            Self::Logs(logs) => logs::execute(logs, context),
            Self::Exec(exec) => exec::execute(exec, context),
            Self::Diff(diff) => diff::execute(diff, context),
            Self::Commit(commit) => commit::execute(commit, context),
            Self::Copy(copy) => cp::execute(copy, context),
            Self::Wait(wait) => wait::execute(wait, context),
            Self::Port(port) => port::execute(port, context),
            Self::ListImages(list) => images::execute(list, context),
            Self::History(history) => history::execute(history, context),
            Self::Tag(tag) => tag::execute(tag, context),
            Self::RemoveImages(remove) => rmi::execute(remove, context),
            Self::Pull(pull) => pull::execute(pull, context),
            Self::Inspect(inspect) => inspect::execute(inspect, context),
            Self::Build(build) => build::execute(build, context),
            Self::Version(version) => version::execute(version, context),
            Self::Info(info) => info::execute(info, context),
        }
    }
}
