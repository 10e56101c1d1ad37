//! Words to flags and arguments, exactly as spf13/pflag does it: `-it`, `-p8080:80`, `-e=A=b`, `--rm=false`, `--`.

use super::flag::{Flag, FlagKind, flag};
use super::value::{self, text::quote};
use super::verb::FlagsEnd;
use super::words::{Argument, FlagUse};

/// `--help`, which every verb has; `-h` where no flag of the verb took the letter.
static HELP: Flag = flag("help", FlagKind::Bool, "docker-flag-help").short('h');

/// What words were sorted into.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Flags, in order.
    pub uses: Vec<FlagUse>,
    /// Arguments, in order.
    pub arguments: Vec<Argument>,
    /// Help was asked for.
    pub help: Option<HelpFlag>,
}

/// How help was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpFlag {
    /// `--help`.
    Long,
    /// `-h`, which Docker calls deprecated.
    Short,
}

/// Where flags are looked up.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    /// By long name.
    pub by_name: &'a dyn Fn(&str) -> Option<&'static Flag>,
    /// By letter.
    pub by_letter: &'a dyn Fn(char) -> Option<&'static Flag>,
}

impl Table<'static> {
    /// Of what has no flag but `--help`.
    pub const EMPTY: Self = Self { by_name: &|_| None, by_letter: &|_| None };
}

/// Sorts words. Word numbers in the result start at `first_word`.
///
/// # Errors
/// pflag's sentence.
pub fn sort(words: &[String], first_word: usize, table: Table<'_>, end: FlagsEnd) -> Result<Sorted, String> {
    let mut sorter = Sorter { words, first_word, next: 0, table, sorted: Sorted::default() };
    while let Some(word) = words.get(sorter.next) {
        let here = sorter.next;
        sorter.next += 1;
        if word == "--" {
            sorter.take_arguments(words.len());
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            sorter.long(here, long)?;
        } else if word.len() > 1 && word.starts_with('-') {
            sorter.letters(here, &word[1..])?;
        } else {
            sorter.next = here;
            let until = if end == FlagsEnd::AtFirstArgument { words.len() } else { here + 1 };
            sorter.take_arguments(until);
        }
    }
    Ok(sorter.sorted)
}

struct Sorter<'a> {
    words: &'a [String],
    first_word: usize,
    next: usize,
    table: Table<'a>,
    sorted: Sorted,
}

impl Sorter<'_> {
    fn take_arguments(&mut self, until: usize) {
        for word in self.next..until {
            self.sorted.arguments.push(Argument { text: self.words[word].clone(), word: self.first_word + word });
        }
        self.next = until;
    }

    fn long(&mut self, here: usize, text: &str) -> Result<(), String> {
        if text.starts_with(['-', '=']) {
            return Err(format!("bad flag syntax: --{text}"));
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let found = (self.table.by_name)(name).or_else(|| (name == HELP.long).then_some(&HELP));
        let found = found.ok_or_else(|| format!("unknown flag: --{name}"))?;
        match (value, found.kind) {
            (Some(value), _) => self.set(found, value, here, HelpFlag::Long),
            (None, FlagKind::Bool) => self.set(found, "true", here, HelpFlag::Long),
            (None, _) => {
                let value = self.next_word().ok_or_else(|| format!("flag needs an argument: --{name}"))?;
                self.set(found, &value, here, HelpFlag::Long)
            }
        }
    }

    fn letters(&mut self, here: usize, letters: &str) -> Result<(), String> {
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            let after = &rest[letter.len_utf8()..];
            let found = (self.table.by_letter)(letter).or_else(|| (HELP.short == Some(letter)).then_some(&HELP));
            let found = found.ok_or_else(|| format!("unknown shorthand flag: '{}' in -{rest}", first_byte(rest)))?;
            // A lone `=` at the end is a letter like another, as pflag has it.
            if let Some(value) = after.strip_prefix('=').filter(|value| !value.is_empty()) {
                return self.set(found, value, here, HelpFlag::Short);
            }
            if found.kind == FlagKind::Bool {
                self.set(found, "true", here, HelpFlag::Short)?;
                rest = after;
                continue;
            }
            if !after.is_empty() {
                return self.set(found, after, here, HelpFlag::Short);
            }
            let value = self.next_word().ok_or_else(|| format!("flag needs an argument: '{letter}' in -{rest}"))?;
            return self.set(found, &value, here, HelpFlag::Short);
        }
        Ok(())
    }

    fn next_word(&mut self) -> Option<String> {
        let word = self.words.get(self.next)?.clone();
        self.next += 1;
        Some(word)
    }

    fn set(&mut self, found: &'static Flag, value: &str, here: usize, form: HelpFlag) -> Result<(), String> {
        // Of `--help`, the letter is deprecated and hence not said.
        let spelling = || if found.long == HELP.long { "--help".to_owned() } else { found.spelling() };
        value::check(found.kind, value)
            .map_err(|why| format!("invalid argument {} for \"{}\" flag: {why}", quote(value), spelling()))?;
        if found.long == HELP.long {
            self.sorted.help = value::parse_bool(value).unwrap_or_default().then_some(form);
            return Ok(());
        }
        let meant = found.stands_for.and_then(|long| (self.table.by_name)(long)).unwrap_or(found);
        let words = self.first_word + here..self.first_word + self.next;
        self.sorted.uses.push(FlagUse { flag: meant, value: value.to_owned(), words });
        Ok(())
    }
}

