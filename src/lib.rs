//! Moussaillon: a guided shell for learning Docker, with a real container engine inside.
//!
//! The rooms and what each may use are described in `ARCHITECTURE.md` and held by `tests/architecture.rs`.

pub mod app;
pub mod course;
pub mod docker;
pub mod engine;
pub mod i18n;
pub mod render;
pub mod repl;
pub mod trainer;
pub mod userland;
pub mod verify;
