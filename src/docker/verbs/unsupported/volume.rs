//! The verbs on volumes that are known by name and not obeyed yet: for their refusal, their help and their completion.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// All of them.
pub(in crate::docker) static VERBS: &[&Verb] = &[&CREATE, &INSPECT, &LS, &PRUNE, &RM, &UPDATE];

static CREATE_FLAGS: &[Flag] = &[
    flag("availability", FlagKind::Text, "docker-flag-availability").default("active"),
    flag("driver", FlagKind::Text, "docker-flag-driver-volume").short('d').default("local"),
    flag("group", FlagKind::Text, "docker-flag-group"),
    flag("label", FlagKind::Label, "docker-flag-label"),
    flag("limit-bytes", FlagKind::Bytes, "docker-flag-limit-bytes"),
    flag("opt", FlagKind::Map, "docker-flag-opt").short('o').default("map[]"),
    flag("required-bytes", FlagKind::Bytes, "docker-flag-required-bytes"),
    flag("scope", FlagKind::Text, "docker-flag-scope").default("single"),
    flag("secret", FlagKind::Map, "docker-flag-secret").default("map[]"),
    flag("sharing", FlagKind::Text, "docker-flag-sharing").default("none"),
    flag("topology-preferred", FlagKind::List, "docker-flag-topology-preferred"),
    flag("topology-required", FlagKind::List, "docker-flag-topology-required"),
    flag("type", FlagKind::Text, "docker-flag-type-volume").default("block").choices(&[
        "container",
        "image",
        "network",
        "volume",
    ]),
];

static CREATE: Verb = Verb {
    names: &["volume create"],
    usage: &["[OPTIONS] [VOLUME]"],
    arguments: ArgumentRule::AtMost(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[CREATE_FLAGS],
    about: "docker-verb-volume-create",
    read: None,
};

static INSPECT_FLAGS: &[Flag] = &[flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f')];

static INSPECT: Verb = Verb {
    names: &["volume inspect"],
    usage: &["[OPTIONS] VOLUME [VOLUME...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[INSPECT_FLAGS],
    about: "docker-verb-volume-inspect",
    read: None,
};

static LS_FLAGS: &[Flag] = &[
    flag("cluster", FlagKind::Bool, "docker-flag-cluster"),
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-ids").short('q'),
];

static LS: Verb = Verb {
    names: &["volume ls", "volume list"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[LS_FLAGS],
    about: "docker-verb-volume-ls",
    read: None,
};

static PRUNE_FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-unused-volumes").short('a'),
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
];

static PRUNE: Verb = Verb {
    names: &["volume prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[PRUNE_FLAGS],
    about: "docker-verb-volume-prune",
    read: None,
};

static RM_FLAGS: &[Flag] = &[flag("force", FlagKind::Bool, "docker-flag-force-volume").short('f')];

static RM: Verb = Verb {
    names: &["volume rm", "volume remove"],
    usage: &["[OPTIONS] VOLUME [VOLUME...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[RM_FLAGS],
    about: "docker-verb-volume-rm",
    read: None,
};

static UPDATE_FLAGS: &[Flag] = &[flag("availability", FlagKind::Text, "docker-flag-availability").default("active")];

static UPDATE: Verb = Verb {
    names: &["volume update"],
    usage: &["[OPTIONS] [VOLUME]"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[UPDATE_FLAGS],
    about: "docker-verb-volume-update",
    read: None,
};
