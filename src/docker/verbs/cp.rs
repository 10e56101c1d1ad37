//! `docker cp`.

use crate::docker::copy::{CopiedTo, from_container, into_container, to_stream};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container cp", "cp"],
    usage: &["[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-", "[OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::ContainerPath,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-cp",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Which way.
    pub direction: Direction,
    /// Name or id.
    pub container: String,
    /// What is copied; `-` is standard input.
    pub source: String,
    /// Where; `-` is standard output.
    pub destination: String,
    /// `-a`.
    pub archive: bool,
    /// `-L`.
    pub follow: bool,
    /// `-q`; `None` when it was not typed: then only a terminal is told.
    pub quiet: Option<bool>,
}

/// Which way a copy goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the host.
    OutOfContainer,
    /// From the host.
    IntoContainer,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let (source, destination) = (words.argument(0), words.argument(1));
    for (word, end) in [(&source, "source"), (&destination, "destination")] {
        if word.is_empty() {
            return Err(Failure::client(format!("{end} can not be empty")));
        }
    }
    let (from, to) = (split(&source), split(&destination));
    let (direction, container) = match (from.0, to.0) {
        (Some(container), None) => (Direction::OutOfContainer, container),
        (None, Some(container)) => (Direction::IntoContainer, container),
        (Some(_), Some(_)) => return Err(Failure::client("copying between containers is not supported")),
        (None, None) => return Err(Failure::client("must specify at least one container source")),
    };
    Ok(DockerCommand::Copy(Copy {
        direction,
        container: container.to_owned(),
        source: from.1.to_owned(),
        destination: to.1.to_owned(),
        archive: words.bool("archive"),
        follow: words.bool("follow-link"),
        quiet: words.given("quiet").then(|| words.bool("quiet")),
    }))
}

/// `CONTAINER:PATH`. A path that begins with `/` or `.` is of the host, colons and all.
fn split(argument: &str) -> (Option<&str>, &str) {
    match argument.split_once(':') {
        Some((container, path))
            if !argument.starts_with('/') && !container.starts_with('.') && !container.is_empty() =>
        {
            (Some(container), path)
        }
        _ => (None, argument),
    }
}

/// Does it.
///
/// # Errors
/// Docker's sentences.
pub fn execute(copy: &Copy, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let Copy { container, source, destination, .. } = copy;
    let copied = match copy.direction {
        Direction::OutOfContainer if destination == "-" => {
            return to_stream(context, container, source, copy.follow).map(|()| Outcome::Nothing);
        }
        Direction::OutOfContainer => from_container(context, container, source, destination, copy.follow)?,
        Direction::IntoContainer => into_container(context, source, container, destination, copy.follow, copy.archive)?,
    };
    let CopiedTo { bytes, path, result } = copied;
    if !copy.quiet.unwrap_or(!context.streams.stdout_is_terminal) && source != "-" {
        context.tell(Event::Copied { bytes, path });
    }
    result.map(|()| Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("archive", FlagKind::Bool, "docker-flag-archive").short('a'),
    flag("follow-link", FlagKind::Bool, "docker-flag-follow-link").short('L'),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet").short('q'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_names_a_container_unless_the_path_says_it_is_a_path() {
        assert_eq!(split("web:/etc"), (Some("web"), "/etc"));
        assert_eq!(split("web:etc:x"), (Some("web"), "etc:x"));
        for path in ["./web:x", "/web:x", "web", "../a:b", ":x", "-"] {
            assert_eq!(split(path), (None, path));
        }
    }
}
