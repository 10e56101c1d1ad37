//! Short options, long options and operands, as getopt reads them.

/// A command line taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    given: Vec<(char, String)>,
    /// What is not an option.
    pub operands: Vec<String>,
}

/// What an applet accepts.
pub struct Accepted<'a> {
    /// Letters without a value.
    pub flags: &'a str,
    /// Letters with a value.
    pub valued: &'a str,
    /// Long names and the letters they stand for.
    pub long: &'a [(&'a str, char)],
    /// Whether options may follow operands.
    pub order: Order,
}

/// Whether options may follow operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As GNU and busybox do.
    Mixed,
    /// The first operand ends them, as where a command line follows.
    OptionsFirst,
}

impl Options {
    /// Takes a command line apart. Errors: busybox's words.
    pub fn parse(arguments: &[String], accepted: &Accepted<'_>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "--" {
                options.operands.extend(rest.cloned());
                break;
            }
            if let Some(long) = argument.strip_prefix("--") {
                let (name, attached) =
                    long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
                let found = accepted.long.iter().find(|(known, _)| *known == name);
                let Some((_, letter)) = found else { return Err(format!("unrecognized option: {name}")) };
                let value = if accepted.valued.contains(*letter) {
                    attached
                        .or_else(|| rest.next().cloned())
                        .ok_or_else(|| format!("option requires an argument: {name}"))?
                } else {
                    attached.unwrap_or_default()
                };
                options.given.push((*letter, value));
                continue;
            }
            let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                options.operands.push(argument.clone());
                if accepted.order == Order::OptionsFirst {
                    options.operands.extend(rest.cloned());
                    break;
                }
                continue;
            };
            for (index, letter) in letters.char_indices() {
                if accepted.flags.contains(letter) {
                    options.given.push((letter, String::new()));
                } else if accepted.valued.contains(letter) {
                    let attached = &letters[index + letter.len_utf8()..];
                    let value = if attached.is_empty() { rest.next().cloned() } else { Some(attached.to_owned()) };
                    options
                        .given
                        .push((letter, value.ok_or_else(|| format!("option requires an argument: {letter}"))?));
                    break;
                } else {
                    return Err(format!("unrecognized option: {letter}"));
                }
            }
        }
        Ok(options)
    }

    /// Whether the option was given.
    pub fn has(&self, letter: char) -> bool {
        self.given.iter().any(|(known, _)| *known == letter)
    }

    /// The last value of the option.
    pub fn value(&self, letter: char) -> Option<&str> {
        self.given.iter().rev().find(|(known, _)| *known == letter).map(|(_, value)| value.as_str())
    }

    /// All values of the option.
    pub fn values(&self, letter: char) -> Vec<&str> {
        self.given.iter().filter(|(known, _)| *known == letter).map(|(_, value)| value.as_str()).collect()
    }

    /// The last given of these letters.
    pub fn last_of(&self, letters: &str) -> Option<char> {
        self.given.iter().rev().find(|(known, _)| letters.contains(*known)).map(|(letter, _)| *letter)
    }
}

/// Short flags and valued letters only, mixed with operands.
pub const fn short<'a>(flags: &'a str, valued: &'a str) -> Accepted<'a> {
    Accepted { flags, valued, long: &[], order: Order::Mixed }
}
