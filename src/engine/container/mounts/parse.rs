//! `-v SOURCE:TARGET[:MODE]` taken apart. Source: moby `volume/mounts/linux_parser.go`, `ParseMountRaw`.

use super::mode;
use super::validate::{self, AskedBy};
use crate::engine::container::{BindOptions, DriverConfig, MountSpec, VolumeOptions};

/// One `-v`: what it asks for, and its mode as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParsedBind {
    pub(super) spec: MountSpec,
    pub(super) mode: String,
}

/// Reads one `-v` that has a source.
///
/// # Errors
/// The daemon's sentence.
pub(super) fn parse(raw: &str, volume_driver: &str) -> Result<ParsedBind, String> {
    let malformed = || format!("invalid volume specification: '{raw}'");
    let parts: Vec<&str> = raw.split(':').collect();
    let (source, target, mode) = match parts.as_slice() {
        // A target with a mode and no source is nothing.
        [_, target] if mode::is_valid(target) => return Err(malformed()),
        [source, target] => (*source, *target, ""),
        [source, target, mode] => (*source, *target, *mode),
        _ => return Err(malformed()),
    };
    if source.is_empty() {
        return Err(malformed());
    }
    if !mode::is_valid(mode) {
        return Err(format!("invalid mode: {mode}"));
    }
    let is_path = source.starts_with('/');
    let mut spec = MountSpec {
        kind: if is_path { "bind" } else { "volume" }.to_owned(),
        source: source.to_owned(),
        target: target.to_owned(),
        read_only: mode::has(mode, "ro"),
        ..MountSpec::default()
    };
    let driver = Some(volume_driver).filter(|name| !name.is_empty() && !is_path);
    let no_copy = mode::has(mode, "nocopy");
    if driver.is_some() || no_copy {
        let driver_config = driver.map(|name| DriverConfig { name: name.to_owned(), ..DriverConfig::default() });
        spec.volume_options = Some(VolumeOptions { no_copy, driver_config, ..VolumeOptions::default() });
    }
    if let Some(propagation) = mode::propagation(mode) {
        spec.bind_options = Some(BindOptions { propagation: propagation.to_owned(), ..BindOptions::default() });
    }
    validate::check(&spec, AskedBy::Volume).map_err(|reason| format!("{}: {reason}", malformed()))?;
    Ok(ParsedBind { spec, mode: mode.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What dockerd answered, word for word.
    #[test]
    fn refusals_are_the_daemons() {
        for (raw, words) in [
            (
                "/x:/",
                "invalid volume specification: '/x:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'",
            ),
            (
                "/tmp:x",
                "invalid volume specification: '/tmp:x': invalid mount config for type \"bind\": invalid mount path: 'x' mount path must be absolute",
            ),
            ("/tmp:/x:foo", "invalid mode: foo"),
            ("vv:/x:ro,rw", "invalid mode: ro,rw"),
            (
                "/tmp:/x:nocopy",
                "invalid volume specification: '/tmp:/x:nocopy': invalid mount config for type \"bind\": field VolumeOptions must not be specified",
            ),
            (
                "vv:/x:rshared",
                "invalid volume specification: 'vv:/x:rshared': invalid mount config for type \"volume\": field BindOptions must not be specified",
            ),
            ("/x:ro", "invalid volume specification: '/x:ro'"),
            (":/x", "invalid volume specification: ':/x'"),
            ("a:b:c:d", "invalid volume specification: 'a:b:c:d'"),
        ] {
            assert_eq!(parse(raw, "").unwrap_err(), words, "{raw}");
        }
    }

    #[test]
    fn paths_are_binds_and_names_are_volumes() {
        let bind = parse("/srv:/data:ro,rslave", "").unwrap();
        assert_eq!((bind.spec.kind.as_str(), bind.spec.read_only, bind.mode.as_str()), ("bind", true, "ro,rslave"));
        assert_eq!(bind.spec.bind_options.unwrap().propagation, "rslave");
        let volume = parse("db:/data:nocopy", "").unwrap();
        assert_eq!((volume.spec.kind.as_str(), volume.spec.read_only), ("volume", false));
        assert!(volume.spec.volume_options.unwrap().no_copy);
    }
}
