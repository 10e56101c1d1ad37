//! What `docker build --check` and `--call` found.

use crate::engine::build::{BuildOutline, BuildTarget, LintWarning};

/// The warnings of the build checks, each with the lines it is about.
pub fn warnings(warnings: &[LintWarning]) -> String {
    let mut text = match warnings.len() {
        0 => return "Check complete, no warnings found.\n".to_owned(),
        1 => "Check complete, 1 warning has been found!\n".to_owned(),
        count => format!("Check complete, {count} warnings have been found!\n"),
    };
    let mut sorted: Vec<&LintWarning> = warnings.iter().collect();
    sorted.sort_by_key(|warning| warning.span.first);
    for warning in sorted {
        let address = warning.rule.address().map(|address| format!(" - {address}")).unwrap_or_default();
        text.push_str(&format!("\nWARNING: {}{address}\n{}\n", warning.rule, warning.message));
        if let Some(excerpt) = &warning.excerpt {
            text.push_str(&excerpt.to_string());
        }
    }
    text
}

/// What a target takes.
pub fn outline(outline: &BuildOutline) -> String {
    let mut text = String::new();
    if outline.name.is_some() || !outline.description.is_empty() {
        let name = outline.name.clone().unwrap_or_else(|| "(default)".to_owned());
        let mut rows = vec![vec!["TARGET:".to_owned(), name]];
        if !outline.description.is_empty() {
            rows.push(vec!["DESCRIPTION:".to_owned(), outline.description.clone()]);
        }
        text.push_str(&table(&rows, 1));
        text.push('\n');
    }
    let header = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    if !outline.arguments.is_empty() {
        let mut rows = vec![header(&["BUILD ARG", "VALUE", "DESCRIPTION"])];
        rows.extend(outline.arguments.iter().cloned().map(|(name, value, about)| vec![name, value, about]));
        text.push_str(&table(&rows, 3));
        text.push('\n');
    }
    if !outline.secrets.is_empty() {
        let mut rows = vec![header(&["SECRET", "REQUIRED"])];
        let required = |required: bool| if required { "true".to_owned() } else { String::new() };
        rows.extend(outline.secrets.iter().map(|(name, needed)| vec![name.clone(), required(*needed)]));
        text.push_str(&table(&rows, 3));
        text.push('\n');
    }
    text
}

/// The targets of a Dockerfile.
pub fn targets(targets: &[BuildTarget]) -> String {
    let mut rows = vec![vec!["TARGET".to_owned(), "DESCRIPTION".to_owned()]];
    for target in targets {
        let name = match (&target.name, target.is_default) {
            (Some(name), true) => format!("{name} (default)"),
            (Some(name), false) => name.clone(),
            (None, _) => "(default)".to_owned(),
        };
        rows.push(vec![name, target.description.clone()]);
    }
    table(&rows, 1)
}

/// Columns as wide as their widest cell, so many spaces apart; the last one is not padded.
fn table(rows: &[Vec<String>], padding: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0) + padding).collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < row.len() {
                text.extend(std::iter::repeat_n(' ', widths[column] - cell.chars().count()));
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_stand_in_columns() {
        let target = |name: Option<&str>, is_default, description: &str| BuildTarget {
            name: name.map(str::to_owned),
            is_default,
            description: description.to_owned(),
        };
        let shown = targets(&[target(Some("build"), false, "compiles"), target(None, true, "")]);
        assert_eq!(shown, "TARGET    DESCRIPTION\nbuild     compiles\n(default) \n");
    }
}
