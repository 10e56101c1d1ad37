//! BuildKit's plain progress: the lines of one vertex at a time. What happens beside it waits until it ends, ends itself,
//! or has waited for long.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::super::visible::visible;
use super::log::StepLog;
use super::{Work, summary};
use crate::engine::build::ProgressEvent;

/// A vertex that has not been shown for so long takes its turn.
const MAX_HIDDEN: Duration = Duration::from_secs(10);
/// How many lines of a failed step come again at the end.
const LINES_OF_FAILURE: usize = 10;

/// What was told so far, line by line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    begun: bool,
    titled: bool,
    /// Whose lines are being written.
    current: Option<usize>,
    vertices: BTreeMap<usize, Vertex>,
}

#[derive(Debug, Default)]
struct Vertex {
    title: String,
    log: StepLog,
    /// What was not written yet, and since when.
    waiting: String,
    hidden: Option<Instant>,
    ended: bool,
    failed: bool,
}

impl Lines {
    /// The text of an event.
    pub(super) fn tell(&mut self, event: &ProgressEvent) -> String {
        let mut text = String::new();
        if !std::mem::replace(&mut self.begun, true) {
            text.push_str("#0 building with \"default\" instance using docker driver\n\n");
        }
        let (number, line, end) = match event {
            ProgressEvent::Started { number, vertex } => {
                let title = visible(&vertex.to_string()).into_owned();
                self.vertices.insert(*number, Vertex { title, ..Vertex::default() });
                (*number, String::new(), false)
            }
            ProgressEvent::Worked { number, work } => {
                (*number, format!("#{number} {}\n", Work::of(work).line()), false)
            }
            ProgressEvent::Output { number, elapsed, bytes, .. } => {
                let lines = self.vertex(*number).log.take(bytes, *elapsed, LINES_OF_FAILURE);
                if lines.is_empty() {
                    return text;
                }
                (*number, lines.iter().map(|line| format!("#{number} {line}\n")).collect(), false)
            }
            ProgressEvent::Warned { number, warning } => {
                (*number, format!("#{number} WARN: {}\n", visible(&warning.summary())), false)
            }
            ProgressEvent::Cached { number } => (*number, format!("#{number} CACHED\n"), true),
            ProgressEvent::Canceled { number } => (*number, format!("#{number} CANCELED\n"), true),
            ProgressEvent::Done { number, elapsed } => {
                (*number, format!("#{number} DONE {:.1}s\n", elapsed.as_secs_f64()), true)
            }
            ProgressEvent::Failed { number, message, .. } => {
                self.vertex(*number).failed = true;
                (*number, format!("#{number} ERROR: {}\n", visible(message)), true)
            }
            ProgressEvent::Finished { warnings } => {
                text.push_str(&self.failures());
                text.push_str(&summary(warnings));
                return text;
            }
            ProgressEvent::Foreseen { .. } | ProgressEvent::TimePassed => return text,
        };
        let vertex = self.vertex(number);
        if end {
            if let Some(rest) = vertex.log.rest(LINES_OF_FAILURE) {
                vertex.waiting.push_str(&format!("#{number} {rest}\n"));
            }
            vertex.ended = true;
        }
        vertex.waiting.push_str(&line);
        self.turn(number, &mut text);
        text
    }

    fn vertex(&mut self, number: usize) -> &mut Vertex {
        self.vertices.entry(number).or_default()
    }

    /// Something happened to this vertex: whose turn is it to be written?
    fn turn(&mut self, number: usize, text: &mut String) {
        let vertex = self.vertex(number);
        let patient = vertex.hidden.is_none_or(|since| since.elapsed() < MAX_HIDDEN);
        let ended = vertex.ended;
        if self.current.is_some_and(|current| current != number) && !ended && patient {
            self.vertex(number).hidden.get_or_insert_with(Instant::now);
            return;
        }
        let was_its_turn = self.current.is_none_or(|current| current == number);
        self.write(number, text);
        // Another that was kept waiting comes next, the first of them.
        if ended && was_its_turn {
            let next = self.vertices.iter().find(|(_, other)| !other.ended && other.hidden.is_some());
            if let Some(next) = next.map(|(next, _)| *next) {
                self.write(next, text);
            }
        }
    }

