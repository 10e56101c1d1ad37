//! One line, whatever it is: the course's, docker's, or the host's.

use std::io::{self, IsTerminal};

use super::state::{Acted, Mode, Next, Shell};
use crate::course::{CourseCommand, Replay};
use crate::i18n::Arguments;
use crate::render::course::Note;
use crate::repl::{Line, understand};

impl Shell {
    /// Runs a line and lets the course comment it.
    pub(super) fn line(&mut self, line: &str) -> io::Result<Next> {
        match understand(line) {
            Line::Empty => return Ok(Next::Continue),
            Line::Words(words) => {
                if let Some(command) = CourseCommand::parse(line.trim()) {
                    return self.course_line(command);
                }
                if matches!(words.as_slice(), [word] if word == "exit" || word == "logout") {
                    return Ok(Next::Quit);
                }
                if words.starts_with(&["sudo".to_owned(), "docker".to_owned()])
                    && let Some(rest) = line.trim_start().strip_prefix("sudo")
                {
                    let text = self.say("sudo-not-needed", &Arguments::new());
                    self.note(Note::Information, &text)?;
                    return self.line(rest);
                }
                // A bare choice answers the question that was just asked.
                if let [word] = words.as_slice()
                    && self.session.question().is_some()
                    && self.session.choice(word).is_some()
                {
                    self.answer_question(word)?;
                    return Ok(Next::Continue);
                }
                self.host_line(line)?;
            }
            Line::Docker(typed) => {
                let interactive = self.mode == Mode::Interactive && io::stdin().is_terminal() && wants_input(&typed);
                let acted = self.docker_line(typed)?;
                let replay = if interactive { Replay::Impossible } else { Replay::Possible };
                self.comment(line, replay, acted)?;
                return Ok(Next::Continue);
            }
            Line::Shell | Line::Incomplete(_) => self.host_line(line)?,
        }
        self.comment(line, Replay::Possible, Acted::Elsewhere)?;
        Ok(Next::Continue)
    }
}

/// Whether the learner may have typed into the command: it cannot be replayed.
fn wants_input(typed: &[String]) -> bool {
    match crate::docker::parse(typed) {
        Ok(crate::docker::Parsed::Command(parsed)) => {
            parsed.words.bool("interactive") || parsed.words.verb.name() == "container attach"
        }
        _ => false,
    }
}
