//! `--ulimit NAME=SOFT[:HARD]`.

/// A limit of `setrlimit(2)` by its name; -1 is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UlimitValue {
    /// Without `RLIMIT_`, in lower case.
    pub name: String,
    /// What a process starts with.
    pub soft: i64,
    /// How far it may raise it.
    pub hard: i64,
}

const NAMES: &[&str] = &[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// Reads one.
///
/// # Errors
/// docker/go-units' sentence.
pub fn parse(text: &str) -> Result<UlimitValue, String> {
    let (name, limits) = text.split_once('=').ok_or_else(|| format!("invalid ulimit argument: {text}"))?;
    if !NAMES.contains(&name) {
        return Err(format!("invalid ulimit type: {name}"));
    }
    let parts: Vec<&str> = limits.split(':').collect();
    if parts.len() > 2 {
        return Err(format!("too many limit value arguments - {limits}, can only have up to two, `soft[:hard]`"));
    }
    let soft = whole(parts[0])?;
    let hard = parts.get(1).map_or(Ok(soft), |hard| whole(hard))?;
    match (soft, hard) {
        (_, -1) => {}
        (-1, hard) => {
            return Err(format!(
                "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: {hard}"
            ));
        }
        (soft, hard) if soft > hard => {
            return Err(format!("ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}"));
        }
        _ => {}
    }
    Ok(UlimitValue { name: name.to_owned(), soft, hard })
}

fn whole(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("strconv.ParseInt: parsing \"{text}\": invalid syntax"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_go_units() {
        assert_eq!(parse("nofile=1024").unwrap().hard, 1024);
        assert_eq!(parse("nofile=1:-1").unwrap().hard, -1);
        for (text, expected) in [
            ("nofile", "invalid ulimit argument: nofile"),
            ("bogus=1", "invalid ulimit type: bogus"),
            ("nofile=a", "strconv.ParseInt: parsing \"a\": invalid syntax"),
            ("nofile=5:1", "ulimit soft limit must be less than or equal to hard limit: 5 > 1"),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected, "{text}");
        }
        assert!(parse("nofile=-1:5").unwrap_err().ends_with("soft: -1 (unlimited), hard: 5"));
        assert!(parse("nofile=1:2:3").unwrap_err().contains("can only have up to two"));
    }
}
