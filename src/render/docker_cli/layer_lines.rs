//! The progress of a pull or a push. Source: moby `pkg/jsonmessage`.

use super::units;
use crate::engine::registry::PushEvent;
use crate::engine::store::PullEvent;

/// Columns of the bar.
const BAR_WIDTH: u64 = 50;
/// A terminal narrower than this gets no bar.
const WIDE_ENOUGH_FOR_BAR: usize = 110;

/// How many digits of a layer's name are shown.
const SHORT_NAME: usize = 12;

/// Which layers have a line on the terminal, in order. Shared by what comes and what goes.
#[derive(Debug, Default)]
pub struct LayerLines {
    lines: Vec<String>,
}

/// What is said of a layer: a word, and how far it is.
type Said<'a> = (&'a str, String, Option<(u64, u64)>);

fn plain<'a>(layer: &'a str, word: &str) -> Said<'a> {
    (layer, word.to_owned(), None)
}

impl LayerLines {
    /// The text of a step of a pull: a line off a terminal; on one, its layer's line drawn again.
    pub fn pulled(&mut self, event: &PullEvent, terminal_columns: Option<usize>) -> String {
        let said: Said<'_> = match event {
            PullEvent::Started { tag, repository } => {
                self.lines = vec![tag.clone()];
                return format!("{tag}: Pulling from {repository}\n");
            }
            PullEvent::AlreadyExists { layer } => plain(layer, "Already exists"),
            PullEvent::LayerStarted { layer } => plain(layer, "Pulling fs layer"),
            PullEvent::Downloading { layer, done, total } => (layer, "Downloading".to_owned(), Some((*done, *total))),
            PullEvent::Verifying { layer } => plain(layer, "Verifying Checksum"),
            PullEvent::Downloaded { layer } => plain(layer, "Download complete"),
            PullEvent::Extracting { layer, done, total } => (layer, "Extracting".to_owned(), Some((*done, *total))),
            PullEvent::LayerComplete { layer } => plain(layer, "Pull complete"),
        };
        self.text(&said, terminal_columns)
    }

    /// The text of a step of a push.
    pub fn pushed(&mut self, event: &PushEvent, terminal_columns: Option<usize>) -> String {
        let said: Said<'_> = match event {
            PushEvent::Preparing { layer } => plain(layer, "Preparing"),
            PushEvent::Packing { layer, done, total } => (layer, "Preparing".to_owned(), Some((*done, *total))),
            PushEvent::Pushing { layer, done, total } => (layer, "Pushing".to_owned(), Some((*done, *total))),
            PushEvent::AlreadyExists { layer } => plain(layer, "Layer already exists"),
            PushEvent::Mounted { layer, from } => (layer, format!("Mounted from {from}"), None),
            PushEvent::Pushed { layer } => plain(layer, "Pushed"),
        };
        self.text(&said, terminal_columns)
    }

    fn text(&mut self, said: &Said<'_>, terminal_columns: Option<usize>) -> String {
        let (layer, status, counts) = said;
        let layer = layer.get(..SHORT_NAME).unwrap_or(layer);
        match (terminal_columns, counts) {
            (Some(columns), counts) => self.redraw(layer, status, *counts, columns),
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
        let mut progress = LayerLines::default();
        let started = PullEvent::LayerStarted { layer: layer("b7c26bb13e6c") };
        assert_eq!(progress.pulled(&started, None), "b7c26bb13e6c: Pulling fs layer\n");
        let downloading = PullEvent::Downloading { layer: layer("b7c26bb13e6c"), done: 1, total: 2 };
        assert_eq!(progress.pulled(&downloading, None), "");
    }

    #[test]
    fn on_a_terminal_each_layer_keeps_its_line() {
        let mut progress = LayerLines::default();
        let start = PullEvent::Started { tag: "latest".to_owned(), repository: "big".to_owned() };
        assert_eq!(progress.pulled(&start, Some(120)), "latest: Pulling from big\n");
        let exists = PullEvent::AlreadyExists { layer: layer("8442f31c19d7") };
        assert_eq!(
            progress.pulled(&exists, Some(120)),
            "\n\u{1b}[1A\u{1b}[2K\r8442f31c19d7: Already exists \r\u{1b}[1B"
        );
        let second = PullEvent::LayerStarted { layer: layer("f078dc6bfbf4") };
        progress.pulled(&second, Some(120));
        let downloading = PullEvent::Downloading { layer: layer("8442f31c19d7"), done: 98_304, total: 8_364_000 };
        assert_eq!(
            progress.pulled(&downloading, Some(120)),
            "\u{1b}[2A\u{1b}[2K\r8442f31c19d7: Downloading [>                                                  ]   \
             98.3kB/8.364MB\r\u{1b}[2B"
        );
    }
}
