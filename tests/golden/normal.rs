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
    let mut lines: Vec<String> = match order {
        Order::Described => text.lines().filter_map(undescribed).collect(),
        Order::Titles => text.lines().filter(|line| is_title(line)).map(str::to_owned).collect(),
        Order::Fields => text.lines().filter_map(field).collect(),
        Order::Kept | Order::Sorted => text.lines().map(str::to_owned).collect(),
    };
    if order == Order::Sorted {
        lines.sort_unstable();
    }
    // How many layers and how much cache goes is a matter of what there was.
    lines.dedup_by(|line, before| line == before && (line.starts_with("deleted: ") || line == "ID25"));
    lines.join("\n")
}

fn is_title(line: &str) -> bool {
    line.contains(" usage:") || !line.contains(|letter: char| letter.is_lowercase() || letter.is_ascii_digit())
}

/// A line of JSON without its value; any other line as it is.
fn field(line: &str) -> Option<String> {
    let inside = line.trim_start();
    if inside.len() == line.len() {
        return Some(line.to_owned());
    }
    let name = inside.strip_prefix('"')?.split_once("\": ")?.0;
    Some(format!("{}{name}", &line[..line.len() - inside.len()]))
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
        // The greeting of the busybox that was recorded.
        (r"\n*BusyBox v[^\n]*\nEnter 'help'[^\n]*\n+", ""),
        // Recorded without buildx, where DOCKER_BUILDKIT says nothing: here it says no.
        (
            r"            Install the buildx component to build images with BuildKit:\n +https://docs.docker.com/go/buildx/",
            "            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0\n            environment-variable.",
        ),
        // The real client at times logs that the daemon hung up on it.
        (r#"(?m)^time="[^"]*" level=error msg="Can't (add file|close tar writer)[^\n]*\n"#, ""),
        (r"\b[0-9a-f]{64}\b", "ID64"),
        (r"\bfile:[0-9a-f]{16,}", "file:SUM"),
        (r"\b[0-9a-z]{25}\b", "ID25"),
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
        // Two sizes in bytes.
        (r"(?m)^\d+ \d{6,}$", "BYTES BYTES"),
        (r#""size":\d+"#, "\"size\":BYTES"),
        // The numbers in the header of an archive's entry, on a terminal.
        (r"([a-z/])[0-7 ]{40,}[05]ustar0+", "${1}HEADER"),
        // A row of `ls -l`: how many names and processes there are.
        (r"(?m)^([dl-][rwxst-]{9}) +\d+ +root +root +\d+ ", "${1} N root root BYTES "),
        (r"(?m)^total \d+$", "total N"),
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
