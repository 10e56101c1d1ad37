//! What the learner asks of the course, answered.

use std::io;

use super::state::{Acted, Next, Shell};
use crate::course::{CommandError, CourseCommand, CourseError, Sandbox, say};
use crate::i18n::{Arguments, Language, Texts};
use crate::render::course::{LessonProgress, LessonRow, Note, render_lessons};

impl Shell {
    pub(super) fn course_line(&mut self, command: Result<CourseCommand, CommandError>) -> io::Result<Next> {
        self.last_code = 0;
        match command {
            Err(error) => self.misunderstood(error)?,
            Ok(CourseCommand::Quit) => return Ok(Next::Quit),
            Ok(CourseCommand::Help(_)) => self.help()?,
            Ok(CourseCommand::Hint) => self.hint()?,
            Ok(CourseCommand::Solution) => self.solution()?,
            Ok(CourseCommand::Next) => self.advance()?,
            Ok(CourseCommand::Previous) => {
                let moved = self.session.previous();
                self.moved(moved, None)?;
            }
            Ok(CourseCommand::Lessons) => self.lessons()?,
            Ok(CourseCommand::Go(target)) => {
                let moved = self.session.go(&target, &mut self.sandbox);
                self.moved(moved, None)?;
            }
            Ok(CourseCommand::Restart) => {
                let moved = self.session.restart(&mut self.sandbox);
                self.moved(moved, Some("restarted"))?;
            }
            Ok(CourseCommand::Undo) => self.undo()?,
            Ok(CourseCommand::Explain(line)) => self.explain(&line)?,
            Ok(CourseCommand::Xray(name)) => self.xray(&name)?,
            Ok(CourseCommand::Free) => self.free()?,
            Ok(CourseCommand::Language(language)) => self.change_language(language)?,
            Ok(CourseCommand::Answer(text)) => self.answer_question(&text)?,
        }
        Ok(Next::Continue)
    }

    fn misunderstood(&mut self, error: CommandError) -> io::Result<()> {
        self.last_code = 2;
        let text = match error {
            CommandError::Missing(what) => {
                let what = self.say(what, &Arguments::new());
                self.say("command-missing", &Arguments::new().text("what", what))
            }
            CommandError::UnknownLanguage => self.say("language-unknown", &Arguments::new()),
        };
        self.reply(Note::Error, &text)
    }

    fn moved(&mut self, moved: Result<(), CourseError>, said: Option<&str>) -> io::Result<()> {
        if let Err(error) = moved {
            self.last_code = 1;
            return self.course_error(&error);
        }
        if let Some(id) = said {
            let text = self.say(id, &Arguments::new());
            self.reply(Note::Success, &text)?;
        }
        self.show_step()
    }

    fn hint(&mut self) -> io::Result<()> {
        let facts = self.sandbox.facts();
        let found = self.session.hint(self.texts.language(), facts.as_ref());
        drop(facts);
        match found {
            Err(error) => self.course_error(&error),
            Ok(None) => {
                let id = if self.session.question().is_some() { "hint-question" } else { "hint-none" };
                let text = self.say(id, &Arguments::new());
                self.reply(Note::Information, &text)
            }
            Ok(Some(hint)) => {
                let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
                let arguments =
                    Arguments::new().number("number", whole(hint.rung.0)).number("total", whole(hint.rung.1));
                let text = format!("{} {}", self.say("hint-first", &arguments), hint.text);
                self.reply(Note::Information, &text)?;
                if hint.last {
                    let text = self.say("hint-last", &Arguments::new());
                    self.reply(Note::Information, &text)?;
                }
                Ok(())
            }
        }
    }

    fn solution(&mut self) -> io::Result<()> {
        let facts = self.sandbox.facts();
        let found = self.session.solution(facts.as_ref());
        drop(facts);
        match found {
            Err(error) => self.course_error(&error),
            Ok(lines) if lines.is_empty() => {
                let text = self.say("no-solution", &Arguments::new());
                self.reply(Note::Information, &text)
            }
            Ok(lines) => {
                let typed = lines
                    .iter()
                    .flat_map(|line| [line.text().to_owned()].into_iter().chain(line.typed().iter().cloned()));
                let block: Vec<String> = typed.collect();
                let text =
                    format!("{}\n\n```\n{}\n```\n", self.say("solution-title", &Arguments::new()), block.join("\n"));
                self.answer_markdown(&text)
            }
        }
    }

    fn lessons(&self) -> io::Result<()> {
        let rows = lesson_rows(&self.session, self.language());
        self.answer(&render_lessons(&self.texts, self.look, &rows))
    }

    fn undo(&mut self) -> io::Result<()> {
        match self.session.undo(&mut self.sandbox) {
            Ok(line) => {
                let text = self.say("undone", &Arguments::new().text("line", format!("`{line}`")));
                self.reply(Note::Success, &text)?;
                self.rejudge(Acted::Elsewhere)
            }
            Err(error) => {
                self.last_code = 1;
                self.course_error(&error)
            }
        }
    }

    fn free(&mut self) -> io::Result<()> {
        let playing = self.session.toggle_play();
        let text = self.say(if playing { "free-on" } else { "free-off" }, &Arguments::new());
        self.reply(Note::Information, &text)?;
        if playing { Ok(()) } else { self.show_step() }
    }

    fn change_language(&mut self, language: Option<Language>) -> io::Result<()> {
        let other = match self.language() {
            Language::French => Language::English,
            Language::English => Language::French,
        };
        self.texts = Texts::new(language.unwrap_or(other));
        if let Err(error) = self.session.set_language(self.texts.language()) {
            self.course_error(&error)?;
        }
        let text = self.say("language-now", &Arguments::new());
        self.reply(Note::Information, &text)?;
        self.show_step()
    }

    /// A prediction: the learner's word, then the engine's.
    pub(super) fn answer_question(&mut self, text: &str) -> io::Result<()> {
        let report = match self.session.answer(text, &mut self.sandbox) {
            Ok(report) => report,
            Err(error) => {
                self.last_code = 1;
                return self.reply(Note::Error, &say(&self.texts, &error.message()));
            }
        };
        for (line, outcome) in &report.shown {
            self.answer(&format!("$ {line}\n{}", String::from_utf8_lossy(&outcome.output)))?;
        }
        let choices = self.session.choices(self.language());
        let chosen = choices.into_iter().find(|(name, _)| *name == report.choice).map(|(_, text)| text);
        let given = self.fill(&chosen.unwrap_or_default());
        let id = if report.right { "answer-right" } else { "answer-wrong" };
        let text = self.say(id, &Arguments::new().text("answer", given));
        self.reply(if report.right { Note::Success } else { Note::Error }, &text)?;
        if report.right { self.step_done() } else { Ok(()) }
    }
}

/// The table of lessons as values.
pub fn lesson_rows(session: &crate::course::Session, language: Language) -> Vec<LessonRow> {
    let lessons = session.overview(language).into_iter();
    lessons
        .map(|lesson| {
            let (done, steps) = lesson.count();
            let progress = match done {
                0 => LessonProgress::Untouched,
                done if done >= steps => LessonProgress::Done,
                done => LessonProgress::Started(done, steps),
            };
            LessonRow {
                number: usize::from(lesson.number),
                name: lesson.name.to_string(),
                title: lesson.title,
                minutes: lesson.minutes,
                progress,
                current: lesson.current,
            }
        })
        .collect()
}
