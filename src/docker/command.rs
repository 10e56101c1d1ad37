//! The closed list of what can be asked of docker, arguments typed, and how each is done.

use super::verbs;
use super::{Context, Failure, Outcome};
use crate::engine::network::NetworkRequest;

/// A command that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerCommand {
    /// `docker run`
    Run(Box<verbs::run::Run>),
    /// `docker create`
    Create(Box<verbs::create::Create>),
    /// `docker start`
    Start(verbs::start::Start),
    /// `docker attach`
    Attach(verbs::attach::Attach),
    /// `docker stop`
    Stop(verbs::stop::Stop),
    /// `docker kill`
    Kill(verbs::kill::Kill),
    /// `docker rename`
    Rename(verbs::rename::Rename),
    /// `docker restart`
    Restart(verbs::stop::Stop),
    /// `docker rm`
    Remove(verbs::rm::Remove),
    /// `docker ps`
    ListContainers(verbs::ps::ListContainers),
    /// `docker logs`
    Logs(verbs::logs::Logs),
    /// `docker exec`
    Exec(Box<verbs::exec::Exec>),
    /// `docker diff`
    Diff(verbs::diff::Diff),
    /// `docker commit`
    Commit(Box<verbs::commit::Commit>),
    /// `docker container prune`
    ContainerPrune(verbs::container_prune::ContainerPrune),
    /// `docker export`
    Export(verbs::export::Export),
    /// `docker import`
    Import(Box<verbs::import::Import>),
    /// `docker load`
    Load(verbs::load::Load),
    /// `docker image prune`
    PruneImages(verbs::image_prune::PruneImages),
    /// `docker save`
    Save(verbs::save::Save),
    /// `docker cp`
    Copy(verbs::cp::Copy),
    /// `docker wait`
    Wait(verbs::wait::Wait),
    /// `docker top`
    Top(verbs::top::Top),
    /// `docker pause`
    Pause(verbs::pause::Pause),
    /// `docker unpause`
    Unpause(verbs::pause::Pause),
    /// `docker update`
    Update(Box<verbs::update::Update>),
    /// `docker stats`
    Stats(verbs::stats::Stats),
    /// `docker port`
    Port(verbs::port::Port),
    /// `docker images`
    ListImages(verbs::images::ListImages),
    /// `docker history`
    History(verbs::history::History),
    /// `docker tag`
    Tag(verbs::tag::Tag),
    /// `docker rmi`
    RemoveImages(verbs::rmi::RemoveImages),
    /// `docker login`
    Login(verbs::login::Login),
    /// `docker logout`
    Logout(verbs::logout::Logout),
    /// `docker pull`
    Pull(verbs::pull::Pull),
    /// `docker push`
    Push(verbs::push::Push),
    /// `docker manifest inspect`
    InspectManifest(verbs::manifest_inspect::InspectManifest),
    /// `docker network connect`
    ConnectNetwork(Box<verbs::network_connect::Connect>),
    /// `docker network create`
    CreateNetwork(Box<NetworkRequest>),
    /// `docker network disconnect`
    DisconnectNetwork(verbs::network_disconnect::Disconnect),
    /// `docker network inspect`
    InspectNetworks(verbs::network_inspect::InspectNetworks),
    /// `docker network ls`
    ListNetworks(verbs::network_ls::ListNetworks),
    /// `docker network prune`
    PruneNetworks(verbs::network_prune::PruneNetworks),
    /// `docker network rm`
    RemoveNetworks(verbs::network_rm::RemoveNetworks),
    /// `docker search`
    Search(verbs::search::Search),
    /// `docker inspect`, `container inspect`, `image inspect`
    Inspect(verbs::inspect::Inspect),
    /// `docker build`
    Build(Box<verbs::build::Build>),
    /// `docker volume create`
    CreateVolume(verbs::volume_create::CreateVolume),
    /// `docker volume ls`
    ListVolumes(verbs::volume_ls::ListVolumes),
    /// `docker volume prune`
    PruneVolumes(verbs::volume_prune::PruneVolumes),
    /// `docker volume rm`
    RemoveVolumes(verbs::volume_rm::RemoveVolumes),
    /// `docker volume update`
    UpdateVolume(verbs::volume_update::UpdateVolume),
    /// `docker events`
    Events(verbs::events::Events),
    /// `docker builder prune`
    PruneBuilder(verbs::builder_prune::PruneBuilder),
    /// `docker buildx du`
    ShowCacheUsage(verbs::buildx_du::ShowCacheUsage),
    /// `docker system df`
    ShowDiskUsage(verbs::system_df::ShowDiskUsage),
    /// `docker system prune`
    PruneSystem(verbs::system_prune::PruneSystem),
    /// `docker version`
    Version(verbs::version::Version),
    /// `docker info`
    Info(verbs::info::Info),
}

