//! What a container has mounted: from what was asked (`-v`, `--mount`, `--volumes-from`, `VOLUME`) to mount points,
//! and from those to what its start carries out. Source: moby `daemon/volumes.go`.

mod mode;
mod parse;
mod plan;
mod propagation;
mod resolve;
mod seed;
mod tmpfs;
mod validate;
mod volumes_from;

pub(in crate::engine) use resolve::anonymous_name;

use std::path::{Component, Path};

/// An absolute path without `.`, `..`, doubled or trailing slashes, as Go's `filepath.Clean` leaves it.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) => parts.extend(part.to_str()),
            Component::ParentDir => drop(parts.pop()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    format!("/{}", parts.join("/"))
}
