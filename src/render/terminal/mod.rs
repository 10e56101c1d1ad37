//! The terminal itself: what it can show ([`Look`]), how wide it is, and raw mode that is always given back.

mod look;
mod raw;
mod signals;
mod size;

pub use look::{Look, Paint};
pub use raw::{RawGuard, restore_on_panic};
pub use signals::SignalGuard;
pub use size::{WindowSize, window_size};
