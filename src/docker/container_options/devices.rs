//! `--device`, `--device-cgroup-rule` and `--ulimit`. Source: docker/cli `opts.go`.

use crate::docker::failure::{Failure, Unsupported};
use crate::docker::value::ulimit;
use crate::docker::words::Words;
use crate::engine::container::{DeviceMapping, HostConfig, Ulimit};

/// The flags, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Devices {
    mappings: Vec<DeviceMapping>,
    rules: Vec<String>,
    ulimits: Vec<Ulimit>,
}

impl Devices {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        let mut ulimits: Vec<Ulimit> = Vec::new();
        for typed in words.list("ulimit") {
            let ulimit::UlimitValue { name, soft, hard } = ulimit::parse(&typed).map_err(Failure::client)?;
            let limit = Ulimit { name, hard, soft };
            // The last one of a name wins.
            ulimits.retain(|other| other.name != limit.name);
            ulimits.push(limit);
        }
        Ok(Self {
            mappings: words.list("device").iter().map(|typed| obeyed(words, typed)).collect::<Result<_, _>>()?,
            rules: words.list("device-cgroup-rule"),
            ulimits,
        })
    }

    pub(super) fn apply(&self, host_config: &mut HostConfig) {
        host_config.devices.devices.clone_from(&self.mappings);
        host_config.devices.device_cgroup_rules.clone_from(&self.rules);
        host_config.devices.ulimits.clone_from(&self.ulimits);
    }
}

/// Less than reading and writing takes a device cgroup, which this engine does not have: refused by name.
fn obeyed(words: &Words, typed: &str) -> Result<DeviceMapping, Failure> {
    let device = mapping(typed)?;
    if ['r', 'w'].iter().all(|letter| device.cgroup_permissions.contains(*letter)) {
        return Ok(device);
    }
    let value = Unsupported::Value(words.command_line(), "--device".to_owned(), typed.to_owned());
    Err(Failure::unsupported(value))
}

/// `HOST[:CONTAINER][:rwm]`.
fn mapping(typed: &str) -> Result<DeviceMapping, Failure> {
    let badly_formed = || Failure::client(format!("bad format for path: {typed}"));
    let parts: Vec<&str> = typed.split(':').collect();
    let (host, container, permissions) = match parts.as_slice() {
        [host] => (*host, *host, "rwm"),
        [host, mode] if is_mode(mode) => (*host, *host, *mode),
        [host, container] => (*host, *container, "rwm"),
        [_, _, mode] if !is_mode(mode) => {
            return Err(Failure::client(format!("bad mode specified: {mode}")));
        }
        [host, container, mode] => (*host, *container, *mode),
        _ => return Err(badly_formed()),
    };
    if host.is_empty() {
        return Err(badly_formed());
    }
    if !container.starts_with('/') {
        return Err(Failure::client(format!("{container} is not an absolute path")));
    }
    Ok(DeviceMapping {
        path_on_host: host.to_owned(),
        path_in_container: container.to_owned(),
        cgroup_permissions: permissions.to_owned(),
    })
}

/// Any of `r`, `w`, `m`, each at most once.
fn is_mode(text: &str) -> bool {
    let letters = ['r', 'w', 'm'];
    !text.is_empty()
        && text.chars().all(|letter| letters.contains(&letter))
        && letters.iter().all(|letter| text.matches(*letter).count() <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_one_to_three_parts() {
        let read = |typed| {
            mapping(typed).map(|device| {
                let DeviceMapping { path_on_host, path_in_container, cgroup_permissions } = device;
                [path_on_host, path_in_container, cgroup_permissions]
            })
        };
        assert_eq!(read("/dev/a").unwrap(), ["/dev/a", "/dev/a", "rwm"]);
        assert_eq!(read("/dev/a:r").unwrap(), ["/dev/a", "/dev/a", "r"]);
        assert_eq!(read("/dev/a:/dev/b").unwrap(), ["/dev/a", "/dev/b", "rwm"]);
        assert_eq!(read("/dev/a:/dev/b:rw").unwrap(), ["/dev/a", "/dev/b", "rw"]);
        for wrong in ["", "dev/null", "/dev/a:/b:q", "/dev/a:/b:rr", "/a:/b:r:w", "/dev/a:b"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
