//! A step opens, stands, is done: what the course says by itself.

use std::io;

use super::check_lines::{check_lines, news};
use super::state::{Acted, Mode, Shell};
use crate::course::model::StepKind;
use crate::course::{Arrival, Begun, CourseError, Replay, Sandbox, StepReport, say};
use crate::i18n::Arguments;
use crate::render::course::{CheckState, Note, render_checks, render_markdown};
use crate::render::terminal::Paint;
use crate::verify::Verdict;

impl Shell {
    /// Takes the course up where it was left.
    pub(super) fn take_up(&mut self) -> io::Result<()> {
        // A script is free to leave the lesson's state alone: nothing is rebuilt for it.
        let begun = match (self.mode, self.session.progress().sandbox.is_some()) {
            (Mode::Script, true) => Ok(Begun::Ready),
            _ => self.session.begin(&mut self.sandbox),
        };
        match begun {
            Ok(begun) => {
                if begun == Begun::Beside {
                    let text = self.say("sandbox-not-empty", &Arguments::new());
                    self.note(Note::Information, &text)?;
                }
                self.show_step()
            }
            Err(error) => self.course_error(&error),
        }
    }

    /// After a line that was not the course's: what changed, what is done.
    pub(super) fn comment(&mut self, line: &str, replay: Replay, acted: Acted) -> io::Result<()> {
        if self.session.is_playing() {
            return Ok(());
        }
        self.session.note_line(line, replay);
        self.rejudge(acted)
    }

    /// The present step, as it opens: title, text, choices.
    pub(super) fn show_step(&mut self) -> io::Result<()> {
        self.shown.clear();
        let language = self.language();
        let Some(prose) = self.session.step_prose(language).cloned() else {
            let end = self.fill(&self.session.prose(language).end.clone());
            return self.remark(&format!("\n{}", render_markdown(&end, self.look)));
        };
        let (number, count) = self.session.step_number();
        let mut page = String::from("\n");
        if number == 1 {
            let lesson = self.session.prose(language);
            page.push_str(&format!("{}\n", self.look.paint(Paint::Heading, &lesson.title)));
            page.push_str(&format!("\n{}\n", render_markdown(&self.fill(&lesson.introduction.clone()), self.look)));
        }
        let title = prose.title.clone().unwrap_or_else(|| prose.id.clone());
        page.push_str(&format!("{}\n\n", self.look.paint(Paint::Strong, &format!("{number}/{count} — {title}"))));
        page.push_str(&render_markdown(&self.fill(&prose.body), self.look));
        if self.session.step().is_some_and(|step| step.kind == StepKind::Predict) {
            page.push('\n');
            for (place, (_, text)) in self.session.choices(language).iter().enumerate() {
                page.push_str(&render_markdown(&format!("{}. {}", place + 1, self.fill(text)), self.look));
            }
            let how = self.say("question-how", &Arguments::new());
            page.push_str(&render_markdown(&how, self.look));
        }
        page.push('\n');
        self.remark(&page)?;
        // What already stands is the measure of what will be news.
        match self.judge() {
            Ok(report) if report.just_done => self.tell(&report, Acted::Elsewhere),
            Ok(report) => {
                self.shown = self.lines_of(&report);
                Ok(())
            }
            Err(error) => self.course_error(&error),
        }
    }

    /// Judges again.
    pub(super) fn rejudge(&mut self, acted: Acted) -> io::Result<()> {
        match self.judge() {
            Ok(report) => self.tell(&report, acted),
            Err(error) => self.course_error(&error),
        }
    }

    fn judge(&mut self) -> Result<StepReport, CourseError> {
        let facts = self.sandbox.facts();
        self.session.check(facts.as_ref())
    }

    fn lines_of(&self, report: &StepReport) -> Vec<crate::render::course::CheckLine> {
        check_lines(&self.texts, report.verdicts.iter().map(|(_, verdict)| verdict))
    }

    fn tell(&mut self, report: &StepReport, acted: Acted) -> io::Result<()> {
        let lines = self.lines_of(report);
        let mut told = news(&lines, &self.shown);
        if told.is_empty() && acted != Acted::Elsewhere {
            // An effort that changed nothing is answered too.
            told.extend(lines.iter().find(|line| line.state == CheckState::Unmet).cloned());
        }
        self.shown = lines;
        if report.just_done {
            return self.step_done();
        }
        if !told.is_empty() {
            self.remark(&render_checks(&self.texts, self.look, &told))?;
        }
        let wants_container = |verdict: &Verdict| matches!(verdict, Verdict::Unmet { expected, .. } if expected.id == "expected-container");
        if acted == Acted::AndLeftNothing && report.verdicts.iter().any(|(_, verdict)| wants_container(verdict)) {
            let text = self.say("removed-by-itself", &Arguments::new());
            self.note(Note::Information, &text)?;
        }
        Ok(())
    }

    /// What is now true, then the next step.
    pub(super) fn step_done(&mut self) -> io::Result<()> {
        let language = self.language();
        let after = self.session.step_prose(language).map(|prose| prose.after.clone()).unwrap_or_default();
        let done = self.say("step-done", &Arguments::new());
        self.note(Note::Success, &done)?;
        let after = self.fill(&after);
        self.remark(&render_markdown(&after, self.look))?;
        self.advance()
    }

    /// Goes on, and opens what comes.
    pub(super) fn advance(&mut self) -> io::Result<()> {
        match self.session.next(&mut self.sandbox) {
            Ok(Arrival::Step { skipped, .. }) => {
                if skipped {
                    let text = self.say("step-skipped", &Arguments::new());
                    self.note(Note::Information, &text)?;
                }
                self.show_step()
            }
            Ok(Arrival::LessonEnd { .. }) => {
                let text = self.say("lesson-finished", &Arguments::new());
                self.note(Note::Success, &text)?;
                self.show_step()
            }
            Ok(Arrival::CourseEnd) => {
                let text = self.say("course-finished", &Arguments::new());
                self.remark(&render_markdown(&text, self.look))
            }
            Err(error) => self.course_error(&error),
        }
    }

    pub(super) fn course_error(&mut self, error: &CourseError) -> io::Result<()> {
        self.note(Note::Error, &say(&self.texts, &error.message()))
    }
}
