//! From text to [`Node`]s: lines, continuations, comments, here-documents.

use super::directive::Directives;
use super::here_document::HereDocument;
use super::node::Node;
use super::span::Span;

/// Text that is not a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Which rule it breaks.
    pub message: String,
    /// Where; nothing when it is about the whole.
    pub span: Option<Span>,
}

/// A Dockerfile cut into instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedFile {
    /// In order.
    pub nodes: Vec<Node>,
    /// `\` or `` ` ``.
    pub escape: char,
    /// `# check=`.
    pub check: Option<String>,
    /// Instructions continued over an empty line, by their last line.
    pub empty_continuations: Vec<usize>,
}

/// What a line may hold, in bytes, as in Docker.
const LONGEST_LINE: usize = 65_535;

/// Cuts a Dockerfile into instructions.
///
/// # Errors
/// [`SyntaxError`] when there is none, or one cannot be cut.
pub fn parse_file(text: &str) -> Result<ParsedFile, SyntaxError> {
    let too_long = text.split_inclusive('\n').position(|line| line.trim_end_matches('\n').len() > LONGEST_LINE);
    let Some(before) = too_long else { return parse_lines(text) };
    // What comes first fails first.
    let read: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    parse_lines(&text[..read])?;
    Err(SyntaxError {
        message: format!("dockerfile line greater than max allowed size of {LONGEST_LINE}"),
        span: Some(Span { first: before, last: before }),
    })
}

fn parse_lines(text: &str) -> Result<ParsedFile, SyntaxError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.split_inclusive('\n').enumerate().map(|(index, line)| (index + 1, line));
    let mut directives = Directives::new();
    let mut nodes = Vec::new();
    let mut comments = Vec::new();
    let mut empty_continuations = Vec::new();
    while let Some((first, raw)) = lines.next() {
        let at = |message, last| SyntaxError { message, span: Some(Span { first, last }) };
        let line = without_end(raw).trim_start();
        directives.take(line).map_err(|message| at(message, first))?;
        if let Some(comment) = line.strip_prefix('#') {
            comments.push(comment.trim().to_owned());
            continue;
        }
        if line.is_empty() {
            comments.clear();
            continue;
        }
        let mut empty_line_inside = false;
        let mut last = first;
        let (mut joined, mut continues) = continued(line, directives.escape);
        let mut joined_text = std::mem::take(&mut joined);
        while continues {
            let Some((number, raw)) = lines.next() else { break };
            last = number;
            let line = without_end(raw);
            let bare = line.trim_start();
            // Comments and empty lines inside a continuation are passed over.
            if bare.is_empty() || bare.starts_with('#') {
                empty_line_inside |= bare.is_empty();
                continue;
            }
            (joined, continues) = continued(line, directives.escape);
            joined_text.push_str(&joined);
        }
        if empty_line_inside {
            empty_continuations.push(last);
        }
        if joined_text.trim().is_empty() {
            continue;
        }
        let mut node =
            Node::parse(&joined_text, directives.escape, Span { first, last }).map_err(|message| at(message, last))?;
        node.comments = std::mem::take(&mut comments);
        if node.may_have_here_documents() {
            for mut document in HereDocument::all_announced_by(&joined_text).map_err(|message| at(message, last))? {
                let closed = lines.by_ref().any(|(number, raw)| {
                    last = number;
                    let closes = document.is_closed_by(without_end(raw));
                    if !closes {
                        document.content.push_str(raw);
                    }
                    closes
                });
                if !closed {
                    return Err(at("unterminated heredoc".to_owned(), last));
                }
                node.here_documents.push(document);
            }
            node.span.last = last;
        }
        nodes.push(node);
    }
    if nodes.is_empty() {
        return Err(SyntaxError { message: "file with no instructions".to_owned(), span: None });
    }
    Ok(ParsedFile { nodes, escape: directives.escape, check: directives.check, empty_continuations })
}

fn without_end(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

/// A line without its continuation mark, and whether it had one: the escape character at the end, not itself
/// escaped, spaces after it allowed.
fn continued(line: &str, escape: char) -> (String, bool) {
    let trimmed = line.trim_end_matches([' ', '\t']);
    match trimmed.strip_suffix(escape) {
        Some(before) if !before.ends_with(escape) => (before.to_owned(), true),
        _ => (line.to_owned(), false),
    }
}
