//! The third part of `-v`: `ro`, `z`, `nocopy`, `rslave`. Source: moby `volume/mounts`, Linux rules.

use crate::engine::rootfs::Propagation;

/// Of each of these rows a mode may have one word.
const FAMILIES: &[&[&str]] = &[
    &["ro", "rw"],
    &["z", "Z"],
    PROPAGATIONS,
    &["nocopy"],
    // For other systems; they mean nothing here, to Docker either.
    &["consistent", "cached", "delegated"],
];

const PROPAGATIONS: &[&str] = &["private", "rprivate", "slave", "rslave", "shared", "rshared"];

/// Whether Docker takes this mode; the empty one is.
pub(super) fn is_valid(mode: &str) -> bool {
    if mode.is_empty() {
        return true;
    }
    let words: Vec<&str> = mode.split(',').collect();
    words.iter().all(|word| FAMILIES.iter().any(|family| family.contains(word)))
        && FAMILIES.iter().all(|family| words.iter().filter(|word| family.contains(word)).count() <= 1)
}

/// Whether a mode has this word.
pub(super) fn has(mode: &str, wanted: &str) -> bool {
    mode.split(',').any(|word| word == wanted)
}

/// The propagation a mode names.
pub(super) fn propagation(mode: &str) -> Option<&str> {
    mode.split(',').find(|word| is_propagation(word))
}

/// Whether this is a propagation's name.
pub(super) fn is_propagation(word: &str) -> bool {
    PROPAGATIONS.contains(&word)
}

/// What a propagation's name means; recursion is the bind's own affair.
pub(super) fn meaning(name: &str) -> Propagation {
    match name {
        "shared" | "rshared" => Propagation::Shared,
        "slave" | "rslave" => Propagation::Slave,
        _ => Propagation::Private,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_of_each_family() {
        for mode in ["", "ro", "rw,z", "Z,ro,rslave", "nocopy", "cached,ro"] {
            assert!(is_valid(mode), "{mode}");
        }
        for mode in ["foo", "ro,rw", "ro,z,Z", "rslave,shared", "ro,", "RO"] {
            assert!(!is_valid(mode), "{mode}");
        }
        assert_eq!(propagation("ro,rslave"), Some("rslave"));
        assert!(has("ro,z", "z") && !has("ro", "r"));
    }
}
