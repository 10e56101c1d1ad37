//! `-v` as the client reads it. Source: docker/cli `cli/compose/loader/volume.go`, which it uses.

/// What one `-v` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeFlag {
    /// A target alone: an anonymous volume.
    Anonymous(String),
    /// Goes to the daemon as it is, a relative path of the host apart.
    Bind {
        /// Begins with a dot: to be made absolute.
        relative: bool,
    },
}

/// Reads one `-v`.
///
/// # Errors
/// The client's sentence.
pub fn parse(text: &str) -> Result<VolumeFlag, String> {
    if text.is_empty() {
        return Err("invalid empty volume spec".to_owned());
    }
    if text.len() <= 2 {
        return Ok(VolumeFlag::Anonymous(text.to_owned()));
    }
    let sections = sections(text);
    let invalid = |reason: &str| format!("invalid spec: {text}: {reason}");
    if sections.iter().any(String::is_empty) {
        return Err(invalid("empty section between colons"));
    }
    match sections.as_slice() {
        [target] => Ok(VolumeFlag::Anonymous(target.clone())),
        [_, _] | [_, _, _] => Ok(VolumeFlag::Bind { relative: text.starts_with('.') }),
        _ => Err(invalid("too many colons")),
    }
}

/// Cut at colons; a single letter before one is a drive of Windows, even here.
fn sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    for letter in text.chars() {
        let section = sections.last_mut().expect("there is always one");
        let drive = section.chars().count() == 1 && section.chars().all(char::is_alphabetic);
        if letter == ':' && !drive {
            sections.push(String::new());
        } else {
            section.push(letter);
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_the_clients() {
        for (text, words) in [
            ("/nope:", "invalid spec: /nope:: empty section between colons"),
            (":/x", "invalid spec: :/x: empty section between colons"),
            ("/tmp:/x:ro:z", "invalid spec: /tmp:/x:ro:z: too many colons"),
        ] {
            assert_eq!(parse(text).unwrap_err(), words);
        }
        assert_eq!(parse("/data").unwrap(), VolumeFlag::Anonymous("/data".into()));
        assert_eq!(parse("a:/x").unwrap(), VolumeFlag::Anonymous("a:/x".into()));
        assert_eq!(parse("db:/x").unwrap(), VolumeFlag::Bind { relative: false });
        assert_eq!(parse("./a:/x:ro").unwrap(), VolumeFlag::Bind { relative: true });
    }
}
