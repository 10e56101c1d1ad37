//! `docker volume inspect`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::inspect::{Inspect, InspectScope};
use crate::docker::{DockerCommand, Failure, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["volume inspect"],
    usage: &["[OPTIONS] VOLUME [VOLUME...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Volume,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-volume-inspect",
    read: Some(read),
};

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Inspect(Inspect::read(words, InspectScope::Volumes, false)))
}

static FLAGS: &[Flag] = &[flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f')];
