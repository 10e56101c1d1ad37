//! What the kernel allows us here.

/// How containers are separated from the host, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// We are root.
    Root,
    /// A user namespace with a range of subordinate ids.
    SubordinateIds,
    /// A user namespace in which only we exist, as root.
    SingleId,
}
