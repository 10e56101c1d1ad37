//! The verbs on images that are known by name and not obeyed yet: for their refusal, their help and their completion.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// All of them.
pub(in crate::docker) static VERBS: &[&Verb] = &[&IMPORT, &LOAD, &PRUNE, &SAVE];

static IMPORT_FLAGS: &[Flag] = &[
    flag("change", FlagKind::List, "docker-flag-change").short('c'),
    flag("message", FlagKind::Text, "docker-flag-message").short('m'),
    flag("platform", FlagKind::Text, "docker-flag-platform"),
];

static IMPORT: Verb = Verb {
    names: &["image import", "import"],
    usage: &["[OPTIONS] file|URL|- [REPOSITORY[:TAG]]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Path,
    flags_end: FlagsEnd::Never,
    flags: &[IMPORT_FLAGS],
    about: "docker-verb-import",
    read: None,
};

static LOAD_FLAGS: &[Flag] = &[
    flag("input", FlagKind::Text, "docker-flag-input").short('i'),
    flag("platform", FlagKind::Text, "docker-flag-platform"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet").short('q'),
];

static LOAD: Verb = Verb {
    names: &["image load", "load"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[LOAD_FLAGS],
    about: "docker-verb-load",
    read: None,
};

static PRUNE_FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-unused-images").short('a'),
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
];

static PRUNE: Verb = Verb {
    names: &["image prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[PRUNE_FLAGS],
    about: "docker-verb-image-prune",
    read: None,
};

static SAVE_FLAGS: &[Flag] = &[
    flag("output", FlagKind::Text, "docker-flag-output").short('o'),
    flag("platform", FlagKind::Text, "docker-flag-platform"),
];

static SAVE: Verb = Verb {
    names: &["image save", "save"],
    usage: &["[OPTIONS] IMAGE [IMAGE...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[SAVE_FLAGS],
    about: "docker-verb-save",
    read: None,
};
