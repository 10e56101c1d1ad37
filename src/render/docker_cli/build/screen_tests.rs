//! A small terminal obeys what is written, and is looked at.

use super::*;
use crate::engine::build::{StagePlace, Vertex as Told};
use crate::engine::container::OutputStream;

/// Rows of characters; a line that is too long folds.
struct Terminal {
    columns: usize,
    rows: Vec<Vec<char>>,
    at: (usize, usize),
    cursor_shown: bool,
}

impl Terminal {
    fn new(columns: usize) -> Self {
        Self { columns, rows: vec![Vec::new()], at: (0, 0), cursor_shown: true }
    }

    fn write(&mut self, text: &str) {
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\u{1b}' => {
                    assert_eq!(characters.next(), Some('['));
                    let mut sequence = String::new();
                    while !sequence.ends_with(|last: char| last.is_ascii_alphabetic()) {
                        sequence.push(characters.next().unwrap());
                    }
                    self.obey(&sequence);
                }
                '\n' => self.go_to_row(self.at.0 + 1),
                other => {
                    assert!(!other.is_control());
                    if self.at.1 == self.columns {
                        self.go_to_row(self.at.0 + 1);
                    }
                    let row = &mut self.rows[self.at.0];
                    row.resize(row.len().max(self.at.1 + 1), ' ');
                    row[self.at.1] = other;
                    self.at.1 += 1;
                }
            }
        }
    }

    fn go_to_row(&mut self, row: usize) {
        while self.rows.len() <= row {
            self.rows.push(Vec::new());
        }
        self.at = (row, 0);
    }

    fn obey(&mut self, sequence: &str) {
        let number = sequence[..sequence.len() - 1].parse().unwrap_or(1);
        match sequence {
            "?25l" => self.cursor_shown = false,
            "?25h" => self.cursor_shown = true,
            "0G" => self.at.1 = 0,
            "J" => self.rows[self.at.0..].iter_mut().for_each(Vec::clear),
            _ if sequence.ends_with('A') => self.at.0 -= number,
            _ => assert!(sequence.ends_with('m'), "{sequence}"),
        }
    }

    /// The terminal becomes narrower, and folds what is on it.
    fn narrow(&mut self, columns: usize) {
        let rows: Vec<Vec<char>> = self
            .rows
            .iter()
            .flat_map(|row| match row.len() {
                0 => vec![Vec::new()],
                _ => row.chunks(columns).map(<[char]>::to_vec).collect(),
            })
            .collect();
        (self.at, self.rows, self.columns) = ((rows.len() - 1, 0), rows, columns);
    }

    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.rows.iter().map(|row| row.iter().collect::<String>().trim_end().to_owned()).collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }
}

const SCREEN: Screen = Screen { rows: 24, columns: 80, colour: true };

fn started(number: usize, instruction: &str) -> ProgressEvent {
    let place = StagePlace { stage: None, index: number, total: 9 };
    ProgressEvent::Started { number, vertex: Told::Instruction { place, instruction: instruction.to_owned() } }
}

fn output(number: usize, text: &str) -> ProgressEvent {
    let (stream, elapsed) = (OutputStream::Stdout, Duration::from_millis(221));
    ProgressEvent::Output { number, stream, elapsed, bytes: text.as_bytes().to_vec() }
}

/// Draws every event, however soon it comes.
fn tell(redrawn: &mut Redrawn, events: &[ProgressEvent], screen: Screen, terminal: &mut Terminal) {
    for event in events {
        redrawn.drawn = None;
        terminal.write(&redrawn.tell(event, screen));
        assert!(terminal.cursor_shown);
    }
}

