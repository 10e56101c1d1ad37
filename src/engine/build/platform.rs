//! Which platforms a build can be for: the machine's own, under any of its names.

use super::BuildError;
use super::syntax::quote;
use crate::engine::oci::Platform;

/// Those there are, under any of their names. Source: containerd's `platforms`, after Go's list.
const ARCHITECTURES: [&str; 26] = [
    "386", "aarch64", "amd64", "arm", "arm64", "armbe", "armel", "armhf", "i386", "i686", "loong64", "mips", "mips64",
    "mips64le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc64", "wasm", "x86-64",
    "x86_64",
];

/// Why a platform will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlatformError {
    /// It is none.
    Malformed(String),
    /// It is another machine's.
    Foreign,
}

/// Checks that a platform, as typed, is ours. Source: containerd's `platforms.Parse` and its normal forms.
pub(super) fn check(typed: &str) -> Result<(), PlatformError> {
    let host = Platform::host();
    let parts: Vec<&str> = typed.split('/').collect();
    let word = |part: &&str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    if parts.len() > 3 || !parts.iter().all(word) {
        return Err(PlatformError::Malformed(format!("{typed}: cannot parse platform specifier: invalid argument")));
    }
    let (system, architecture, variant) = match parts.as_slice() {
        [only] if is_system(only) => (only.to_lowercase(), host.architecture.clone(), ""),
        [only] if !is_architecture(only) => {
            let message = format!("{}: unknown operating system or architecture: invalid argument", quote(only));
            return Err(PlatformError::Malformed(message));
        }
        [only] => (host.os.clone(), only.to_lowercase(), ""),
        [system, architecture] => (system.to_lowercase(), architecture.to_lowercase(), ""),
        [system, architecture, variant, ..] => (system.to_lowercase(), architecture.to_lowercase(), *variant),
        [] => return Ok(()),
    };
    let architecture = match architecture.as_str() {
        "x86_64" | "x86-64" => "amd64",
        "aarch64" => "arm64",
        "i386" | "i686" => "386",
        "armhf" | "armel" => "arm",
        other => other,
    };
    let variant_ok = variant.is_empty()
        || (architecture == "arm64" && matches!(variant, "v8" | "8"))
        || (architecture == "amd64" && variant == "v1");
    if system == host.os && architecture == host.architecture && variant_ok {
        Ok(())
    } else {
        Err(PlatformError::Foreign)
    }
}

/// Checks `--platform`.
pub(super) fn required(typed: &str) -> Result<(), BuildError> {
    check(typed).map_err(|wrong| match wrong {
        PlatformError::Malformed(message) => BuildError::BadPlatform { platform: typed.to_owned(), message },
        PlatformError::Foreign => BuildError::Unsupported(format!("--platform={typed}")),
    })
}

fn is_architecture(word: &str) -> bool {
    ARCHITECTURES.contains(&word.to_lowercase().as_str())
}

fn is_system(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "linux" | "windows" | "darwin" | "freebsd")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_has_several_names() {
        let host = Platform::host();
        for name in [host.to_string(), "linux".to_owned(), host.architecture.clone()] {
            assert_eq!(check(&name), Ok(()), "{name}");
        }
        assert_eq!(check("linux/s390x"), Err(PlatformError::Foreign));
        assert!(matches!(check("a/b/c/d"), Err(PlatformError::Malformed(_))));
        assert!(matches!(check("foo"), Err(PlatformError::Malformed(_))));
        assert!(matches!(check("linux/"), Err(PlatformError::Malformed(_))));
    }
}