impl DockerCommand {
    /// Does it.
    ///
    /// # Errors
    /// What to say and the exit code.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<Outcome, Failure> {
        match self {
            Self::Run(run) => verbs::run::execute(run, context),
            Self::Create(create) => verbs::create::execute(create, context),
            Self::Start(start) => verbs::start::execute(start, context),
            Self::Attach(attach) => verbs::attach::execute(attach, context),
            Self::Stop(stop) => verbs::stop::execute(stop, context),
            Self::Kill(kill) => verbs::kill::execute(kill, context),
            Self::Rename(rename) => verbs::rename::execute(rename, context),
            Self::Restart(restart) => verbs::restart::execute(restart, context),
            Self::Remove(remove) => verbs::rm::execute(remove, context),
            Self::ListContainers(list) => verbs::ps::execute(list, context),
            Self::Logs(logs) => verbs::logs::execute(logs, context),
            Self::Exec(exec) => verbs::exec::execute(exec, context),
            Self::Diff(diff) => verbs::diff::execute(diff, context),
            Self::Commit(commit) => verbs::commit::execute(commit, context),
            Self::ContainerPrune(prune) => verbs::container_prune::execute(prune, context),
            Self::Export(export) => verbs::export::execute(export, context),
            Self::Import(import) => verbs::import::execute(import, context),
            Self::Load(load) => verbs::load::execute(load, context),
            Self::PruneImages(prune) => verbs::image_prune::execute(prune, context),
            Self::Save(save) => verbs::save::execute(save, context),
            Self::Copy(copy) => verbs::cp::execute(copy, context),
            Self::Wait(wait) => verbs::wait::execute(wait, context),
            Self::Top(top) => verbs::top::execute(top, context),
            Self::Pause(pause) => verbs::pause::execute(pause, context),
            Self::Unpause(unpause) => verbs::unpause::execute(unpause, context),
            Self::Update(update) => verbs::update::execute(update, context),
            Self::Stats(stats) => verbs::stats::execute(stats, context),
            Self::Port(port) => verbs::port::execute(port, context),
            Self::ListImages(list) => verbs::images::execute(list, context),
            Self::History(history) => verbs::history::execute(history, context),
            Self::Tag(tag) => verbs::tag::execute(tag, context),
            Self::RemoveImages(remove) => verbs::rmi::execute(remove, context),
            Self::Login(login) => verbs::login::execute(login, context),
            Self::Logout(logout) => verbs::logout::execute(logout, context),
            Self::Pull(pull) => verbs::pull::execute(pull, context),
            Self::Push(push) => verbs::push::execute(push, context),
            Self::InspectManifest(inspect) => verbs::manifest_inspect::execute(inspect, context),
            Self::ConnectNetwork(connect) => verbs::network_connect::execute(connect, context),
            Self::CreateNetwork(request) => verbs::network_create::execute(request, context),
            Self::DisconnectNetwork(disconnect) => verbs::network_disconnect::execute(disconnect, context),
            Self::InspectNetworks(inspect) => verbs::network_inspect::execute(inspect, context),
            Self::ListNetworks(list) => verbs::network_ls::execute(list, context),
            Self::PruneNetworks(prune) => verbs::network_prune::execute(prune, context),
            Self::RemoveNetworks(remove) => verbs::network_rm::execute(remove, context),
            Self::Search(search) => verbs::search::execute(search, context),
            Self::Inspect(inspect) => verbs::inspect::execute(inspect, context),
            Self::Build(build) => verbs::build::execute(build, context),
            Self::CreateVolume(create) => verbs::volume_create::execute(create, context),
            Self::ListVolumes(list) => verbs::volume_ls::execute(list, context),
            Self::PruneVolumes(prune) => verbs::volume_prune::execute(prune, context),
            Self::RemoveVolumes(remove) => verbs::volume_rm::execute(remove, context),
            Self::UpdateVolume(update) => verbs::volume_update::execute(update, context),
            Self::Events(events) => verbs::events::execute(events, context),
            Self::PruneBuilder(prune) => verbs::builder_prune::execute(prune, context),
            Self::ShowCacheUsage(show) => verbs::buildx_du::execute(show, context),
            Self::ShowDiskUsage(show) => verbs::system_df::execute(show, context),
            Self::PruneSystem(prune) => verbs::system_prune::execute(prune, context),
            Self::Version(version) => verbs::version::execute(version, context),
            Self::Info(info) => verbs::info::execute(info, context),
        }
    }
}
