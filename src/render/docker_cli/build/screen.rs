//! BuildKit's progress on a terminal: one screen of lines, drawn again over itself as things happen.
//!
//! Whatever the terminal's size, a line never reaches its last column: nothing is folded, and what was drawn can be
//! drawn over. The cursor is hidden only while a frame is written.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::visible::visible;
use super::log::{LastLines, StepLog};
use super::plain::failure;
use super::{Work, summary};
use crate::engine::build::ProgressEvent;

/// Frames are so far apart at least.
const BETWEEN_FRAMES: Duration = Duration::from_millis(100);
/// Rows the log of one step may take.
const ROWS_OF_LOG: usize = 6;
/// Columns a line of a log leaves free.
const LOG_MARGIN: usize = 10;
/// Below this a time is nothing.
const SECONDS_SHOWN: f64 = 0.05;
/// Lines of a failed step that come again at the end.
const LINES_OF_FAILURE: usize = 10_000;
/// A title with fewer columns than this is not worth showing.
const MIN_TITLE: usize = 12;

/// The terminal, as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// From top to bottom.
    pub rows: usize,
    /// From left to right.
    pub columns: usize,
    /// Whether to paint.
    pub colour: bool,
}

/// What was told so far, and what is on the screen of it.
#[derive(Debug, Default)]
pub(super) struct Redrawn {
    began: Option<Instant>,
    drawn: Option<Instant>,
    /// How wide what is on the screen is, line by line, and how wide the screen was.
    on_screen: Vec<usize>,
    columns: usize,
    foreseen: usize,
    vertices: BTreeMap<usize, Vertex>,
}

#[derive(Debug)]
struct Vertex {
    title: String,
    began: Instant,
    end: Option<(End, Duration)>,
    works: Vec<(String, String, f64)>,
    warnings: Vec<String>,
    log: StepLog,
    last_lines: LastLines,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    Cached,
    Failed,
    Canceled,
}

/// A line of a frame that has a time.
struct Row {
    title: String,
    status: String,
    seconds: f64,
    paint: Option<&'static str>,
    at_work: bool,
    log: Vec<String>,
}

const BLUE: &str = "\u{1b}[34m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const FAINT: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

