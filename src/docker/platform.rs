//! `--platform`.

use super::failure::Failure;
use super::words::Words;
use crate::engine::oci::Platform;

/// The platform that was typed; `None` when none was.
///
/// # Errors
/// Docker's sentence.
pub fn read(words: &Words) -> Result<Option<Platform>, Failure> {
    words.owned("platform").as_deref().map(parsed).transpose()
}

/// A platform as typed.
///
/// # Errors
/// Docker's sentence.
pub fn parsed(typed: &str) -> Result<Platform, Failure> {
    parse(typed).ok_or_else(|| Failure::client(format!("invalid platform: {}", why_not(typed))))
}

/// What containerd says of what is no platform.
pub fn why_not(typed: &str) -> String {
    let why = if typed.split('/').count() > 3 {
        "cannot parse platform specifier"
    } else {
        "unknown operating system or architecture"
    };
    format!("\"{typed}\": {why}: invalid argument")
}

/// `linux/amd64`, `linux/arm64/v8`, or an architecture alone. The variant is not told apart.
fn parse(typed: &str) -> Option<Platform> {
    let parts: Vec<&str> = typed.split('/').collect();
    let honest = |part: &&str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    if !parts.iter().all(honest) {
        return None;
    }
    let (os, architecture) = match parts.as_slice() {
        ["linux"] => ("linux", Platform::host().architecture),
        [architecture] if KNOWN.contains(&normal(architecture)) => ("linux", normal(architecture).to_owned()),
        [os, architecture] | [os, architecture, _] => (*os, normal(architecture).to_owned()),
        _ => return None,
    };
    Some(Platform { os: os.to_lowercase(), architecture })
}

/// As Go names them.
const KNOWN: &[&str] = &["386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x"];

fn normal(architecture: &str) -> &str {
    match architecture {
        "x86_64" | "x86-64" => "amd64",
        "aarch64" => "arm64",
        "i386" | "i686" => "386",
        "armhf" | "armel" => "arm",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_read_as_containerd_reads_them() {
        let text = |typed: &str| parse(typed).map(|platform| platform.to_string());
        assert_eq!(text("linux/arm64/v8").as_deref(), Some("linux/arm64"));
        assert_eq!(text("x86_64").as_deref(), Some("linux/amd64"));
        assert_eq!(text("Linux/aarch64").as_deref(), Some("linux/arm64"));
        for wrong in ["", "nonsense", "linux/", "a/b/c/d", "linux/a b"] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }
}
