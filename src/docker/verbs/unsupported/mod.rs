//! Verbs that are known by name and not obeyed yet. A verb leaves this room for a file of its own.

mod network;
mod system;

use crate::docker::verb::Verb;

/// Every table of this room.
pub(in crate::docker) static TABLES: &[&[&Verb]] =
    &[network::VERBS, system::VERBS];
