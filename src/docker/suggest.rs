//! "Did you mean": the nearest verb or flag, as a value. The course's voice words it, for Docker says nothing.

use super::catalogue;
use super::failure::{Complaint, Failure};
use super::flag::Visibility;
use super::group::GROUPS;
use super::plugin::is_plugin;

/// The farthest a suggestion may be from what was typed, in edits.
const FARTHEST: usize = 2;

/// Something near what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    /// A whole verb: `container ls`, `images`.
    Verb(String),
    /// A flag of the verb, with its dashes.
    Flag(String),
}

/// What was probably meant, when a failure comes from a misspelt verb or flag.
pub fn suggest(failure: &Failure) -> Option<Suggestion> {
    match failure.complaints.first()? {
        Complaint::UnknownVerb { typed, group: None } if is_plugin(typed) => None,
        Complaint::UnknownVerb { typed, .. } => {
            let groups = GROUPS.iter().map(|group| group.name);
            let names = catalogue::verbs().flat_map(|verb| verb.names.iter().copied()).chain(groups);
            familiar(typed).or_else(|| nearest(typed, names)).map(Suggestion::Verb)
        }
        Complaint::Flags { message, verb: Some((_, verb)) } => {
            let mut names = verb.flags().filter(|flag| flag.visibility == Visibility::Shown).map(|flag| flag.long);
            let long = match message.strip_prefix("unknown flag: --") {
                Some(typed) => nearest(typed, names)?,
                // `-rm` for `--rm`: the letters of a long name behind one dash.
                None => names.find(|long| message.ends_with(&format!(" in -{long}")))?.to_owned(),
            };
            Some(Suggestion::Flag(format!("--{long}")))
        }
        _ => None,
    }
}

/// What is not misspelt but said otherwise: `ls` without its group, `image list-all`.
fn familiar(typed: &str) -> Option<String> {
    let mut names = catalogue::verbs().flat_map(|verb| verb.names.iter().copied());
    let found = match typed.split_once('-') {
        Some((start, _)) => names.find(|name| *name == start),
        None => names.find(|name| name.strip_prefix("container ") == Some(typed)),
    };
    found.map(str::to_owned)
}

/// Whether the first word of a line that is no program was meant to be `docker`.
pub fn is_nearly_docker(word: &str) -> bool {
    nearest(word, ["docker"].into_iter()).is_some()
}

fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = names.map(|name| (strsim::damerau_levenshtein(typed, name), name.len().abs_diff(typed.len()), name));
    // A short word is near too many others.
    let farthest = FARTHEST.min(typed.chars().count() / 2).max(1);
    near.filter(|(edits, ..)| *edits <= farthest).min().map(|(.., name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggestion(line: &str) -> Option<Suggestion> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        suggest(&crate::docker::parse(&words).unwrap_err())
    }

    #[test]
    fn near_verbs_and_flags_are_found() {
        assert_eq!(suggestion("rnu alpine"), Some(Suggestion::Verb("run".to_owned())));
        assert_eq!(suggestion("imagse"), Some(Suggestion::Verb("images".to_owned())));
        assert_eq!(suggestion("container lst"), Some(Suggestion::Verb("container list".to_owned())));
        assert_eq!(suggestion("ps --al"), Some(Suggestion::Flag("--all".to_owned())));
        assert_eq!(suggestion("run -rm alpine"), Some(Suggestion::Flag("--rm".to_owned())));
        assert_eq!(suggestion("log web"), Some(Suggestion::Verb("logs".to_owned())));
        assert_eq!(suggestion("run --interactiv alpine"), Some(Suggestion::Flag("--interactive".to_owned())));
        assert_eq!(suggestion("image list-all"), Some(Suggestion::Verb("image list".to_owned())));
        assert_eq!(suggestion("prune"), Some(Suggestion::Verb("container prune".to_owned())));
        assert_eq!(suggestion("run -Z alpine"), None);
        assert_eq!(suggestion("frobnicate"), None);
        assert_eq!((suggestion("buildx bake"), suggestion("compose up")), (None, None));
    }
}
