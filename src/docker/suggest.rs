//! "Did you mean": the nearest verb or flag, as a value. The course's voice words it, for Docker says nothing.

use super::catalogue;
use super::failure::{Complaint, Failure};
use super::flag::Visibility;
use super::group::GROUPS;
use super::plugin::is_plugin;

/// The farthest a suggestion may be from what was typed, in edits.
const FARTHEST: usize = 2;

/// Letters that are a beginning and not a slip.
const BEGUN_MIN: usize = 2;

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
            familiar(typed).or_else(|| begun(typed)).or_else(|| nearest(typed, names)).map(Suggestion::Verb)
        }
        Complaint::Flags { message, verb: Some((_, verb)) } => {
            let shown = || verb.flags().filter(|flag| flag.visibility == Visibility::Shown).map(|flag| flag.long);
            let long = match message.strip_prefix("unknown flag: --") {
                // What is spelt well is known in another place only.
                Some(typed) if shown().any(|long| long == typed) => return None,
                Some(typed) => nearest(typed, shown())?,
                // `-rm` for `--rm`: the letters of a long name behind one dash.
                None => shown().find(|long| message.ends_with(&format!(" in -{long}")))?.to_owned(),
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

/// The known name that was probably meant by one that names nothing.
pub fn suggest_name(typed: &str, known: &[String]) -> Option<String> {
    let (name, tag) = typed.rsplit_once(':').map_or((typed, None), |(name, tag)| (name, Some(tag)));
    let others = known.iter().map(String::as_str).filter(|known| *known != typed);
    match tag {
        None | Some("latest") => nearest(name, others.filter(|known| *known != name)),
        // The name is right, what it was asked for is not there.
        Some(_) => others.clone().find(|known| *known == name).map(str::to_owned).or_else(|| nearest(typed, others)),
    }
}

/// What is not finished: `im`, `container l`. The shortest, and of those the first.
fn begun(typed: &str) -> Option<String> {
    let words = |text: &str| text.split(' ').count();
    let names = catalogue::verbs().flat_map(|verb| verb.names.iter().copied());
    let longer = names.filter(|name| name.starts_with(typed) && words(name) == words(typed));
    let enough = typed.rsplit(' ').next().is_some_and(|last| last.len() >= BEGUN_MIN);
    longer.min_by_key(|name| (name.len(), *name)).filter(|_| enough).map(str::to_owned)
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
        assert_eq!(suggestion("im"), Some(Suggestion::Verb("images".to_owned())));
        assert_eq!(suggestion("run -Z alpine"), None);
        assert_eq!(suggestion("frobnicate"), None);
        let known = ["alpine", "hello-world", "web"].map(str::to_owned);
        assert_eq!(suggest_name("helo-world", &known), Some("hello-world".to_owned()));
        assert_eq!(suggest_name("alpine:3.8", &known), Some("alpine".to_owned()));
        assert_eq!((suggest_name("debian", &known), suggest_name("web", &known)), (None, None));
        assert_eq!((suggestion("buildx bake"), suggestion("compose up")), (None, None));
    }
}
