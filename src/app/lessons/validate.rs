//! `moussaillon valider [DOSSIER]`: lessons proved on the real engine.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use super::{fresh_roots, write, write_json};
use crate::app::command::AnswerFormat;
use crate::app::namespace;
use crate::app::problem::Trouble;
use crate::app::program::Program;
use crate::course::{CourseFiles, DirectoryFiles, EmbeddedFiles, say};
use crate::i18n::{Arguments, Texts};
use crate::trainer::{Fault, ProofReport, validate as prove_all};
use crate::verify::Name;

/// The exit code of a course with a fault.
const EXIT_FAULTY: u8 = 1;

/// Lints and proves a course: ours, or the one in a directory.
///
/// # Errors
/// When no container can be run here.
pub fn validate(program: &Program, directory: Option<&Path>) -> Result<ExitCode, Trouble> {
    let files: Box<dyn CourseFiles> = match directory {
        Some(directory) => Box::new(DirectoryFiles::new(directory.to_owned())),
        None => Box::new(EmbeddedFiles),
    };
    let tier = namespace::enter(&program.state_root)?;
    let mut roots = fresh_roots(program, tier);
    let mut tell = |name: &Name| {
        let text = program.texts.with("validate-lesson", &Arguments::new().text("lesson", name.as_str()));
        let _ = writeln!(io::stderr(), "{text}");
    };
    let report = prove_all(files.as_ref(), None, &mut roots, jiff::Timestamp::now, &mut tell);
    match program.format {
        AnswerFormat::Json => write_json(&report)?,
        AnswerFormat::Text => write(&in_words(&program.texts, &report))?,
    }
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAULTY) })
}

fn in_words(texts: &Texts, report: &ProofReport) -> String {
    let mut out = String::new();
    let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    for lesson in &report.lessons {
        let arguments = Arguments::new().text("lesson", lesson.lesson.as_str()).number("count", whole(lesson.count()));
        out.push_str(&format!("{}\n", texts.with("validate-proved", &arguments)));
    }
    for fault in &report.faults {
        out.push_str(&format!("{}\n", fault_in_words(texts, fault)));
    }
    let count = whole(report.faults.len());
    let id = if report.is_sound() { "validate-sound" } else { "validate-faulty" };
    out.push_str(&format!("{}\n", texts.with(id, &Arguments::new().number("count", count))));
    out
}

/// A fault, `file:line: reason`, as compilers write it.
pub fn fault_in_words(texts: &Texts, fault: &Fault) -> String {
    let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{line}: {}", fault.file.display(), say(texts, &fault.reason))
}
