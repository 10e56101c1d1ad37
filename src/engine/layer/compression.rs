//! The compression of an archive, told by its first bytes: what a manifest says of it is not believed.

use std::io::{self, BufReader, Cursor, Read};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const BZIP2: &[u8] = b"BZh";
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];
/// Enough to tell them apart.
const MAGIC_BYTES: u64 = 6;
/// What reading an xz archive may take: twice what `xz -9` asks for.
const XZ_KIB_MAX: u32 = 128 << 10;

type Peeked<R> = BufReader<io::Chain<Cursor<Vec<u8>>, R>>;

/// Reads what an archive holds, whether it is plain or compressed by gzip, zstd, bzip2 or xz.
pub(crate) enum Decompressed<R: Read> {
    /// As it is.
    Plain(Peeked<R>),
    /// RFC 1952; several members one after the other are one stream.
    Gzip(Box<flate2::bufread::MultiGzDecoder<Peeked<R>>>),
    /// RFC 8878, one frame after the other.
    Zstd(Box<Frames<Peeked<R>>>),
    /// Several streams one after the other are one.
    Bzip2(Box<bzip2::bufread::MultiBzDecoder<Peeked<R>>>),
    /// The same.
    Xz(Box<lzma_rust2::XzReader<Peeked<R>>>),
}

impl<R: Read> Decompressed<R> {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// They cannot be read, or the zstd header is not one.
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        let mut first = Vec::new();
        reader.by_ref().take(MAGIC_BYTES).read_to_end(&mut first)?;
        let [gzip, zstd, bzip2, xz] = [GZIP, ZSTD, BZIP2, XZ].map(|magic| first.starts_with(magic));
        let whole = BufReader::with_capacity(64 << 10, Cursor::new(first).chain(reader));
        if gzip {
            Ok(Self::Gzip(Box::new(flate2::bufread::MultiGzDecoder::new(whole))))
        } else if zstd {
            Ok(Self::Zstd(Box::new(Frames { open: None, rest: Some(whole) })))
        } else if bzip2 {
            Ok(Self::Bzip2(Box::new(bzip2::bufread::MultiBzDecoder::new(whole))))
        } else if xz {
            Ok(Self::Xz(Box::new(lzma_rust2::XzReader::new_mem_limit(whole, true, XZ_KIB_MAX))))
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
            Self::Bzip2(reader) => reader.read(buffer),
            Self::Xz(reader) => reader.read(buffer),
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
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(plain).unwrap();
        let bzip2 = bzip2.finish().unwrap();
        // Made by liblzma.
        let xz = vec![
            0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01, 0x16, 0x00,
            0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0xe0, 0x00, 0x2e, 0x00, 0x21, 0x5d, 0x00, 0x3a, 0x1a, 0x08, 0xce, 0x76,
            0xd9, 0x76, 0xd3, 0x93, 0xce, 0xe0, 0x6c, 0x5c, 0x75, 0xe4, 0x06, 0x0a, 0x0d, 0xf6, 0x11, 0xe9, 0x87, 0xf6,
            0x56, 0x80, 0xf3, 0x3f, 0x71, 0x91, 0x09, 0xce, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf1, 0xf8, 0xfd, 0x69,
            0xd7, 0x58, 0x4a, 0xb7, 0x00, 0x01, 0x3d, 0x2f, 0xcc, 0xc0, 0xbf, 0xe1, 0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00,
            0x00, 0x00, 0x00, 0x04, 0x59, 0x5a,
        ];
        for archive in [plain.to_vec(), gzip.clone(), zstd.clone(), bzip2.clone(), xz.clone()] {
            assert_eq!(read(&archive).unwrap(), plain);
        }
        for archive in [gzip, zstd, bzip2, xz] {
            assert_eq!(read(&[archive.clone(), archive.clone()].concat()).unwrap(), plain.repeat(2));
            assert!(read(&archive[..archive.len() - 5]).is_err());
        }
        assert_eq!(read(b"x").unwrap(), b"x");
        assert_eq!(read(b"").unwrap(), b"");
    }
}
