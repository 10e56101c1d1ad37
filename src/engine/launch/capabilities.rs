//! Linux capabilities: the pieces of root's power a container keeps.
//!
//! Owns the word *capability set*. Does not decide when sets are taken: the start-up ladder in this room does,
//! because filters and user ids have to be set between [`CapabilitySet::limit_bounding`] and
//! [`CapabilitySet::take`].
//!
//! Source: capabilities(7); the default list is Docker's (moby, `oci/caps/defaults.go`).

use std::fmt;

use caps::{CapSet, Capability, CapsHashSet};

use super::LaunchError;

/// A set of capabilities, one bit each, numbered as the kernel numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct CapabilitySet(u64);

/// What Docker leaves to a container that asks for nothing.
const DEFAULT: [Capability; 14] = [
    Capability::CAP_CHOWN,
    Capability::CAP_DAC_OVERRIDE,
    Capability::CAP_FSETID,
    Capability::CAP_FOWNER,
    Capability::CAP_MKNOD,
    Capability::CAP_NET_RAW,
    Capability::CAP_SETGID,
    Capability::CAP_SETUID,
    Capability::CAP_SETFCAP,
    Capability::CAP_SETPCAP,
    Capability::CAP_NET_BIND_SERVICE,
    Capability::CAP_SYS_CHROOT,
    Capability::CAP_KILL,
    Capability::CAP_AUDIT_WRITE,
];

impl CapabilitySet {
    /// No capability at all (`--cap-drop ALL`).
    pub const EMPTY: Self = Self(0);

    /// Docker's fourteen.
    pub fn docker_default() -> Self {
        DEFAULT.into_iter().collect()
    }

    /// Every capability this program has a name for (`--privileged`, `--cap-add ALL`).
    pub fn all() -> Self {
        caps::all().into_iter().collect()
    }

    /// Every capability this process could still give: what the kernel knows, less what was taken from us for good.
    pub fn available() -> Self {
        caps::read(None, CapSet::Bounding).map_or_else(|_| Self::all(), |bounding| bounding.into_iter().collect())
    }

    /// Reads one name as `--cap-add` takes it: any case, with or without `CAP_`, or `ALL`.
    ///
    /// `None` for a name no kernel has.
    pub fn parse(name: &str) -> Option<Self> {
        let canonical = caps::to_canonical(name);
        if canonical == "CAP_ALL" {
            return Some(Self::all());
        }
        canonical.parse::<Capability>().ok().map(|capability| [capability].into_iter().collect())
    }

    /// Whether this capability is in the set.
    pub fn contains(self, capability: Capability) -> bool {
        self.0 & capability.bitmask() != 0
    }

    /// What is in either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this one and not in the other.
    #[must_use]
    pub fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Takes every other capability out of the calling thread's bounding set, for good: no later exec, not even of a
    /// set-user-id program, brings one back.
    ///
    /// To be called first, while `CAP_SETPCAP` is still ours. A capability the kernel does not know is nothing
    /// to drop.
    ///
    /// # Errors
    /// [`LaunchError::Step`] when the kernel refuses.
    pub fn limit_bounding(self) -> Result<(), LaunchError> {
        for capability in caps::runtime::thread_all_supported() {
            if !self.contains(capability) {
                caps::drop(None, CapSet::Bounding, capability)
                    .map_err(|error| step(&format!("drop {capability} from the bounding set"), &error))?;
            }
        }
        Ok(())
    }

    /// Makes this set the calling thread's own: permitted and effective, with nothing inheritable and nothing ambient.
    ///
    /// To be called last before exec, after the user ids are set and the filter is loaded. Capabilities that are
    /// no longer permitted (the user is not 0, the host never gave them to us) are left out: they cannot be had.
    ///
    /// # Errors
    /// [`LaunchError::Step`] when the kernel refuses.
    pub fn take(self) -> Result<(), LaunchError> {
        let permitted =
            caps::read(None, CapSet::Permitted).map_err(|error| step("read the permitted capabilities", &error))?;
        let kept: CapsHashSet = permitted.into_iter().filter(|capability| self.contains(*capability)).collect();
        caps::clear(None, CapSet::Ambient).map_err(|error| step("clear the ambient capabilities", &error))?;
        caps::clear(None, CapSet::Inheritable).map_err(|error| step("clear the inheritable capabilities", &error))?;
        // Effective shrinks first: the kernel refuses a permitted set smaller than the effective one.
        caps::set(None, CapSet::Effective, &kept).map_err(|error| step("set the effective capabilities", &error))?;
        caps::set(None, CapSet::Permitted, &kept).map_err(|error| step("set the permitted capabilities", &error))
    }
}

impl FromIterator<Capability> for CapabilitySet {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().fold(0, |bits, capability| bits | capability.bitmask()))
    }
}

/// Sixteen hexadecimal digits, as `/proc/PID/status` writes a set.
impl fmt::Debug for CapabilitySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

fn step(what: &str, error: &caps::errors::CapsError) -> LaunchError {
    LaunchError::Step { step: what.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_mask_docker_shows_in_proc() {
        assert_eq!(format!("{:?}", CapabilitySet::docker_default()), "00000000a80425fb");
    }

    #[test]
    fn all_is_the_forty_one_the_kernel_has_today() {
        assert_eq!(format!("{:?}", CapabilitySet::all()), "000001ffffffffff");
    }

    #[test]
    fn a_name_is_read_with_or_without_its_prefix_in_any_case() {
        let net_admin = CapabilitySet::parse("NET_ADMIN");
        assert!(net_admin.is_some_and(|set| set.contains(Capability::CAP_NET_ADMIN)));
        assert_eq!(CapabilitySet::parse("cap_net_admin"), net_admin);
        assert_eq!(CapabilitySet::parse("all"), Some(CapabilitySet::all()));
        assert_eq!(CapabilitySet::parse("NET_ADMIN2"), None);
        assert_eq!(CapabilitySet::parse(""), None);
    }

    #[test]
    fn adding_and_dropping_are_set_operations() {
        let sys_admin: CapabilitySet = [Capability::CAP_SYS_ADMIN].into_iter().collect();
        let with = CapabilitySet::docker_default().union(sys_admin);
        assert!(with.contains(Capability::CAP_SYS_ADMIN));
        assert_eq!(with.difference(sys_admin), CapabilitySet::docker_default());
        assert_eq!(CapabilitySet::all().difference(CapabilitySet::all()), CapabilitySet::EMPTY);
    }

    #[test]
    fn a_thread_can_only_shrink_what_it_has() {
        // A thread of its own: capabilities belong to threads, and the test runner keeps its own.
        let own = std::thread::spawn(|| {
            CapabilitySet::EMPTY.take().expect("anyone may give everything up");
            let effective = caps::read(None, CapSet::Effective).expect("own capabilities are readable");
            let before_again = CapabilitySet::docker_default().take();
            (effective, before_again.is_ok(), caps::read(None, CapSet::Permitted).expect("readable"))
        });
        let (effective, again, permitted) = own.join().expect("the thread does not panic");
        assert!(effective.is_empty() && permitted.is_empty() && again);
    }
}
