//! ADD's sources that are not files: what kind a word is, and what a URL gives.

use std::path::Path;

use super::BuildError;
use crate::engine::oci::Digest;

/// What a source of ADD is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceKind {
    /// A path of the context.
    Local,
    /// A file somebody serves.
    Http,
    /// A repository.
    Git,
}

/// Tells them apart. Source: BuildKit's `gitutil.ParseGitRef`.
pub(super) fn kind(source: &str) -> SourceKind {
    let plain = source.split(['#', '?']).next().unwrap_or(source);
    let web = source.starts_with("http://") || source.starts_with("https://");
    let hosted = source.starts_with("github.com/");
    if ["git://", "git@", "ssh://"].iter().any(|start| source.starts_with(start)) || hosted {
        return SourceKind::Git;
    }
    let repository = Path::new(plain).extension().is_some_and(|extension| extension == "git");
    match (web, repository) {
        (true, true) => SourceKind::Git,
        (true, false) => SourceKind::Http,
        (false, _) => SourceKind::Local,
    }
}

/// Reads `--checksum`.
pub(super) fn checksum(text: &str) -> Result<Digest, BuildError> {
    let Some((algorithm, hex)) = text.split_once(':') else {
        return Err(BuildError::Invalid("invalid checksum digest format".to_owned()));
    };
    match algorithm {
        "sha256" => text.parse().map_err(|_| {
            let wrong = if hex.len() == 64 { "format" } else { "length" };
            BuildError::Invalid(format!("invalid checksum digest {wrong}"))
        }),
        "sha384" | "sha512" => Err(BuildError::Unsupported(format!("ADD --checksum={algorithm}"))),
        _ => Err(BuildError::Invalid("unsupported digest algorithm".to_owned())),
    }
}

/// The name a URL's file gets in a directory.
pub(super) fn file_name(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after.split(['?', '#']).next().unwrap_or_default().split_once('/').map_or("", |(_, path)| path);
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match name {
        "" | "." | ".." => "__unnamed__".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_apart() {
        for (source, expected) in [
            ("https://example.org/a.tar", SourceKind::Http),
            ("https://example.org/a.git#main", SourceKind::Git),
            ("git@example.org:a", SourceKind::Git),
            ("github.com/a/b", SourceKind::Git),
            ("a/b.git", SourceKind::Local),
        ] {
            assert_eq!(kind(source), expected, "{source}");
        }
        assert_eq!(file_name("http://h/a/b.txt?x=/y"), "b.txt");
        assert_eq!(file_name("http://h"), "__unnamed__");
        assert_eq!(file_name("http://h/.."), "__unnamed__");
    }
}
