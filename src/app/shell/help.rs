//! `aide`: what the course understands.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::state::Shell;
use crate::course::CommandWord;
use crate::i18n::Arguments;
use crate::render::terminal::Paint;

impl Shell {
    pub(super) fn help(&self) -> io::Result<()> {
        let language = self.language();
        let own: Vec<(String, String)> = CommandWord::ALL
            .iter()
            .map(|(word, ..)| (word.name(language).to_owned(), self.say(help_id(*word), &Arguments::new())))
            .collect();
        let general = [("docker …", "help-docker"), ("…", "help-host")]
            .map(|(word, id)| (word.to_owned(), self.say(id, &Arguments::new())));
        let columns = own.iter().map(|(word, _)| word.width()).max().unwrap_or(0);
        let mut page = format!("{}\n", self.look.paint(Paint::Heading, &self.say("help-title", &Arguments::new())));
        for (word, about) in own.iter().chain(&general) {
            let pad = " ".repeat(columns.saturating_sub(word.width()));
            page.push_str(&format!("  {}{pad}  {}\n", self.look.paint(Paint::Code, word), about.replace('`', "")));
        }
        self.answer(&page)
    }
}

fn help_id(word: CommandWord) -> &'static str {
    match word {
        CommandWord::Help => "help-help",
        CommandWord::Hint => "help-hint",
        CommandWord::Solution => "help-solution",
        CommandWord::Next => "help-next",
        CommandWord::Previous => "help-previous",
        CommandWord::Lessons => "help-lessons",
        CommandWord::Go => "help-go",
        CommandWord::Restart => "help-restart",
        CommandWord::Undo => "help-undo",
        CommandWord::Explain => "help-explain",
        CommandWord::Xray => "help-xray",
        CommandWord::Free => "help-free",
        CommandWord::Language => "help-language",
        CommandWord::Answer => "help-answer",
        CommandWord::Quit => "help-quit",
    }
}
