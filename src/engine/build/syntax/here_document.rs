//! Here-documents: `<<EOF`, `<<-EOF` (leading tabs go), `<<"EOF"` (nothing is replaced), `3<<EOF`.

use super::expand::Expander;

/// Lines that follow an instruction and belong to one of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HereDocument {
    /// The delimiter, without quotes; COPY makes it the file's name.
    pub name: String,
    /// Before `<<`; 0 when absent.
    pub file_descriptor: u32,
    /// What becomes of variables.
    pub variables: HereVariables,
    /// What becomes of tabs at the beginning of lines.
    pub tabs: HereTabs,
    /// Whole lines, line ends included, the delimiter's not.
    pub content: String,
}

/// What becomes of variables in a here-document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HereVariables {
    /// They are replaced.
    Replaced,
    /// The delimiter was quoted: they stay.
    Kept,
}

/// What becomes of tabs at the beginning of a here-document's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HereTabs {
    /// They stay.
    Kept,
    /// `<<-`: they go.
    Stripped,
}

impl HereDocument {
    /// The one a word announces, still without content; `None` for a word that announces none.
    ///
    /// # Errors
    /// The reason, when the delimiter's quotes are not closed.
    pub fn announced_by(word: &str) -> Result<Option<Self>, String> {
        let digits = word.len() - word.trim_start_matches(|first: char| first.is_ascii_digit()).len();
        let (number, rest) = word.split_at(digits);
        let Some(rest) = rest.strip_prefix("<<") else { return Ok(None) };
        let (tabs, rest) = match rest.strip_prefix('-') {
            Some(rest) => (HereTabs::Stripped, rest),
            None => (HereTabs::Kept, rest),
        };
        if rest.is_empty() || rest.contains('<') {
            return Ok(None);
        }
        let bare = Expander::for_delimiters().expand(rest, &|_| None).map_err(|error| error.to_string())?;
        let raw = Expander::for_splitting().expand(rest, &|_| None).map_err(|error| error.to_string())?;
        let [name] = bare.words.as_slice() else { return Ok(None) };
        let marks = |text: &str| text.matches(['\'', '"']).count();
        let quoted = raw.words.first().is_none_or(|raw| marks(raw) != marks(name));
        Ok(Some(Self {
            name: name.clone(),
            file_descriptor: number.parse().unwrap_or(0),
            variables: if quoted { HereVariables::Kept } else { HereVariables::Replaced },
            tabs,
            content: String::new(),
        }))
    }

    /// All that a line announces, in order.
    pub(super) fn all_announced_by(line: &str) -> Result<Vec<Self>, String> {
        // A line whose quotes do not close announces nothing: the shell will complain, not us.
        let Ok(split) = Expander::for_splitting().expand(line, &|_| None) else { return Ok(Vec::new()) };
        split.words.iter().filter_map(|word| Self::announced_by(word).transpose()).collect()
    }

    /// Whether this line, without its end, closes it.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        match self.tabs {
            HereTabs::Stripped => line.trim_start_matches('\t') == self.name,
            HereTabs::Kept => line == self.name,
        }
    }

    /// The content as the instruction sees it: without leading tabs when they go.
    pub fn text(&self) -> String {
        match self.tabs {
            HereTabs::Kept => self.content.clone(),
            HereTabs::Stripped => {
                self.content.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect()
            }
        }
    }
}
