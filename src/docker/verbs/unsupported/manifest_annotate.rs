//! `docker manifest annotate`: known by name.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["manifest annotate"],
    usage: &["[OPTIONS] MANIFEST_LIST MANIFEST"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-manifest-annotate",
    read: None,
};

static FLAGS: &[Flag] = &[
    flag("arch", FlagKind::Text, "docker-flag-arch"),
    flag("os", FlagKind::Text, "docker-flag-os"),
    flag("os-features", FlagKind::Strings, "docker-flag-os-features"),
    flag("os-version", FlagKind::Text, "docker-flag-os-version"),
    flag("variant", FlagKind::Text, "docker-flag-variant"),
];