#[test]
fn a_build_that_fails_ends_as_recorded() {
    let (mut redrawn, mut terminal) = (Redrawn::default(), Terminal::new(80));
    terminal.write("$ docker build .\n");
    let failed = ProgressEvent::Failed { number: 2, elapsed: Duration::from_millis(210), message: "no".to_owned() };
    let events = [started(1, "FROM x"), ProgressEvent::Cached { number: 1 }, ProgressEvent::Foreseen { total: 3 }];
    tell(&mut redrawn, &events, SCREEN, &mut terminal);
    tell(&mut redrawn, &[started(2, "RUN echo before && false"), output(2, "before\n")], SCREEN, &mut terminal);
    assert_eq!(
        terminal.lines(),
        [
            "$ docker build .",
            &format!("[+] Building 0.0s (1/3){}docker:default", " ".repeat(42)),
            &format!(" => CACHED [1/9] FROM x{}0.0s", " ".repeat(52)),
            &format!(" => [2/9] RUN echo before && false{}0.0s", " ".repeat(41)),
            " => => # before",
        ]
    );
    tell(&mut redrawn, &[failed, ProgressEvent::Finished { warnings: Vec::new() }], SCREEN, &mut terminal);
    assert_eq!(
        terminal.lines()[3..],
        [
            format!(" => ERROR [2/9] RUN echo before && false{}0.2s", " ".repeat(35)),
            "------".to_owned(),
            " > [2/9] RUN echo before && false:".to_owned(),
            "0.221 before".to_owned(),
            "------".to_owned(),
        ]
    );
}

#[test]
fn a_build_that_succeeds_is_finished() {
    let (mut redrawn, mut terminal) = (Redrawn::default(), Terminal::new(80));
    let done = ProgressEvent::Done { number: 1, elapsed: Duration::from_millis(1234) };
    let events = [started(1, "RUN x"), done, ProgressEvent::Finished { warnings: Vec::new() }];
    let mut text = String::new();
    for event in &events {
        redrawn.drawn = None;
        text.push_str(&redrawn.tell(event, SCREEN));
    }
    terminal.write(&text);
    assert!(terminal.lines()[0].starts_with("[+] Building 0.0s (1/1) FINISHED "), "{:?}", terminal.lines());
    assert!(terminal.lines()[1].ends_with(" 1.2s"));
    assert!(text.contains("\u{1b}[34m => [1/9] RUN x"));
    let plain = Screen { colour: false, ..SCREEN };
    assert!(!Redrawn::default().tell(&events[0], plain).contains("m ="));
}

#[test]
fn what_is_over_makes_room_for_what_is_at_work() {
    let (mut redrawn, mut terminal) = (Redrawn::default(), Terminal::new(80));
    let screen = Screen { rows: 6, ..SCREEN };
    tell(&mut redrawn, &[started(1, "RUN long"), output(1, "no room\n")], screen, &mut terminal);
    for number in 2..9 {
        let done = ProgressEvent::Done { number, elapsed: Duration::ZERO };
        tell(&mut redrawn, &[started(number, "RUN short"), done], screen, &mut terminal);
    }
    let lines = terminal.lines();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(lines[1].contains("[1/9] RUN long") && lines[4].contains("[8/9] RUN short"), "{lines:?}");
    tell(&mut redrawn, &[ProgressEvent::Finished { warnings: Vec::new() }], screen, &mut terminal);
    assert_eq!(terminal.lines().len(), 9);
}

#[test]
fn narrow_and_narrowed_terminals_fold_nothing() {
    for columns in [1, 5, 18, 30, 45] {
        let (mut redrawn, mut terminal) = (Redrawn::default(), Terminal::new(columns));
        let screen = Screen { columns, ..SCREEN };
        let events = [started(1, "RUN something long, with 漢字 in its name"), output(1, &"x".repeat(200))];
        tell(&mut redrawn, &events, screen, &mut terminal);
        tell(&mut redrawn, &[ProgressEvent::TimePassed], screen, &mut terminal);
        let heading = terminal.lines().first().cloned().unwrap_or_default();
        assert!(heading.starts_with(fit("[+] Building 0.0s (0/1)", columns - 1).trim_end()), "{heading}");
        assert!(heading.len() < columns, "{heading}");
        assert!(terminal.lines().iter().skip(1).all(|line| line.starts_with(" => ")), "{:?}", terminal.lines());
    }
    let (mut redrawn, mut terminal) = (Redrawn::default(), Terminal::new(80));
    terminal.write("$ docker build .\n");
    tell(&mut redrawn, &[started(1, "RUN x"), output(1, "hi\n")], SCREEN, &mut terminal);
    terminal.narrow(40);
    tell(&mut redrawn, &[ProgressEvent::TimePassed], Screen { columns: 40, ..SCREEN }, &mut terminal);
    let lines = terminal.lines();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[0].starts_with("$ docker") && lines[1].starts_with("[+]") && lines[3].ends_with("# hi"));
}
