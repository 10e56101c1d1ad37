//! Verbs that are known, with their flags, and refused by name. One file each.

pub mod manifest_annotate;
pub mod manifest_create;
pub mod manifest_push;
pub mod manifest_rm;

use crate::docker::verb::Verb;

/// All of them.
pub(in crate::docker) static REFUSED: &[&Verb] =
    &[&manifest_annotate::VERB, &manifest_create::VERB, &manifest_push::VERB, &manifest_rm::VERB];
