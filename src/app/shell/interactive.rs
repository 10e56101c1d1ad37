//! At a terminal: the goal line, the prompt, the line editor.

use std::io;
use std::process::ExitCode;

use super::state::{Next, Shell};
use super::words_of_docker::docker_words;
use crate::course::{CommandWord, Sandbox};
use crate::i18n::{Arguments, Language};
use crate::render::course::{Goal, Note, render_goal};
use crate::render::terminal::{Look, Paint};
use crate::repl::{Completions, Display, Input, Kind, LineEditor};

/// What stands before what is typed.
const PROMPT: &str = "$ ";

/// Asks for lines until the learner leaves.
///
/// # Errors
/// When the terminal is gone.
pub fn run(shell: &mut Shell) -> io::Result<ExitCode> {
    let mut editor = editor(shell)?;
    shell.welcome()?;
    shell.take_up()?;
    let mut leaving = false;
    loop {
        shell.measure();
        shell.goal_line()?;
        match editor.read(PROMPT)? {
            Input::Line(line) => {
                leaving = false;
                // The window may have changed while the line was typed.
                shell.measure();
                if shell.line(&line)? == Next::Quit {
                    break;
                }
            }
            Input::Interrupted => leaving = false,
            Input::End if leaving => break,
            Input::End => {
                leaving = true;
                let text = shell.say("quit-again", &Arguments::new());
                shell.reply(Note::Information, &text)?;
            }
        }
    }
    let text = shell.say("goodbye", &Arguments::new());
    shell.answer_markdown(&text)?;
    Ok(ExitCode::SUCCESS)
}

impl Shell {
    fn goal_line(&self) -> io::Result<()> {
        if self.session.is_playing() {
            let text = self.say("goal-free", &Arguments::new()).replace('`', "");
            return self.answer(&format!("{}\n", self.look.paint(Paint::Dim, &text)));
        }
        let (step, steps) = self.session.step_number();
        let facts = self.sandbox.facts();
        let text = match self.session.step() {
            Some(_) => self.session.goal(self.language(), facts.as_ref()).unwrap_or_default(),
            None => self.say("goal-lesson-end", &Arguments::new()),
        };
        let met = self.shown.iter().filter(|check| check.state == crate::render::course::CheckState::Met).count();
        let goal =
            Goal { lesson: self.session.lesson().name().to_string(), step, steps, text, met, checks: self.shown.len() };
        self.answer(&render_goal(&self.texts, self.look, &goal))
    }

    fn welcome(&self) -> io::Result<()> {
        let new = self.session.progress().lessons.is_empty();
        let text = self.say(if new { "welcome" } else { "welcome-back" }, &Arguments::new());
        self.answer_markdown(&text)?;
        // French first; whoever's system speaks English is told once that the course does too.
        if new && self.language() == Language::French && self.program.environment.locale == Some(Language::English) {
            let text = self.say("welcome-english", &Arguments::new());
            self.answer_markdown(&text)?;
        }
        self.answer("\n")
    }
}

fn editor(shell: &Shell) -> io::Result<LineEditor> {
    let look = shell.look;
    let course_commands = CommandWord::ALL.iter().flat_map(|(_, french, english)| [*french, *english]);
    let completions = Completions {
        course_commands: course_commands.map(str::to_owned).collect(),
        docker: docker_words(shell.engine.clone()),
    };
    let display = if look.plain { Display::Plain } else { Display::Rich };
    let history = shell.program.state_root.join("history");
    LineEditor::new(&history, display, completions, Box::new(move |kind, text| paint(look, kind, text)))
}

fn paint(look: Look, kind: Kind, text: &str) -> String {
    match kind {
        Kind::Command => look.paint(Paint::Strong, text),
        Kind::Verb => look.paint(Paint::Verb, text),
        Kind::Flag => look.paint(Paint::Flag, text),
        Kind::Quoted => look.paint(Paint::Quoted, text),
        Kind::Expanded => look.paint(Paint::Code, text),
        Kind::Operator | Kind::Plain => text.to_owned(),
        Kind::Comment => look.paint(Paint::Dim, text),
    }
}
