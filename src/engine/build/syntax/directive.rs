//! Parser directives: `# escape=` and `# syntax=`, which stand before anything else, comments included.

/// What the directives say, and whether more may still come.
#[derive(Debug)]
pub(super) struct Directives {
    /// `\` unless told otherwise.
    pub(super) escape: char,
    /// `# check=`, as written.
    pub(super) check: Option<String>,
    seen: Vec<&'static str>,
    closed: bool,
}

impl Directives {
    pub(super) fn new() -> Self {
        Self { escape: '\\', check: None, seen: Vec::new(), closed: false }
    }

    /// Takes one line, without leading spaces: anything but a known directive ends their place.
    pub(super) fn take(&mut self, line: &str) -> Result<(), String> {
        if self.closed {
            return Ok(());
        }
        let known = directive(line).and_then(|(name, value)| {
            ["escape", "syntax", "check"]
                .into_iter()
                .find(|known| name.eq_ignore_ascii_case(known))
                .map(|name| (name, value))
        });
        let Some((name, value)) = known else {
            self.closed = true;
            return Ok(());
        };
        if self.seen.contains(&name) {
            return Err(format!("only one {name} parser directive can be used"));
        }
        self.seen.push(name);
        if name == "check" {
            self.check = Some(value.to_owned());
        }
        if name == "escape" {
            self.escape = match value {
                "\\" => '\\',
                "`" => '`',
                _ => return Err(format!("invalid escape token '{value}' does not match ` or \\")),
            };
        }
        Ok(())
    }
}

/// `# name = value`.
fn directive(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix('#')?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let name_ok = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (name_ok && !value.is_empty()).then_some((name, value))
}
