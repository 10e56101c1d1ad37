//! `$name` and `${name…}`.

use super::Shell;
use super::expand::{Quotation, push_value};
use super::fields::{Fields, Splitting};
use super::flow::Stop;
use super::pattern::{self, Mark};
use super::syntax::{Emptiness, Extent, Operation, Parameter, Place, Word};

impl Shell {
    /// The value of a variable, a positional or a special parameter; `None` when unset.
    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        let state = &self.state;
        match name {
            "?" => Some(state.last_status.to_string()),
            "$" => Some(state.shell_pid.to_string()),
            "!" => state.last_background.map(|pid| pid.to_string()),
            "#" => Some(state.positional.len().to_string()),
            "-" => Some(state.options.letters()),
            "0" => Some(state.name.clone()),
            "@" | "*" => (!state.positional.is_empty()).then(|| self.joined()),
            "LINENO" => Some(state.line.to_string()),
            "RANDOM" => Some(random().to_string()),
            _ => match name.parse::<usize>() {
                Ok(number) => state.positional.get(number - 1).cloned(),
                Err(_) => state.get(name).map(str::to_owned),
            },
        }
    }

    fn joined(&self) -> String {
        let separator = self.state.separators().chars().next().map(String::from).unwrap_or_default();
        self.state.positional.join(&separator)
    }

    pub(super) fn expand_parameter(
        &mut self,
        parameter: &Parameter,
        quotation: Quotation,
        fields: &mut Fields,
    ) -> Result<(), Stop> {
        let name = parameter.name.as_str();
        let value = self.value_of(name);
        let missing = |emptiness: Emptiness| match &value {
            None => true,
            Some(text) => emptiness == Emptiness::Refused && text.is_empty(),
        };
        match &parameter.operation {
            Operation::Default(emptiness, word) if missing(*emptiness) => {
                return self.expand_inner(word, quotation, fields);
            }
            Operation::Assign(emptiness, word) if missing(*emptiness) => {
                let text = self.expand_text(word)?;
                self.assign(name, &text)?;
                push_value(fields, quotation, &text);
                return Ok(());
            }
            Operation::Demand(emptiness, word) if missing(*emptiness) => {
                let text = self.expand_text(word)?;
                let text = if text.is_empty() { "parameter not set".to_owned() } else { text };
                self.complain(&format!("{name}: {text}"));
                return Err(Stop::Failed(2));
            }
            Operation::Alternative(emptiness, word) => {
                return if missing(*emptiness) { Ok(()) } else { self.expand_inner(word, quotation, fields) };
            }
            _ => {}
        }
        if value.is_none()
            && self.state.options.has('u')
            && !matches!(parameter.operation, Operation::Default(..) | Operation::Assign(..))
            && !"@*".contains(name)
        {
            self.complain(&format!("{name}: parameter not set"));
            return Err(Stop::Failed(2));
        }
        if matches!(name, "@" | "*") && parameter.operation == Operation::Value {
            self.push_positional(name, quotation, fields);
            return Ok(());
        }
        let result = self.operate(parameter, value.unwrap_or_default())?;
        push_value(fields, quotation, &result);
        Ok(())
    }

    /// The word of `${x-word}`, in the quotation that surrounds the braces.
    fn expand_inner(&mut self, word: &Word, quotation: Quotation, fields: &mut Fields) -> Result<(), Stop> {
        let inner = if quotation == Quotation::Double { Quotation::Double } else { Quotation::BareInBraces };
        self.expand_into(word, inner, fields)
    }

    fn push_positional(&self, name: &str, quotation: Quotation, fields: &mut Fields) {
        if fields.splitting() == Splitting::Whole || (name == "*" && quotation == Quotation::Double) {
            let joined = if name == "@" { self.state.positional.join(" ") } else { self.joined() };
            fields.push(&joined, quotation == Quotation::Double);
            return;
        }
        for (index, value) in self.state.positional.iter().enumerate() {
            if index > 0 {
                fields.finish();
            }
            if quotation == Quotation::Double {
                fields.begin();
            }
            push_value(fields, quotation, value);
        }
    }

    fn operate(&mut self, parameter: &Parameter, value: String) -> Result<String, Stop> {
        Ok(match &parameter.operation {
            Operation::Length if matches!(parameter.name.as_str(), "@" | "*") => {
                self.state.positional.len().to_string()
            }
            Operation::Length => value.chars().count().to_string(),
            Operation::RemovePrefix(extent, word) => {
                let pattern = self.expand_pattern(word)?;
                remove_prefix(&value, &pattern, *extent)
            }
            Operation::RemoveSuffix(extent, word) => {
                let pattern = self.expand_pattern(word)?;
                remove_suffix(&value, &pattern, *extent)
            }
            Operation::Replace(place, pattern, replacement) => {
                let pattern = self.expand_pattern(pattern)?;
                let replacement = self.expand_text(replacement)?;
                replace(&value, &pattern, &replacement, *place)
            }
            Operation::Substring(offset, length) => {
                let offset = self.expand_text(offset)?;
                let offset = self.compute(&offset)?;
                let length = match length {
                    Some(word) => {
                        let text = self.expand_text(word)?;
                        Some(self.compute(&text)?)
                    }
                    None => None,
                };
                substring(&value, offset, length)
            }
            _ => value,
        })
    }

    /// Gives a variable a value, or reports that it is read only.
    pub(super) fn assign(&mut self, name: &str, value: &str) -> Result<(), Stop> {
        self.state.set(name, value).map_err(|error| {
            self.complain(&error.to_string());
            Stop::Failed(2)
        })
    }
}