impl Redrawn {
    /// What an event writes on the screen.
    pub(super) fn tell(&mut self, event: &ProgressEvent, screen: Screen) -> String {
        self.began.get_or_insert_with(Instant::now);
        self.take(event, screen);
        if let ProgressEvent::Finished { warnings } = event {
            let mut text = self.frame(screen, true);
            let failed = self.vertices.values().filter(|vertex| vertex.has_ended(End::Failed));
            text.extend(failed.map(|vertex| failure(&vertex.title, &vertex.log)));
            text.push_str(&summary(warnings));
            return text;
        }
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < BETWEEN_FRAMES) {
            return String::new();
        }
        self.frame(screen, false)
    }

    fn take(&mut self, event: &ProgressEvent, screen: Screen) {
        match event {
            ProgressEvent::Started { number, vertex } => {
                let title = visible(&vertex.to_string()).replace(['\t', '\n'], " ");
                self.vertices.insert(
                    *number,
                    Vertex {
                        title,
                        began: Instant::now(),
                        end: None,
                        works: Vec::new(),
                        warnings: Vec::new(),
                        log: StepLog::default(),
                        last_lines: LastLines::default(),
                    },
                );
            }
            ProgressEvent::Foreseen { total } => self.foreseen = *total,
            ProgressEvent::Worked { number, work } => self.with(*number, |vertex| {
                let work = Work::of(work);
                vertex.works.push((work.what, work.status, work.seconds.unwrap_or(0.0)));
            }),
            ProgressEvent::Output { number, elapsed, bytes, .. } => self.with(*number, |vertex| {
                vertex.log.take(bytes, *elapsed, LINES_OF_FAILURE);
                vertex.last_lines.take(bytes, screen.columns.saturating_sub(LOG_MARGIN));
            }),
            ProgressEvent::Warned { number, warning } => self.with(*number, |vertex| {
                vertex.warnings.push(visible(&format!("WARN: {}", warning.summary())).replace(['\t', '\n'], " "));
            }),
            ProgressEvent::Cached { number } => self.end(*number, End::Cached, Duration::ZERO),
            ProgressEvent::Done { number, elapsed } => self.end(*number, End::Done, *elapsed),
            ProgressEvent::Failed { number, elapsed, .. } => self.end(*number, End::Failed, *elapsed),
            ProgressEvent::Canceled { number } => {
                let began = self.vertices.get(number).map(|vertex| vertex.began.elapsed());
                self.end(*number, End::Canceled, began.unwrap_or_default());
            }
            ProgressEvent::TimePassed | ProgressEvent::Finished { .. } => {}
        }
    }

    fn with(&mut self, number: usize, change: impl FnOnce(&mut Vertex)) {
        if let Some(vertex) = self.vertices.get_mut(&number) {
            change(vertex);
        }
    }

    fn end(&mut self, number: usize, end: End, elapsed: Duration) {
        self.with(number, |vertex| {
            vertex.log.rest(LINES_OF_FAILURE);
            vertex.end = Some((end, elapsed));
        });
    }

    /// The whole screen again; `last` when nothing comes after it.
    fn frame(&mut self, screen: Screen, last: bool) -> String {
        self.drawn = Some(Instant::now());
        let width = screen.columns.saturating_sub(1);
        let mut lines = vec![(None, self.heading(width, last))];
        for row in self.rows(screen, last) {
            let Some(line) = row.line(width) else { continue };
            lines.push((row.paint, line));
            lines.extend(row.log.iter().map(|line| (Some(FAINT), fit(&format!(" => => # {line}"), width))));
        }
        let mut text = self.back(screen.columns);
        text.push_str("\u{1b}[?25l");
        for (paint, line) in &lines {
            let line = format!("{line}{}", " ".repeat(width.saturating_sub(line.width())));
            match paint.filter(|_| screen.colour) {
                Some(paint) => text.push_str(&format!("{paint}{line}\n{PLAIN}")),
                None => text.push_str(&format!("{line}\n")),
            }
        }
        // What the last frame had below.
        let below = self.on_screen.len().saturating_sub(lines.len());
        if below > 0 {
            text.push_str(&format!("{}\n", " ".repeat(width)).repeat(below));
            text.push_str(&format!("\u{1b}[{below}A\u{1b}[0G"));
        }
        text.push_str("\u{1b}[?25h");
        self.on_screen = lines.iter().map(|_| width).collect();
        self.columns = screen.columns;
        text
    }

    /// To where the last frame began.
    fn back(&mut self, columns: usize) -> String {
        if self.on_screen.is_empty() {
            return "\u{1b}[0G".to_owned();
        }
        if columns >= self.columns {
            return format!("{}\u{1b}[0G", "\u{1b}[1A".repeat(self.on_screen.len()));
        }
        // A terminal that became narrower has folded them.
        let folded = self.on_screen.iter().map(|width| width.div_ceil(columns.max(1)).max(1)).sum::<usize>();
        self.on_screen.clear();
        format!("{}\u{1b}[0G\u{1b}[J", "\u{1b}[1A".repeat(folded))
    }

    fn heading(&self, width: usize, last: bool) -> String {
        let completed = self.vertices.values().filter(|vertex| vertex.end.is_some()).count();
        let total = self.foreseen.max(self.vertices.len());
        let seconds = self.began.map_or(0.0, |began| began.elapsed().as_secs_f64());
        let word = if last && completed > 0 && completed == total { "FINISHED" } else { "" };
        let heading = format!("[+] Building {seconds:.1}s ({completed}/{total}) {word}");
        aligned(&heading, "docker:default", width).unwrap_or_else(|| fit(heading.trim_end(), width))
    }

    fn rows(&self, screen: Screen, last: bool) -> Vec<Row> {
        let mut rows: Vec<Row> = self.vertices.values().flat_map(Vertex::rows).collect();
        // Logs where there is room for them beside what is at work.
        let at_work = rows.iter().filter(|row| row.at_work).count();
        let mut free = screen.rows.saturating_sub(2 + at_work);
        let mut of_logs = 0;
        for row in &mut rows {
            if !last && row.at_work && !row.log.is_empty() && free > ROWS_OF_LOG + 3 {
                of_logs += row.log.len();
                free -= ROWS_OF_LOG + 3;
            } else {
                row.log.clear();
            }
        }
        if !last {
            shorten(&mut rows, screen.rows.saturating_sub(2 + of_logs));
        }
        rows
    }
}

