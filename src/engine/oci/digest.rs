//! Digests and the ids made of them. `sha256:` is the only algorithm we take.
//!
//! *Layer digest* (of the compressed blob), *diff id* (of the tar), *chain id* (of a stack of diff ids) and
//! *image id* (of the config) are different things of the same shape, hence different types.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A string that is not `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid checksum digest format: {0}")]
pub struct InvalidDigest(pub String);

/// `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_hasher(Sha256::new_with_prefix(bytes))
    }

    /// The digest of all that a hasher was fed.
    pub fn from_hasher(hasher: Sha256) -> Self {
        Self(format!("sha256:{}", to_hex(&hasher.finalize())))
    }

    /// The 64 digits, without the algorithm.
    pub fn hex(&self) -> &str {
        &self.0["sha256:".len()..]
    }

    /// With the algorithm.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lower-case hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let digits = text.strip_prefix("sha256:").ok_or_else(|| InvalidDigest(text.to_owned()))?;
        if digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDigest(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, InvalidDigest> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! digest_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Digest);

        impl $name {
            /// Takes a digest for what it stands for.
            pub fn new(digest: Digest) -> Self {
                Self(digest)
            }

            /// As a plain digest.
            pub fn digest(&self) -> &Digest {
                &self.0
            }

            /// The 64 digits, without the algorithm.
            pub fn hex(&self) -> &str {
                self.0.hex()
            }

            /// The 12 digits Docker shows.
            pub fn short(&self) -> &str {
                &self.0.hex()[..12]
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidDigest;

            fn from_str(text: &str) -> Result<Self, InvalidDigest> {
                text.parse().map(Self)
            }
        }
    };
}

digest_id!(
    /// The digest of an image's config: the image's id.
    ImageId
);
digest_id!(
    /// The digest of a layer's uncompressed tar.
    DiffId
);
digest_id!(
    /// The digest of a stack of layers: names an unpacked layer on top of what lies under it.
    ChainId
);

impl ChainId {
    /// The chain ids of a stack, lowest first: `chain(L0) = diff(L0)`,
    /// `chain(L0..n) = sha256(chain(L0..n-1) + " " + diff(Ln))`.
    pub fn stack(diffs: &[DiffId]) -> Vec<Self> {
        let mut chain: Vec<Self> = Vec::with_capacity(diffs.len());
        for diff in diffs {
            chain.push(match chain.last() {
                None => Self(diff.0.clone()),
                Some(below) => Self(Digest::of(format!("{below} {diff}").as_bytes())),
            });
        }
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_of_nothing_is_the_known_one() {
        assert_eq!(Digest::of(b"").as_str(), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn refuses_what_is_not_a_digest() {
        let upper = format!("sha256:{}", "A".repeat(64));
        for text in ["", "sha256:", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", &upper] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_chain_hashes_what_lies_below_and_the_diff() {
        let low = DiffId::new(Digest::of(b"low"));
        let high = DiffId::new(Digest::of(b"high"));
        let chain = ChainId::stack(&[low.clone(), high.clone()]);
        assert_eq!(chain[0].digest(), low.digest());
        assert_eq!(chain[1].digest(), &Digest::of(format!("{low} {high}").as_bytes()));
    }
}
