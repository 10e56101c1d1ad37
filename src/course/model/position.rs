//! From a byte offset to the line a person sees.

/// The line, from 1, that holds the byte at `offset`; the last line when the text ends before it.
pub fn line_of(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    text.as_bytes()[..end].split(|byte| *byte == b'\n').count()
}
