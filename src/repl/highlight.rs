//! What each piece of the line being typed is, so that it can be painted. Says nothing about colours.

use std::ops::Range;

use super::scan::{Token, scan};

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A command's name: `docker`, `ls`, `indice`.
    Command,
    /// A verb of docker.
    Verb,
    /// `-it`, `--rm`.
    Flag,
    /// Something in quotes.
    Quoted,
    /// Something the shell will replace.
    Expanded,
    /// `|`, `>`, `;`.
    Operator,
    /// `# …`
    Comment,
    /// Any other word.
    Plain,
}

/// The pieces of a line worth painting, in order, without overlap.
pub fn highlight(line: &str) -> Vec<(Range<usize>, Kind)> {
    let mut pieces = Vec::new();
    let mut place = Place::Command;
    for token in scan(line).tokens {
        match token {
            Token::Comment(range) => pieces.push((range, Kind::Comment)),
            Token::Operator(range) => {
                let redirects = line[range.clone()].contains(['<', '>']);
                place = if redirects { place } else { Place::Command };
                pieces.push((range, Kind::Operator));
            }
            Token::Word(word) => {
                let kind = match place {
                    _ if word.quoted => Kind::Quoted,
                    _ if word.expands => Kind::Expanded,
                    Place::Command if word.text.contains('=') => Kind::Plain,
                    Place::Command => Kind::Command,
                    _ if word.text.starts_with('-') && word.text.len() > 1 => Kind::Flag,
                    Place::Verb => Kind::Verb,
                    Place::Arguments => Kind::Plain,
                };
                place = match (place, kind) {
                    (Place::Command, Kind::Plain) => Place::Command,
                    (Place::Command, Kind::Command) if word.text == "docker" => Place::Verb,
                    (Place::Verb, Kind::Verb)
                        if matches!(word.text.as_str(), "container" | "image" | "volume" | "network" | "system") =>
                    {
                        Place::Verb
                    }
                    (Place::Verb, Kind::Flag) => Place::Verb,
                    _ => Place::Arguments,
                };
                pieces.push((word.span, kind));
            }
        }
    }
    pieces
}

#[derive(Clone, Copy)]
enum Place {
    Command,
    Verb,
    Arguments,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_is_known() {
        let line = "docker container run -it alpine 'a b' | wc -l # fin";
        let kinds: Vec<(&str, Kind)> = highlight(line).into_iter().map(|(range, kind)| (&line[range], kind)).collect();
        assert_eq!(
            kinds,
            [
                ("docker", Kind::Command),
                ("container", Kind::Verb),
                ("run", Kind::Verb),
                ("-it", Kind::Flag),
                ("alpine", Kind::Plain),
                ("'a b'", Kind::Quoted),
                ("|", Kind::Operator),
                ("wc", Kind::Command),
                ("-l", Kind::Flag),
                ("# fin", Kind::Comment),
            ]
        );
    }
}
