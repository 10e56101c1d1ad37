//! `docker manifest create`: known by name.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["manifest create"],
    usage: &["MANIFEST_LIST MANIFEST [MANIFEST...]"],
    arguments: ArgumentRule::AtLeast(2),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-manifest-create",
    read: None,
};

static FLAGS: &[Flag] = &[
    flag("amend", FlagKind::Bool, "docker-flag-amend").short('a'),
    flag("insecure", FlagKind::Bool, "docker-flag-insecure"),
];
