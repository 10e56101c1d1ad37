//! What the value of a flag may be: refused while it is read, in the words of Go and of Docker's client.
//!
//! One file per family of values. Sources: Go's `strconv` and `time`, docker/go-units, docker/cli `opts`.

pub mod device;
pub mod mount;
pub mod network;
pub mod number;
pub mod quantity;
pub mod text;
pub mod ulimit;

mod csv;
mod host;

use super::flag::FlagKind;
use crate::engine::oci::Reference;

pub use number::parse_bool;
pub use quantity::{duration, size};

/// Checks a value.
///
/// # Errors
/// The sentence that follows `invalid argument "…" for "…" flag: `.
pub fn check(kind: FlagKind, value: &str) -> Result<(), String> {
    match kind {
        FlagKind::Bool => number::bool(value).map(drop),
        FlagKind::Int => number::int(value, 64).map(drop),
        FlagKind::Uint => number::uint(value, 64).map(drop),
        FlagKind::Uint16 => number::uint(value, 16).map(drop),
        FlagKind::Bytes => quantity::bytes(value).map(drop),
        FlagKind::SwapBytes => quantity::swap_bytes(value).map(drop),
        FlagKind::Decimal => quantity::nano(value).map(drop),
        FlagKind::Duration => quantity::nanoseconds(value).map(drop),
        FlagKind::Env => host::environment(value),
        FlagKind::Label => host::label(value),
        FlagKind::Filter if !value.is_empty() && !value.contains('=') => {
            Err("bad format of filter (expected name=value)".to_owned())
        }
        FlagKind::HostAddress => host::address(value),
        FlagKind::Dns => host::ip(value),
        FlagKind::DnsSearch => host::domain(value),
        FlagKind::Link => host::link(value),
        FlagKind::Sysctl => host::sysctl(value),
        FlagKind::Stream if !matches!(value.to_lowercase().as_str(), "stdin" | "stdout" | "stderr") => {
            Err("valid streams are STDIN, STDOUT and STDERR".to_owned())
        }
        FlagKind::Tag => value.parse::<Reference>().map(drop).map_err(|error| error.to_string()),
        FlagKind::Mount => mount::parse(value).map(drop),
        FlagKind::Network => network::parse(value).map(drop),
        FlagKind::Ulimit => ulimit::parse(value).map(drop),
        FlagKind::Gpus => device::gpus(value),
        FlagKind::DeviceWeight => device::weight(value).map(drop),
        FlagKind::DeviceBytes => device::bytes_rate(value).map(drop),
        FlagKind::DeviceOperations => device::operations_rate(value).map(drop),
        FlagKind::DeviceRule => device::rule(value),
        FlagKind::Text | FlagKind::List | FlagKind::Strings | FlagKind::Map => Ok(()),
        FlagKind::Filter | FlagKind::Stream => Ok(()),
    }
}
