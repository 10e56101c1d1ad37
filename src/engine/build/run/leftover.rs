//! Containers of steps whose build was killed: nobody else would ever see or remove them.

use crate::engine::Engine;
use crate::engine::container::{ProcessIdentity, RemoveRequest};

impl Engine {
    /// Removes them, and counts them. What cannot be removed stays for the next time: no reason not to build.
    pub(in crate::engine) fn sweep_build_steps(&self) -> usize {
        let mut removed = 0;
        for container in self.all_containers().unwrap_or_default() {
            if container.builder.as_ref().is_some_and(|builder| !ProcessIdentity::is_alive(builder)) {
                let request = RemoveRequest { force: true, volumes: true };
                removed += usize::from(self.remove_container(&container.id, request).is_ok());
                self.forget_step_image(&container.image);
            }
        }
        removed
    }
}
