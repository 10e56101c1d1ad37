//! Pulling from registries that are honest, slow, broken or evil, on the loopback interface: each time the image is there
//! whole, or nothing of it is and the error says why.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "registry/evil.rs"]
mod evil;
#[path = "registry/honest.rs"]
mod honest;
#[path = "registry/image.rs"]
mod image;
#[path = "registry/puller.rs"]
mod puller;
#[path = "registry/server.rs"]
mod server;
