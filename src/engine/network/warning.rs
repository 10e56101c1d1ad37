//! What is told once: that nothing here leads out of a container, and why.

use std::fs::{self, File};

use crate::engine::Engine;
use crate::engine::container::NetworkMode;
use crate::engine::launch::{Tier, has_gateway, has_packet_rules};

/// There once it has been said.
const SAID: &str = "no-way-out-said";

impl Engine {
    /// What there is to say about the network of a container about to be made, the first time.
    pub(in crate::engine) fn network_warnings(&self, mode: &NetworkMode) -> Vec<String> {
        let connected = !matches!(mode, NetworkMode::Host | NetworkMode::None) && mode.container().is_none();
        let lacking = match self.tier {
            _ if !connected => return Vec::new(),
            Tier::Root if has_packet_rules() => return Vec::new(),
            Tier::Root => "This kernel has no packet rules (nf_tables)",
            _ if has_gateway() => return Vec::new(),
            _ => "Neither pasta nor slirp4netns is installed",
        };
        let directory = self.paths.networks();
        let first = fs::create_dir_all(&directory).and_then(|()| File::create_new(directory.join(SAID)));
        if first.is_err() {
            return Vec::new();
        }
        vec![format!("{lacking}. Containers reach each other and their ports are published, but nothing leads out.")]
    }
}