/// Takes away what is over, the oldest first, until there are no more rows than this; then the oldest of what is not.
fn shorten(rows: &mut Vec<Row>, limit: usize) {
    let mut too_many = rows.len().saturating_sub(limit);
    for over_only in [true, false] {
        rows.retain(|row| {
            let goes = too_many > 0 && (!over_only || !row.at_work);
            too_many -= usize::from(goes);
            !goes
        });
    }
}

impl Vertex {
    fn has_ended(&self, as_this: End) -> bool {
        self.end.is_some_and(|(end, _)| end == as_this)
    }

    fn rows(&self) -> Vec<Row> {
        let (word, paint, took) = match self.end {
            None => ("", None, self.began.elapsed()),
            Some((End::Done, took)) => ("", Some(BLUE), took),
            Some((End::Cached, took)) => ("CACHED ", Some(BLUE), took),
            Some((End::Failed, took)) => ("ERROR ", Some(RED), took),
            Some((End::Canceled, took)) => ("CANCELED ", Some(YELLOW), took),
        };
        let at_work = self.end.is_none();
        let log = if at_work { self.last_lines.lines() } else { Vec::new() };
        let row = |title: String, status: &str, seconds: f64, paint| Row {
            title,
            status: status.to_owned(),
            seconds,
            paint,
            at_work: false,
            log: Vec::new(),
        };
        let mut rows =
            vec![Row { at_work, log, ..row(format!("{word}{}", self.title), "", took.as_secs_f64(), paint) }];
        rows.extend(self.works.iter().map(|(what, status, took)| row(format!("=> {what}"), status, *took, Some(BLUE))));
        rows.extend(self.warnings.iter().map(|warning| row(warning.clone(), "", took.as_secs_f64(), Some(YELLOW))));
        rows
    }
}

impl Row {
    /// ` => [2/3] RUN …      0.2s`; nothing where there is no room for it.
    fn line(&self, width: usize) -> Option<String> {
        let seconds = if self.seconds < SECONDS_SHOWN { 0.0 } else { self.seconds };
        let time = format!("{seconds:3.1}s");
        let left = width.checked_sub(" => ".len() + time.len() + 2)?;
        let mut status = String::new();
        if !self.status.is_empty() && left + self.status.len() > 20 {
            status = format!(" {}", self.status);
        }
        let left = left.checked_sub(status.len()).filter(|left| *left >= MIN_TITLE)?;
        aligned(&format!(" => {}{status}", fit(&self.title, left)), &time, width)
    }
}

/// One text at the left, the other at the right.
fn aligned(left: &str, right: &str, width: usize) -> Option<String> {
    let between = width.checked_sub(left.width() + right.width()).filter(|between| *between > 0)?;
    Some(format!("{left}{}{right}", " ".repeat(between)))
}

/// As much of a text as goes into so many columns.
fn fit(text: &str, columns: usize) -> String {
    let mut left = columns;
    let fits = |character: &char| {
        let wide = character.width().unwrap_or(0);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
