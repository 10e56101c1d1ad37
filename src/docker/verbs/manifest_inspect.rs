//! `docker manifest inspect`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, ManifestReport, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::oci::{Reference, ReferenceError};
use crate::engine::registry::{RegistryError, Trust};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["manifest inspect"],
    usage: &["[OPTIONS] [MANIFEST_LIST] MANIFEST"],
    arguments: ArgumentRule::Between(1, 2),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-manifest-inspect",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectManifest {
    /// Which image.
    pub reference: Reference,
    /// Whether it is to be looked for in a list made here first.
    pub in_list: bool,
    /// `--insecure`.
    pub trust: Trust,
    /// `-v`.
    pub verbose: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let typed = words.arguments_from(0);
    let parse =
        |text: &String| text.parse::<Reference>().map_err(|error: ReferenceError| Failure::client(error.to_string()));
    // The image first, as Docker reads them.
    let mut references = typed.iter().rev().map(parse).collect::<Result<Vec<_>, _>>()?;
    let in_list = references.len() > 1;
    let trust = if words.bool("insecure") { Trust::Anyone } else { Trust::Proven };
    let verbose = words.bool("verbose");
    Ok(DockerCommand::InspectManifest(InspectManifest {
        reference: references.swap_remove(0),
        in_list,
        trust,
        verbose,
    }))
}

/// Does it.
///
/// # Errors
/// The client's sentences: it speaks to registries itself.
pub fn execute(asked: &InspectManifest, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let reference = &asked.reference;
    if asked.in_list {
        // Lists are made by `manifest create` alone, so there is none.
        return Err(Failure::client(format!("No such manifest: {reference}")));
    }
    let interrupts = catch_interrupts()?;
    let described = context.engine.describe_image(reference, asked.trust, Some(interrupts.watch()?));
    let described = described.map_err(|error| match error {
        EngineError::Registry(unreachable @ RegistryError::Unreachable { .. }) => {
            Failure::client(format!("failed to configure transport: error pinging v2 registry: {unreachable}"))
        }
        EngineError::Registry(
            RegistryError::NotFound(_)
            | RegistryError::NameUnknown(_)
            | RegistryError::Unauthorized { .. }
            | RegistryError::Denied(_)
            | RegistryError::Status { .. },
        ) => Failure::client(format!("no such manifest: {reference}")),
        other => Failure::streamed(other),
    })?;
    Ok(Outcome::Manifest(Box::new(ManifestReport { described, verbose: asked.verbose })))
}

static FLAGS: &[Flag] = &[
    flag("insecure", FlagKind::Bool, "docker-flag-insecure"),
    flag("verbose", FlagKind::Bool, "docker-flag-verbose").short('v'),
];
