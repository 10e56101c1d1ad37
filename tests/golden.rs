//! What Docker prints, replayed on our engine and compared after normalising what differs from run to run.
//!
//! A *transcript* is `$ command`, the streams, the exit code. A *scenario* (`golden/*.scenario`) says in which order
//! transcripts are replayed, what is set up between them, and which ones cannot apply, with the reason. Ours
//! (`golden/ours/`) are always replayed; the recordings of real Docker are when their directory is there.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "golden/normal.rs"]
mod normal;
#[path = "golden/scenario.rs"]
mod scenario;
#[path = "golden/screen.rs"]
mod screen;
#[path = "golden/stage.rs"]
mod stage;
#[path = "golden/terminal.rs"]
mod terminal;
#[path = "golden/transcript.rs"]
mod transcript;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use scenario::{Act, Scenario};
use stage::Stage;
use transcript::Transcript;

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Of the recordings that apply, how many hold at least, in per cent.
const LEAST_PERCENT: usize = 95;

#[test]
fn our_transcripts_hold() {
    let scenario = Scenario::read(&project().join("tests/golden/ours.scenario"));
    let (held, failures) = replay(&scenario, &project().join("tests/golden/ours"));
    assert!(failures.is_empty(), "{held} transcripts hold, these do not:\n{}", failures.join("\n"));
}

#[test]
fn dockers_recordings_hold() {
    let mut beside =
        project().ancestors().map(|ancestor| ancestor.join("shared/golden")).collect::<Vec<_>>().into_iter();
    let Some(recordings) = beside.find(|directory| directory.is_dir()) else { return };
    let scenario = Scenario::read(&project().join("tests/golden/docker.scenario"));
    let (held, failures) = replay(&scenario, &recordings);
    let skipped = scenario.skipped().count();
    let apply = held + failures.len();
    println!(
        "replayed {held} of {apply} recordings that apply ({} %), {} differ, {skipped} cannot apply",
        held * 100 / apply.max(1),
        failures.len(),
    );
    for (name, reason) in scenario.skipped() {
        println!("  {name}: {reason}");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(held * 100 >= apply * LEAST_PERCENT, "{held} of {apply} recordings hold");
}

/// Replays a scenario; how many transcripts hold, and what is wrong with the others.
fn replay(scenario: &Scenario, directory: &Path) -> (usize, Vec<String>) {
    let stage = Stage::new();
    let (mut held, mut failures) = (0, Vec::new());
    let present: BTreeSet<String> = fs::read_dir(directory)
        .expect("the transcripts")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".txt").map(str::to_owned))
        .filter(|name| name != "README")
        .collect();
    for name in scenario.named().filter(|name| !present.contains(*name)) {
        failures.push(format!("{name}: named by the scenario, not there"));
    }
    let named: BTreeSet<&str> = scenario.named().collect();
    for name in present.iter().filter(|name| !named.contains(name.as_str())) {
        failures.push(format!("{name}: there, not named by the scenario"));
    }
    let mut here = true;
    for act in &scenario.acts {
        match act {
            Act::Engine { name, condition } => {
                stage.change_engine(name);
                here = condition.as_ref().is_none_or(|condition| stage.holds(condition));
                if !here {
                    eprintln!("what follows on the engine {name} is not replayed here: {condition:?}");
                }
            }
            Act::Set(_) | Act::Case { .. } if !here => {}
            Act::Set(command) => stage.set(command),
            Act::Skip { .. } => {}
            Act::Case { name, order, condition } => {
                if !present.contains(name) {
                    continue;
                }
                if let Some(condition) = condition.as_ref().filter(|condition| !stage.holds(condition)) {
                    eprintln!("{name} is not replayed here: {condition}");
                    continue;
                }
                let expected = Transcript::read(&directory.join(format!("{name}.txt")));
                let found = stage.play(&expected);
                match normal::differences(&expected, &found, *order) {
                    None => held += 1,
                    Some(differences) => failures.push(format!("{name}: $ {}\n{differences}", expected.command)),
                }
            }
        }
    }
    (held, failures)
}
