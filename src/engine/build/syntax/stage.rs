//! A Dockerfile as the builder sees it: global ARGs, then stages.

use super::flags::Flags;
use super::instruction::{Instruction, Statement};
use super::interpret::{Misread, interpret};
use super::node::Node;
use super::parse::{ParsedFile, SyntaxError, parse_file};
use super::quote::quote;
use super::span::Span;

/// A whole Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// ARGs before the first FROM.
    pub global_arguments: Vec<Statement>,
    /// In order; at least one.
    pub stages: Vec<Stage>,
    /// `\` or `` ` ``.
    pub escape: char,
    /// `# check=`.
    pub check: Option<String>,
    /// Instructions continued over an empty line, by their last line.
    pub empty_continuations: Vec<usize>,
}

/// What lies between one FROM and the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// An image, an earlier stage or `scratch`, variables still in it.
    pub base: String,
    /// After AS, in lower case.
    pub name: Option<String>,
    /// `--platform`, variables still in it.
    pub platform: Option<String>,
    /// The FROM line.
    pub code: String,
    /// Where the FROM stands.
    pub span: Span,
    /// In order.
    pub statements: Vec<Statement>,
    /// The words FROM, AS and the name as typed.
    pub typed: TypedStage,
    /// The comment lines right above it, without their mark.
    pub comments: Vec<String>,
}

/// What a FROM line looked like, for those who care about letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedStage {
    /// `FROM`, `from`, `From`.
    pub from: String,
    /// `AS` and the name, when there are.
    pub name: Option<(String, String)>,
}

/// Why a text is not a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerfileError {
    /// Lines cannot be cut into instructions.
    Syntax(SyntaxError),
    /// An instruction has the wrong words.
    Instruction {
        /// Which rule it breaks.
        misread: Misread,
        /// Where.
        span: Span,
    },
    /// An instruction before the first FROM.
    NoStage(Span),
    /// There are only ARGs.
    NoFrom,
}

impl Dockerfile {
    /// Reads a whole text.
    ///
    /// # Errors
    /// [`DockerfileError`]: the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, DockerfileError> {
        let ParsedFile { nodes, escape, check, empty_continuations } =
            parse_file(text).map_err(DockerfileError::Syntax)?;
        let mut dockerfile =
            Self { global_arguments: Vec::new(), stages: Vec::new(), escape, check, empty_continuations };
        for node in &nodes {
            let wrong = |misread| DockerfileError::Instruction { misread, span: node.span };
            if node.name.eq_ignore_ascii_case("from") {
                dockerfile.stages.push(stage(node).map_err(wrong)?);
                continue;
            }
            let statement = statement(node).map_err(wrong)?;
            match (dockerfile.stages.last_mut(), &statement.instruction) {
                (Some(stage), _) => stage.statements.push(statement),
                (None, Instruction::Arg(_)) => dockerfile.global_arguments.push(statement),
                (None, _) => return Err(DockerfileError::NoStage(node.span)),
            }
        }
        if dockerfile.stages.is_empty() {
            return Err(DockerfileError::NoFrom);
        }
        Ok(dockerfile)
    }
}

/// Reads a text that holds instructions but no FROM: ONBUILD triggers, `commit --change`.
///
/// # Errors
/// The rule that is broken.
pub fn parse_statements(text: &str) -> Result<Vec<Statement>, Misread> {
    let parsed = parse_file(text).map_err(|error| Misread::Wrong(error.message))?;
    parsed.nodes.iter().map(statement).collect()
}

fn statement(node: &Node) -> Result<Statement, Misread> {
    if node.name.eq_ignore_ascii_case("from") {
        return Err(Misread::Wrong("FROM isn't allowed here".to_owned()));
    }
    let pairs = ["env", "label"].iter().any(|name| node.name.eq_ignore_ascii_case(name));
    Ok(Statement {
        instruction: interpret(node)?,
        code: node.original.trim().to_owned(),
        span: node.span,
        name: node.name.clone(),
        comments: node.comments.clone(),
        legacy_pairs: pairs && node.words.get(2).is_some_and(String::is_empty),
    })
}

fn stage(node: &Node) -> Result<Stage, Misread> {
    let name = match node.words.as_slice() {
        [_] => None,
        [_, keyword, name] if keyword.eq_ignore_ascii_case("as") => {
            let lower = name.to_lowercase();
            if !is_stage_name(&lower) {
                let message = format!(
                    "invalid name for build stage: {}, name can't start with a number or contain symbols",
                    quote(name)
                );
                return Err(Misread::Wrong(message));
            }
            Some(lower)
        }
        _ => return Err(Misread::Wrong("FROM requires either one or three arguments".to_owned())),
    };
    let platform = Flags::check(&node.flags, &["platform"], &[])?.text("platform")?;
    Ok(Stage {
        base: node.words[0].clone(),
        name,
        platform,
        code: node.original.trim().to_owned(),
        span: node.span,
        statements: Vec::new(),
        typed: TypedStage { from: node.name.clone(), name: node.words.get(1).cloned().zip(node.words.get(2).cloned()) },
        comments: node.comments.clone(),
    })
}

/// `[a-z][a-z0-9-_.]*`.
fn is_stage_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'))
}
