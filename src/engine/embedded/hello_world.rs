//! The embedded `hello-world`: nothing but one program that says what has just happened.

use super::archive::ArchivePlan;
use super::elf;
use super::image::{CREATED_SECONDS, EmbeddedImage, labels};
use crate::engine::EngineError;
use crate::engine::oci::RuntimeConfig;

/// The tags it has.
pub(super) const TAGS: &[&str] = &["latest"];

const MESSAGE: &str = include_str!("hello-world.txt");
const DESCRIPTION: &str = include_str!("hello-world-description.txt");

/// Describes it.
pub(super) fn image() -> Result<EmbeddedImage, EngineError> {
    let architecture = std::env::consts::ARCH;
    let program = elf::program_that_prints(MESSAGE.as_bytes(), architecture).ok_or_else(|| {
        EngineError::InvalidRequest(format!(
            "no matching manifest for linux/{architecture} in the manifest list entries"
        ))
    })?;
    let mut layer = ArchivePlan::new(CREATED_SECONDS);
    layer.file("/hello", 0o755, &program);
    Ok(EmbeddedImage {
        config: RuntimeConfig {
            env: vec!["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()],
            cmd: Some(vec!["/hello".to_owned()]),
            working_dir: "/".to_owned(),
            labels: labels("hello-world", DESCRIPTION),
            ..RuntimeConfig::default()
        },
        layers: vec![(layer, "COPY hello / # moussaillon".to_owned())],
        settings: vec!["CMD [\"/hello\"]".to_owned()],
    })
}
