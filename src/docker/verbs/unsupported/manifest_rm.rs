//! `docker manifest rm`: known by name.

use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["manifest rm"],
    usage: &["MANIFEST_LIST [MANIFEST_LIST...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-manifest-rm",
    read: None,
};
