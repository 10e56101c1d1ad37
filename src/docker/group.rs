//! The management groups: `container`, `image`, … and the ones that are only known by name.

use super::flag::{Support, Visibility};

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
    /// Whether Docker may still change it.
    pub maturity: Maturity,
    /// Whether `docker --help` lists it: Docker leaves out what its daemon does not do.
    pub visibility: Visibility,
}

/// Whether Docker stands by a group as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maturity {
    /// It does.
    Stable,
    /// Its help says that it may change.
    Experimental,
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
    absent("checkpoint", Heading::Management, "docker-group-checkpoint"),
    group("container", "", "docker-group-container"),
    unknown("context", Heading::Management, "docker-group-context"),
    group("image", "", "docker-group-image"),
    experimental("manifest", "docker-group-manifest"),
    group("network", "", "docker-group-network"),
    unknown("plugin", Heading::Management, "docker-group-plugin"),
    group("system", "", "docker-group-system"),
    unknown("trust", Heading::Management, "docker-group-trust"),
    group("volume", " COMMAND", "docker-group-volume"),
    absent("config", Heading::Swarm, "docker-group-config"),
    absent("node", Heading::Swarm, "docker-group-node"),
    absent("secret", Heading::Swarm, "docker-group-secret"),
    absent("service", Heading::Swarm, "docker-group-service"),
    absent("stack", Heading::Swarm, "docker-group-stack"),
    unknown("swarm", Heading::Swarm, "docker-group-swarm"),
];

/// A group by its name.
pub fn find(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

const fn group(name: &'static str, usage_tail: &'static str, about: &'static str) -> Group {
    Group {
        name,
        heading: Heading::Management,
        usage_tail,
        about,
        support: Support::Full,
        maturity: Maturity::Stable,
        visibility: Visibility::Shown,
    }
}

const fn experimental(name: &'static str, about: &'static str) -> Group {
    let mut group = group(name, " COMMAND", about);
    group.maturity = Maturity::Experimental;
    group
}

const fn unknown(name: &'static str, heading: Heading, about: &'static str) -> Group {
    let mut group = group(name, "", about);
    group.heading = heading;
    group.support = Support::NotYet;
    group
}

/// What the daemon would have to be told to do first: a swarm, experimental features.
const fn absent(name: &'static str, heading: Heading, about: &'static str) -> Group {
    let mut group = unknown(name, heading, about);
    group.visibility = Visibility::Hidden;
    group
}
