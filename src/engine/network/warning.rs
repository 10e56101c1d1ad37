//! What an ordinary user is told once: that nothing here leads out of a container.

use std::fs::{self, File};

use crate::engine::Engine;
use crate::engine::container::NetworkMode;
use crate::engine::launch::{Tier, has_gateway};

/// There once it has been said.
const SAID: &str = "no-way-out-said";

impl Engine {
    /// What there is to say about the network of a container about to be made, the first time.
    pub(in crate::engine) fn network_warnings(&self, mode: &NetworkMode) -> Vec<String> {
        let connected = !matches!(mode, NetworkMode::Host | NetworkMode::None) && mode.container().is_none();
        if self.tier == Tier::Root || !connected || has_gateway() {
            return Vec::new();
        }
        let directory = self.paths.networks();
        let first = fs::create_dir_all(&directory).and_then(|()| File::create_new(directory.join(SAID)));
        if first.is_err() {
            return Vec::new();
        }
        vec![
            "Neither pasta nor slirp4netns is installed. Containers reach each other and their ports are published, but nothing leads out."
                .to_owned(),
        ]
    }
}
