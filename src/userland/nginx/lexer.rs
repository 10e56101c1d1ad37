//! nginx's configuration as words: `name value…;` and `name value… { … }`.

/// A directive: its words, what stands in its braces, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) words: Vec<String>,
    pub(super) block: Option<Vec<Directive>>,
    pub(super) line: usize,
}

/// Blocks within blocks that we follow.
const MAX_DEPTH: usize = 16;

/// Reads a whole file.
///
/// # Errors
/// A sentence with the line.
pub(super) fn read(text: &str) -> Result<Vec<Directive>, (usize, String)> {
    let mut tokens = tokens(text)?.into_iter();
    let read = block(&mut tokens, 0)?;
    match tokens.next() {
        None => Ok(read),
        Some((line, _)) => Err((line, "unexpected \"}\"".to_owned())),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    End,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, (usize, String)> {
    let mut found = Vec::new();
    let mut letters = text.chars().peekable();
    let mut line = 1;
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => line += 1,
            ';' => found.push((line, Token::End)),
            '{' => found.push((line, Token::Open)),
            '}' => found.push((line, Token::Close)),
            '#' => while letters.next_if(|next| *next != '\n').is_some() {},
            quote @ ('"' | '\'') => {
                let mut word = String::new();
                loop {
                    match letters.next() {
                        Some('\\') => word.extend(letters.next()),
                        Some(next) if next == quote => break,
                        Some(next) => {
                            line += usize::from(next == '\n');
                            word.push(next);
                        }
                        None => return Err((line, "unexpected end of file, expecting a closing quote".to_owned())),
                    }
                }
                found.push((line, Token::Word(word)));
            }
            space if space.is_whitespace() => {}
            first => {
                let mut word = String::from(first);
                let ends = |next: &char| next.is_whitespace() || matches!(next, ';' | '{' | '}');
                while let Some(next) = letters.next_if(|next| !ends(next)) {
                    word.push(next);
                }
                found.push((line, Token::Word(word)));
            }
        }
    }
    Ok(found)
}

fn block(tokens: &mut impl Iterator<Item = (usize, Token)>, depth: usize) -> Result<Vec<Directive>, (usize, String)> {
    let mut read = Vec::new();
    let mut words = Vec::new();
    let mut last = 1;
    while let Some((line, token)) = tokens.next() {
        last = line;
        match token {
            Token::Word(word) => words.push(word),
            Token::End if words.is_empty() => return Err((line, "unexpected \";\"".to_owned())),
            Token::End => read.push(Directive { words: std::mem::take(&mut words), block: None, line }),
            Token::Open if words.is_empty() || depth == MAX_DEPTH => {
                return Err((line, "unexpected \"{\"".to_owned()));
            }
            Token::Open => {
                let inside = Some(block(tokens, depth + 1)?);
                read.push(Directive { words: std::mem::take(&mut words), block: inside, line });
            }
            Token::Close if depth == 0 || !words.is_empty() => return Err((line, "unexpected \"}\"".to_owned())),
            Token::Close => return Ok(read),
        }
    }
    if depth > 0 || !words.is_empty() {
        return Err((last, "unexpected end of file, expecting \";\" or \"}\"".to_owned()));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_and_blocks_are_read() {
        let read = read("# site\nserver {\n  listen 80;\n  location / { root \"/a b\"; }\n}\n").unwrap();
        assert_eq!(read[0].words, ["server"]);
        let inside = read[0].block.as_ref().unwrap();
        assert_eq!((inside[0].words.join(" ").as_str(), inside[0].line), ("listen 80", 3));
        assert_eq!(inside[1].block.as_ref().unwrap()[0].words, ["root", "/a b"]);
    }

    #[test]
    fn what_is_not_closed_is_refused_with_its_line() {
        assert_eq!(read("a {\n").unwrap_err().0, 1);
        assert_eq!(read("a;\n}\n").unwrap_err(), (2, "unexpected \"}\"".to_owned()));
        assert!(read("a 'b").is_err());
        assert!(read("a b").is_err());
        assert!(read(&"a {".repeat(50)).is_err());
    }
}
