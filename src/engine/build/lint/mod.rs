//! The build checks: what is allowed in a Dockerfile and not wise.
//!
//! `layout` looks at the text alone, before anything is built; the rest is found while stages are converted, where
//! variables and base images are known, and told through [`Lints`].

mod layout;
mod options;
mod rule;

use std::cell::RefCell;

use super::BuildError;
use super::excerpt::Excerpt;
use super::plan::Located;
use super::syntax::{Span, quote};
use options::LintOptions;

pub use rule::LintRule;

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintWarning {
    /// Which rule.
    pub rule: LintRule,
    /// BuildKit's sentence.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The lines there, once the build is over.
    pub excerpt: Option<Excerpt>,
}

impl LintWarning {
    /// `JSONArgsRecommended: … (line 3)`
    pub fn summary(&self) -> String {
        format!("{}: {} (line {})", self.rule, self.message, self.span.first)
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Lints {
    options: LintOptions,
    found: RefCell<Vec<LintWarning>>,
    /// The statement being looked at: where it is, which rules speak there.
    here: RefCell<Option<(Span, LintOptions)>>,
}

/// The build argument that replaces the directive.
const ARGUMENT: &str = "BUILDKIT_DOCKERFILE_CHECK";

impl Lints {
    /// Reads the directive.
    pub(super) fn new(directive: Option<&str>, build_args: &[(String, String)]) -> Located<Self> {
        let given = build_args.iter().rev().find(|(name, _)| name == ARGUMENT).map(|(_, value)| value.as_str());
        let options = LintOptions::parse(given.or(directive).unwrap_or_default()).map_err(|error| (error, None))?;
        Ok(Self { options, ..Self::default() })
    }

    /// What follows is about the statement that stands here, with these comments above it.
    pub(super) fn enter(&self, span: Span, comments: &[String]) {
        *self.here.borrow_mut() = Some((span, self.options.with_comments(comments)));
    }

    /// A breach by the statement being looked at.
    pub(super) fn found(&self, rule: LintRule, message: String) {
        let here = self.here.borrow();
        let Some((span, options)) = here.as_ref() else { return };
        if options.allow(rule) {
            self.keep(rule, *span, message);
        }
    }

    /// A breach somewhere else.
    pub(super) fn found_at(&self, rule: LintRule, span: Span, message: String) {
        if self.options.allow(rule) {
            self.keep(rule, span, message);
        }
    }

    fn keep(&self, rule: LintRule, span: Span, message: String) {
        let warning = LintWarning { rule, message, span, excerpt: None };
        let mut found = self.found.borrow_mut();
        if !found.contains(&warning) {
            found.push(warning);
        }
    }

    /// Names that were looked up in vain by the statement being looked at, among those that are known.
    pub(super) fn undefined(&self, missing: &[String], known: &[String]) {
        for name in missing {
            let suggestion = nearest(name, known).map(|near| format!(" (did you mean ${near}?)")).unwrap_or_default();
            self.found(LintRule::UndefinedVar, format!("Usage of undefined variable '${name}'{suggestion}"));
        }
    }

    /// The same for a FROM.
    pub(super) fn undefined_in_from(&self, missing: &[String], known: &[String]) {
        for name in missing.iter().filter(|name| !known.contains(name)) {
            let suggestion = nearest(name, known).map(|near| format!(" (did you mean {near}?)")).unwrap_or_default();
            self.found(LintRule::UndefinedArgInFrom, format!("FROM argument '{name}' is not declared{suggestion}"));
        }
    }

    /// A name of ARG or ENV that looks like a secret's.
    pub(super) fn secret_name(&self, instruction: &str, name: &str) {
        if looks_secret(name) {
            let message =
                format!("Do not use ARG or ENV instructions for sensitive data ({instruction} {})", quote(name));
            self.found(LintRule::SecretsUsedInArgOrEnv, message);
        }
    }

    /// All that was found since `from`.
    pub(super) fn since(&self, from: usize) -> Vec<LintWarning> {
        self.found.borrow()[from..].to_vec()
    }

    /// Fails when warnings are errors and there are some.
    pub(super) fn verdict(&self) -> Result<(), BuildError> {
        let found = self.found.borrow();
        if !self.options.errors || found.is_empty() {
            return Ok(());
        }
        let mut rules: Vec<LintRule> = found.iter().map(|warning| warning.rule).collect();
        rules.sort();
        rules.dedup();
        Err(BuildError::Lint(rules.iter().map(ToString::to_string).collect()))
    }
}

/// The nearest known name, when one is near.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let candidates: Vec<&str> = known.iter().map(String::as_str).collect();
    super::syntax::nearest(name, &candidates)
}

/// Whether a word of the name is one secrets go by.
fn looks_secret(name: &str) -> bool {
    const SECRET: [&str; 10] =
        ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];
    const HARMLESS: [&str; 3] = ["public", "file", "version"];
    let lower = name.to_lowercase();
    let has = |words: &[&str]| lower.split('_').any(|word| words.contains(&word));
    has(&SECRET) && !has(&HARMLESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_their_words() {
        for (name, secret) in [
            ("API_KEY", true),
            ("GITHUB_TOKEN", true),
            ("PUBLIC_KEY", false),
            ("KEYBOARD", false),
            ("TOKEN_FILE", false),
        ] {
            assert_eq!(looks_secret(name), secret, "{name}");
        }
    }

    #[test]
    fn options_say_which_rules_speak() {
        let span = Span { first: 1, last: 1 };
        let lints = Lints::new(Some("skip=UndefinedVar;error=true"), &[]).unwrap();
        lints.found_at(LintRule::UndefinedVar, span, "x".to_owned());
        lints.found_at(LintRule::InvalidDefinitionDescription, span, "x".to_owned());
        assert!(lints.verdict().is_ok());
        lints.enter(span, &["check=skip=StageNameCasing".to_owned()]);
        lints.found(LintRule::StageNameCasing, "x".to_owned());
        assert!(lints.verdict().is_ok());
        lints.found(LintRule::MaintainerDeprecated, "x".to_owned());
        assert_eq!(lints.verdict().unwrap_err().to_string(), "lint violation found for rules: MaintainerDeprecated");
        assert!(Lints::new(Some("colour=red"), &[]).is_err());
        assert!(Lints::new(Some("error=perhaps"), &[]).is_err());
    }
}
