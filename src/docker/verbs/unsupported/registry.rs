//! The verbs on registries that are known by name and not obeyed yet: for their refusal, their help and their completion.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// All of them.
pub(in crate::docker) static VERBS: &[&Verb] = &[&LOGIN, &LOGOUT, &SEARCH];

static LOGIN_FLAGS: &[Flag] = &[
    flag("password", FlagKind::Text, "docker-flag-password").short('p'),
    flag("password-stdin", FlagKind::Bool, "docker-flag-password-stdin"),
    flag("username", FlagKind::Text, "docker-flag-username").short('u'),
];

static LOGIN: Verb = Verb {
    names: &["login"],
    usage: &["[OPTIONS] [SERVER]"],
    arguments: ArgumentRule::AtMost(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[LOGIN_FLAGS],
    about: "docker-verb-login",
    read: None,
};

static LOGOUT: Verb = Verb {
    names: &["logout"],
    usage: &["[SERVER]"],
    arguments: ArgumentRule::AtMost(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-logout",
    read: None,
};

static SEARCH_FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("limit", FlagKind::Int, "docker-flag-limit"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
];

static SEARCH: Verb = Verb {
    names: &["search"],
    usage: &["[OPTIONS] TERM"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[SEARCH_FLAGS],
    about: "docker-verb-search",
    read: None,
};
