//! The kernel's lists of numbers: `0-2,4`. Source: moby `pkg/parsers.ParseUintList`.

use std::collections::BTreeSet;

/// No machine has a processor of this number: a longer list would only cost memory.
const MOST: u32 = 8192;

/// Reads a list; an empty one is empty.
///
/// # Errors
/// The text, when it is not a list.
pub fn parse(text: &str) -> Result<BTreeSet<u32>, String> {
    let mut numbers = BTreeSet::new();
    let invalid = || text.to_owned();
    for part in text.split(',').filter(|_| !text.is_empty()) {
        let number = |digits: &str| digits.parse().ok().filter(|number| *number < MOST).ok_or_else(invalid);
        match part.split_once('-') {
            None => {
                numbers.insert(number(part)?);
            }
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                if first > last {
                    return Err(invalid());
                }
                numbers.extend(first..=last);
            }
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_the_kernels() {
        assert_eq!(parse("0-2,4"), Ok([0, 1, 2, 4].into()));
        assert_eq!(parse(""), Ok(BTreeSet::new()));
        for wrong in ["a", "2-1", "1,", "-1", "0-9999999"] {
            assert_eq!(parse(wrong), Err(wrong.to_owned()));
        }
    }
}
