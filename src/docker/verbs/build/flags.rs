//! The flags of `docker build`: those of `buildx build`, and those only the classic builder has.

use crate::docker::flag::{Elsewhere, Flag, FlagKind, flag};
use crate::docker::verb::Operand;

/// Every one of them, by name.
pub(super) static FLAGS: &[Flag] = &[
    flag("add-host", FlagKind::HostAddress, "docker-flag-add-host"),
    flag("allow", FlagKind::Strings, "docker-flag-allow").not_yet(),
    flag("annotation", FlagKind::List, "docker-flag-annotation").not_yet(),
    flag("attest", FlagKind::List, "docker-flag-attest").not_yet(),
    flag("build-arg", FlagKind::List, "docker-flag-build-arg"),
    flag("build-context", FlagKind::List, "docker-flag-build-context"),
    flag("builder", FlagKind::Text, "docker-flag-builder").not_yet(),
    flag("cache-from", FlagKind::Strings, "docker-flag-cache-from").not_yet(),
    flag("cache-to", FlagKind::List, "docker-flag-cache-to").not_yet(),
    flag("call", FlagKind::Text, "docker-flag-call")
        .default("build")
        .choices(&["build", "check", "outline", "targets"]),
    flag("cgroup-parent", FlagKind::Text, "docker-flag-cgroup-parent"),
    flag("check", FlagKind::Bool, "docker-flag-check"),
    flag("compress", FlagKind::Bool, "docker-flag-compress"),
    flag("cpu-period", FlagKind::Int, "docker-flag-cpu-period"),
    flag("cpu-quota", FlagKind::Int, "docker-flag-cpu-quota"),
    flag("cpu-shares", FlagKind::Int, "docker-flag-cpu-shares").short('c'),
    flag("cpuset-cpus", FlagKind::Text, "docker-flag-cpuset-cpus"),
    flag("cpuset-mems", FlagKind::Text, "docker-flag-cpuset-mems"),
    flag("disable-content-trust", FlagKind::Bool, "docker-flag-disable-content-trust").default("true").only(true),
    flag("file", FlagKind::Text, "docker-flag-file").short('f').of(Operand::Path),
    flag("force-rm", FlagKind::Bool, "docker-flag-force-rm"),
    flag("iidfile", FlagKind::Text, "docker-flag-iidfile").of(Operand::Path),
    flag("isolation", FlagKind::Text, "docker-flag-isolation").not_yet(),
    flag("label", FlagKind::List, "docker-flag-label"),
    flag("load", FlagKind::Bool, "docker-flag-load"),
    flag("memory", FlagKind::Bytes, "docker-flag-memory").short('m'),
    flag("memory-swap", FlagKind::Bytes, "docker-flag-memory-swap"),
    flag("metadata-file", FlagKind::Text, "docker-flag-metadata-file").of(Operand::Path),
    flag("network", FlagKind::Text, "docker-flag-network-build")
        .default("default")
        .choices(&["default", "host", "none"]),
    flag("no-cache", FlagKind::Bool, "docker-flag-no-cache"),
    flag("no-cache-filter", FlagKind::Strings, "docker-flag-no-cache-filter"),
    flag("output", FlagKind::List, "docker-flag-output-build").short('o').of(Operand::Path),
    flag("platform", FlagKind::Strings, "docker-flag-platform"),
    flag("progress", FlagKind::Text, "docker-flag-progress")
        .default("auto")
        .choices(&["auto", "plain", "tty", "quiet", "rawjson"]),
    flag("provenance", FlagKind::Text, "docker-flag-provenance").not_yet(),
    flag("pull", FlagKind::Bool, "docker-flag-pull-build"),
    flag("push", FlagKind::Bool, "docker-flag-push-build"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-build").short('q'),
    flag("rm", FlagKind::Bool, "docker-flag-rm-build").default("true"),
    flag("sbom", FlagKind::Text, "docker-flag-sbom").not_yet(),
    flag("secret", FlagKind::List, "docker-flag-secret-build"),
    flag("security-opt", FlagKind::Strings, "docker-flag-security-opt").not_yet(),
    flag("shm-size", FlagKind::Bytes, "docker-flag-shm-size"),
    flag("squash", FlagKind::Bool, "docker-flag-squash").elsewhere(Elsewhere::Experimental),
    flag("ssh", FlagKind::List, "docker-flag-ssh").not_yet(),
    flag("tag", FlagKind::Tag, "docker-flag-tag").short('t'),
    flag("target", FlagKind::Text, "docker-flag-target"),
    flag("ulimit", FlagKind::Ulimit, "docker-flag-ulimit").default("[]"),
];
