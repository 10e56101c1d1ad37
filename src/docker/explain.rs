//! A line dissected word by word, each with the id of its description: for `explique docker run -it --rm alpine`.

use std::ops::Range;

use super::flag::Flag;
use super::group::{self, Group};
use super::pflag::{self, Table};
use super::verb::{FlagsEnd, Operand, Verb};
use super::{catalogue, global};

/// A piece of the line.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Which words of the line, counted from the one after `docker`.
    pub words: Range<usize>,
    /// What they are.
    pub role: Role,
}

/// What a piece of a line is.
#[derive(Debug, Clone)]
pub enum Role {
    /// A management group.
    Group(&'static Group),
    /// The verb; its description is `about`.
    Verb(&'static Verb),
    /// A flag and its value when it takes one; several flags may share one word (`-it`).
    Flag(&'static Flag, String),
    /// An image.
    Image,
    /// A container.
    Container,
    /// A volume.
    Volume,
    /// A container or an image.
    Object,
    /// The command run inside a container, arguments included.
    InnerCommand,
    /// A network.
    Network,
    /// A path.
    Path,
    /// An argument that is none of these.
    Argument,
}

/// Dissects the words that follow `docker`. A line that cannot be read is dissected up to the verb.
pub fn explain(words: &[String]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let table = Table { by_name: &global::by_name, by_letter: &global::by_letter };
    let Ok(sorted) = pflag::sort(words, 0, table, FlagsEnd::AtFirstArgument) else { return pieces };
    push_flags(&mut pieces, sorted.uses);
    let Some(first) = sorted.arguments.first().map(|argument| argument.word) else { return pieces };
    let (verb, after) = match group::find(&words[first]) {
        Some(found) => {
            pieces.push(Piece { words: first..first + 1, role: Role::Group(found) });
            let name = words.get(first + 1).map(|name| format!("{} {name}", found.name));
            (name.and_then(|name| catalogue::find(&name)), first + 2)
        }
        None => (catalogue::find(&words[first]), first + 1),
    };
    let Some(verb) = verb else { return pieces };
    pieces.push(Piece { words: after - 1..after, role: Role::Verb(verb) });
    let by_name = |long: &str| verb.flag(long);
    let by_letter = |letter| verb.flag_by_letter(letter);
    let table = Table { by_name: &by_name, by_letter: &by_letter };
    if let Ok(sorted) = pflag::sort(&words[after..], after, table, verb.flags_end) {
        push_flags(&mut pieces, sorted.uses);
        push_arguments(&mut pieces, verb, &sorted.arguments);
    }
    pieces.sort_by_key(|piece| piece.words.start);
    pieces
}

fn push_flags(pieces: &mut Vec<Piece>, uses: Vec<super::FlagUse>) {
    pieces.extend(uses.into_iter().map(|used| Piece { words: used.words, role: Role::Flag(used.flag, used.value) }));
}

fn push_arguments(pieces: &mut Vec<Piece>, verb: &Verb, arguments: &[super::Argument]) {
    for (position, argument) in arguments.iter().enumerate() {
        let role = match (verb.operand, position) {
            (Operand::Image, _) | (Operand::ImageThenCommand, 0) | (Operand::ContainerThenImage, 1) => Role::Image,
            (Operand::Container | Operand::RunningContainer | Operand::StoppedContainer, _)
            | (Operand::ContainerThenCommand | Operand::ContainerThenImage, 0) => Role::Container,
            (Operand::ImageThenCommand | Operand::ContainerThenCommand, _) => {
                let last = arguments.last().map_or(argument.word, |last| last.word);
                pieces.push(Piece { words: argument.word..last + 1, role: Role::InnerCommand });
                return;
            }
            (Operand::NetworkThenContainer, 1) => Role::Container,
            (Operand::Network | Operand::NetworkThenContainer, _) => Role::Network,
            (Operand::Volume, _) => Role::Volume,
            (Operand::Object, _) => Role::Object,
            (Operand::Path, _) => Role::Path,
            _ => Role::Argument,
        };
        pieces.push(Piece { words: argument.word..argument.word + 1, role });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_piece() {
        let words: Vec<String> = "container run -it --name web alpine sh -c ls".split(' ').map(str::to_owned).collect();
        let said: Vec<(Range<usize>, &str)> = explain(&words)
            .into_iter()
            .map(|piece| {
                let role = match piece.role {
                    Role::Group(group) => group.name,
                    Role::Verb(verb) => verb.name(),
                    Role::Flag(flag, _) => flag.long,
                    Role::Image => "image",
                    Role::InnerCommand => "command",
                    _ => "?",
                };
                (piece.words, role)
            })
            .collect();
        assert_eq!(
            said,
            [
                (0..1, "container"),
                (1..2, "container run"),
                (2..3, "interactive"),
                (2..3, "tty"),
                (3..5, "name"),
                (5..6, "image"),
                (6..9, "command"),
            ]
        );
    }
}
