//! `aide`: what the course understands.

use std::io;

use super::state::Shell;
use crate::course::CommandWord;
use crate::i18n::Arguments;
use crate::render::course::render_definitions;
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
        let title = self.look.paint(Paint::Heading, &self.say("help-title", &Arguments::new()));
        let rows = own.into_iter().chain(general).map(|(word, about)| (word, about.replace('`', "")));
        self.answer(&format!("{title}\n{}", render_definitions(self.look, &rows.collect::<Vec<_>>())))
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
