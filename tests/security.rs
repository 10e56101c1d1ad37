//! What a container may not do, tried from inside, on the real engine: as ourselves and as an ordinary user.
//!
//! Each rule is a function; both tests try them all and name those that do not hold.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "security/copies.rs"]
mod copies;
#[path = "security/defaults.rs"]
mod defaults;
#[path = "security/escapes.rs"]
mod escapes;
#[path = "security/leftovers.rs"]
mod leftovers;
#[path = "security/processes.rs"]
mod processes;
#[path = "security/world.rs"]
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use world::World;

/// A rule, by name.
type Rule = (&'static str, fn(&World));

#[test]
fn the_rules_hold_as_ourselves() {
    try_all(&World::as_ourselves());
}

#[test]
fn the_rules_hold_as_an_ordinary_user() {
    try_all(&World::as_an_ordinary_user());
}

fn try_all(world: &World) {
    let rules = [copies::RULES, defaults::RULES, escapes::RULES, leftovers::RULES, processes::RULES].concat();
    let mut broken = Vec::new();
    for (name, rule) in &rules {
        if catch_unwind(AssertUnwindSafe(|| rule(world))).is_err() {
            broken.push(*name);
        }
        // A rule that broke may have left something.
        world.clear();
    }
    assert!(broken.is_empty(), "{} of {} rules do not hold: {broken:#?}", broken.len(), rules.len());
}
