//! What the environment says, read once. Nobody else reads it.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::i18n::Language;

/// Names the state root: for us, and for every `docker` run by our shell.
pub const STATE_VARIABLE: &str = "MOUSSAILLON_ETAT";
/// Names the language of the course.
pub const LANGUAGE_VARIABLE: &str = "MOUSSAILLON_LANG";

/// Where images come from: `integrees`, `registre` or `hors-ligne`.
pub const IMAGES_VARIABLE: &str = "MOUSSAILLON_IMAGES";

/// The environment variables that matter to us.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `MOUSSAILLON_ETAT`.
    pub state: Option<PathBuf>,
    /// `MOUSSAILLON_LANG`.
    pub language: Option<Language>,
    /// The language of the system (`LC_ALL`, `LC_MESSAGES`, `LANG`). The course is French first whatever it
    /// says: most French classes work on English systems. It only decides whether English is offered.
    pub locale: Option<Language>,
    /// `MOUSSAILLON_IMAGES`.
    pub images: Option<String>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `XDG_DATA_HOME`.
    pub data_home: Option<PathBuf>,
    /// `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub no_colour: bool,
    /// `TERM` is unset or `dumb`.
    pub dumb_terminal: bool,
    /// `COLUMNS`.
    pub columns: Option<usize>,
    /// `PATH`.
    pub path: OsString,
    /// Every variable, for `docker run -e NAME` and the host's commands.
    pub variables: Vec<(OsString, OsString)>,
}

impl Environment {
    /// Reads this process's environment.
    pub fn read() -> Self {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(text);
        Self {
            state: variable(STATE_VARIABLE).map(PathBuf::from),
            language: text(LANGUAGE_VARIABLE).and_then(|value| value.parse().ok()),
            images: text(IMAGES_VARIABLE),
            locale: locale.and_then(|value| value.parse().ok()),
            home: variable("HOME").map(PathBuf::from),
            data_home: variable("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute()),
            no_colour: variable("NO_COLOR").is_some(),
            dumb_terminal: text("TERM").is_none_or(|value| value == "dumb"),
            columns: text("COLUMNS").and_then(|value| value.parse().ok()),
            path: variable("PATH").unwrap_or_default(),
            variables: std::env::vars_os().collect(),
        }
    }

    /// A variable that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.to_str())
    }

    /// Where state lives when nobody says: `$XDG_DATA_HOME/moussaillon`, else `~/.local/share/moussaillon`.
    pub fn default_state_root(&self) -> Option<PathBuf> {
        self.data_home
            .clone()
            .or_else(|| self.home.as_ref().map(|home| home.join(".local/share")))
            .map(|directory| directory.join("moussaillon"))
    }
}