/// pflag looks at bytes, and shows one as if it were a letter.
fn first_byte(text: &str) -> char {
    text.bytes().next().map_or(' ', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    static FLAGS: &[Flag] = &[
        flag("interactive", FlagKind::Bool, "i").short('i'),
        flag("tty", FlagKind::Bool, "t").short('t'),
        flag("rm", FlagKind::Bool, "r"),
        flag("publish", FlagKind::List, "p").short('p'),
        flag("env", FlagKind::Env, "e").short('e'),
        flag("last", FlagKind::Int, "n").short('n'),
        flag("network", FlagKind::Network, "w"),
        flag("net", FlagKind::Network, "w").stands_for("network"),
    ];

    fn sort_line(line: &str, end: FlagsEnd) -> Result<Sorted, String> {
        let words: Vec<String> = line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let table = Table {
            by_name: &|name| FLAGS.iter().find(|flag| flag.long == name),
            by_letter: &|letter| FLAGS.iter().find(|flag| flag.short == Some(letter)),
        };
        sort(&words, 0, table, end)
    }

    fn uses(line: &str) -> Vec<(String, String)> {
        let sorted = sort_line(line, FlagsEnd::AtFirstArgument).unwrap();
        sorted.uses.iter().map(|used| (used.flag.long.to_owned(), used.value.clone())).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn letters_may_be_joined() {
        assert_eq!(uses("-it alpine"), [pair("interactive", "true"), pair("tty", "true")]);
        assert_eq!(
            uses("-itp8080:80 a"),
            [pair("interactive", "true"), pair("tty", "true"), pair("publish", "8080:80")]
        );
        assert_eq!(uses("-e=A=b"), [pair("env", "A=b")]);
        assert_eq!(uses("-e A=b"), [pair("env", "A=b")]);
        assert_eq!(uses("--rm=false"), [pair("rm", "false")]);
        assert_eq!(uses("--net none"), [pair("network", "none")]);
    }

    #[test]
    fn flags_end_at_the_first_argument_or_never() {
        let stop = sort_line("-i alpine -t", FlagsEnd::AtFirstArgument).unwrap();
        assert_eq!((stop.uses.len(), stop.arguments.len()), (1, 2));
        let mixed = sort_line("-i alpine -t", FlagsEnd::Never).unwrap();
        assert_eq!((mixed.uses.len(), mixed.arguments.len()), (2, 1));
        let dashes = sort_line("-i -- -t -", FlagsEnd::Never).unwrap();
        assert_eq!((dashes.uses.len(), dashes.arguments.len()), (1, 2));
        assert_eq!(dashes.arguments[0].word, 2);
    }

    #[test]
    fn errors_are_pflags() {
        let refuse = |line| sort_line(line, FlagsEnd::Never).unwrap_err();
        assert_eq!(refuse("--nosuch"), "unknown flag: --nosuch");
        assert_eq!(refuse("-iZ"), "unknown shorthand flag: 'Z' in -Z");
        assert_eq!(refuse("--last"), "flag needs an argument: --last");
        assert_eq!(refuse("-in"), "flag needs an argument: 'n' in -n");
        assert_eq!(refuse("---x"), "bad flag syntax: ---x");
        assert_eq!(refuse("-i="), "unknown shorthand flag: '=' in -=");
        assert_eq!(refuse("-é"), "unknown shorthand flag: 'Ã' in -é");
        assert_eq!(
            refuse("--help=maybe"),
            "invalid argument \"maybe\" for \"--help\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax"
        );
        assert_eq!(
            refuse("-n abc"),
            "invalid argument \"abc\" for \"-n, --last\" flag: strconv.ParseInt: parsing \"abc\": invalid syntax"
        );
    }

    #[test]
    fn help_is_always_there() {
        assert_eq!(sort_line("--help", FlagsEnd::Never).unwrap().help, Some(HelpFlag::Long));
        assert_eq!(sort_line("-ih", FlagsEnd::Never).unwrap().help, Some(HelpFlag::Short));
        assert_eq!(sort_line("alpine --help", FlagsEnd::AtFirstArgument).unwrap().help, None);
    }
}
