//! `explique`: a line dissected from docker's own tables, or what the last command went through.

use std::io;

use super::state::Shell;
use crate::course::say;
use crate::docker::explain::{Piece, Role, explain};
use crate::engine::build::LintRule;
use crate::i18n::Arguments;
use crate::render::course::{Note, render_definitions};
use crate::repl::scan;

impl Shell {
    pub(super) fn explain(&mut self, line: &str) -> io::Result<()> {
        if line.is_empty() { self.explain_last() } else { self.explain_line(line) }
    }

    fn explain_line(&mut self, line: &str) -> io::Result<()> {
        let words: Vec<String> = scan(line).words().map(|word| word.text.clone()).collect();
        let typed = match words.split_first() {
            Some((first, rest)) if first == "docker" => rest,
            _ => words.as_slice(),
        };
        if let [only] = typed
            && let Some(rule) = LintRule::named(only)
        {
            return self.explain_rule(rule);
        }
        let rows = self.pieces(typed);
        if rows.is_empty() {
            self.last_code = 1;
            let text = self.say("explain-nothing", &Arguments::new());
            return self.reply(Note::Information, &text);
        }
        self.answer(&render_definitions(self.look, &rows))
    }

    /// A rule of the build checks, and where Docker speaks of it.
    fn explain_rule(&mut self, rule: LintRule) -> io::Result<()> {
        let mut rows = vec![(rule.to_string(), self.say(&format!("lint-{}", rule.slug()), &Arguments::new()))];
        if let Some(address) = rule.address() {
            rows.push((String::new(), self.say("explain-lint", &Arguments::new().text("address", address))));
        }
        self.answer(&render_definitions(self.look, &rows))
    }

    fn pieces(&self, typed: &[String]) -> Vec<(String, String)> {
        explain(typed).iter().map(|piece| (shown(piece, typed), self.about(piece, typed))).collect()
    }

    fn about(&self, piece: &Piece, typed: &[String]) -> String {
        let words = typed.get(piece.words.clone()).unwrap_or_default().join(" ");
        match &piece.role {
            Role::Group(group) => self.say(group.about, &Arguments::new()),
            Role::Verb(verb) => self.say(verb.about, &Arguments::new()),
            Role::Flag(flag, _) => self.say(flag.about, &Arguments::new()),
            Role::Image => self.say("explain-image", &Arguments::new().text("name", words)),
            Role::Container => self.say("explain-container", &Arguments::new().text("name", words)),
            Role::Volume => self.say("explain-volume", &Arguments::new().text("name", words)),
            Role::Object => self.say("explain-object", &Arguments::new()),
            Role::InnerCommand => self.say("explain-inner-command", &Arguments::new()),
            Role::Network => self.say("explain-network", &Arguments::new().text("name", words)),
            Role::Path => self.say("explain-path", &Arguments::new()),
            Role::Argument => self.say("explain-argument", &Arguments::new()),
        }
    }

    fn explain_last(&mut self) -> io::Result<()> {
        let Some(last) = &self.last_docker else {
            let text = self.say("explain-no-last", &Arguments::new());
            return self.reply(Note::Information, &text);
        };
        let rows = self.pieces(&last.typed);
        let mut page = render_definitions(self.look, &rows);
        let mut told: Vec<String> = last.events.iter().map(|id| self.say(id, &Arguments::new())).collect();
        told.extend(last.meaning.as_ref().map(|message| say(&self.texts, message)));
        told.push(self.exit_code(last.exit_code));
        let list: Vec<String> = told.iter().map(|text| format!("- {text}")).collect();
        page.push('\n');
        page.push_str(&crate::render::course::render_markdown(&list.join("\n"), self.look));
        self.answer(&page)
    }

    fn exit_code(&self, code: i32) -> String {
        let arguments = Arguments::new().number("code", i64::from(code)).number("signal", i64::from(code - 128));
        let id = match code {
            0 => "explain-exit-zero",
            125 => "explain-exit-refused",
            126 => "explain-exit-not-executable",
            127 => "explain-exit-not-found",
            129..=192 => "explain-exit-signal",
            _ => "explain-exit-other",
        };
        self.say(id, &arguments)
    }
}

/// The piece as it was typed; a flag that shares its word with others (`-it`) by its own names.
fn shown(piece: &Piece, typed: &[String]) -> String {
    let words = typed.get(piece.words.clone()).unwrap_or_default();
    match &piece.role {
        Role::Flag(flag, value) => {
            let value =
                if flag.kind == crate::docker::flag::FlagKind::Bool { String::new() } else { format!(" {value}") };
            format!("{}{value}", flag.spelling())
        }
        // A verb of a group is nothing without it.
        Role::Verb(verb) if verb.name().ends_with(&format!(" {}", words.join(" "))) && piece.words.start > 0 => {
            format!("docker {}", typed.get(piece.words.start - 1..piece.words.end).unwrap_or_default().join(" "))
        }
        Role::Verb(_) | Role::Group(_) => format!("docker {}", words.join(" ")),
        _ => words.join(" "),
    }
}
