//! The strings of one language, with French behind it.

use std::cell::OnceCell;
use std::fmt;

use fluent_bundle::{FluentBundle, FluentResource};
use include_dir::{Dir, include_dir};

use super::{Arguments, Language};

/// Every interface string and every lesson's prose, inside the program.
pub(crate) static LOCALES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// The strings of one language. What is missing in it is said in French; what is missing there too
/// is said by its id (a test makes sure that neither happens).
///
/// Read when the first string is asked for: most docker commands ask for none, and reading costs more than they do.
pub struct Texts {
    language: Language,
    bundle: OnceCell<FluentBundle<FluentResource>>,
    source: OnceCell<FluentBundle<FluentResource>>,
}

impl Texts {
    /// The strings of a language.
    pub fn new(language: Language) -> Self {
        Self { language, bundle: OnceCell::new(), source: OnceCell::new() }
    }

    /// The language spoken.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A string without variables.
    pub fn text(&self, id: &str) -> String {
        self.with(id, &Arguments::new())
    }

    /// A string with its variables.
    pub fn with(&self, id: &str, arguments: &Arguments) -> String {
        format(self.bundle(), id, arguments)
            .or_else(|| self.source().and_then(|source| format(source, id, arguments)))
            .unwrap_or_else(|| id.to_owned())
    }

    /// Whether the string exists: for families of ids with a general case (`failure-…`).
    pub fn has(&self, id: &str) -> bool {
        self.bundle().has_message(id) || self.source().is_some_and(|source| source.has_message(id))
    }

    fn bundle(&self) -> &FluentBundle<FluentResource> {
        self.bundle.get_or_init(|| bundle(self.language))
    }

    /// What stands behind: nothing does behind French.
    fn source(&self) -> Option<&FluentBundle<FluentResource>> {
        (self.language != Language::French).then(|| self.source.get_or_init(|| bundle(Language::French)))
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").field("language", &self.language).finish_non_exhaustive()
    }
}

fn format(bundle: &FluentBundle<FluentResource>, id: &str, arguments: &Arguments) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(arguments.as_fluent()), &mut errors).into_owned())
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![language.identifier()]);
    // Isolation marks would be copied along with names and ids from the terminal.
    bundle.set_use_isolating(false);
    for (_, source) in sources(language) {
        // A file with an error still gives its sound messages; the tests refuse the file.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// The Fluent files of a language: path and text.
pub(super) fn sources(language: Language) -> impl Iterator<Item = (String, &'static str)> {
    LOCALES
        .get_dir(language.code())
        .into_iter()
        .flat_map(Dir::files)
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "ftl"))
        .filter_map(|file| Some((file.path().display().to_string(), file.contents_utf8()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_agree_and_nothing_is_isolated() {
        let french = Texts::new(Language::French);
        let one = french.with("xray-more", &Arguments::new().number("count", 1));
        let two = french.with("xray-more", &Arguments::new().number("count", 2));
        assert_ne!(one, two);
        assert!(!one.contains('\u{2068}'), "{one}");
    }

    #[test]
    fn an_unknown_id_says_itself() {
        assert_eq!(Texts::new(Language::English).text("no-such-string"), "no-such-string");
    }
}
