//! `--detach-keys`: `ctrl-p,ctrl-q` to bytes. Source: moby/term `ToBytes`.

/// What detaches when nothing else is said: Ctrl-P Ctrl-Q.
pub const DEFAULT: &[u8] = &[16, 17];

/// The bytes of a comma-separated list of keys; `None` for an unknown key.
pub fn parse(keys: &str) -> Option<Vec<u8>> {
    keys.split(',').map(key).collect()
}

fn key(name: &str) -> Option<u8> {
    if let [byte] = name.as_bytes() {
        return Some(*byte);
    }
    if name == "DEL" {
        return Some(127);
    }
    match name.strip_prefix("ctrl-")?.as_bytes() {
        [letter @ b'a'..=b'z'] => Some(letter - b'a' + 1),
        b"@" => Some(0),
        b"[" => Some(27),
        b"\\" => Some(28),
        b"]" => Some(29),
        b"^" => Some(30),
        b"_" => Some(31),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_bytes() {
        assert_eq!(parse("ctrl-p,ctrl-q").as_deref(), Some(DEFAULT));
        assert_eq!(parse("a,DEL,ctrl-@"), Some(vec![b'a', 127, 0]));
        assert_eq!(parse("ctrl-p,"), None);
        assert_eq!(parse("ctrl-é"), None);
    }
}
