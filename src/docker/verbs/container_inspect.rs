//! `docker container inspect`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::inspect::{Inspect, InspectScope};
use crate::docker::{DockerCommand, Failure, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container inspect"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-container-inspect",
    read: Some(read),
};

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Inspect(Inspect::read(words, InspectScope::Containers, words.bool("size"))))
}

static FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f'),
    flag("size", FlagKind::Bool, "docker-flag-size").short('s'),
];
