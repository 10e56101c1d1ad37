//! What kind of line was typed: a docker command to run here, a line for a real shell, or not yet whole.

use super::scan::{Open, Scan, Token, Word, scan};

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Nothing but blanks and comments.
    Empty,
    /// A single plain `docker …`: the arguments after `docker`.
    Docker(Vec<String>),
    /// Plain words that are not docker's: a course command, or else the host's.
    Words(Vec<String>),
    /// Pipes, redirections, expansions, several commands: a real shell's business.
    Shell,
    /// More must come first.
    Incomplete(Missing),
}

/// What a line waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A closing quote or parenthesis.
    Closing(Open),
    /// A command after `|`, `&&` or `||`.
    Command,
    /// The line that ends a here-document.
    Delimiter(String),
    /// `done`, `fi`, `esac`, `}` or `)`.
    Keyword(&'static str),
}

/// Understands a line, which may hold several once continued.
pub fn understand(line: &str) -> Line {
    let scan = scan(line);
    if let Some(open) = scan.open {
        return Line::Incomplete(Missing::Closing(open));
    }
    if let Some(delimiter) = unfinished_here_document(line, &scan) {
        return Line::Incomplete(Missing::Delimiter(delimiter));
    }
    if let Some(missing) = unfinished(line, &scan) {
        return Line::Incomplete(missing);
    }
    let words: Vec<&Word> = scan.words().collect();
    let trailing = |range: &std::ops::Range<usize>| line[range.clone()].trim().is_empty();
    let plain = scan.tokens.iter().all(|token| match token {
        Token::Word(word) => !word.expands,
        Token::Operator(range) => trailing(range) && line[range.end..].trim().is_empty(),
        Token::Comment(_) => true,
    });
    let Some(first) = words.first() else {
        return if plain { Line::Empty } else { Line::Shell };
    };
    if !plain || (!first.quoted && first.text.contains('=')) {
        return Line::Shell;
    }
    let mut texts = words.iter().map(|word| word.text.clone());
    if first.text == "docker" {
        texts.next();
        return Line::Docker(texts.collect());
    }
    Line::Words(texts.collect())
}

/// The delimiter of a here-document whose end has not been typed.
fn unfinished_here_document(line: &str, scan: &Scan) -> Option<String> {
    let mut tokens = scan.tokens.iter();
    while let Some(token) = tokens.next() {
        let Token::Operator(range) = token else { continue };
        let operator = &line[range.clone()];
        if operator != "<<" && operator != "<<-" {
            continue;
        }
        let Some(Token::Word(word)) = tokens.next() else { return None };
        let mut body = line[word.span.end..].split('\n').skip(1);
        let ends =
            |text: &str| if operator == "<<-" { text.trim_start_matches('\t') == word.text } else { text == word.text };
        if !body.any(ends) {
            return Some(word.text.clone());
        }
    }
    None
}

/// A trailing operator, or a compound command without its end.
fn unfinished(line: &str, scan: &Scan) -> Option<Missing> {
    let here_document = scan.tokens.iter().any(|token| matches!(token, Token::Operator(range) if line[range.clone()].starts_with("<<") && &line[range.clone()] != "<<<"));
    if here_document {
        // The body of a here-document is no grammar; the shell will say what it thinks of the rest.
        return None;
    }
    let mut expected: Vec<&'static str> = Vec::new();
    let mut starts = true;
    let mut last_operator = None;
    for token in &scan.tokens {
        match token {
            Token::Comment(_) => {}
            Token::Operator(range) => {
                let operator = &line[range.clone()];
                match operator {
                    "(" => expected.push(")"),
                    ")" if expected.last() == Some(&")") => {
                        expected.pop();
                    }
                    _ => {}
                }
                starts = !operator.contains(['<', '>']);
                if operator != "\n" {
                    last_operator = Some(operator);
                }
            }
            Token::Word(word) => {
                last_operator = None;
                let keyword = if starts && !word.quoted { word.text.as_str() } else { "" };
                match keyword {
                    "if" => expected.push("fi"),
                    "for" | "while" | "until" => expected.push("done"),
                    "case" => expected.push("esac"),
                    "{" => expected.push("}"),
                    _ if expected.last() == Some(&keyword) => {
                        expected.pop();
                    }
                    _ => {}
                }
                starts = matches!(keyword, "if" | "then" | "else" | "elif" | "while" | "until" | "do" | "{" | "!");
            }
        }
    }
    if let Some(keyword) = expected.last() {
        return Some(Missing::Keyword(keyword));
    }
    matches!(last_operator, Some("|" | "&&" | "||" | "|&")).then_some(Missing::Command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_docker_command_is_run_here() {
        let expected = Line::Docker(["run", "-it", "alpine", "sh", "-c", "a | b"].map(String::from).to_vec());
        assert_eq!(understand("docker run -it alpine sh -c 'a | b' # essai"), expected);
        assert_eq!(
            understand("docker ps --format {{.Names}}"),
            Line::Docker(["ps", "--format", "{{.Names}}"].map(String::from).to_vec())
        );
        assert_eq!(understand("docker run \\\n alpine\n"), Line::Docker(["run", "alpine"].map(String::from).to_vec()));
    }

    #[test]
    fn what_needs_a_shell_goes_to_one() {
        for line in [
            "docker stop $(docker ps -aq)",
            "docker logs x | grep y",
            "docker ps > f",
            "docker run -i alpine sh <<< 'touch /x'",
            "A=1 docker ps",
            "x=3",
            "docker ps && echo oui",
            "docker run alpine ls *.txt",
            "docker ps; docker images",
            "for i in 1 2; do docker run alpine true; done",
            "cat <<FIN\na\nFIN",
            "docker ps\ndocker ps",
        ] {
            assert_eq!(understand(line), Line::Shell, "{line}");
        }
    }

    #[test]
    fn other_plain_words_may_be_the_courses() {
        assert_eq!(understand("aller 3"), Line::Words(vec!["aller".into(), "3".into()]));
        assert_eq!(understand("  # rien"), Line::Empty);
        assert_eq!(understand(""), Line::Empty);
    }

    #[test]
    fn an_unfinished_line_says_what_it_waits_for() {
        let missing = |line: &str| match understand(line) {
            Line::Incomplete(missing) => missing,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(missing("echo 'a"), Missing::Closing(Open::SingleQuote));
        assert_eq!(missing("docker ps |"), Missing::Command);
        assert_eq!(missing("docker ps &&\n"), Missing::Command);
        assert_eq!(missing("cat <<FIN\na"), Missing::Delimiter("FIN".into()));
        assert_eq!(missing("for i in 1 2; do"), Missing::Keyword("done"));
        assert_eq!(missing("if true; then"), Missing::Keyword("fi"));
        assert_eq!(missing("(cd /tmp"), Missing::Keyword(")"));
    }
}
