//! The flags of an instruction: `--name=value` before its words.

/// Cuts the flags off the beginning of a line. `--` ends them.
pub(super) fn split_flags(line: &str) -> (Vec<String>, &str) {
    let mut flags: Vec<String> = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        if !rest.starts_with("--") {
            return (flags, rest);
        }
        let (word, after) = next_word(rest);
        rest = after;
        if word == "--" {
            return (flags, rest);
        }
        flags.push(word);
    }
}

/// One word, its quotes and escapes resolved, and what follows it.
fn next_word(line: &str) -> (String, &str) {
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut characters = line.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (None, _) if character.is_whitespace() => return (word, &line[at..]),
            (None, '\'' | '"') => quote = Some(character),
            (Some(mark), _) if character == mark => quote = None,
            (_, '\\') => {
                if let Some((_, escaped)) = characters.next() {
                    word.push(escaped);
                }
            }
            _ => word.push(character),
        }
    }
    (word, "")
}

/// The flags of one instruction, taken one by one by name.
pub(super) struct Flags {
    given: Vec<(String, Option<String>)>,
}

impl Flags {
    /// Checks that each is known and given once.
    pub(super) fn check(flags: &[String], known: &[&str], repeatable: &[&str]) -> Result<Self, String> {
        let mut given: Vec<(String, Option<String>)> = Vec::new();
        for flag in flags {
            let bare = flag.strip_prefix("--").unwrap_or(flag);
            let (name, value) = match bare.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (bare, None),
            };
            if !known.contains(&name) {
                let suggestion = super::suggest::suggestion(name, known);
                return Err(format!("unknown flag: --{name}{suggestion}"));
            }
            if given.iter().any(|(other, _)| other == name) && !repeatable.contains(&name) {
                return Err(format!("duplicate flag specified: --{name}"));
            }
            given.push((name.to_owned(), value));
        }
        Ok(Self { given })
    }

    /// The value of a flag that must have one.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, String> {
        match self.given.iter().find(|(other, _)| other == name) {
            None => Ok(None),
            Some((_, Some(value))) => Ok(Some(value.clone())),
            Some((_, None)) => Err(format!("missing a value on flag: --{name}")),
        }
    }

    /// The values of a flag that may be repeated.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        let given = self.given.iter().filter(|(other, _)| other == name);
        given.map(|(_, value)| value.clone().ok_or_else(|| format!("missing a value on flag: --{name}"))).collect()
    }

    /// Whether a flag was given in any way but `=false`.
    pub(super) fn is_set(&self, name: &str) -> Result<bool, String> {
        match self.given.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_deref()) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(Some(value)) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(Some("")) => Err(format!("missing a value on flag: --{name}")),
            Some(Some(value)) => Err(format!("expecting boolean value for flag --{name}, not: {value}")),
        }
    }

    /// Whether a flag was given at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(other, _)| other == name)
    }
}
