//! Where an instruction stands in its Dockerfile.

/// First and last line, both from 1 and both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub first: usize,
    /// Where it ends: continuation lines and here-documents are part of it.
    pub last: usize,
}
