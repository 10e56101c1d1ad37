//! Paths as Docker's client cuts them: a `/` or `/.` at the end means something and is kept.

use std::path::{Component, Path, PathBuf};

/// Whether it ends in `/`.
pub fn ends_with_separator(path: &str) -> bool {
    path.ends_with('/')
}

/// Whether its last component is `.`.
pub fn is_current_directory(path: &str) -> bool {
    path == "." || path.ends_with("/.")
}

/// Whether it can only be a directory.
pub fn asserts_directory(path: &str) -> bool {
    ends_with_separator(path) || is_current_directory(path)
}

/// Go's `filepath.Clean`.
pub fn clean(path: &str) -> String {
    let mut cleaned = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match cleaned.components().next_back() {
                Some(Component::Normal(_)) => {
                    cleaned.pop();
                }
                Some(Component::RootDir) => {}
                _ => cleaned.push(".."),
            },
            other => cleaned.push(other),
        }
    }
    let cleaned = cleaned.to_string_lossy().into_owned();
    if cleaned.is_empty() { ".".to_owned() } else { cleaned }
}

/// A cleaned path with the `/` or `/.` its original ended in.
pub fn preserving_end(cleaned: &str, original: &str) -> String {
    let mut path = cleaned.to_owned();
    if is_current_directory(original) && !is_current_directory(&path) {
        if !ends_with_separator(&path) {
            path.push('/');
        }
        path.push('.');
    }
    if ends_with_separator(original) && !ends_with_separator(&path) {
        path.push('/');
    }
    path
}

/// Directory and name of a path; the name of `dir/.` is `.`, of `/` it is `/`.
pub fn split(path: &str) -> (String, String) {
    let mut cleaned = clean(path);
    if is_current_directory(path) && cleaned != "/" {
        cleaned.push_str("/.");
    }
    let directory = match cleaned.rfind('/') {
        Some(slash) => clean(&cleaned[..=slash]),
        None => ".".to_owned(),
    };
    (directory, base(&cleaned))
}

/// Go's `filepath.Base`.
pub fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/".to_owned() } else { trimmed.rsplit('/').next().unwrap_or(trimmed).to_owned() }
}

/// A link's target read from the directory the link stands in.
pub fn beside(link: &str, target: &Path) -> String {
    if target.is_absolute() {
        return target.to_string_lossy().into_owned();
    }
    clean(&format!("{}/{}", split(link).0, target.to_string_lossy()))
}

/// What `-L` copies: the target with the original's ending, and the original's name when they differ.
pub fn followed(original: &str, target: &str) -> (String, Option<String>) {
    let target = preserving_end(target, original);
    let name = base(original);
    let renamed = (name != base(&target)).then_some(name);
    (target, renamed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cut_as_go_cuts_them() {
        for (path, directory, name) in [
            ("/a/b", "/a", "b"),
            ("/a/b/", "/a", "b"),
            ("/a/b/.", "/a/b", "."),
            ("/", "/", "/"),
            ("b", ".", "b"),
            ("/a/../b", "/", "b"),
        ] {
            assert_eq!(split(path), (directory.to_owned(), name.to_owned()), "{path}");
        }
        assert_eq!(preserving_end("/a", "a/."), "/a/.");
        assert_eq!(preserving_end("/a", "a/"), "/a/");
        assert_eq!((base("/a/b/"), base("/"), base("/a/.")), ("b".to_owned(), "/".to_owned(), ".".to_owned()));
        assert_eq!(followed("/link/", "/target"), ("/target/".to_owned(), Some("link".to_owned())));
    }
}
