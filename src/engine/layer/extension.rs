//! What stands in front of an entry and changes how it is read: PAX records and GNU long names.
//!
//! Read here, strictly and within limits, rather than by a library that is lenient: where parsers disagree on an archive,
//! one of them can be made to see entries that another, which checked them, did not. Source: POSIX.1-2017 pax, the GNU tar
//! manual's "Basic Tar Format".

use std::collections::BTreeMap;
use std::io::{self, Read};

use tar::{Entry, EntryType};

use super::LayerError;

/// Of all that stands in front of one entry.
const MAX_LENGTH: u64 = 1 << 20;
/// Each may be given a name, or an owner, or a size the header contradicts; never twice.
const UNREADABLE: &str = "an extended header that cannot be read";

/// What was said of the next entry.
#[derive(Debug, Default)]
pub(crate) struct Extension {
    /// Instead of the header's name.
    pub path: Option<Vec<u8>>,
    /// Instead of the header's link target.
    pub link: Option<Vec<u8>>,
    /// All PAX records but those two.
    records: BTreeMap<String, Vec<u8>>,
    /// A PAX header was read.
    pax: bool,
}

impl Extension {
    /// Takes in an entry that speaks of the next one; false when it does not.
    pub(crate) fn take_in(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<bool, LayerError> {
        match entry.header().entry_type() {
            EntryType::GNULongName => set(&mut self.path, long_name(entry)?)?,
            EntryType::GNULongLink => set(&mut self.link, long_name(entry)?)?,
            EntryType::XHeader if self.pax => return Err(refused()),
            EntryType::XHeader => {
                self.pax = true;
                self.read_records(&content(entry)?)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A record that is a whole number.
    pub(crate) fn number(&self, key: &str) -> Result<Option<u64>, LayerError> {
        let Some(value) = self.records.get(key) else { return Ok(None) };
        let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        number.map(Some).ok_or_else(refused)
    }

    /// The `mtime` record, its fraction dropped.
    pub(crate) fn modified(&self) -> Result<Option<i64>, LayerError> {
        let Some(value) = self.records.get("mtime") else { return Ok(None) };
        let whole = std::str::from_utf8(value).ok().and_then(|text| text.split('.').next()?.parse().ok());
        whole.map(Some).ok_or_else(refused)
    }

    /// The records whose key begins with this, without it.
    pub(crate) fn beginning_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.records.iter().filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?, value.as_slice())))
    }

    /// Each record is `LENGTH KEY=VALUE\n`, the length counting all of it.
    fn read_records(&mut self, mut rest: &[u8]) -> Result<(), LayerError> {
        while !rest.is_empty() {
            let space = rest.iter().position(|byte| *byte == b' ').ok_or_else(refused)?;
            let length: usize =
                std::str::from_utf8(&rest[..space]).ok().and_then(|digits| digits.parse().ok()).ok_or_else(refused)?;
            let record = rest.get(space + 1..length).ok_or_else(refused)?;
            let record = record.strip_suffix(b"\n").ok_or_else(refused)?;
            let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(refused)?;
            let key = std::str::from_utf8(&record[..equals]).map_err(|_| refused())?;
            self.record(key, &record[equals + 1..])?;
            rest = &rest[length..];
        }
        Ok(())
    }

    fn record(&mut self, key: &str, value: &[u8]) -> Result<(), LayerError> {
        if key.starts_with("GNU.sparse.") {
            return Err(LayerError::refused(key.as_bytes(), "a sparse file"));
        }
        match key {
            "path" => set(&mut self.path, value.to_vec()),
            "linkpath" => set(&mut self.link, value.to_vec()),
            _ if self.records.insert(key.to_owned(), value.to_vec()).is_some() => Err(refused()),
            _ => Ok(()),
        }
    }
}

/// Never said twice.
fn set(field: &mut Option<Vec<u8>>, value: Vec<u8>) -> Result<(), LayerError> {
    if field.replace(value).is_some() { Err(refused()) } else { Ok(()) }
}

fn long_name(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, LayerError> {
    let mut name = content(entry)?;
    if name.last() == Some(&0) {
        name.pop();
    }
    Ok(name)
}

fn content(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, LayerError> {
    if entry.size() > MAX_LENGTH {
        return Err(LayerError::TooMuch { limit: MAX_LENGTH, unit: "bytes in front of an entry" });
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content).map_err(LayerError::Archive)?;
    if content.len() as u64 == entry.size() {
        Ok(content)
    } else {
        Err(LayerError::Archive(io::ErrorKind::UnexpectedEof.into()))
    }
}

fn refused() -> LayerError {
    LayerError::refused(b"PaxHeaders", UNREADABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(records: &[u8]) -> Result<Extension, LayerError> {
        let mut extension = Extension::default();
        extension.read_records(records).map(|()| extension)
    }

    #[test]
    fn records_are_read_by_their_length() {
        let extension = read(b"20 path=a\nb c d e f\n14 mtime=5.25\n15 uid=4000000\n").unwrap();
        assert_eq!(extension.path.as_deref(), Some(&b"a\nb c d e f"[..]));
        assert_eq!((extension.modified().unwrap(), extension.number("uid").unwrap()), (Some(5), Some(4_000_000)));
    }

    #[test]
    fn what_parsers_would_disagree_on_is_refused() {
        for records in [
            &b"5 a=b\n"[..],
            b"7 a=b\n",
            b"99 a=b\n",
            b"0 a=b\n",
            b"6 a=b",
            b"x a=b\n",
            b"6 a b\n",
            b"9 path=a\n9 path=b\n",
            b"6 a=b\n6 a=c\n",
            b"22 GNU.sparse.major=1\n",
        ] {
            assert!(read(records).is_err(), "{}", String::from_utf8_lossy(records));
        }
        assert!(read(b"10 uid=-1\n").is_ok_and(|extension| extension.number("uid").is_err()));
    }
}
