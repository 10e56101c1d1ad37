//! Bytes from strangers against what reads them: each target feeds them to a reader of the engine and holds it to more than
//! not crashing. `fuzz/run` builds them with coverage counters and runs each for a while, from the seeds in `seeds/`.

mod checks;
#[allow(dead_code, unused_imports, reason = "the engine is compiled here for its readers only")]
#[path = "../src/engine/mod.rs"]
mod engine;

pub use checks::{dockerfile, layer, manifest, reference};
