//! The journal among several writers and readers.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::thread;

use super::JournalRequest;
use crate::engine::fixture::TestEngine;
use crate::engine::journal::{JournalEvent, ObjectKind};

fn past(engine: &crate::engine::Engine) -> Vec<JournalEvent> {
    let mut events = Vec::new();
    let request = JournalRequest { since: None, until: Some(engine.clock.now()) };
    engine
        .events(&request, None, &mut |event| {
            events.push(event);
            true
        })
        .unwrap();
    events
}

#[test]
fn what_is_noted_is_read_in_order() {
    let engine = TestEngine::new();
    engine.note(ObjectKind::Volume, "create", "data", &[("driver", "local")]);
    engine.note(ObjectKind::Volume, "destroy", "data", &[]);
    let events = past(&engine);
    let words: Vec<_> =
        events.iter().map(|event| (event.kind.word(), event.action.as_str(), event.id.as_str())).collect();
    assert_eq!(words, [("volume", "create", "data"), ("volume", "destroy", "data")]);
    assert_eq!(events[0].attributes["driver"], "local");
}

#[test]
fn a_line_cut_short_hides_nothing_else() {
    let engine = TestEngine::new();
    std::fs::write(engine.paths().journal(), b"{\"time\":\"20\n").unwrap();
    engine.note(ObjectKind::Image, "tag", "x", &[]);
    assert_eq!(past(&engine).len(), 1);
}

#[test]
fn a_full_journal_is_set_aside_and_the_one_before_forgotten() {
    let engine = TestEngine::new();
    let long = "x".repeat(200 << 10);
    for number in 0..40 {
        engine.note(ObjectKind::Image, "tag", &number.to_string(), &[("long", &long)]);
    }
    let kept: Vec<u32> = past(&engine).iter().map(|event| event.id.parse().unwrap()).collect();
    assert_eq!(kept.last(), Some(&39));
    assert!(kept.windows(2).all(|pair| pair[0] + 1 == pair[1]), "in order: {kept:?}");
    assert!(kept[0] > 0 && kept.len() >= 10, "{kept:?}");
    let on_disk =
        [engine.paths().journal(), engine.paths().journal_before()].map(|path| path.metadata().unwrap().len());
    assert!(on_disk.iter().all(|size| *size < 3 << 20), "{on_disk:?}");
}

#[test]
fn a_follower_misses_nothing_of_several_writers_though_files_are_set_aside() {
    const WRITERS: usize = 4;
    const EACH: usize = 30;
    let engine = TestEngine::new();
    let reader = engine.clone();
    let (ready, is_ready) = mpsc::channel();
    let follower = thread::spawn(move || {
        let mut seen = BTreeSet::new();
        let request = JournalRequest { since: Some(reader.clock.now()), until: None };
        reader
            .events(&request, None, &mut |event| {
                if event.id == "first" {
                    ready.send(()).unwrap();
                    return true;
                }
                assert!(seen.insert(event.id));
                seen.len() < WRITERS * EACH
            })
            .unwrap();
        seen.len()
    });
    // Noted until the follower has seen it: it may not have started.
    while is_ready.try_recv().is_err() && !follower.is_finished() {
        engine.note(ObjectKind::Image, "tag", "first", &[]);
        thread::yield_now();
    }
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let engine = engine.clone();
            scope.spawn(move || {
                let long = "x".repeat(40 << 10);
                for number in 0..EACH {
                    engine.note(ObjectKind::Image, "tag", &format!("{writer}-{number}"), &[("long", &long)]);
                }
            });
        }
    });
    assert_eq!(follower.join().unwrap(), WRITERS * EACH);
}

#[test]
fn an_instant_to_come_is_waited_for() {
    let engine = TestEngine::new();
    let until = engine.clock.now() + jiff::SignedDuration::from_millis(30);
    let request = JournalRequest { since: None, until: Some(until) };
    engine.events(&request, None, &mut |_| true).unwrap();
    assert!(engine.clock.now() >= until);
}
