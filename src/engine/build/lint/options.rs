//! `# check=skip=A,B;error=true;experimental=all`: which rules speak, and how loud.

use super::LintRule;
use crate::engine::build::BuildError;
use crate::engine::build::syntax::quote;

/// Which rules speak.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::engine::build) struct LintOptions {
    skip: Names,
    experimental: Names,
    /// Whether a warning fails the build.
    pub(in crate::engine::build) errors: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Names {
    all: bool,
    some: Vec<String>,
}

impl Names {
    fn read(text: &str) -> Self {
        match text.trim() {
            "all" => Self { all: true, some: Vec::new() },
            list => Self { all: false, some: list.split(',').map(|name| name.trim().to_owned()).collect() },
        }
    }

    fn hold(&self, rule: LintRule) -> bool {
        self.all || self.some.iter().any(|name| *name == rule.to_string())
    }

    fn add(&mut self, other: &Self) {
        self.all |= other.all;
        self.some.extend(other.some.iter().cloned());
    }
}

impl LintOptions {
    /// Reads the value of the directive.
    pub(in crate::engine::build) fn parse(text: &str) -> Result<Self, BuildError> {
        let mut options = Self::default();
        if text.trim().is_empty() {
            return Ok(options);
        }
        for part in text.splitn(3, ';') {
            let wrong = |text: &str| BuildError::Invalid(format!("invalid check option {}", quote(text)));
            let (key, value) = part.split_once('=').ok_or_else(|| wrong(part))?;
            match key.trim() {
                "skip" => options.skip = Names::read(value),
                "experimental" => options.experimental = Names::read(value),
                "error" => {
                    options.errors = match value.trim() {
                        "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
                        "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
                        other => {
                            return Err(BuildError::Invalid(format!(
                                "failed to parse check option {}: strconv.ParseBool: parsing {}: invalid syntax",
                                quote(part),
                                quote(other)
                            )));
                        }
                    };
                }
                other => return Err(wrong(other)),
            }
        }
        Ok(options)
    }

    /// These and those an instruction's own comment adds (`# check=skip=JSONArgsRecommended`).
    pub(super) fn with_comments(&self, comments: &[String]) -> Self {
        let mut all = self.clone();
        let own = comments.iter().find_map(|comment| {
            let (name, value) = comment.split_once('=')?;
            name.trim().eq_ignore_ascii_case("check").then(|| value.trim().to_owned())
        });
        let own = own.and_then(|value| Self::parse(value.split(' ').next().unwrap_or_default()).ok());
        if let Some(own) = own {
            all.skip.add(&own.skip);
            all.experimental.add(&own.experimental);
        }
        all
    }

    /// Whether a rule speaks.
    pub(super) fn allow(&self, rule: LintRule) -> bool {
        if rule.is_experimental() { self.experimental.hold(rule) } else { !self.skip.hold(rule) }
    }
}
