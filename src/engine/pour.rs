//! From a reader to a writer in large pieces: the standard library's copy takes eight KiB at a time.

use std::io::{self, ErrorKind, Read, Write};

/// Bytes at a time.
pub(crate) const PIECE: usize = 256 << 10;

/// Copies all there is; how many bytes it was.
pub(crate) fn pour(from: &mut (impl Read + ?Sized), to: &mut (impl Write + ?Sized)) -> io::Result<u64> {
    pour_through(&mut vec![0; PIECE], from, to)
}

/// The same, through a buffer that is lent.
pub(crate) fn pour_through(
    buffer: &mut [u8],
    from: &mut (impl Read + ?Sized),
    to: &mut (impl Write + ?Sized),
) -> io::Result<u64> {
    let mut poured = 0;
    loop {
        match from.read(buffer) {
            Ok(0) => return Ok(poured),
            Ok(count) => {
                to.write_all(&buffer[..count])?;
                poured += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
