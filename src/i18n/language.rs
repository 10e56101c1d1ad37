//! The languages the course speaks. French is the source.

use std::fmt;
use std::str::FromStr;

use unic_langid::LanguageIdentifier;

/// A language of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// The source of every text.
    #[default]
    #[serde(rename = "fr")]
    French,
    /// Complete as well.
    #[serde(rename = "en")]
    English,
}

/// Not a language of the course.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown language: {0}")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// Every language, the source first.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// `fr`, `en`: the directory of its texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// For plural rules.
    ///
    /// # Panics
    /// Never: both codes are language identifiers.
    pub fn identifier(self) -> LanguageIdentifier {
        self.code().parse().expect("a two-letter code is a language identifier")
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads `fr`, `en`, `français`, `anglais`, and locales such as `fr_FR.UTF-8`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.to_lowercase();
        let stem = lower.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match stem {
            "fr" | "french" | "français" | "francais" => Ok(Self::French),
            "en" | "english" | "anglais" => Ok(Self::English),
            _ => Err(UnknownLanguage(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_names_and_locales_are_read() {
        for text in ["fr", "FR", "fr_FR.UTF-8", "français", "fr-CA"] {
            assert_eq!(text.parse(), Ok(Language::French), "{text}");
        }
        assert_eq!("en_US".parse(), Ok(Language::English));
        assert_eq!("C".parse::<Language>(), Err(UnknownLanguage("C".into())));
    }
}
