//! What a registry asks before it answers: the `WWW-Authenticate` header. Source: RFC 9110 § 11.6.1.

/// A way to prove who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// Name and password with every request.
    Basic,
    /// A token from somewhere else.
    Bearer {
        /// Where.
        realm: String,
        /// For whom.
        service: Option<String>,
        /// To do what; the registry's own idea of it.
        scope: Option<String>,
    },
}

impl Challenge {
    /// Reads the header; the first scheme we know wins, tokens before passwords.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let schemes = ["bearer", "basic"];
        schemes.iter().find_map(|scheme| {
            let start = header.to_ascii_lowercase().find(scheme)?;
            let parameters = parameters(&header[start + scheme.len()..]);
            let find = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            match *scheme {
                "basic" => Some(Self::Basic),
                _ => Some(Self::Bearer { realm: find("realm")?, service: find("service"), scope: find("scope") }),
            }
        })
    }
}

/// `name="value", name=value`, up to the next scheme.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',', '\t']);
        if name.is_empty() || name.contains(' ') {
            break;
        }
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => after
                .split_once(',')
                .map_or((after.trim().to_owned(), ""), |(value, after)| (value.trim().to_owned(), after)),
        };
        found.push((name.to_ascii_lowercase(), value));
        rest = after;
    }
    found
}

fn quoted_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read_in_all_its_forms() {
        let bearer = |realm: &str, service: Option<&str>, scope: Option<&str>| Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scope: scope.map(str::to_owned),
        };
        for (header, expected) in [
            ("Basic realm=\"registry\"", Some(Challenge::Basic)),
            ("basic", Some(Challenge::Basic)),
            (
                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a/b:pull,push\"",
                Some(bearer(
                    "https://auth.docker.io/token",
                    Some("registry.docker.io"),
                    Some("repository:a/b:pull,push"),
                )),
            ),
            ("Bearer realm=http://x/t, service=s", Some(bearer("http://x/t", Some("s"), None))),
            ("Bearer realm=\"a\\\"b\"", Some(bearer("a\"b", None, None))),
            ("Basic realm=\"x\", Bearer realm=\"y\"", Some(bearer("y", None, None))),
            ("Bearer service=\"no realm\"", None),
            ("Negotiate", None),
            ("", None),
        ] {
            assert_eq!(Challenge::parse(header), expected, "{header}");
        }
    }
}