fn remove_prefix(value: &str, pattern: &[Mark], extent: Extent) -> String {
    let text: Vec<char> = value.chars().collect();
    let mut ends: Vec<usize> = (0..=text.len()).collect();
    if extent == Extent::Longest {
        ends.reverse();
    }
    let end = ends.into_iter().find(|&end| pattern::matches(pattern, &text[..end])).unwrap_or(0);
    text[end..].iter().collect()
}

fn remove_suffix(value: &str, pattern: &[Mark], extent: Extent) -> String {
    let text: Vec<char> = value.chars().collect();
    let mut starts: Vec<usize> = (0..=text.len()).collect();
    if extent == Extent::Shortest {
        starts.reverse();
    }
    let start = starts.into_iter().find(|&start| pattern::matches(pattern, &text[start..])).unwrap_or(text.len());
    text[..start].iter().collect()
}

fn replace(value: &str, pattern: &[Mark], replacement: &str, place: Place) -> String {
    let text: Vec<char> = value.chars().collect();
    let longest = |start: usize| {
        (start..=text.len())
            .rev()
            .find(|&end| (end > start || place == Place::Start) && pattern::matches(pattern, &text[start..end]))
    };
    let mut result = String::new();
    let mut start = 0;
    let mut replaced = false;
    while start < text.len() {
        let allowed = match place {
            Place::All => true,
            Place::First => !replaced,
            Place::Start => start == 0 && !replaced,
            Place::End => !replaced && pattern::matches(pattern, &text[start..]),
        };
        let end = if place == Place::End { Some(text.len()) } else { longest(start) };
        match end.filter(|_| allowed) {
            Some(end) => {
                result.push_str(replacement);
                replaced = true;
                if end == start {
                    result.push(text[start]);
                }
                start = end.max(start + usize::from(end == start));
            }
            None => {
                result.push(text[start]);
                start += 1;
            }
        }
    }
    result
}

fn substring(value: &str, offset: i64, length: Option<i64>) -> String {
    let text: Vec<char> = value.chars().collect();
    let count = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { (count + offset).max(0) } else { offset.min(count) };
    let end = match length {
        None => count,
        Some(length) if length < 0 => (count + length).max(start),
        Some(length) => start.saturating_add(length).min(count),
    };
    let at = |index: i64| usize::try_from(index).unwrap_or(0);
    if offset < -count { String::new() } else { text[at(start)..at(end)].iter().collect() }
}

/// A number from 0 to 32767.
fn random() -> u16 {
    use std::hash::{BuildHasher, RandomState};
    (RandomState::new().hash_one(0_u8) & 0x7fff) as u16
}
