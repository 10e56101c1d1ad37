//! Values of `--filter` that are more than text: names as patterns, ranges of ports.

use super::failure::Failure;
use super::filter::daemon;

/// A regular expression, as Docker takes one; what is none fits nothing but itself.
#[derive(Debug)]
pub struct NamePattern {
    typed: String,
    pattern: Option<regex::Regex>,
}

impl NamePattern {
    /// Reads one.
    pub fn new(typed: &str) -> Self {
        Self { typed: typed.to_owned(), pattern: regex::Regex::new(typed).ok() }
    }

    /// With and without the slash that every name of a container has in front.
    pub fn fits_container(&self, name: &str) -> bool {
        self.fits(name) || self.fits(name.trim_start_matches('/'))
    }

    /// As it is.
    pub fn fits(&self, name: &str) -> bool {
        name == self.typed || self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(name))
    }
}

/// `80`, `80/udp`, `8000-8010`.
#[derive(Debug)]
pub struct Ports {
    first: u16,
    last: u16,
    protocol: String,
}

impl Ports {
    /// Whether `80/tcp` is among them.
    pub fn contain(&self, port: &str) -> bool {
        let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
        let inside = number.parse().is_ok_and(|number: u16| (self.first..=self.last).contains(&number));
        inside && protocol == self.protocol
    }
}

/// Reads the value of a filter on ports.
///
/// # Errors
/// Docker's sentence.
pub fn ports(key: &str, typed: &str) -> Result<Ports, Failure> {
    let wrong = |why: String| daemon(format!("error while looking up for {key} {typed}: {why}"));
    if typed.contains(':') {
        return Err(daemon(format!("filter for '{key}' should not contain ':': {typed}")));
    }
    let (range, protocol) = typed.split_once('/').unwrap_or((typed, ""));
    let protocol = if protocol.is_empty() { "tcp" } else { protocol };
    if range.is_empty() {
        return Err(wrong("empty string specified for ports".to_owned()));
    }
    let number = |text: &str| {
        let read = super::value::number::uint_ten(text, 16).map_err(&wrong)?;
        u16::try_from(read).map_err(|error| wrong(error.to_string()))
    };
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err(wrong(format!("invalid range specified for port: {range}")));
    }
    Ok(Ports { first, last, protocol: protocol.to_lowercase() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_in_part_and_with_anchors() {
        let fits = |pattern: &str| NamePattern::new(pattern).fits_container("/web");
        for pattern in ["we", "^/web$", "^web$", "w[ae]b", "w.b", "", "/web"] {
            assert!(fits(pattern), "{pattern}");
        }
        for pattern in ["^eb", "WEB", "(", "w[12]"] {
            assert!(!fits(pattern), "{pattern}");
        }
    }

    #[test]
    fn ports_are_ranges() {
        let among = |typed: &str, port: &str| ports("expose", typed).unwrap().contain(port);
        assert!(among("80", "80/tcp") && among("8000-8010/udp", "8005/udp"));
        assert!(!among("80", "80/udp") && !among("80-90", "91/tcp"));
        assert!(among("80/", "80/tcp") && ports("expose", "").is_err() && ports("expose", "80:80").is_err());
        assert!(ports("expose", "x").is_err() && ports("expose", "90-80").is_err());
    }
}
