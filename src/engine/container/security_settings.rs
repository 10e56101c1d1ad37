//! `--security-opt` and the capability flags as they were recorded, read for what they mean.
//! Source: moby `daemon/daemon_unix.go` (`parseSecurityOpt`), `oci/caps/utils.go` (`TweakCapabilities`).

use super::config::SecurityOptions;
use crate::engine::EngineError;
use crate::engine::launch::{CapabilitySet, SeccompPlan, SeccompProfile};

/// What `--security-opt` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SecuritySettings {
    /// Nothing the container executes gains privileges.
    pub no_new_privileges: bool,
    /// `unconfined`, `builtin`, or a profile's JSON; empty when it was not said.
    pub seccomp: String,
}

impl SecuritySettings {
    /// Reads the options. `AppArmor` profiles and `SELinux` labels are taken and mean nothing, as under a Docker whose
    /// kernel has neither.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] in Docker's words.
    pub(super) fn read(options: &[String]) -> Result<Self, EngineError> {
        let mut settings = Self::default();
        for option in options {
            if option == "no-new-privileges" {
                settings.no_new_privileges = true;
                continue;
            }
            if option == "disable" {
                continue;
            }
            let refused =
                |number| EngineError::InvalidRequest(format!("invalid --security-opt {number}: \"{option}\""));
            let (name, value) = option.split_once('=').or_else(|| option.split_once(':')).ok_or_else(|| refused(1))?;
            match name {
                "label" | "apparmor" => {}
                "seccomp" => value.clone_into(&mut settings.seccomp),
                "no-new-privileges" => settings.no_new_privileges = boolean(value).ok_or_else(|| refused(2))?,
                _ => return Err(refused(2)),
            }
        }
        Ok(settings)
    }

    /// The filter these settings ask for.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] for a profile that cannot be read.
    pub(super) fn filter(&self, privileged: bool) -> Result<SeccompPlan, EngineError> {
        match self.seccomp.as_str() {
            "unconfined" => Ok(SeccompPlan::Unconfined),
            // A profile that is named holds for privileged containers too.
            "" | "builtin" if privileged => Ok(SeccompPlan::Unconfined),
            "" | "builtin" => Ok(SeccompPlan::Default),
            profile => {
                let decoded = SeccompProfile::read(profile).map_err(EngineError::InvalidRequest)?;
                Ok(decoded.map_or(SeccompPlan::Unconfined, |profile| SeccompPlan::Profile(Box::new(profile))))
            }
        }
    }
}

/// The capabilities the flags leave.
pub(super) fn capabilities(options: &SecurityOptions) -> CapabilitySet {
    if options.privileged {
        return CapabilitySet::all();
    }
    let set = |names: &[String]| {
        names.iter().filter_map(|name| CapabilitySet::parse(name)).fold(CapabilitySet::EMPTY, CapabilitySet::union)
    };
    let all = |names: &[String]| names.iter().any(|name| name == "ALL");
    let (added, dropped) = (set(&options.cap_add), set(&options.cap_drop));
    if all(&options.cap_add) {
        // `--cap-drop ALL` beside it drops nothing.
        let named: Vec<String> = options.cap_drop.iter().filter(|name| *name != "ALL").cloned().collect();
        CapabilitySet::all().difference(set(&named))
    } else if all(&options.cap_drop) {
        added
    } else {
        CapabilitySet::docker_default().difference(dropped).union(added)
    }
}

/// Go's `strconv.ParseBool`.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let read = |text| SecuritySettings::read(&words(text)).map_err(|error| error.to_string());
        assert!(read("no-new-privileges").unwrap().no_new_privileges);
        assert!(!read("no-new-privileges no-new-privileges:false").unwrap().no_new_privileges);
        assert_eq!(read("seccomp=unconfined").unwrap().seccomp, "unconfined");
        assert_eq!(read("apparmor=foo label=disable label:user:x disable"), Ok(SecuritySettings::default()));
        assert_eq!(read("foo=bar").unwrap_err(), "invalid --security-opt 2: \"foo=bar\"");
        assert_eq!(read("foo").unwrap_err(), "invalid --security-opt 1: \"foo\"");
        assert_eq!(
            read("no-new-privileges=maybe").unwrap_err(),
            "invalid --security-opt 2: \"no-new-privileges=maybe\""
        );
    }

    #[test]
    fn capabilities_are_added_to_what_is_left() {
        let left = |add, drop| {
            let options = SecurityOptions { cap_add: words(add), cap_drop: words(drop), ..SecurityOptions::default() };
            format!("{:?}", capabilities(&options))
        };
        assert_eq!(left("", ""), "00000000a80425fb");
        assert_eq!(left("CAP_NET_ADMIN", "CAP_CHOWN"), "00000000a80435fa");
        assert_eq!(left("", "ALL"), "0000000000000000");
        assert_eq!(left("CAP_NET_ADMIN", "ALL"), "0000000000001000");
        assert_eq!(left("ALL", "CAP_CHOWN"), "000001fffffffffe");
        assert_eq!(left("CAP_CHOWN", "CAP_CHOWN"), "00000000a80425fb");
    }
}
