//! The progress of a pull. Source: moby `pkg/jsonmessage`.

use super::units;
use crate::engine::store::PullEvent;

/// Columns of the bar.
const BAR_WIDTH: u64 = 50;
/// A terminal narrower than this gets no bar.
const WIDE_ENOUGH_FOR_BAR: usize = 110;

/// Which layers have a line on the terminal, in order.
#[derive(Debug, Default)]
pub struct PullProgress {
    lines: Vec<String>,
}

impl PullProgress {
    /// The text of an event: a line off a terminal; on one, its layer's line drawn again.
    pub fn text(&mut self, event: &PullEvent, terminal_columns: Option<usize>) -> String {
        let (layer, status, counts) = match event {
            PullEvent::Started { tag, repository } => {
                self.lines = vec![tag.clone()];
                let line = format!("{tag}: Pulling from {repository}\n");
                return line;
            }
            PullEvent::AlreadyExists { layer } => (layer, "Already exists", None),
            PullEvent::LayerStarted { layer } => (layer, "Pulling fs layer", None),
            PullEvent::Downloading { layer, done, total } => (layer, "Downloading", Some((*done, *total))),
            PullEvent::Verifying { layer } => (layer, "Verifying Checksum", None),
            PullEvent::Downloaded { layer } => (layer, "Download complete", None),
            PullEvent::Extracting { layer, done, total } => (layer, "Extracting", Some((*done, *total))),
            PullEvent::LayerComplete { layer } => (layer, "Pull complete", None),
        };
        match (terminal_columns, counts) {
            (Some(columns), counts) => self.redraw(layer, status, counts, columns),
            (None, None) => format!("{layer}: {status}\n"),
            (None, Some(_)) => String::new(),
        }
    }

    fn redraw(&mut self, layer: &str, status: &str, counts: Option<(u64, u64)>, columns: usize) -> String {
        let mut text = String::new();
        let line = self.lines.iter().position(|known| known == layer).unwrap_or_else(|| {
            self.lines.push(layer.to_owned());
            text.push('\n');
            self.lines.len() - 1
        });
        let up = self.lines.len() - line;
        let bar = counts.map(|(done, total)| bar(done, total, columns)).unwrap_or_default();
        text.push_str(&format!("\u{1b}[{up}A\u{1b}[2K\r{layer}: {status} {bar}\r\u{1b}[{up}B"));
        text
    }
}

fn bar(done: u64, total: u64, columns: usize) -> String {
    if done == 0 && total == 0 {
        return String::new();
    }
    let current = units::human_size(done, 4);
    if total == 0 {
        return format!("{current:>8}");
    }
    let filled = (done * 100 / total / 2).min(BAR_WIDTH);
    let numbers =
        if done > total { format!("{current:>8}") } else { format!("{current:>8}/{}", units::human_size(total, 4)) };
    if columns <= WIDE_ENOUGH_FOR_BAR {
        return numbers;
    }
    let repeat = |letter: &str, count: u64| letter.repeat(usize::try_from(count).unwrap_or(0));
    format!("[{}>{}] {numbers}", repeat("=", filled), repeat(" ", BAR_WIDTH - filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str) -> String {
        name.to_owned()
    }

    #[test]
    fn off_a_terminal_only_what_is_complete_is_said() {
        let mut progress = PullProgress::default();
        let started = PullEvent::LayerStarted { layer: layer("b7c26bb13e6c") };
        assert_eq!(progress.text(&started, None), "b7c26bb13e6c: Pulling fs layer\n");
        let downloading = PullEvent::Downloading { layer: layer("b7c26bb13e6c"), done: 1, total: 2 };
        assert_eq!(progress.text(&downloading, None), "");
    }

    #[test]
    fn on_a_terminal_each_layer_keeps_its_line() {
        let mut progress = PullProgress::default();
        let start = PullEvent::Started { tag: "latest".to_owned(), repository: "big".to_owned() };
        assert_eq!(progress.text(&start, Some(120)), "latest: Pulling from big\n");
        let exists = PullEvent::AlreadyExists { layer: layer("8442f31c19d7") };
        assert_eq!(progress.text(&exists, Some(120)), "\n\u{1b}[1A\u{1b}[2K\r8442f31c19d7: Already exists \r\u{1b}[1B");
        let second = PullEvent::LayerStarted { layer: layer("f078dc6bfbf4") };
        progress.text(&second, Some(120));
        let downloading = PullEvent::Downloading { layer: layer("8442f31c19d7"), done: 98_304, total: 8_364_000 };
        assert_eq!(
            progress.text(&downloading, Some(120)),
            "\u{1b}[2A\u{1b}[2K\r8442f31c19d7: Downloading [>                                                  ]   \
             98.3kB/8.364MB\r\u{1b}[2B"
        );
    }
}
