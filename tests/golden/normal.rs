//! What differs from run to run (ids, times, sizes, made-up names, column widths) is put in normal form.

use std::sync::LazyLock;

use regex::Regex;

use super::scenario::Order;
use super::transcript::Transcript;

/// What differs, the expected with `-` and the found with `+`; `None` when nothing does.
pub fn differences(expected: &Transcript, found: &Transcript, order: Order) -> Option<String> {
    let mut text = String::new();
    for (name, expected, found) in
        [("stdout", &expected.stdout, &found.stdout), ("stderr", &expected.stderr, &found.stderr)]
    {
        let (wanted, given) = (normal(expected, order), normal(found, order));
        if wanted != given {
            let lines = |sign: &str, text: &str| {
                text.lines().fold(String::new(), |all, line| all + "    " + sign + line + "\n")
            };
            text.push_str(&format!("  {name}\n{}{}", lines("-", &wanted), lines("+", &given)));
        }
    }
    if expected.exit != found.exit {
        text.push_str(&format!("  exit\n    -{}\n    +{}\n", expected.exit, found.exit));
    }
    (!text.is_empty()).then_some(text)
}

fn normal(text: &str, order: Order) -> String {
    let mut text = text.trim_end_matches('\n').to_owned();
    for (pattern, replacement) in RULES.iter() {
        text = pattern.replace_all(&text, *replacement).into_owned();
    }
    if order == Order::Described {
        text = text.lines().filter_map(undescribed).collect::<Vec<_>>().join("\n");
    }
    if order == Order::Sorted {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        text = lines.join("\n");
    }
    text
}

/// A line of help without its description.
fn undescribed(line: &str) -> Option<String> {
    if let Some(entry) = line.strip_prefix("  ") {
        return entry.split("  ").next().map(|name| format!("  {name}"));
    }
    let heading = line.is_empty() || line.ends_with(':') || line.starts_with("Usage:") || line.starts_with("Run ");
    heading.then(|| line.to_owned())
}

static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (r"\b[0-9a-f]{64}\b", "ID64"),
        (r"\b[0-9a-f]{12}\b", "ID12"),
        (r"(?m)^[0-9a-f]{6}$", "ID6"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)", "TIME"),
        (r"\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d\b", "DATE"),
        (r"(Less than a second|About a minute|About an hour|\d+ (second|minute|hour|day|week|month|year)s?)", "SPAN"),
        (r"\b\d+m\d+\.\d+s", "SPAN"),
        (r"\b\d+(\.\d+)?(B|kB|MB|GB|KiB|MiB|GiB)\b", "SIZE"),
        (r"\b\d+\.\d\d%", "PERCENT"),
        // The last column of `stats`: a shell's child comes and goes.
        (r"(?m)(SIZE / SIZE +)\d+ *$", "${1}PIDS"),
        // A manifest's: it holds the sizes of the layers.
        (r"(?m)( size: )\d+$", "${1}BYTES"),
        (r"\b\d+\.\d+s\b", "SPAN"),
        (r"(?m)^(#\d+ )?\d+\.\d{3} ", "${1}SPAN "),
        // A row of `top`.
        (r"(?m)^root +\d+ +\d+ +\d+ +\d\d:\d\d +\? +[\d:]+ ", "root PID PPID C STIME ? TIME "),
        (r"(?m)^\d+ +sleep$", "PID sleep"),
        (r"\b[a-z]+_[a-z]+\b", "MADE_UP"),
        (r"\btick \d+", "tick N"),
        (r"build [\w.-]+$", "build BUILD"),
        (r" {2,}", "  "),
        (r"(?m) +$", ""),
    ]
    .into_iter()
    .map(|(pattern, replacement)| (Regex::new(pattern).expect("a pattern"), replacement))
    .collect()
});
