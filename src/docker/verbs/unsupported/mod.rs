//! Verbs that are known by name and not obeyed yet. A verb leaves this room for a file of its own.

mod system;

use crate::docker::verb::Verb;

/// Every table of this room.
pub(in crate::docker) static TABLES: &[&[&Verb]] =
    &[system::VERBS];
