//! The compression of an archive, told by its first bytes: what a manifest says of it is not believed.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const BZIP2: &[u8] = b"BZh";
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];
/// Enough to tell them apart.
const MAGIC_BYTES: u64 = 6;
/// What reading an xz archive may take: twice what `xz -9` asks for.
const XZ_KIB_MAX: u32 = 128 << 10;

/// How an archive is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Not at all.
    Plain,
    /// RFC 1952; several members one after the other are one stream.
    Gzip,
    /// RFC 8878, one frame after the other.
    Zstd,
    /// Several streams one after the other are one.
    Bzip2,
    /// The same.
    Xz,
}

impl Compression {
    fn of(first: &[u8]) -> Self {
        let known = [(GZIP, Self::Gzip), (ZSTD, Self::Zstd), (BZIP2, Self::Bzip2), (XZ, Self::Xz)];
        known.into_iter().find(|(magic, _)| first.starts_with(magic)).map_or(Self::Plain, |(_, found)| found)
    }
}

type Peeked<R> = BufReader<Counted<io::Chain<Cursor<Vec<u8>>, R>>>;

/// Reads what an archive holds, whether it is plain or compressed by gzip, zstd, bzip2 or xz. What grows out of all
/// proportion is refused: a few kilobytes cannot fill a disk.
pub(crate) struct Decompressed<R: Read> {
    compression: Compression,
    content: Content<R>,
    taken: Rc<Cell<u64>>,
    given: u64,
    bounds: Bounds,
}

enum Content<R: Read> {
    Plain(Peeked<R>),
    Gzip(Box<flate2::bufread::MultiGzDecoder<Peeked<R>>>),
    Zstd(Box<Frames<Peeked<R>>>),
    Bzip2(Box<bzip2::bufread::MultiBzDecoder<Peeked<R>>>),
    Xz(Box<lzma_rust2::XzReader<Peeked<R>>>),
}

/// How far an archive may grow.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// So many bytes may come of anything.
    free: u64,
    /// Beyond them, so many times what was read.
    ratio: u64,
}

/// Real layers grow three or four times; a disk of zeros, a thousand.
const BOUNDS: Bounds = Bounds { free: 4 << 30, ratio: 200 };

impl<R: Read> Decompressed<R> {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// They cannot be read.
    pub(crate) fn new(reader: R) -> io::Result<Self> {
        Self::within(reader, BOUNDS)
    }

    fn within(mut reader: R, bounds: Bounds) -> io::Result<Self> {
        let mut first = Vec::new();
        reader.by_ref().take(MAGIC_BYTES).read_to_end(&mut first)?;
        let compression = Compression::of(&first);
        let taken = Rc::new(Cell::new(0));
        let whole = Counted { reader: Cursor::new(first).chain(reader), taken: Rc::clone(&taken) };
        let whole = BufReader::with_capacity(64 << 10, whole);
        let content = match compression {
            Compression::Plain => Content::Plain(whole),
            Compression::Gzip => Content::Gzip(Box::new(flate2::bufread::MultiGzDecoder::new(whole))),
            Compression::Zstd => Content::Zstd(Box::new(Frames { open: None, rest: Some(whole) })),
            Compression::Bzip2 => Content::Bzip2(Box::new(bzip2::bufread::MultiBzDecoder::new(whole))),
            Compression::Xz => Content::Xz(Box::new(lzma_rust2::XzReader::new_mem_limit(whole, true, XZ_KIB_MAX))),
        };
        Ok(Self { compression, content, taken, given: 0, bounds })
    }

    /// As its first bytes say.
    pub(crate) fn compression(&self) -> Compression {
        self.compression
    }
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.content {
            Content::Plain(reader) => return reader.read(buffer),
            Content::Gzip(reader) => reader.read(buffer),
            Content::Zstd(reader) => reader.read(buffer),
            Content::Bzip2(reader) => reader.read(buffer),
            Content::Xz(reader) => reader.read(buffer),
        }?;
        self.given += count as u64;
        let Bounds { free, ratio } = self.bounds;
        if self.given > free && self.given / ratio > self.taken.get() {
            return Err(io::Error::other(format!(
                "archive expands to over {ratio} times its size ({} bytes from {}): refused",
                self.given,
                self.taken.get()
            )));
        }
        Ok(count)
    }
}

/// Counts what is taken of a reader.
struct Counted<R> {
    reader: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
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

    #[test]
    fn what_grows_out_of_all_proportion_is_refused() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![0; 4 << 20]).unwrap();
        let bomb = gzip.finish().unwrap();
        let read = |free, ratio| {
            let mut content = Vec::new();
            let mut opened = Decompressed::within(&bomb[..], Bounds { free, ratio }).unwrap();
            opened.read_to_end(&mut content).map(|_| content.len())
        };
        assert_eq!(read(4 << 20, 10).unwrap(), 4 << 20, "so much may come of anything");
        assert_eq!(read(0, 2000).unwrap(), 4 << 20, "nothing grows so much");
        assert!(read(1 << 20, 10).unwrap_err().to_string().starts_with("archive expands to over 10 times its size ("));
    }
}
