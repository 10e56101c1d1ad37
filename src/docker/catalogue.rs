//! Every verb Docker has, found by any of its names.

use super::verb::Verb;
use super::verbs;

/// A verb by one of its names: `ps`, `container list`.
pub fn find(name: &str) -> Option<&'static Verb> {
    // A name that Docker takes and does not list.
    let name = if name == "image rmi" { "rmi" } else { name };
    verbs().find(|verb| verb.names.contains(&name))
}

/// Every verb.
pub fn verbs() -> impl Iterator<Item = &'static Verb> {
    verbs::OBEYED.iter().chain(verbs::unsupported::REFUSED).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_verbs_share_a_name() {
        let mut seen = BTreeSet::new();
        for name in verbs().flat_map(|verb| verb.names) {
            assert!(seen.insert(name), "{name}");
        }
    }

    #[test]
    fn no_two_flags_of_a_verb_share_a_spelling() {
        for verb in verbs() {
            let mut seen = BTreeSet::new();
            for flag in verb.flags() {
                assert!(seen.insert(flag.long.to_owned()), "{} --{}", verb.name(), flag.long);
                if let Some(letter) = flag.short {
                    assert!(seen.insert(letter.to_string()), "{} -{letter}", verb.name());
                }
                if let Some(meant) = flag.stands_for {
                    assert!(verb.flag(meant).is_some(), "{} --{} stands for {meant}", verb.name(), flag.long);
                }
            }
        }
    }
}
