//! ` (did you mean RUN?)`.

/// The nearest known word, in Docker's parentheses; nothing when none is near.
pub(super) fn suggestion(word: &str, known: &[&str]) -> String {
    nearest(word, known).map(|candidate| format!(" (did you mean {candidate}?)")).unwrap_or_default()
}

/// The nearest known word; nothing when none is near, or when it is the word itself.
pub(in crate::engine::build) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .iter()
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, _)| *distance < 4)
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance > 0)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's: insertions, deletions and replacements.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, from_character) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for column in 0..to.len() {
            let replaced = diagonal + usize::from(from_character != to[column]);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_nearest() {
        assert_eq!(suggestion("RUNN", &["FROM", "RUN"]), " (did you mean RUN?)");
        assert_eq!(suggestion("chwon", &["chown", "from"]), " (did you mean chown?)");
        assert_eq!(suggestion("ELEPHANT", &["FROM", "RUN"]), "");
    }
}
