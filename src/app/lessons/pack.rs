//! `moussaillon paquet créer|installer|vérifier`: course packs.

use std::io::{self, Write};
use std::process::ExitCode;

use jiff::Timestamp;

use super::{write, write_json};
use crate::app::command::{AnswerFormat, PackCommand};
use crate::app::namespace;
use crate::app::problem::Trouble;
use crate::app::program::Program;
use crate::engine::oci::Digest;
use crate::i18n::Arguments;
use crate::trainer::pack::{PackManifest, PackRequest, create_pack, install_pack, verify_pack};

/// Does it, and says what the pack holds.
///
/// # Errors
/// [`Trouble::Pack`].
pub fn pack(program: &Program, command: &PackCommand) -> Result<ExitCode, Trouble> {
    let (id, (manifest, fingerprint)) = match command {
        PackCommand::Create { file, lessons, images } => {
            // Absolute before anything else: entering a namespace may change what is relative.
            let file = std::path::absolute(file).map_err(Trouble::Terminal)?;
            let tier = namespace::enter(&program.state_root)?;
            let engine = program.open_engine(tier)?;
            let request = PackRequest { file, lessons: lessons.clone(), images: images.clone(), now: Timestamp::now() };
            let mut bringing = |image: &str| {
                let text = program.texts.with("pack-bringing", &Arguments::new().text("image", image));
                let _ = writeln!(io::stderr(), "{text}");
            };
            ("pack-made", create_pack(&engine, &program.course(), &request, &mut bringing)?)
        }
        PackCommand::Install { file } => {
            let opened = install_pack(&program.state_root, file)?;
            ("pack-installed", (opened.manifest, opened.fingerprint))
        }
        PackCommand::Verify { file } => {
            let opened = verify_pack(file)?;
            ("pack-verified", (opened.manifest, opened.fingerprint))
        }
    };
    match program.format {
        AnswerFormat::Json => write_json(&serde_json::json!({
            "name": manifest.name,
            "fingerprint": fingerprint,
            "made": manifest.made,
            "lessons": manifest.lessons,
            "images": manifest.images,
        }))?,
        AnswerFormat::Text => write(&in_words(program, id, &manifest, &fingerprint))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn in_words(program: &Program, id: &str, manifest: &PackManifest, fingerprint: &Digest) -> String {
    let size: u64 = manifest.files.iter().map(|file| file.size).sum();
    let megabytes = i64::try_from(size.div_ceil(1_000_000)).unwrap_or(i64::MAX);
    let images: Vec<&str> = manifest.images.iter().map(|image| image.reference.as_str()).collect();
    let arguments = Arguments::new()
        .text("name", &manifest.name)
        .text("lessons", manifest.lessons.join(", "))
        .text("images", images.join(", "))
        .text("fingerprint", &fingerprint.hex()[..16])
        .number("size", megabytes);
    format!("{}\n{}\n", program.texts.with(id, &arguments), program.texts.with("pack-holds", &arguments))
}
