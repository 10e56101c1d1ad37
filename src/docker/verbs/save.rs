//! `docker save`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::output_file;
use crate::docker::platform;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::archive::SaveRequest;
use crate::engine::oci::Platform;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image save", "save"],
    usage: &["[OPTIONS] IMAGE [IMAGE...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-save",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// References, repositories or ids.
    pub images: Vec<String>,
    /// `-o`.
    pub output: Option<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Save(Save {
        images: words.arguments_from(0),
        output: words.owned("output"),
        platform: platform::read(words)?,
    }))
}

/// Does it.
///
/// # Errors
/// Docker's sentence about where it goes, or the engine's.
pub fn execute(save: &Save, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    output_file::check(context, save.output.as_deref(), "failed to save image")?;
    let request =
        SaveRequest { images: save.images.clone(), platform: save.platform.clone(), ..SaveRequest::default() };
    let archive = Box::new(move |engine: &_, output: &mut dyn std::io::Write| {
        crate::engine::Engine::save_images(engine, &request, output)
    });
    output_file::write(context, save.output.as_deref(), archive)?;
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("output", FlagKind::Text, "docker-flag-output").short('o').of(Operand::Path),
    flag("platform", FlagKind::Text, "docker-flag-platform").choices(&["linux/amd64", "linux/arm64"]),
];
