//! Rows and `--format`: tables, `json`, or a Go template. Source: docker/cli `cli/command/formatter`.

use serde_json::{Map, Value};

use super::table;
use super::template::{LABELS_KEY, Subject, Template};

/// Rows to show.
pub struct Listing<'a> {
    /// Each with every field.
    pub rows: Vec<Map<String, Value>>,
    /// The heading of each field.
    pub headings: &'a [(&'a str, &'a str)],
    /// The Go type whose fields these are, for errors.
    pub kind: &'static str,
    /// The template of the table when none is asked for.
    pub table: String,
    /// The template of `-q`.
    pub quiet_field: &'static str,
}

/// Lays rows out. `format` is as typed; none or `table` is the usual table.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(listing: &Listing<'_>, format: Option<&str>, quiet: bool) -> Result<String, String> {
    let format = format.unwrap_or("table");
    if quiet && matches!(format, "table" | "json") {
        return Ok(listing.rows.iter().map(|row| format!("{}\n", text_of(&row[listing.quiet_field]))).collect());
    }
    let (in_table, wanted) = match format.strip_prefix("table") {
        Some("") => (true, listing.table.clone()),
        Some(rest) => (true, source(rest)),
        None if format == "json" => (false, "{{json .}}".to_owned()),
        None => (false, source(format)),
    };
    let wrong = |message: String| format!("template parsing error: {message}");
    let template = Template::parse("", &wanted).map_err(wrong)?;
    let mut text = String::new();
    if in_table {
        let pairs = listing.headings.iter().map(|(field, heading)| ((*field).to_owned(), Value::from(*heading)));
        let headings: Map<String, Value> = pairs.collect();
        // Docker does not mind when the headings cannot go through the template.
        let (heading, _) = template.render_partly(&Value::Object(headings), Subject::Headings);
        text.push_str(&heading);
        text.push('\n');
    }
    for row in &listing.rows {
        let line = template.render(&Value::Object(row.clone()), Subject::Structure(listing.kind)).map_err(wrong)?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(if in_table { table::align(&text) } else { text })
}

/// The format, `raw` replaced by what it stands for: with one line for each field, or with `-q`.
pub fn with_raw<'a>(format: Option<&'a str>, quiet: bool, [whole, only_id]: [&'a str; 2]) -> Option<&'a str> {
    match format {
        Some("raw") => Some(if quiet { only_id } else { whole }),
        other => other,
    }
}

/// The template of a format: without the spaces around it, `\t` and `\n` typed in a shell's quotes made what they mean.
pub fn source(format: &str) -> String {
    format.trim_matches(' ').replace("\\t", "\t").replace("\\n", "\n")
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A row of fields, in the order given, and what `.Label "name"` looks up.
pub fn row<const N: usize>(fields: [(&str, Value); N], labels: Value) -> Map<String, Value> {
    let mut row: Map<String, Value> = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    row.insert(LABELS_KEY.to_owned(), labels);
    row
}
