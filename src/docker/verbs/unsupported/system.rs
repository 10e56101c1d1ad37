//! The verbs on Docker itself and its cache that are known by name and not obeyed yet: for their refusal, their help and their completion.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// All of them.
pub(in crate::docker) static VERBS: &[&Verb] = &[&DF, &PRUNE];

static DF_FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("verbose", FlagKind::Bool, "docker-flag-verbose").short('v'),
];

static DF: Verb = Verb {
    names: &["system df"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[DF_FLAGS],
    about: "docker-verb-system-df",
    read: None,
};

static PRUNE_FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-unused-images").short('a'),
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
    flag("volumes", FlagKind::Bool, "docker-flag-volumes-prune"),
];

static PRUNE: Verb = Verb {
    names: &["system prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[PRUNE_FLAGS],
    about: "docker-verb-system-prune",
    read: None,
};
