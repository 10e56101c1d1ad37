//! One record of comma-separated values, as Go's `encoding/csv` reads it: `--mount`, `--network`, `--gpus`.

/// The fields.
///
/// # Errors
/// Go's sentence.
pub fn fields(text: &str) -> Result<Vec<String>, String> {
    let line = text.lines().next().filter(|line| !line.is_empty()).ok_or("EOF")?;
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let column = |rest: &str| line.len() - rest.len();
        if let Some(quoted) = rest.strip_prefix('"') {
            let (field, after) = quoted_field(quoted).ok_or_else(|| {
                format!("parse error on line 1, column {}: extraneous or missing \" in quoted-field", line.len() + 1)
            })?;
            fields.push(field);
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(fields),
                None => {
                    let at = column(after);
                    return Err(format!(
                        "parse error on line 1, column {at}: extraneous or missing \" in quoted-field"
                    ));
                }
            }
            continue;
        }
        let (field, next) = rest.split_once(',').map_or((rest, None), |(field, next)| (field, Some(next)));
        if let Some(at) = field.find('"') {
            return Err(format!(
                "parse error on line 1, column {}: bare \" in non-quoted-field",
                column(rest) + at + 1
            ));
        }
        fields.push(field.to_owned());
        match next {
            Some(next) => rest = next,
            None => return Ok(fields),
        }
    }
}

/// What stands before the closing quote (`""` is a quote), and what follows it.
fn quoted_field(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"')?;
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                field.push('"');
                rest = next;
            }
            None => return Some((field, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_gos() {
        assert_eq!(fields("a,b=c").unwrap(), ["a", "b=c"]);
        assert_eq!(fields("\"a,b\",c\"").unwrap_err(), "parse error on line 1, column 8: bare \" in non-quoted-field");
        assert_eq!(fields("\"a,\"\"b\",c").unwrap(), ["a,\"b", "c"]);
        assert_eq!(fields(",x").unwrap(), ["", "x"]);
        assert_eq!(fields("").unwrap_err(), "EOF");
        assert_eq!(fields("type=\"bind").unwrap_err(), "parse error on line 1, column 6: bare \" in non-quoted-field");
    }
}
