//! `--chmod`: octal digits, or clauses such as `u=rwX,go-w`. Source: chmod(1) and the Dockerfile reference.

use super::BuildError;

/// What becomes of a file's permission bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ModeChange {
    /// They become these.
    Exact(u32),
    /// Each clause changes them in turn.
    Clauses(Vec<Clause>),
}

/// `u+x`: whose bits, how, which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Any of owner, group, others, as a mask of `0o7`s.
    who: u32,
    operator: char,
    /// As letters: `rwxXst`, or one of `ugo` to copy from.
    what: String,
}

impl ModeChange {
    /// Reads one.
    pub(super) fn parse(text: &str) -> Result<Self, BuildError> {
        let octal = || {
            BuildError::Invalid(format!(
                "invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777"
            ))
        };
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            let mode = u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
            return mode.map(Self::Exact).ok_or_else(octal);
        }
        let mut clauses = Vec::new();
        for clause in text.split(',') {
            let named = clause.find(|letter: char| !matches!(letter, 'u' | 'g' | 'o' | 'a')).ok_or_else(octal)?;
            let (who, mut rest) = clause.split_at(named);
            let mask = who.chars().fold(0, |mask, letter| {
                mask | match letter {
                    'u' => 0o700,
                    'g' => 0o070,
                    'o' => 0o007,
                    _ => 0o777,
                }
            });
            let who = if mask == 0 { 0o777 } else { mask };
            // Several operators may follow one another: `u+r-w`.
            while let Some(operator) = rest.chars().next() {
                if !matches!(operator, '+' | '-' | '=') {
                    return Err(octal());
                }
                rest = &rest[1..];
                let end = rest.find(['+', '-', '=']).unwrap_or(rest.len());
                let (what, after) = rest.split_at(end);
                let letters = what.chars().all(|letter| matches!(letter, 'r' | 'w' | 'x' | 'X' | 's' | 't'));
                if !letters && !matches!(what, "u" | "g" | "o") {
                    return Err(octal());
                }
                clauses.push(Clause { who, operator, what: what.to_owned() });
                rest = after;
            }
        }
        Ok(Self::Clauses(clauses))
    }

    /// The bits a file of these bits gets.
    pub(super) fn apply(&self, mode: u32, is_directory: bool) -> u32 {
        match self {
            Self::Exact(mode) => *mode,
            Self::Clauses(clauses) => clauses.iter().fold(mode, |mode, clause| clause.apply(mode, is_directory)),
        }
    }
}

impl Clause {
    fn apply(&self, mode: u32, is_directory: bool) -> u32 {
        let mut bits = 0;
        for letter in self.what.chars() {
            bits |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                'X' if is_directory || mode & 0o111 != 0 => 0o111,
                'u' => spread(mode >> 6),
                'g' => spread(mode >> 3),
                'o' => spread(mode),
                _ => 0,
            };
        }
        bits &= self.who;
        if self.what.contains('s') {
            bits |= if self.who & 0o700 != 0 { 0o4000 } else { 0 } | if self.who & 0o070 != 0 { 0o2000 } else { 0 };
        }
        if self.what.contains('t') {
            bits |= 0o1000;
        }
        match self.operator {
            '+' => mode | bits,
            '-' => mode & !bits,
            _ => (mode & !self.who) | bits,
        }
    }
}

/// Three bits for everybody.
fn spread(bits: u32) -> u32 {
    let bits = bits & 0o7;
    bits << 6 | bits << 3 | bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_changed_as_chmod_does() {
        for (text, mode, directory, expected) in [
            ("755", 0o644, false, 0o755),
            ("0644", 0o755, false, 0o644),
            ("u=rwX,go=rX", 0o644, false, 0o644),
            ("u=rwX,go=rX", 0o600, true, 0o755),
            ("a+x", 0o644, false, 0o755),
            ("+x", 0o600, false, 0o711),
            ("go-rwx", 0o777, false, 0o700),
            ("g=u", 0o640, false, 0o660),
            ("u+s,o+t", 0o755, false, 0o5755),
            ("u-x+w", 0o555, false, 0o655),
            ("o=", 0o777, false, 0o770),
        ] {
            assert_eq!(ModeChange::parse(text).unwrap().apply(mode, directory), expected, "{text}");
        }
        for wrong in ["9", "77777", "u", "u~x", "u+z", "", "x+r"] {
            assert!(ModeChange::parse(wrong).is_err(), "{wrong}");
        }
    }
}
