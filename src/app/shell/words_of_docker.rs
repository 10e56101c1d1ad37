//! What may follow `docker` on the line being typed: its own words, and the names the engine knows.

use crate::docker::complete::{Candidate, Expected, complete};
use crate::docker::verb::Operand;
use crate::engine::{Engine, embedded};
use crate::repl::{DockerWords, Proposed};

/// Files of one directory of a container that are proposed.
const FILES_MAX: usize = 500;

/// Proposals from docker's tables and from this engine.
pub fn docker_words(engine: Engine) -> DockerWords {
    Box::new(move |before, partial| {
        let texts = |found: Vec<Candidate>| found.into_iter().map(|candidate| candidate.text).collect();
        match complete(before, partial) {
            Expected::Candidates(found) => Proposed { words: texts(found), path_after: None },
            Expected::Name(operand, prefix, typed) => named(&engine, operand, &prefix, &typed),
            Expected::NameOr(operand, prefix, typed, words) => {
                let mut proposed = named(&engine, operand, &prefix, &typed);
                let words: Vec<String> = texts(words);
                proposed.words.extend(words);
                proposed.words.sort();
                proposed.words.dedup();
                proposed
            }
            Expected::Path(prefix, _) => Proposed { words: Vec::new(), path_after: Some(prefix.len()) },
            Expected::Anything => Proposed::default(),
        }
    })
}

fn named(engine: &Engine, operand: Operand, prefix: &str, typed: &str) -> Proposed {
    let (words, has_paths) = match operand {
        Operand::ContainerPath => match typed.split_once(':') {
            Some((container, path)) => (files(engine, container, path), false),
            None => (names(engine, Operand::Container, typed).into_iter().map(|name| name + ":").collect(), true),
        },
        Operand::VolumeSource => {
            (names(engine, Operand::Volume, typed).into_iter().map(|name| name + ":").collect(), true)
        }
        operand => (names(engine, operand, typed), false),
    };
    let words = words.into_iter().map(|word: String| format!("{prefix}{word}")).collect();
    Proposed { words, path_after: has_paths.then_some(prefix.len()) }
}

pub(super) fn names(engine: &Engine, operand: Operand, typed: &str) -> Vec<String> {
    // Ids are worth proposing once they are begun.
    let is_id = |id: &str| typed.len() > 1 && id.starts_with(typed);
    let containers = |wanted: fn(bool) -> bool| {
        let all = engine.containers().unwrap_or_default().into_iter();
        let wanted = all.filter(move |container| wanted(container.state.is_running()));
        let both = wanted.flat_map(|container| [container.name.as_str().to_owned(), container.id.short().to_owned()]);
        both.enumerate().filter(|(at, word)| at % 2 == 0 || is_id(word)).map(|(_, word)| word).collect::<Vec<_>>()
    };
    let images = || {
        let ids = engine.images().unwrap_or_default().into_iter().map(|image| image.id.short().to_owned());
        [images(engine), ids.filter(|id| is_id(id)).collect()].concat()
    };
    let networks = || engine.networks().unwrap_or_default().into_iter().map(|network| network.name).collect::<Vec<_>>();
    let volumes = || engine.volumes().unwrap_or_default().into_iter().map(|volume| volume.name).collect::<Vec<_>>();
    match operand {
        Operand::Container | Operand::ContainerThenImage => containers(|_| true),
        Operand::RunningContainer | Operand::ContainerThenCommand => containers(|running| running),
        Operand::StoppedContainer => containers(|running| !running),
        Operand::Image => images(),
        // Those inside the program are as good as here.
        Operand::ImageThenCommand => {
            let mut all = [images(), embedded::NAMES.map(str::to_owned).to_vec()].concat();
            all.sort();
            all.dedup();
            all
        }
        Operand::Network | Operand::NetworkThenContainer => networks(),
        Operand::Volume => volumes(),
        Operand::Object => [containers(|_| true), images(), networks(), volumes()].concat(),
        Operand::Nothing | Operand::Path | Operand::ContainerPath | Operand::VolumeSource => Vec::new(),
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

/// The files of a container that begin as typed, with the container's name in front.
fn files(engine: &Engine, container: &str, typed: &str) -> Vec<String> {
    let (directory, beginning) = typed.rsplit_once('/').map_or(("", typed), |(directory, rest)| (directory, rest));
    let shown = if typed.contains('/') { format!("{directory}/") } else { String::new() };
    let found = engine
        .resolve_container(container)
        .and_then(|record| engine.container_files(&record.id))
        .and_then(|files| files.names(&format!("/{directory}"), FILES_MAX));
    let fitting = found.unwrap_or_default().into_iter().filter(|(name, _)| {
        // Neither what would have to be quoted nor what would write on the terminal.
        let plain =
            !name.contains(|c: char| c.is_control() || c.is_whitespace() || "'\"\\$`&|;<>()*?[]{}!#".contains(c));
        plain && name.starts_with(beginning) && (beginning.starts_with('.') || !name.starts_with('.'))
    });
    let mut words: Vec<String> = fitting
        .map(|(name, is_directory)| format!("{container}:{shown}{name}{}", if is_directory { "/" } else { "" }))
        .collect();
    words.sort();
    words
}
