//! The compression of an archive, told by its first bytes: what a manifest says of it is not believed.

use std::io::{self, BufReader, Cursor, Read};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// Enough to tell them apart.
const MAGIC_BYTES: u64 = 4;

type Peeked<R> = BufReader<io::Chain<Cursor<Vec<u8>>, R>>;

/// Reads what an archive holds, whether it is plain, gzip or zstd.
pub(crate) enum Decompressed<R: Read> {
    /// As it is.
    Plain(Peeked<R>),
    /// RFC 1952; several members one after the other are one stream.
    Gzip(Box<flate2::bufread::MultiGzDecoder<Peeked<R>>>),
    /// RFC 8878, one frame after the other.
    Zstd(Box<Frames<Peeked<R>>>),
}

impl<R: Read> Decompressed<R> {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// They cannot be read, or the zstd header is not one.
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        let mut first = Vec::new();
        reader.by_ref().take(MAGIC_BYTES).read_to_end(&mut first)?;
        let (gzip, zstd) = (first.starts_with(GZIP), first.starts_with(ZSTD));
        let whole = BufReader::with_capacity(64 << 10, Cursor::new(first).chain(reader));
        if gzip {
            Ok(Self::Gzip(Box::new(flate2::bufread::MultiGzDecoder::new(whole))))
        } else if zstd {
            Ok(Self::Zstd(Box::new(Frames { open: None, rest: Some(whole) })))
        } else {
            Ok(Self::Plain(whole))
        }
    }
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(buffer),
            Self::Gzip(reader) => reader.read(buffer),
            Self::Zstd(reader) => reader.read(buffer),
        }
    }
}

type FrameDecoder<R> = ruzstd::decoding::StreamingDecoder<R, ruzstd::decoding::FrameDecoder>;

/// zstd frames one after the other.
pub(crate) struct Frames<R: Read> {
    open: Option<FrameDecoder<R>>,
    rest: Option<R>,
}

impl<R: io::BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(frame) = &mut self.open {
                let count = frame.read(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
                self.rest = self.open.take().map(FrameDecoder::into_inner);
            }
            let Some(mut rest) = self.rest.take() else { return Ok(0) };
            if rest.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.open = Some(FrameDecoder::new(rest).map_err(|error| io::Error::other(error.to_string()))?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        Decompressed::new(bytes)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn each_compression_is_recognised() {
        let plain = b"the same words again and again, again and again";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(plain).unwrap();
        let gzip = gzip.finish().unwrap();
        let zstd = ruzstd::encoding::compress_to_vec(plain.as_slice(), ruzstd::encoding::CompressionLevel::Fastest);
        for archive in [plain.to_vec(), gzip.clone(), zstd.clone()] {
            assert_eq!(read(&archive).unwrap(), plain);
        }
        for archive in [gzip, zstd] {
            assert_eq!(read(&[archive.clone(), archive.clone()].concat()).unwrap(), plain.repeat(2));
            assert!(read(&archive[..archive.len() - 5]).is_err());
        }
        assert_eq!(read(b"x").unwrap(), b"x");
        assert_eq!(read(b"").unwrap(), b"");
    }
}
