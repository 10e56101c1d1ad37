//! `expr`: one value from words.

use std::io::Write;

use super::expression::from_basic;
use super::stream::{close, complain, output};

/// `expr WORD…`: status 1 when the value is empty or 0, 2 when there is none.
pub fn expr(arguments: &[String]) -> i32 {
    let mut reader = Reader { words: arguments };
    let value = match reader.level(0) {
        Ok(value) if reader.words.is_empty() => value,
        Ok(_) => return complain("expr", "syntax error") + 1,
        Err(message) => return complain("expr", &message) + 1,
    };
    let mut output = output();
    let written = writeln!(output, "{value}");
    close("expr", output, i32::from(written.is_err() || value.is_empty() || value == "0"))
}

struct Reader<'a> {
    words: &'a [String],
}

const LEVELS: [&[&str]; 6] =
    [&["|"], &["&"], &["=", "==", "!=", "<", "<=", ">", ">="], &["+", "-"], &["*", "/", "%"], &[":"]];

impl Reader<'_> {
    fn next(&mut self) -> Result<String, String> {
        let (first, rest) = self.words.split_first().ok_or("syntax error")?;
        self.words = rest;
        Ok(first.clone())
    }

    fn level(&mut self, level: usize) -> Result<String, String> {
        let Some(operators) = LEVELS.get(level) else { return self.primary() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = self.words.first().filter(|word| operators.contains(&word.as_str())).cloned() {
            self.next()?;
            let right = self.level(level + 1)?;
            left = apply(&operator, &left, &right)?;
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<String, String> {
        let word = self.next()?;
        Ok(match (word.as_str(), self.words.len()) {
            ("(", _) => {
                let value = self.level(0)?;
                if self.next()? != ")" {
                    return Err("syntax error".to_owned());
                }
                value
            }
            ("length", 1..) => self.primary()?.chars().count().to_string(),
            ("match", 2..) => {
                let text = self.primary()?;
                let pattern = self.primary()?;
                apply(":", &text, &pattern)?
            }
            ("index", 2..) => {
                let text = self.primary()?;
                let set = self.primary()?;
                text.chars().position(|c| set.contains(c)).map_or(0, |index| index + 1).to_string()
            }
            ("substr", 3..) => {
                let text = self.primary()?;
                let start: usize = self.primary()?.parse().unwrap_or(0);
                let count: usize = self.primary()?.parse().unwrap_or(0);
                if start == 0 { String::new() } else { text.chars().skip(start - 1).take(count).collect() }
            }
            _ => word,
        })
    }
}

fn apply(operator: &str, left: &str, right: &str) -> Result<String, String> {
    let null = |text: &str| text.is_empty() || text == "0";
    let numbers = || Some((left.parse::<i64>().ok()?, right.parse::<i64>().ok()?));
    Ok(match operator {
        "|" => if null(left) { right } else { left }.to_owned(),
        "&" => if null(left) || null(right) { "0" } else { left }.to_owned(),
        ":" => {
            let pattern = format!("^(?:{})", from_basic(right)?);
            let expression = regex::Regex::new(&pattern).map_err(|_| "bad regex".to_owned())?;
            let found = expression.captures(left);
            if expression.captures_len() > 1 {
                found.and_then(|found| Some(found.get(1)?.as_str().to_owned())).unwrap_or_default()
            } else {
                found.map_or(0, |found| found[0].chars().count()).to_string()
            }
        }
        "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" => {
            let order = numbers().map_or_else(|| left.cmp(right), |(left, right)| left.cmp(&right));
            let holds = match operator {
                "=" | "==" => order.is_eq(),
                "!=" => order.is_ne(),
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                _ => order.is_ge(),
            };
            i32::from(holds).to_string()
        }
        _ => {
            let (left, right) = numbers().ok_or("non-numeric argument")?;
            let value = match operator {
                "+" => left.checked_add(right),
                "-" => left.checked_sub(right),
                "*" => left.checked_mul(right),
                _ if right == 0 => return Err("division by zero".to_owned()),
                "/" => left.checked_div(right),
                _ => left.checked_rem(right),
            };
            value.ok_or("number out of range")?.to_string()
        }
    })
}
