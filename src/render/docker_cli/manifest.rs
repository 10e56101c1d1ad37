//! `docker manifest inspect`: manifests byte for byte, only laid out anew, as Go's `json.Indent` does it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::docker::ManifestReport;
use crate::engine::oci::media_type;
use crate::engine::registry::{Described, DescribedImage};

const TAB: &str = "\t";
/// Go's library of manifests indents lists by this.
const THREE_SPACES: &str = "   ";

/// The text.
///
/// # Errors
/// A manifest that is no text.
pub(super) fn render(report: &ManifestReport) -> Result<String, String> {
    let text = match (&report.described, report.verbose) {
        (Described::Image(image), false) => indent(raw(image)?, TAB),
        (Described::Image(image), true) => indent(&whole(image)?, TAB),
        (Described::Index(images), false) => indent(&list(images).to_string(), THREE_SPACES),
        (Described::Index(images), true) => {
            let images = images.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
            indent(&format!("[{}]", images.join(",")), TAB)
        }
    };
    Ok(format!("{text}\n"))
}

fn raw(image: &DescribedImage) -> Result<&str, String> {
    std::str::from_utf8(&image.manifest_json).map_err(|error| error.to_string())
}

/// The list as Docker would write it: nothing of an index but what says which image is for which platform.
fn list(images: &[DescribedImage]) -> Value {
    let kind = match images.first() {
        Some(first) if first.descriptor.media_type == media_type::MANIFEST => media_type::INDEX,
        _ => media_type::DOCKER_INDEX,
    };
    let entry = |image: &DescribedImage| {
        let descriptor = &image.descriptor;
        json!({
            "mediaType": descriptor.media_type,
            "size": descriptor.size,
            "digest": descriptor.digest,
            "platform": image.platform,
        })
    };
    json!({
        "schemaVersion": 2,
        "mediaType": kind,
        "manifests": images.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// All that is known of an image, on one line.
fn whole(image: &DescribedImage) -> Result<String, String> {
    let descriptor = &image.descriptor;
    let described = json!({
        "mediaType": descriptor.media_type,
        "digest": descriptor.digest,
        "size": descriptor.size,
        "platform": image.platform,
    });
    let kind = if descriptor.media_type == media_type::MANIFEST { "OCIManifest" } else { "SchemaV2Manifest" };
    let text = format!(
        r#"{{"Ref":{},"Descriptor":{described},"Raw":"{}","{kind}":{}}}"#,
        json!(image.reference.to_string()),
        STANDARD.encode(&image.manifest_json),
        raw(image)?.trim()
    );
    Ok(escaped(&text))
}

/// What Go's encoder writes for letters that mean something in HTML or end lines in JavaScript; they stand in strings only.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            other => text.push(other),
        }
    }
    text
}

/// Valid JSON on as many lines as it takes: white space outside strings is replaced, what follows the value stays.
fn indent(json: &str, unit: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut place = Place { depth: 0, opened: false, string: None };
    let value = json.trim_start();
    let (value, rest) = value.split_at(value.trim_end().len());
    for letter in value.chars() {
        place.write(letter, unit, &mut text);
    }
    text + rest
}

/// Where in a document we are.
struct Place {
    depth: usize,
    /// Nothing has followed an opening bracket yet.
    opened: bool,
    /// Inside a string; whether the last letter was a backslash.
    string: Option<bool>,
}

impl Place {
    fn write(&mut self, letter: char, unit: &str, text: &mut String) {
        if let Some(escaped) = self.string {
            text.push(letter);
            self.string = match letter {
                '"' if !escaped => None,
                '\\' => Some(!escaped),
                _ => Some(false),
            };
            return;
        }
        if letter.is_ascii_whitespace() {
            return;
        }
        let closes = matches!(letter, '}' | ']');
        if closes {
            self.depth = self.depth.saturating_sub(1);
        }
        // An empty object or array stays on its line.
        if self.opened != closes {
            newline(text, unit, self.depth);
        }
        self.opened = false;
        text.push(letter);
        match letter {
            '"' => self.string = Some(false),
            '{' | '[' => {
                self.depth += 1;
                self.opened = true;
            }
            ',' => newline(text, unit, self.depth),
            ':' => text.push(' '),
            _ => {}
        }
    }
}

fn newline(text: &mut String, unit: &str, depth: usize) {
    text.push('\n');
    text.push_str(&unit.repeat(depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Go 1.24's `json.Indent(…, "", "\t")` lays them out.
    #[test]
    fn documents_are_laid_out_as_go_does() {
        for (compact, expected) in [
            ("{}", "{}"),
            (" [ ] \n\n", "[] \n\n"),
            (r#"{"a":[],"b":{}}"#, "{\n\t\"a\": [],\n\t\"b\": {}\n}"),
            (r#"[1,[2,{"a" : true}]]"#, "[\n\t1,\n\t[\n\t\t2,\n\t\t{\n\t\t\t\"a\": true\n\t\t}\n\t]\n]"),
            (r#"{"a":"x{\",:[\\"}"#, "{\n\t\"a\": \"x{\\\",:[\\\\\"\n}"),
        ] {
            assert_eq!(indent(compact, TAB), expected, "{compact}");
        }
    }

    #[test]
    fn letters_of_html_are_escaped_as_go_does() {
        assert_eq!(escaped("\"a<b>&\u{2028}é\""), r#""a\u003cb\u003e\u0026\u2028é""#);
    }
}
