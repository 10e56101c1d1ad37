use crate::engine::oci::{Digest, Platform, Reference};

/// What is a reference is the same one when it is shown and read again, in full or in short.
pub fn reference(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(reference) = text.parse::<Reference>() {
        let again = |shown: String| assert_eq!(shown.parse::<Reference>().as_ref(), Ok(&reference), "{shown}");
        again(reference.to_string());
        // Without its domain, `docker.io/a.b/c` reads as another registry's: Docker shows it so nevertheless.
        let first = reference.path().split('/').next().unwrap_or_default();
        if reference.domain() != "docker.io" || !(first.contains(['.', ':']) || first == "localhost") {
            again(reference.familiar());
        }
        assert!(!reference.domain().is_empty() && !reference.path().is_empty());
        assert!(reference.path().bytes().all(|byte| byte.is_ascii_lowercase() || b"0123456789._-/".contains(&byte)));
    }
    if let Ok(platform) = text.parse::<Platform>() {
        assert_eq!(platform.to_string().parse::<Platform>().as_ref(), Ok(&platform));
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text);
    }
}
