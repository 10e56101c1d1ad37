//! `docker inspect` in Docker's JSON layout, assembled from records. Fields of things this engine does not have
//! are there and empty, as Docker leaves them when nothing is set.

mod container;
mod health;
mod host_config;
mod image;
mod mounts;
mod network;
mod network_settings;

pub use container::container;
pub use image::image;
pub use network::network;
pub use network_settings::ports;

use jiff::Timestamp;

/// RFC 3339 with nanoseconds, as Go writes it: trailing zeros of the fraction are dropped.
pub fn go_time(instant: Timestamp) -> String {
    instant.to_string()
}

/// The instant Go writes for "never".
pub const NEVER: &str = "0001-01-01T00:00:00Z";
