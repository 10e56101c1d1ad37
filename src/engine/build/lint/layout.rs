//! What the text alone tells: letters, names, old spellings.

use std::collections::BTreeSet;

use super::{LintRule, Lints};
use crate::engine::build::syntax::{Dockerfile, Instruction, Span, Stage, quote};

/// Names a stage should not have.
const RESERVED: [&str; 2] = ["context", "scratch"];

impl Lints {
    /// Looks at the whole text.
    pub(in crate::engine::build) fn layout(&self, dockerfile: &Dockerfile) {
        for line in &dockerfile.empty_continuations {
            let span = Span { first: *line, last: *line };
            self.found_at(LintRule::NoEmptyContinuation, span, "Empty continuation line".to_owned());
        }
        for statement in &dockerfile.global_arguments {
            self.enter(statement.span, &statement.comments);
            self.arguments_described(&statement.instruction, &statement.comments);
        }
        for stage in &dockerfile.stages {
            self.enter(stage.span, &stage.comments);
            self.line_of_from(stage);
            for statement in &stage.statements {
                self.enter(statement.span, &statement.comments);
                if matches!(statement.instruction, Instruction::Maintainer(_)) {
                    let message = "Maintainer instruction is deprecated in favor of using label";
                    self.found(LintRule::MaintainerDeprecated, message.to_owned());
                }
                self.arguments_described(&statement.instruction, &statement.comments);
            }
        }
        self.stage_names(dockerfile);
        self.casing(dockerfile);
    }

    fn line_of_from(&self, stage: &Stage) {
        let typed = &stage.typed;
        if let Some((keyword, name)) = &typed.name {
            if *name != name.to_lowercase() {
                self.found(LintRule::StageNameCasing, format!("Stage name '{name}' should be lowercase"));
            }
            let lower = typed.from == typed.from.to_lowercase();
            let upper = typed.from == typed.from.to_uppercase();
            let agrees = match (lower, upper) {
                (true, _) => *keyword == keyword.to_lowercase(),
                (_, true) => *keyword == keyword.to_uppercase(),
                // Another rule speaks of these.
                _ => true,
            };
            if !agrees {
                let message = format!("'{keyword}' and '{}' keywords' casing do not match", typed.from);
                self.found(LintRule::FromAsCasing, message);
            }
        }
        if let Some(name) = &stage.name {
            self.described("FROM", std::slice::from_ref(name), &stage.comments);
        }
    }

    fn arguments_described(&self, instruction: &Instruction, comments: &[String]) {
        if let Instruction::Arg(arguments) = instruction {
            let names: Vec<String> = arguments.iter().map(|(name, _)| name.clone()).collect();
            self.described("ARG", &names, comments);
        }
    }

    fn described(&self, instruction: &str, names: &[String], comments: &[String]) {
        let (Some(comment), Some(first)) = (comments.last(), names.first()) else { return };
        if names.iter().any(|name| comment.split(' ').next() == Some(name)) {
            return;
        }
        let example = if names.len() > 1 { "<arg_key>" } else { first };
        let message = format!("Comment for {instruction} should follow the format: `# {example} <description>`");
        self.found(LintRule::InvalidDefinitionDescription, message);
    }

    fn stage_names(&self, dockerfile: &Dockerfile) {
        let mut seen = BTreeSet::new();
        for stage in &dockerfile.stages {
            let Some(name) = &stage.name else { continue };
            if RESERVED.contains(&name.as_str()) {
                let message = format!("Stage name should not use the same name as reserved stage {}", quote(name));
                self.found_at(LintRule::ReservedStageName, stage.span, message);
            }
            if !seen.insert(name) {
                let message = format!("Duplicate stage name {}, stage names should be unique", quote(name));
                self.found_at(LintRule::DuplicateStageName, stage.span, message);
            }
        }
    }

    /// Instructions are all in capitals or all in small letters, as most of them are.
    fn casing(&self, dockerfile: &Dockerfile) {
        let words: Vec<(&str, Span)> = dockerfile
            .stages
            .iter()
            .flat_map(|stage| {
                let statements = stage.statements.iter().map(|statement| (statement.name.as_str(), statement.span));
                std::iter::once((stage.typed.from.as_str(), stage.span)).chain(statements)
            })
            .collect();
        let lower = words.iter().filter(|(word, _)| *word == word.to_lowercase()).count();
        let upper = words.iter().filter(|(word, _)| *word == word.to_uppercase()).count();
        let (right, name): (fn(&str) -> String, &str) =
            if lower > upper { (str::to_lowercase, "lowercase") } else { (str::to_uppercase, "uppercase") };
        for (word, span) in words {
            if word != right(word) {
                let message = format!("Command '{word}' should match the case of the command majority ({name})");
                self.found_at(LintRule::ConsistentInstructionCasing, span, message);
            }
        }
    }
}
