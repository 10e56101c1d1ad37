//! Which machine an image is for, in Go's words.

use std::str::FromStr;

/// Not `os[/architecture[/variant]]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\": unknown operating system or architecture: invalid argument")]
pub struct InvalidPlatform(pub String);

/// An operating system and an architecture. Variants (`v7`, `v8`) are read and do not matter to us: of each architecture
/// we know, every machine runs what others run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// `linux`.
    pub os: String,
    /// `amd64`, `arm64`, …
    pub architecture: String,
}

impl Platform {
    /// The machine we were built for.
    pub fn host() -> Self {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        Self { os: "linux".to_owned(), architecture: architecture.to_owned() }
    }

    /// Reads `os`, `architecture`, `os/architecture` or `os/architecture/variant`, in any usual spelling; `None` for
    /// what containerd does not know.
    pub fn parse(text: &str) -> Option<Self> {
        let host = Self::host();
        let known_os = |word: &str| matches!(word, "linux" | "windows" | "darwin" | "freebsd");
        let words: Vec<String> = text.split('/').map(str::to_ascii_lowercase).collect();
        match words.as_slice() {
            [os] if known_os(os) => Some(Self { os: os.clone(), architecture: host.architecture }),
            [word] => Some(Self { os: host.os, architecture: known_architecture(word)? }),
            [os, word] | [os, word, _] => Some(Self { os: os.clone(), architecture: known_architecture(word)? }),
            _ => None,
        }
    }
}

/// Go's name of an architecture.
fn known_architecture(word: &str) -> Option<String> {
    let name = match word {
        "x86_64" | "x86-64" | "amd64" => "amd64",
        "aarch64" | "arm64" => "arm64",
        "i386" | "386" => "386",
        "arm" | "armhf" | "armel" | "armv7" => "arm",
        "ppc64le" | "s390x" | "riscv64" | "mips64le" | "loong64" | "wasm" => word,
        _ => return None,
    };
    Some(name.to_owned())
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)
    }
}

impl FromStr for Platform {
    type Err = InvalidPlatform;

    fn from_str(text: &str) -> Result<Self, InvalidPlatform> {
        let parts: Vec<&str> = text.split('/').collect();
        let wrong = parts.is_empty()
            || parts.len() > 3
            || parts.iter().any(|part| {
                part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
            });
        if wrong {
            return Err(InvalidPlatform(text.to_owned()));
        }
        let known = |word: &str| matches!(word, "linux" | "windows" | "darwin" | "freebsd");
        let architecture = |word: &str| match word.to_ascii_lowercase().as_str() {
            "x86_64" | "x86-64" => "amd64".to_owned(),
            "aarch64" => "arm64".to_owned(),
            other => other.to_owned(),
        };
        match parts.as_slice() {
            [os] if known(os) => Ok(Self { os: (*os).to_owned(), ..Self::host() }),
            [only] => Ok(Self { architecture: architecture(only), ..Self::host() }),
            [os, machine, ..] => Ok(Self { os: os.to_ascii_lowercase(), architecture: architecture(machine) }),
            [] => Err(InvalidPlatform(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_read_as_docker_reads_them() {
        for (text, expected) in [
            ("linux/amd64", Some("linux/amd64")),
            ("linux/arm64/v8", Some("linux/arm64")),
            ("linux/x86_64", Some("linux/amd64")),
            ("aarch64", Some("linux/arm64")),
            ("windows/amd64", Some("windows/amd64")),
            ("linux/", None),
            ("a/b/c/d", None),
            ("linux/am d64", None),
        ] {
            assert_eq!(
                text.parse::<Platform>().ok().map(|platform| platform.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
