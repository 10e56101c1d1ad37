//! `docker manifest push`: known by name.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["manifest push"],
    usage: &["[OPTIONS] MANIFEST_LIST"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-manifest-push",
    read: None,
};

static FLAGS: &[Flag] = &[
    flag("insecure", FlagKind::Bool, "docker-flag-insecure"),
    flag("purge", FlagKind::Bool, "docker-flag-purge").short('p'),
];
