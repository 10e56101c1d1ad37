//! Names as the distribution specification has them. A name that passed here is safe as a path: its components begin with
//! a letter or a digit, so none is `..`, and none collides with our own files, which begin with `_`.

/// Longest repository name.
const MAX_NAME: usize = 255;
/// Longest tag.
const MAX_TAG: usize = 128;

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/…)*`
pub fn is_repository(name: &str) -> bool {
    name.len() <= MAX_NAME && name.split('/').all(is_component)
}

fn is_component(component: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = component.as_bytes();
    let ends_well = bytes.first().copied().is_some_and(alphanumeric) && bytes.last().copied().is_some_and(alphanumeric);
    let mut separators = component.split(|letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    ends_well
        && separators
            .all(|separator| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-'))
}

/// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`
pub fn is_tag(tag: &str) -> bool {
    let first = tag.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    first && tag.len() <= MAX_TAG && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        for name in ["alpine", "library/alpine", "a/b-c/d__e/f.g", "a--b", "0"] {
            assert!(is_repository(name), "{name}");
        }
        for name in ["", "A", "a/", "/a", "a//b", "..", "a/../b", "_tags", "a_", "a..b", "a___b", "a/.b", "a\0", "é"] {
            assert!(!is_repository(name), "{name}");
        }
        assert!(is_tag("1.2_rc-3") && is_tag("_x") && !is_tag(".x") && !is_tag("a/b") && !is_tag("") && !is_tag("é"));
    }
}
