//! Long lists, a page at a time: `?n=10&last=name`.

use super::answer::Answer;

/// What was asked for after `?`, decoded.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `a=b&c=d`.
    pub fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (decoded(name), decoded(value))).collect())
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// `%2F` and `+` undone.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                left = &rest[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                left = rest;
            }
            _ => {
                bytes.push(*first);
                left = rest;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The names of a page (they are sorted), and the answer with the way to the next one.
pub fn page(names: Vec<String>, query: &Query, path: &str) -> (Vec<String>, Option<String>) {
    let after = |name: &String| query.get("last").is_none_or(|last| name.as_str() > last);
    let mut names: Vec<String> = names.into_iter().filter(after).collect();
    let Some(limit) = query.get("n").and_then(|number| number.parse::<usize>().ok()) else { return (names, None) };
    let more = names.len() > limit;
    names.truncate(limit);
    let next = names.last().filter(|_| more).map(|last| format!("<{path}?n={limit}&last={last}>; rel=\"next\""));
    (names, next)
}

/// Adds the way to the next page.
pub fn linked(answer: Answer, next: Option<String>) -> Answer {
    match next {
        Some(next) => answer.header("Link", next),
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let names = || ["a", "b", "c"].map(str::to_owned).to_vec();
        let (first, next) = page(names(), &Query::parse("n=2"), "/v2/_catalog");
        assert_eq!(first, ["a", "b"]);
        assert_eq!(next.as_deref(), Some("</v2/_catalog?n=2&last=b>; rel=\"next\""));
        let (last, next) = page(names(), &Query::parse("n=2&last=b"), "/v2/_catalog");
        assert_eq!((last, next), (vec!["c".to_owned()], None));
        assert_eq!(page(names(), &Query::parse(""), "").0.len(), 3);
        assert_eq!(Query::parse("from=a%2Fb&x=%zz").get("from"), Some("a/b"));
    }
}
