//! `docker version`: which command language we speak, and which engine answers.

use crate::docker::VersionReport;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::oci::Platform;
use serde_json::json;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["version"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-version",
    read: Some(read),
};

/// The client whose command language this is.
pub const DOCKER_VERSION: &str = "28.2.2";
/// The API that client speaks.
const API_VERSION: &str = "1.50";

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `-f`.
    pub format: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Version(Version { format: words.owned("format") }))
}

/// Does it. The engine says its own name: it is not Docker's.
///
/// # Errors
/// Never.
pub fn execute(version: &Version, _context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let platform = Platform::host();
    let ours = format!("moussaillon-{}", env!("CARGO_PKG_VERSION"));
    let fields = json!({
        "Client": {
            "Version": DOCKER_VERSION,
            "ApiVersion": API_VERSION,
            "DefaultAPIVersion": API_VERSION,
            "GitCommit": ours,
            "GoVersion": "",
            "Os": platform.os,
            "Arch": platform.architecture,
            "BuildTime": "",
            "Context": "default",
        },
        "Server": {
            "Platform": { "Name": "" },
            "Components": [{
                "Name": "Engine",
                "Version": ours,
                "Details": {
                    "ApiVersion": API_VERSION,
                    "Arch": platform.architecture,
                    "BuildTime": "",
                    "Experimental": "false",
                    "GitCommit": "",
                    "GoVersion": "",
                    "KernelVersion": kernel_version(),
                    "MinAPIVersion": API_VERSION,
                    "Os": platform.os,
                }
            }],
            "Version": ours,
            "ApiVersion": API_VERSION,
            "MinAPIVersion": API_VERSION,
            "GitCommit": "",
            "GoVersion": "",
            "Os": platform.os,
            "Arch": platform.architecture,
            "KernelVersion": kernel_version(),
            "Experimental": false,
            "BuildTime": "",
        }
    });
    Ok(Outcome::Version(VersionReport { format: version.format.clone(), fields }))
}

/// The running kernel, as `uname -r` says.
pub(super) fn kernel_version() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
}

static FLAGS: &[Flag] = &[flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f')];
