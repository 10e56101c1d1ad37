//! What may follow `docker` on the line being typed: its own words, and the names the engine knows.

use crate::docker::complete::{Expected, complete};
use crate::docker::verb::Operand;
use crate::engine::Engine;
use crate::repl::DockerWords;

/// Proposals from docker's tables and from this engine.
pub fn docker_words(engine: Engine) -> DockerWords {
    Box::new(move |before, partial| match complete(before, partial) {
        Expected::Candidates(found) => found.into_iter().map(|candidate| candidate.text).collect(),
        Expected::Name(operand) => names(&engine, operand),
        Expected::Path | Expected::Anything => Vec::new(),
    })
}

fn names(engine: &Engine, operand: Operand) -> Vec<String> {
    let containers = |wanted: fn(bool) -> bool| {
        let all = engine.containers().unwrap_or_default().into_iter();
        let wanted = all.filter(move |container| wanted(container.state.is_running()));
        wanted.map(|container| container.name.as_str().to_owned()).collect::<Vec<_>>()
    };
    match operand {
        Operand::Container | Operand::ContainerThenImage => containers(|_| true),
        Operand::RunningContainer | Operand::ContainerThenCommand => containers(|running| running),
        Operand::StoppedContainer => containers(|running| !running),
        Operand::Image | Operand::ImageThenCommand => images(engine),
        Operand::Network | Operand::NetworkThenContainer => {
            engine.networks().unwrap_or_default().into_iter().map(|network| network.name).collect()
        }
        Operand::Volume => engine.volumes().unwrap_or_default().into_iter().map(|volume| volume.name).collect(),
        Operand::Object => [containers(|_| true), images(engine)].concat(),
        Operand::Nothing | Operand::Path => Vec::new(),
    }
}

/// As one would type them: `latest` goes without saying.
fn images(engine: &Engine) -> Vec<String> {
    let records = engine.images().unwrap_or_default();
    let tags = records.iter().flat_map(|image| &image.tags);
    tags.map(|tag| {
        let familiar = tag.familiar();
        familiar.strip_suffix(":latest").unwrap_or(&familiar).to_owned()
    })
    .collect()
}
