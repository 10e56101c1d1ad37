//! `--mount type=bind,src=/x,dst=/y`. Source: docker/cli `opts.MountOpt`.

use super::{csv, number, quantity};

/// What one `--mount` asks, before anything is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MountValue {
    /// `volume` (when nothing is said), `bind`, `tmpfs`, or another word the daemon judges. In lower case.
    pub kind: String,
    /// As typed; empty when there is none.
    pub source: String,
    /// As typed, never empty.
    pub target: String,
    /// `readonly`.
    pub read_only: bool,
    /// `bind-propagation`, in lower case.
    pub propagation: Option<String>,
    /// `bind-recursive`.
    pub recursive: Option<String>,
    /// `bind-create-src`, `bind-nonrecursive`.
    pub non_recursive: bool,
    /// `volume-nocopy`.
    pub no_copy: bool,
    /// `volume-subpath`, `image-subpath`.
    pub subpath: Option<String>,
    /// `volume-driver`.
    pub driver: Option<String>,
    /// `volume-label`, in order.
    pub labels: Vec<(String, String)>,
    /// `volume-opt`, in order.
    pub options: Vec<(String, String)>,
    /// `tmpfs-size`, in bytes.
    pub size: Option<i64>,
    /// `tmpfs-mode`.
    pub mode: Option<u32>,
}

/// The kinds of mounts that have options of their own, and which were used.
#[derive(Default)]
struct Used {
    bind: bool,
    volume: bool,
    image: bool,
    tmpfs: bool,
}

/// Reads one.
///
/// # Errors
/// Docker's sentence.
pub fn parse(text: &str) -> Result<MountValue, String> {
    let mut mount = MountValue { kind: "volume".to_owned(), ..MountValue::default() };
    let mut used = Used::default();
    for field in csv::fields(text)? {
        let (key, value) = field.split_once('=').map_or((field.as_str(), None), |(key, value)| (key, Some(value)));
        let key = key.to_lowercase();
        match value {
            Some(value) => set(&mut mount, &mut used, &key, value, &field)?,
            None => match key.as_str() {
                "readonly" | "ro" => mount.read_only = true,
                "volume-nocopy" => (mount.no_copy, used.volume) = (true, true),
                "bind-nonrecursive" => (mount.non_recursive, used.bind) = (true, true),
                _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
            },
        }
    }
    consistent(&mount, &used)?;
    Ok(mount)
}

fn set(mount: &mut MountValue, used: &mut Used, key: &str, value: &str, field: &str) -> Result<(), String> {
    let refused = || format!("invalid value for {key}: {value}");
    let truth = || number::parse_bool(value).ok_or_else(refused);
    let pair = || {
        let (name, value) = value.split_once('=').unwrap_or((value, ""));
        (name.to_owned(), value.to_owned())
    };
    used.bind |= key.starts_with("bind-");
    used.volume |= key.starts_with("volume-");
    used.image |= key.starts_with("image-");
    used.tmpfs |= key.starts_with("tmpfs-");
    match key {
        "type" => mount.kind = value.to_lowercase(),
        "source" | "src" => value.clone_into(&mut mount.source),
        "target" | "dst" | "destination" => value.clone_into(&mut mount.target),
        "readonly" | "ro" => mount.read_only = truth()?,
        "consistency" => {}
        "bind-propagation" => mount.propagation = Some(value.to_lowercase()),
        "bind-nonrecursive" => mount.non_recursive = truth()?,
        "bind-recursive" => {
            if !matches!(value, "enabled" | "disabled" | "writable" | "readonly") {
                let known = "must be \"enabled\", \"disabled\", \"writable\", or \"readonly\"";
                return Err(format!("{} ({known})", refused()));
            }
            mount.recursive = Some(value.to_owned());
        }
        "volume-subpath" | "image-subpath" => mount.subpath = Some(value.to_owned()),
        "volume-nocopy" => mount.no_copy = truth()?,
        "volume-label" => mount.labels.push(pair()),
        "volume-driver" => mount.driver = Some(value.to_owned()),
        "volume-opt" => mount.options.push(pair()),
        "tmpfs-size" => mount.size = Some(quantity::bytes(value).map_err(|_| refused())?),
        "tmpfs-mode" => mount.mode = Some(u32::from_str_radix(value, 8).map_err(|_| refused())?),
        _ => return Err(format!("unexpected key '{key}' in '{field}'")),
    }
    Ok(())
}

fn consistent(mount: &MountValue, used: &Used) -> Result<(), String> {
    if mount.kind.is_empty() {
        return Err("type is required".to_owned());
    }
    if mount.target.is_empty() {
        return Err("target is required".to_owned());
    }
    let families = [(used.volume, "volume"), (used.image, "image"), (used.bind, "bind"), (used.tmpfs, "tmpfs")];
    let mixed = families.iter().find(|(is_used, family)| *is_used && *family != mount.kind);
    if let Some((_, family)) = mixed {
        return Err(format!("cannot mix '{family}-*' options with mount type '{}'", mount.kind));
    }
    if let Some(recursive @ ("writable" | "readonly")) = mount.recursive.as_deref() {
        if !mount.read_only {
            return Err(format!(
                "option 'bind-recursive={recursive}' requires 'readonly' to be specified in conjunction"
            ));
        }
        if recursive == "readonly" && mount.propagation.as_deref() != Some("rprivate") {
            return Err("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in \
                        conjunction"
                .to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read() {
        let mount = parse("TYPE=bind,src=/x,DST=/y,ro,bind-propagation=rslave").unwrap();
        assert_eq!((mount.kind.as_str(), mount.source.as_str(), mount.target.as_str()), ("bind", "/x", "/y"));
        assert!(mount.read_only && mount.propagation.as_deref() == Some("rslave"));
        assert_eq!(parse("target=/x").unwrap().kind, "volume");
        assert_eq!(parse("type=tmpfs,target=/x,tmpfs-size=1m,tmpfs-mode=1770").unwrap().mode, Some(0o1770));
        assert_eq!(parse("target=/x,volume-opt=type=nfs").unwrap().options, [("type".into(), "nfs".into())]);
    }

    #[test]
    fn refusals_are_dockers() {
        for (text, expected) in [
            ("", "EOF"),
            ("x", "invalid field 'x' must be a key=value pair"),
            ("type=bind", "target is required"),
            ("target=/x,bogus=1", "unexpected key 'bogus' in 'bogus=1'"),
            ("target=/x,readonly=maybe", "invalid value for readonly: maybe"),
            ("type=tmpfs,target=/x,tmpfs-size=x", "invalid value for tmpfs-size: x"),
            ("type=tmpfs,target=/x,tmpfs-mode=9", "invalid value for tmpfs-mode: 9"),
            ("type=tmpfs,target=/x,volume-nocopy=true", "cannot mix 'volume-*' options with mount type 'tmpfs'"),
            (
                "type=bind,src=/x,target=/y,bind-recursive=writable",
                "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
