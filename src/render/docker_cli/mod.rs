//! Docker's voice: what `docker` itself prints, in English, byte for byte what Docker's client prints.
//! Descriptions in `--help` and refusals of what is not supported yet are the course's, localised.

// Lines are short, and `push_str(&format!(…))` shows the layout.
#![allow(clippy::format_push_string, clippy::format_collect)]

mod build;
mod cache_usage;
mod checks;
mod containers;
mod disk;
mod events;
mod failure;
mod help;
mod images;
mod layer_lines;
mod listing;
mod manifest;
mod networks;
mod objects;
mod ports;
mod rawjson;
mod search;
mod stats;
mod table;
mod template;
mod units;
mod visible;
mod voice;
mod volumes;

pub use units::human_size;
pub use voice::{DockerVoice, Window};

/// Bytes as lower-case hexadecimal digits.
fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
