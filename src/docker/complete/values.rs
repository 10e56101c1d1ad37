//! What the value of a flag may be: a word of its own, a name the engine knows, a path, or several of these in parts.

use super::{Candidate, Expected, fields};
use crate::docker::flag::{Flag, FlagKind};
use crate::docker::verb::{Operand, Verb};

/// What `partial`, the value of a flag as far as it is typed, may become; `prefix` stands before it in the same word.
pub(super) fn value_of(verb: &Verb, flag: &Flag, prefix: &str, partial: &str) -> Expected {
    match flag.kind {
        FlagKind::Filter => return filter(verb, prefix, partial),
        FlagKind::Mount => return mount(prefix, partial),
        _ => {}
    }
    match flag.long {
        "format" => return format(verb, prefix, partial),
        "volume" => return volume(prefix, partial),
        // The engine's own modes first, then whose is to be joined.
        "network" | "net" | "pid" | "ipc" | "userns" => {
            if let Some(name) = partial.strip_prefix("container:") {
                return Expected::Name(Operand::Container, format!("{prefix}container:"), name.to_owned());
            }
        }
        _ => {}
    }
    let words = words(flag.choices, prefix, partial);
    match flag.names {
        Operand::Nothing if words.is_empty() => Expected::Anything,
        Operand::Nothing => Expected::Candidates(words),
        Operand::Path => Expected::Path(prefix.to_owned(), partial.to_owned()),
        names => Expected::NameOr(names, prefix.to_owned(), partial.to_owned(), words),
    }
}

/// Those of some words that begin as typed.
fn words(choices: &[&str], prefix: &str, partial: &str) -> Vec<Candidate> {
    let fitting = choices.iter().filter(|choice| choice.starts_with(partial));
    fitting.map(|choice| Candidate { text: format!("{prefix}{choice}"), about: None }).collect()
}

/// `--filter KEY=VALUE`: the key first, then what it takes.
fn filter(verb: &Verb, prefix: &str, partial: &str) -> Expected {
    let Some((key, value)) = partial.split_once('=') else {
        let keys = fields::filter_keys(verb.name()).iter().filter(|key| key.starts_with(partial));
        let candidates = keys.map(|key| Candidate { text: format!("{prefix}{key}="), about: None });
        return Expected::Candidates(candidates.collect());
    };
    let before = format!("{prefix}{key}=");
    let names = match key {
        "ancestor" | "image" | "reference" => Operand::Image,
        "network" => Operand::Network,
        "volume" => Operand::Volume,
        "container" | "name" if verb.name() != "volume ls" && verb.name() != "network ls" => Operand::Container,
        "name" if verb.name() == "volume ls" => Operand::Volume,
        "name" => Operand::Network,
        "since" | "before" if verb.name() == "image ls" => Operand::Image,
        "since" | "before" => Operand::Container,
        _ => return Expected::Candidates(words(fields::filter_values(verb.name(), key), &before, value)),
    };
    Expected::Name(names, before, value.to_owned())
}

/// `-v SOURCE:TARGET[:OPTIONS]`: a volume, or a path of the host.
fn volume(prefix: &str, partial: &str) -> Expected {
    let parts: Vec<&str> = partial.split(':').collect();
    match parts.as_slice() {
        [source] if source.starts_with(['/', '.', '~']) => Expected::Path(prefix.to_owned(), (*source).to_owned()),
        [source] => Expected::Name(Operand::VolumeSource, prefix.to_owned(), (*source).to_owned()),
        [source, target, options] => {
            Expected::Candidates(words(&["ro", "rw"], &format!("{prefix}{source}:{target}:"), options))
        }
        _ => Expected::Anything,
    }
}

/// `--mount type=volume,source=…,target=…`.
fn mount(prefix: &str, partial: &str) -> Expected {
    let (before, last) = partial.rsplit_once(',').map_or(("", partial), |(before, last)| (before, last));
    let start = if before.is_empty() { prefix.to_owned() } else { format!("{prefix}{before},") };
    let Some((key, value)) = last.split_once('=') else {
        return Expected::Candidates(words(&["type=", "source=", "target=", "readonly"], &start, last));
    };
    let start = format!("{start}{key}=");
    let bind = before.split(',').any(|field| field == "type=bind");
    match key {
        "type" => Expected::Candidates(words(&["bind", "tmpfs", "volume"], &start, value)),
        "source" | "src" if bind => Expected::Path(start, value.to_owned()),
        "source" | "src" => Expected::Name(Operand::Volume, start, value.to_owned()),
        _ => Expected::Anything,
    }
}

/// `--format`: a word, or the field a template is at.
fn format(verb: &Verb, prefix: &str, partial: &str) -> Expected {
    let fields = fields::format_fields(verb.name());
    let (before, field) = match partial.rfind("{{").filter(|start| !partial[*start..].contains("}}")) {
        Some(start) => (&partial[..start], partial[start + 2..].trim_start().trim_start_matches('.')),
        None if partial.is_empty() || partial == "{" => ("", ""),
        None => {
            let words = words(&["json", "table "], prefix, partial);
            return if words.is_empty() { Expected::Anything } else { Expected::Candidates(words) };
        }
    };
    let templates = fields.iter().filter(|name| name.starts_with(field));
    let templates = templates.map(|name| Candidate { text: format!("{prefix}{before}{{{{.{name}}}}}"), about: None });
    let plain = if partial.is_empty() { words(&["json"], prefix, "") } else { Vec::new() };
    Expected::Candidates(plain.into_iter().chain(templates).collect())
}
