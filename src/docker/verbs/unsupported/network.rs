//! The verbs on networks that are known by name and not obeyed yet: for their refusal, their help and their completion.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// All of them.
pub(in crate::docker) static VERBS: &[&Verb] = &[&CONNECT, &CREATE, &DISCONNECT, &INSPECT, &LS, &PRUNE, &RM];

static CONNECT_FLAGS: &[Flag] = &[
    flag("alias", FlagKind::Strings, "docker-flag-network-alias"),
    flag("driver-opt", FlagKind::Strings, "docker-flag-driver-opt"),
    flag("gw-priority", FlagKind::Int, "docker-flag-gw-priority"),
    flag("ip", FlagKind::Text, "docker-flag-ip"),
    flag("ip6", FlagKind::Text, "docker-flag-ip6"),
    flag("link", FlagKind::Link, "docker-flag-link"),
    flag("link-local-ip", FlagKind::Strings, "docker-flag-link-local-ip"),
];

static CONNECT: Verb = Verb {
    names: &["network connect"],
    usage: &["[OPTIONS] NETWORK CONTAINER"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[CONNECT_FLAGS],
    about: "docker-verb-network-connect",
    read: None,
};

static CREATE_FLAGS: &[Flag] = &[
    flag("attachable", FlagKind::Bool, "docker-flag-attachable"),
    flag("aux-address", FlagKind::Map, "docker-flag-aux-address").default("map[]"),
    flag("config-from", FlagKind::Text, "docker-flag-config-from"),
    flag("config-only", FlagKind::Bool, "docker-flag-config-only"),
    flag("driver", FlagKind::Text, "docker-flag-driver-network").short('d').default("bridge"),
    flag("gateway", FlagKind::Strings, "docker-flag-gateway"),
    flag("ingress", FlagKind::Bool, "docker-flag-ingress"),
    flag("internal", FlagKind::Bool, "docker-flag-internal"),
    flag("ip-range", FlagKind::Strings, "docker-flag-ip-range"),
    flag("ipam-driver", FlagKind::Text, "docker-flag-ipam-driver").default("default"),
    flag("ipam-opt", FlagKind::Map, "docker-flag-ipam-opt").default("map[]"),
    flag("ipv4", FlagKind::Bool, "docker-flag-ipv4").default("true"),
    flag("ipv6", FlagKind::Bool, "docker-flag-ipv6"),
    flag("label", FlagKind::Label, "docker-flag-label"),
    flag("opt", FlagKind::Map, "docker-flag-opt").short('o').default("map[]"),
    flag("scope", FlagKind::Text, "docker-flag-scope"),
    flag("subnet", FlagKind::Strings, "docker-flag-subnet"),
];

static CREATE: Verb = Verb {
    names: &["network create"],
    usage: &["[OPTIONS] NETWORK"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[CREATE_FLAGS],
    about: "docker-verb-network-create",
    read: None,
};

static DISCONNECT_FLAGS: &[Flag] = &[flag("force", FlagKind::Bool, "docker-flag-force-disconnect").short('f')];

static DISCONNECT: Verb = Verb {
    names: &["network disconnect"],
    usage: &["[OPTIONS] NETWORK CONTAINER"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[DISCONNECT_FLAGS],
    about: "docker-verb-network-disconnect",
    read: None,
};

static INSPECT_FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f'),
    flag("verbose", FlagKind::Bool, "docker-flag-verbose").short('v'),
];

static INSPECT: Verb = Verb {
    names: &["network inspect"],
    usage: &["[OPTIONS] NETWORK [NETWORK...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[INSPECT_FLAGS],
    about: "docker-verb-network-inspect",
    read: None,
};

static LS_FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-ids").short('q'),
];

static LS: Verb = Verb {
    names: &["network ls", "network list"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[LS_FLAGS],
    about: "docker-verb-network-ls",
    read: None,
};

static PRUNE_FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
];

static PRUNE: Verb = Verb {
    names: &["network prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[PRUNE_FLAGS],
    about: "docker-verb-network-prune",
    read: None,
};

static RM_FLAGS: &[Flag] = &[flag("force", FlagKind::Bool, "docker-flag-force-network").short('f')];

static RM: Verb = Verb {
    names: &["network rm", "network remove"],
    usage: &["NETWORK [NETWORK...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[RM_FLAGS],
    about: "docker-verb-network-rm",
    read: None,
};
