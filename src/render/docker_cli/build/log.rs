//! What the command of a step wrote: whole lines with their time, and the last of them as a small terminal shows them.

use std::collections::VecDeque;
use std::time::Duration;

/// How many lines of a step at work are shown.
const LAST_LINES: usize = 6;
/// What has no end is cut here: a line, a sequence, letters that are not whole.
const MAX_PENDING: usize = 64 << 10;

/// The lines a step wrote, each `0.221 before`.
#[derive(Debug, Default)]
pub(super) struct StepLog {
    lines: VecDeque<String>,
    partial: Vec<u8>,
    elapsed: f64,
}

impl StepLog {
    /// Takes what was written so long after the step began; the lines it completes.
    pub(super) fn take(&mut self, bytes: &[u8], elapsed: Duration, kept: usize) -> Vec<String> {
        self.elapsed = elapsed.as_secs_f64();
        self.partial.extend_from_slice(bytes);
        let mut complete = Vec::new();
        while let Some(end) = self.partial.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.partial.drain(..=end).collect();
            complete.push(self.keep(&line[..end], kept));
        }
        complete
    }

    /// What was written last, without a line end.
    pub(super) fn rest(&mut self, kept: usize) -> Option<String> {
        let rest = std::mem::take(&mut self.partial);
        (!rest.is_empty()).then(|| self.keep(&rest, kept))
    }

    /// The lines that were kept: those shown again when the step has failed.
    pub(super) fn kept(&self) -> impl Iterator<Item = &String> {
        self.lines.iter()
    }

    fn keep(&mut self, line: &[u8], kept: usize) -> String {
        let line = format!("{:.3} {}", self.elapsed, String::from_utf8_lossy(line));
        self.lines.push_back(line.clone());
        while self.lines.len() > kept {
            self.lines.pop_front();
        }
        line
    }
}

/// The last lines a step wrote, as they look: carriage returns go back, sequences that paint or move are not obeyed.
#[derive(Debug, Default)]
pub(super) struct LastLines {
    rows: VecDeque<Vec<char>>,
    column: usize,
    pending: Vec<u8>,
    sequence: Sequence,
}

/// Where in a sequence of control characters we are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Sequence {
    #[default]
    None,
    /// After ESC.
    Begun,
    /// After ESC and `[`: up to a letter.
    Control,
    /// After ESC and `]`: up to a bell.
    System,
}

impl LastLines {
    /// Takes what was written; lines are folded at so many columns.
    pub(super) fn take(&mut self, bytes: &[u8], columns: usize) {
        self.pending.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.pending) {
            Ok(text) => text.len(),
            // The end of a letter may still come.
            Err(error) if error.error_len().is_none() && self.pending.len() < MAX_PENDING => error.valid_up_to(),
            Err(_) => self.pending.len(),
        };
        let text: Vec<u8> = self.pending.drain(..whole).collect();
        for character in String::from_utf8_lossy(&text).chars() {
            self.character(character, columns.max(1));
        }
    }

    /// Those with something in them, oldest first.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |row: &Vec<char>| row.iter().collect::<String>().trim_end().to_owned();
        let lines: Vec<String> = self.rows.iter().map(line).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].to_vec()
    }

    fn character(&mut self, character: char, columns: usize) {
        self.sequence = match (self.sequence, character) {
            (Sequence::None, '\u{1b}') => Sequence::Begun,
            (Sequence::None, _) => {
                self.shown(character, columns);
                Sequence::None
            }
            (Sequence::Begun, '[') => Sequence::Control,
            (Sequence::Begun, ']') => Sequence::System,
            (Sequence::Control, '\u{20}'..='\u{3f}') => Sequence::Control,
            (Sequence::System, other) if other != '\u{7}' && other != '\u{1b}' => Sequence::System,
            _ => Sequence::None,
        };
    }

    fn shown(&mut self, character: char, columns: usize) {
        match character {
            '\n' => self.next_row(),
            '\r' => self.column = 0,
            '\u{8}' => self.column = self.column.saturating_sub(1),
            '\t' => {
                for _ in 0..8 - self.column % 8 {
                    self.put(' ', columns);
                }
            }
            other if other.is_control() => {}
            other => self.put(other, columns),
        }
    }

    fn put(&mut self, character: char, columns: usize) {
        if self.rows.is_empty() || self.column >= columns {
            self.next_row();
        }
        let column = self.column;
        let Some(row) = self.rows.back_mut() else { return };
        while row.len() <= column {
            row.push(' ');
        }
        row[column] = character;
        self.column += 1;
    }

    fn next_row(&mut self) {
        self.column = 0;
        self.rows.push_back(Vec::new());
        // The row the cursor stands in, and those above it that are shown.
        while self.rows.len() > LAST_LINES + 1 {
            self.rows.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(text: &[&str], columns: usize) -> Vec<String> {
        let mut last = LastLines::default();
        for text in text {
            last.take(text.as_bytes(), columns);
        }
        last.lines()
    }

    #[test]
    fn a_line_that_is_written_over_is_seen_once_and_colours_are_not_obeyed() {
        assert_eq!(last(&["10%\r20%\r", "100%\n"], 80), ["100%"]);
        assert_eq!(last(&["\u{1b}[31mred\u{1b}[0m\n\u{1b}]0;title\u{7}x"], 80), ["red", "x"]);
        assert_eq!(last(&["ab\u{8}c\td"], 80), ["ac      d"]);
        assert_eq!(last(&["abcdef"], 4), ["abcd", "ef"]);
        let mut split = LastLines::default();
        for byte in "é".as_bytes() {
            split.take(&[*byte], 80);
        }
        assert_eq!(split.lines(), ["é"]);
    }

    #[test]
    fn only_the_last_lines_are_seen() {
        let lines: String = (0..20).map(|number| format!("line {number}\n")).collect();
        assert_eq!(last(&[&lines], 80), (14..20).map(|number| format!("line {number}")).collect::<Vec<_>>());
    }

    #[test]
    fn lines_are_dated_when_they_are_whole() {
        let mut log = StepLog::default();
        assert!(log.take(b"be", Duration::from_millis(100), 2).is_empty());
        assert_eq!(log.take(b"fore\nnext", Duration::from_millis(221), 2), ["0.221 before"]);
        assert_eq!(log.rest(2).as_deref(), Some("0.221 next"));
        log.take(b"1\n", Duration::ZERO, 2);
        assert_eq!(log.kept().collect::<Vec<_>>(), ["0.221 next", "0.000 1"]);
    }
}
