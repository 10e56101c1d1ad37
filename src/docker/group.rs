//! The management groups: `container`, `image`, … and the ones that are only known by name.

use super::flag::Support;

/// A group of verbs.
#[derive(Debug)]
pub struct Group {
    /// As typed.
    pub name: &'static str,
    /// Under which heading `docker --help` lists it.
    pub heading: Heading,
    /// What Docker puts after the name on the usage line of an error; its own groups differ.
    pub usage_tail: &'static str,
    /// The id of its description in `locales/*/docker.ftl`.
    pub about: &'static str,
    /// Whether any verb of it is known.
    pub support: Support,
}

/// A heading of `docker --help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// `Management Commands:`
    Management,
    /// `Swarm Commands:`
    Swarm,
}

/// Every group, in the order of `docker --help`.
pub static GROUPS: &[Group] = &[
    group("builder", "", "docker-group-builder"),
    unknown("checkpoint", Heading::Management, "docker-group-checkpoint"),
    group("container", "", "docker-group-container"),
    unknown("context", Heading::Management, "docker-group-context"),
    group("image", "", "docker-group-image"),
    unknown("manifest", Heading::Management, "docker-group-manifest"),
    group("network", "", "docker-group-network"),
    unknown("plugin", Heading::Management, "docker-group-plugin"),
    group("system", "", "docker-group-system"),
    unknown("trust", Heading::Management, "docker-group-trust"),
    group("volume", " COMMAND", "docker-group-volume"),
    unknown("config", Heading::Swarm, "docker-group-config"),
    unknown("node", Heading::Swarm, "docker-group-node"),
    unknown("secret", Heading::Swarm, "docker-group-secret"),
    unknown("service", Heading::Swarm, "docker-group-service"),
    unknown("stack", Heading::Swarm, "docker-group-stack"),
    unknown("swarm", Heading::Swarm, "docker-group-swarm"),
];

/// A group by its name.
pub fn find(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

const fn group(name: &'static str, usage_tail: &'static str, about: &'static str) -> Group {
    Group { name, heading: Heading::Management, usage_tail, about, support: Support::Full }
}

const fn unknown(name: &'static str, heading: Heading, about: &'static str) -> Group {
    Group { name, heading, usage_tail: "", about, support: Support::NotYet }
}
