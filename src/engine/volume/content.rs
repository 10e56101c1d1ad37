//! What a volume's options make of it: a directory of ours, one of the host's, or memory.
//! Source: moby `volume/local/local_linux.go`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::VolumeRecord;
use crate::engine::{EngineError, system_words};

const KNOWN: &[&str] = &["device", "o", "size", "type"];
/// What each option needs beside it.
const NEEDS: &[(&str, &[&str])] = &[("device", &["type"]), ("o", &["device", "type"]), ("type", &["device"])];

/// Where the files of a volume are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeContent {
    /// In this directory.
    Directory(PathBuf),
    /// In memory, for as long as a container has it; options as `mount -o` reads them.
    Memory(String),
}

/// Checks what `volume create -o` was given.
///
/// # Errors
/// [`EngineError::InvalidRequest`] in the daemon's words, [`EngineError::UnsupportedVolumeType`].
pub(super) fn check(name: &str, options: &BTreeMap<String, String>) -> Result<(), EngineError> {
    let refused = |reason: String| EngineError::InvalidRequest(format!("create {name}: {reason}"));
    if let Some(unknown) = options.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(refused(format!("invalid option: \"{unknown}\"")));
    }
    for (option, needed) in NEEDS {
        if let Some(missing) =
            needed.iter().find(|needed| options.contains_key(*option) && !options.contains_key(**needed))
        {
            return Err(refused(format!("missing required option: \"{missing}\"")));
        }
    }
    if options.contains_key("size") {
        return Err(refused("quota size requested but no quota support".to_owned()));
    }
    if options.is_empty() || kind(options).is_some() {
        return Ok(());
    }
    let kind = options.get("type").cloned().unwrap_or_default();
    Err(EngineError::UnsupportedVolumeType { name: name.to_owned(), kind })
}

enum Kind {
    Bind,
    Memory,
}

fn kind(options: &BTreeMap<String, String>) -> Option<Kind> {
    let binds = options.get("o").is_some_and(|o| o.split(',').any(|word| matches!(word, "bind" | "rbind")));
    match options.get("type").map(String::as_str) {
        Some("tmpfs") => Some(Kind::Memory),
        _ if binds => Some(Kind::Bind),
        _ => None,
    }
}

impl VolumeRecord {
    /// Where its files are.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] in the daemon's words when the directory it stands for is not there.
    pub fn content(&self) -> Result<VolumeContent, EngineError> {
        let none = BTreeMap::new();
        let options = self.options.as_ref().unwrap_or(&none);
        match kind(options) {
            None => Ok(VolumeContent::Directory(self.mountpoint.clone())),
            Some(Kind::Memory) => Ok(VolumeContent::Memory(options.get("o").cloned().unwrap_or_default())),
            Some(Kind::Bind) => {
                let device = options.get("device").cloned().unwrap_or_default();
                match std::fs::metadata(&device) {
                    Ok(_) => Ok(VolumeContent::Directory(device.into())),
                    Err(error) => {
                        let place = self.mountpoint.display();
                        let reason = system_words(&error);
                        Err(EngineError::InvalidRequest(format!(
                            "error while mounting volume '{place}': failed to mount local volume: mount {device}:{place}, flags: 0x1000: {reason}"
                        )))
                    }
                }
            }
        }
    }

    /// Whether nobody named it.
    pub fn is_anonymous(&self) -> bool {
        self.labels.as_ref().is_some_and(|labels| labels.contains_key(super::ANONYMOUS_LABEL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &[(&str, &str)]) -> String {
        let options = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        check("vol", &options).map_or_else(|error| error.to_string(), |()| "yes".to_owned())
    }

    #[test]
    fn binds_and_memory_are_obeyed_and_the_rest_refused_by_name() {
        assert_eq!(said(&[]), "yes");
        assert_eq!(said(&[("type", "none"), ("o", "bind"), ("device", "/srv")]), "yes");
        assert_eq!(said(&[("type", "tmpfs"), ("o", "size=1m"), ("device", "tmpfs")]), "yes");
        assert_eq!(said(&[("foo", "bar")]), "create vol: invalid option: \"foo\"");
        assert_eq!(said(&[("type", "tmpfs")]), "create vol: missing required option: \"device\"");
        assert_eq!(said(&[("device", "/x")]), "create vol: missing required option: \"type\"");
        assert!(said(&[("type", "nfs"), ("o", "addr=1.2.3.4"), ("device", ":/x")]).contains("\"nfs\""));
    }
}
