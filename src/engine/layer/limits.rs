//! How much of a layer we take: an archive of a few KiB can describe a disk full of zeros.

/// Caps on one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnpackLimits {
    /// Entries.
    pub entries: u64,
    /// Bytes of all its files, and of the archive, once uncompressed.
    pub bytes: u64,
}

impl Default for UnpackLimits {
    /// More than any honest image: two million entries, 64 GiB.
    fn default() -> Self {
        Self { entries: 2_000_000, bytes: 64 << 30 }
    }
}
