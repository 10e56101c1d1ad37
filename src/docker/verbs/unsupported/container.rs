//! The verbs on containers that are known by name and not obeyed yet: for their refusal, their help and their completion.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};

/// All of them.
pub(in crate::docker) static VERBS: &[&Verb] =
    &[&PAUSE, &STATS, &UNPAUSE, &UPDATE];

static PAUSE: Verb = Verb {
    names: &["container pause", "pause"],
    usage: &["CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-pause",
    read: None,
};

static STATS_FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-containers").short('a').default("shows just running"),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("no-stream", FlagKind::Bool, "docker-flag-no-stream"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
];

static STATS: Verb = Verb {
    names: &["container stats", "stats"],
    usage: &["[OPTIONS] [CONTAINER...]"],
    arguments: ArgumentRule::Any,
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[STATS_FLAGS],
    about: "docker-verb-stats",
    read: None,
};

static UNPAUSE: Verb = Verb {
    names: &["container unpause", "unpause"],
    usage: &["CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-unpause",
    read: None,
};

static UPDATE_FLAGS: &[Flag] = &[
    flag("blkio-weight", FlagKind::Uint16, "docker-flag-blkio-weight").default("0"),
    flag("cpu-period", FlagKind::Int, "docker-flag-cpu-period"),
    flag("cpu-quota", FlagKind::Int, "docker-flag-cpu-quota"),
    flag("cpu-rt-period", FlagKind::Int, "docker-flag-cpu-rt-period"),
    flag("cpu-rt-runtime", FlagKind::Int, "docker-flag-cpu-rt-runtime"),
    flag("cpu-shares", FlagKind::Int, "docker-flag-cpu-shares").short('c'),
    flag("cpus", FlagKind::Decimal, "docker-flag-cpus"),
    flag("cpuset-cpus", FlagKind::Text, "docker-flag-cpuset-cpus"),
    flag("cpuset-mems", FlagKind::Text, "docker-flag-cpuset-mems"),
    flag("memory", FlagKind::Bytes, "docker-flag-memory").short('m'),
    flag("memory-reservation", FlagKind::Bytes, "docker-flag-memory-reservation"),
    flag("memory-swap", FlagKind::SwapBytes, "docker-flag-memory-swap"),
    flag("pids-limit", FlagKind::Int, "docker-flag-pids-limit"),
    flag("restart", FlagKind::Text, "docker-flag-restart").choices(&["always", "no", "on-failure", "unless-stopped"]),
];

static UPDATE: Verb = Verb {
    names: &["container update", "update"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[UPDATE_FLAGS],
    about: "docker-verb-update",
    read: None,
};
