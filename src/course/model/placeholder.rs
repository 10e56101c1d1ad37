//! [`Placeholder`]: a hole in a text, filled with what the learner made: `{container:premier.id}`.
//!
//! A hole is `{word:name}` or `{word:name.field}`, the same in every language. Anything else between braces
//! (`{{.Names}}`, `{print $1}`, `{"a":1}`) is text.

use crate::verify::Name;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment<'text> {
    /// As written.
    Text(&'text str),
    /// To be filled.
    Hole(Placeholder),
}

/// What a hole is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// A field of a container bound before.
    Container(Name, ContainerField),
    /// A field of an image: the name it was bound under or, if none is, its reference.
    Image(String, ImageField),
}

/// What can be said of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerField {
    /// The short id (12 digits); also when no field is written.
    Id,
    /// The name Docker gave it.
    Name,
    /// Its status now.
    Status,
    /// Its last exit code.
    ExitCode,
    /// The host name inside it.
    Hostname,
}

/// What can be said of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageField {
    /// The short id (12 digits); also when no field is written.
    Id,
    /// Its first reference.
    Tag,
    /// Its size, as `docker images` writes it.
    Size,
    /// How many layers it has.
    Layers,
}

/// A hole that names nothing known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown placeholder `{text}`")]
pub struct InvalidPlaceholder {
    /// The hole as written, braces included.
    pub text: String,
    /// Where it begins, in bytes.
    pub offset: usize,
}

/// Cuts `text` into pieces.
pub fn segments(text: &str) -> Result<Vec<Segment<'_>>, InvalidPlaceholder> {
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut search = 0;
    while let Some(found) = text[search..].find('{') {
        let start = search + found;
        let Some(length) = hole_length(&text[start..]) else {
            search = start + 1;
            continue;
        };
        let end = start + length;
        let hole = parse(&text[start + 1..end - 1])
            .ok_or_else(|| InvalidPlaceholder { text: text[start..end].to_owned(), offset: start })?;
        if start > done {
            pieces.push(Segment::Text(&text[done..start]));
        }
        pieces.push(Segment::Hole(hole));
        done = end;
        search = end;
    }
    if done < text.len() {
        pieces.push(Segment::Text(&text[done..]));
    }
    Ok(pieces)
}

/// The length of `{word:…}` at the head of `text`, if that is what stands there. The word is ASCII letters.
fn hole_length(text: &str) -> Option<usize> {
    let close = text.find('}')?;
    let (word, rest) = text[1..close].split_once(':')?;
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let one_line = !rest.contains(['\n', '{', ' ']);
    (is_word && one_line).then_some(close + 1)
}

fn parse(inside: &str) -> Option<Placeholder> {
    let (word, rest) = inside.split_once(':')?;
    match word {
        "container" => {
            let (name, field) = rest.split_once('.').unwrap_or((rest, "id"));
            let field = match field {
                "id" => ContainerField::Id,
                "name" => ContainerField::Name,
                "status" => ContainerField::Status,
                "exit_code" => ContainerField::ExitCode,
                "hostname" => ContainerField::Hostname,
                _ => return None,
            };
            Some(Placeholder::Container(Name::try_from(name).ok()?, field))
        }
        "image" => {
            // A reference may hold dots: only a known last word is a field.
            let (name, field) = match rest.rsplit_once('.') {
                Some((name, "id")) => (name, ImageField::Id),
                Some((name, "tag")) => (name, ImageField::Tag),
                Some((name, "size")) => (name, ImageField::Size),
                Some((name, "layers")) => (name, ImageField::Layers),
                _ => (rest, ImageField::Id),
            };
            (!name.is_empty()).then(|| Placeholder::Image(name.to_owned(), field))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_cut_out_of_its_text() {
        let pieces = segments("`docker diff {container:premier}` !").expect("valid");
        let name = Name::try_from("premier").expect("valid");
        assert_eq!(
            pieces,
            [
                Segment::Text("`docker diff "),
                Segment::Hole(Placeholder::Container(name, ContainerField::Id)),
                Segment::Text("` !"),
            ]
        );
    }

    #[test]
    fn other_braces_are_text() {
        for text in ["{{.Names}}", "awk '{print $1}'", r#"{"a":1}"#, "{}", "{", "${HOME:-/}", "{a: b}"] {
            assert_eq!(segments(text), Ok(vec![Segment::Text(text)]), "{text}");
        }
    }

    #[test]
    fn an_image_reference_may_hold_dots_and_a_tag() {
        let hole = Placeholder::Image("reg.example/app:1.0".to_owned(), ImageField::Size);
        assert_eq!(segments("{image:reg.example/app:1.0.size}"), Ok(vec![Segment::Hole(hole)]));
    }

    #[test]
    fn an_unknown_hole_is_refused_with_its_place() {
        for text in ["é {conteneur:premier}", "é {container:premier.colour}", "é {image:}"] {
            let error = segments(text).expect_err("refused");
            assert_eq!(error.offset, 3, "{text}");
        }
    }
}
