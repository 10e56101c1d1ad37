//! Extended attributes that travel in layers: file capabilities and `user.*`, as PAX records `SCHILY.xattr.NAME`.
//! Overlayfs' own notes never do, in either direction: a layer that could write them could hide or redirect anything.

use std::io;
use std::os::fd::AsFd;

use rustix::fs::XattrFlags;
use rustix::io::Errno;

use super::extension::Extension;

/// In front of the name, in PAX records.
pub(crate) const PAX_PREFIX: &str = "SCHILY.xattr.";
/// Of one value; the kernel's own limit.
const MAX_VALUE: usize = 64 << 10;

/// Whether an attribute belongs to the file rather than to where it is stored.
fn travels(name: &str) -> bool {
    name == "security.capability" || (name.starts_with("user.") && !name.starts_with("user.overlay."))
}

/// The attributes an entry of an archive asks for, those that do not travel left out.
pub(crate) fn asked_for(extension: &Extension) -> Vec<(String, Vec<u8>)> {
    travelling(extension.beginning_with(PAX_PREFIX))
}

/// The same of an entry whose records a library reads.
pub(crate) fn asked_for_by(entry: &mut tar::Entry<'_, impl io::Read>) -> io::Result<Vec<(String, Vec<u8>)>> {
    let Some(extensions) = entry.pax_extensions()? else { return Ok(Vec::new()) };
    let extensions = extensions.collect::<io::Result<Vec<_>>>()?;
    let named = |extension: &tar::PaxExtension<'_>| extension.key().ok()?.strip_prefix(PAX_PREFIX).map(str::to_owned);
    let records: Vec<_> = extensions.iter().filter_map(|one| Some((named(one)?, one.value_bytes()))).collect();
    Ok(travelling(records.iter().map(|(name, value)| (name.as_str(), *value))))
}

fn travelling<'a>(records: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<(String, Vec<u8>)> {
    records
        .filter(|(name, value)| travels(name) && !name.contains('\0') && value.len() <= MAX_VALUE)
        .map(|(name, value)| (name.to_owned(), value.to_vec()))
        .collect()
}

/// The attributes of an open file that travel, sorted.
pub(crate) fn read(file: impl AsFd) -> Result<Vec<(String, Vec<u8>)>, Errno> {
    let mut list = vec![0_u8; MAX_VALUE];
    let length = match rustix::fs::flistxattr(&file, &mut list[..]) {
        Ok(length) => length,
        Err(Errno::OPNOTSUPP) => 0,
        Err(errno) => return Err(errno),
    };
    let mut attributes = Vec::new();
    for name in list[..length].split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok()) {
        if travels(name) {
            let mut value = vec![0_u8; MAX_VALUE];
            let length = rustix::fs::fgetxattr(&file, name, &mut value[..])?;
            value.truncate(length);
            attributes.push((name.to_owned(), value));
        }
    }
    attributes.sort();
    Ok(attributes)
}

/// Gives an open file its attributes, where the file system and our rights allow them.
pub(crate) fn write(file: impl AsFd, attributes: &[(String, Vec<u8>)]) -> Result<(), Errno> {
    for (name, value) in attributes {
        match rustix::fs::fsetxattr(&file, name.as_str(), value, XattrFlags::empty()) {
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::PERM) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}
