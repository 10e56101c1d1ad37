//! What a Dockerfile offers, read without building anything: its targets, the arguments and secrets of one of them.

use super::excerpt::Excerpt;
use super::plan::{Located, StageGraph};
use super::scope::BuildScope;
use super::source;
use super::syntax::{Dockerfile, Expander, Instruction, RunMount, RunMountKind, Span, Statement};
use super::{BuildError, BuildFailure, BuildRequest};

/// A stage that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildTarget {
    /// After AS; nothing when it has none.
    pub name: Option<String>,
    /// Whether it is the one that is built when none is asked for.
    pub is_default: bool,
    /// Its comment, `# NAME text`.
    pub description: String,
}

/// What one target takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildOutline {
    /// Its name.
    pub name: Option<String>,
    /// Its comment.
    pub description: String,
    /// Arguments by name: value, comment.
    pub arguments: Vec<(String, String, String)>,
    /// Secrets by name, and whether the build fails without.
    pub secrets: Vec<(String, bool)>,
}

/// The targets of a Dockerfile, in order; those without a name only when they are the default.
///
/// # Errors
/// [`BuildFailure`] as a build's.
pub fn targets(request: &BuildRequest) -> Result<Vec<BuildTarget>, BuildFailure> {
    look(request, |dockerfile, _| {
        let last = dockerfile.stages.len() - 1;
        let stages = dockerfile.stages.iter().enumerate();
        Ok(stages
            .filter(|(number, stage)| stage.name.is_some() || *number == last)
            .map(|(number, stage)| BuildTarget {
                name: stage.name.clone(),
                is_default: number == last,
                description: described(stage.name.as_deref(), &stage.comments),
            })
            .collect())
    })
}

/// What the target of a request takes.
///
/// # Errors
/// [`BuildFailure`] as a build's.
pub fn outline(request: &BuildRequest) -> Result<BuildOutline, BuildFailure> {
    look(request, |dockerfile, scope| {
        let graph = StageGraph::make(dockerfile, scope, request.target.as_deref())?;
        let target = &dockerfile.stages[graph.target];
        let mut outline = BuildOutline {
            name: target.name.clone(),
            description: described(target.name.as_deref(), &target.comments),
            ..BuildOutline::default()
        };
        let needed = graph.needed()?;
        let bases: String = needed.iter().map(|number| dockerfile.stages[*number].base.as_str()).collect();
        for statement in &dockerfile.global_arguments {
            // A global argument matters when a base, or an ARG without a value, speaks of it.
            arguments_of(statement, scope, &mut outline, |name| bases.contains(name));
        }
        for number in needed {
            for statement in &dockerfile.stages[number].statements {
                arguments_of(statement, scope, &mut outline, |_| true);
                secrets_of(statement, &mut outline);
            }
        }
        outline.arguments.sort();
        outline.arguments.dedup_by(|next, kept| next.0 == kept.0);
        outline.secrets.sort();
        outline.secrets.dedup_by(|next, kept| next.0 == kept.0);
        Ok(outline)
    })
}

fn look<T>(
    request: &BuildRequest,
    work: impl FnOnce(&Dockerfile, &BuildScope<'_>) -> Located<T>,
) -> Result<T, BuildFailure> {
    let mut text = String::new();
    let looking = || {
        text = source::read(request).map_err(|error| (error, None))?;
        let dockerfile = source::parse(&text)?;
        let scope = source::scope(request, &dockerfile)?;
        work(&dockerfile, &scope)
    };
    let looked = looking();
    looked.map_err(|(error, span): (BuildError, Option<Span>)| BuildFailure {
        error: Box::new(error),
        excerpt: span.and_then(|span| Excerpt::around(&request.dockerfile_name, &text, span)),
        refusal: false,
        dockerfile_name: request.dockerfile_name.clone(),
    })
}

fn arguments_of(
    statement: &Statement,
    scope: &BuildScope<'_>,
    outline: &mut BuildOutline,
    wanted: impl Fn(&str) -> bool,
) {
    let Instruction::Arg(arguments) = &statement.instruction else { return };
    for (name, default) in arguments.iter().filter(|(name, _)| wanted(name)) {
        let known = outline.arguments.clone();
        let lookup = |other: &str| {
            let here = known.iter().rev().find(|(known, ..)| known == other).map(|(_, value, _)| value.clone());
            here.or_else(|| scope.global(other))
        };
        let default = default.as_ref().and_then(|word| Expander::for_words(scope.escape).expand(word, &lookup).ok());
        let value = scope.given(name).or(default.map(|expanded| expanded.text)).or_else(|| scope.global(name));
        let description = described(Some(name), &statement.comments);
        outline.arguments.push((name.clone(), value.unwrap_or_default(), description));
    }
}

fn secrets_of(statement: &Statement, outline: &mut BuildOutline) {
    let Instruction::Run(run) = &statement.instruction else { return };
    for text in &run.mounts {
        let read = RunMount::parse(text, |word| Ok::<_, String>(word.to_owned()));
        if let Ok(Ok(RunMount { kind: RunMountKind::Secret { id, required, .. }, .. })) = read {
            outline.secrets.push((id, required));
        }
    }
}

/// The comment about a name: `# NAME text`.
fn described(name: Option<&str>, comments: &[String]) -> String {
    let about = |comment: &String| Some(comment.strip_prefix(name?)?.strip_prefix(' ')?.to_owned());
    comments.iter().find_map(about).unwrap_or_default()
}