    fn write(&mut self, number: usize, text: &mut String) {
        if self.current != Some(number) {
            if let Some(current) = self.current {
                text.push_str(&format!("#{current} ...\n"));
            }
            if std::mem::replace(&mut self.titled, true) {
                text.push('\n');
            }
            text.push_str(&format!("#{number} {}\n", self.vertex(number).title));
        }
        let vertex = self.vertex(number);
        text.push_str(&std::mem::take(&mut vertex.waiting));
        vertex.hidden = None;
        self.current = if self.vertex(number).ended { None } else { Some(number) };
    }

    /// What the steps that failed wrote last.
    fn failures(&self) -> String {
        let failed = self.vertices.values().filter(|vertex| vertex.failed);
        failed.map(|vertex| failure(&vertex.title, &vertex.log)).collect()
    }
}

/// What a step that failed wrote.
pub(super) fn failure(title: &str, log: &StepLog) -> String {
    let lines: String = log.kept().map(|line| format!("{line}\n")).collect();
    format!("------\n > {title}:\n{lines}------\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::build::{StagePlace, Vertex as Told};
    use crate::engine::container::OutputStream;

    fn started(number: usize, stage: &str) -> ProgressEvent {
        let place = StagePlace { stage: Some(stage.to_owned()), index: 1, total: 1 };
        ProgressEvent::Started { number, vertex: Told::Instruction { place, instruction: "RUN x".to_owned() } }
    }

    fn output(number: usize, text: &str) -> ProgressEvent {
        let (stream, elapsed) = (OutputStream::Stdout, Duration::from_millis(250));
        ProgressEvent::Output { number, stream, elapsed, bytes: text.as_bytes().to_vec() }
    }

    fn done(number: usize) -> ProgressEvent {
        ProgressEvent::Done { number, elapsed: Duration::from_millis(1500) }
    }

    fn told(events: &[ProgressEvent]) -> String {
        let mut lines = Lines { begun: true, ..Lines::default() };
        events.iter().map(|event| lines.tell(event)).collect()
    }

    #[test]
    fn what_happens_beside_waits_for_its_turn() {
        let events = [started(1, "a"), started(2, "b"), output(2, "hi\n"), output(1, "one\ntwo"), done(1), done(2)];
        assert_eq!(
            told(&events),
            "#1 [a 1/1] RUN x\n#1 0.250 one\n#1 0.250 two\n#1 DONE 1.5s\n\n#2 [b 1/1] RUN x\n#2 0.250 hi\n#2 DONE 1.5s\n"
        );
    }

    #[test]
    fn what_ends_beside_is_told_at_once() {
        let events = [started(1, "a"), started(2, "b"), output(2, "hi\n"), done(2), output(1, "one\n"), done(1)];
        assert_eq!(
            told(&events),
            "#1 [a 1/1] RUN x\n#1 ...\n\n#2 [b 1/1] RUN x\n#2 0.250 hi\n#2 DONE 1.5s\n\n#1 [a 1/1] RUN x\n#1 0.250 one\n#1 DONE 1.5s\n"
        );
    }

    #[test]
    fn what_failed_comes_again_at_the_end_with_its_last_lines() {
        let lines: String = (0..12).map(|number| format!("line {number}\n")).collect();
        let events = [
            started(1, "a"),
            started(2, "b"),
            output(1, &lines),
            ProgressEvent::Failed { number: 1, elapsed: Duration::ZERO, message: "no".to_owned() },
            ProgressEvent::Canceled { number: 2 },
            ProgressEvent::Finished { warnings: Vec::new() },
        ];
        let told = told(&events);
        let (_, end) = told.split_once("#1 ERROR: no\n").unwrap();
        let (canceled, end) = end.split_once("------\n").unwrap();
        assert_eq!(canceled, "\n#2 [b 1/1] RUN x\n#2 CANCELED\n");
        assert!(end.starts_with(" > [a 1/1] RUN x:\n0.250 line 2\n") && end.ends_with("0.250 line 11\n------\n"));
    }
}
