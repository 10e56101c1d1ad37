//! ONBUILD: what a base image, or an earlier stage, left to be done by whoever stands on it.

use super::BuildError;
use super::syntax::{Dockerfile, Instruction, Misread, Span, Statement, parse_statements};

/// The statements of these triggers, all standing where the FROM stands.
pub(super) fn statements(triggers: &[String], span: Span) -> Result<Vec<Statement>, BuildError> {
    let mut all = Vec::new();
    for trigger in triggers {
        let parsed = parse_statements(trigger).map_err(|misread| match misread {
            Misread::Wrong(message) => BuildError::Invalid(message),
            Misread::Unsupported(name) => BuildError::Unsupported(name),
            Misread::Forbidden(message) => BuildError::Invalid(message.to_owned()),
        })?;
        all.extend(parsed.into_iter().map(|statement| Statement {
            span,
            code: format!("ONBUILD {}", statement.code),
            ..statement
        }));
    }
    Ok(all)
}

/// What a stage of this Dockerfile leaves to those that stand on it.
pub(super) fn left_by(dockerfile: &Dockerfile, stage: usize) -> Vec<String> {
    let statements = dockerfile.stages[stage].statements.iter();
    statements
        .filter_map(|statement| match &statement.instruction {
            Instruction::OnBuild(trigger) => Some(trigger.clone()),
            _ => None,
        })
        .collect()
}
