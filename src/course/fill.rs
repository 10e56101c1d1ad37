//! [`fill`]: holes in a text, filled with what the learner made.

use super::model::{ContainerField, ImageField, InvalidPlaceholder, Placeholder, Segment, segments};
use crate::verify::facts::{ContainerFact, ImageFact};
use crate::verify::{Bindings, Facts};

/// How a hole that cannot be filled yet is shown.
const UNKNOWN: &str = "…";

/// The text with its holes filled; one that names something gone or not made yet becomes `…`.
///
/// # Errors
/// When a hole names nothing known: a lesson that was not linted.
pub fn fill(text: &str, bindings: &Bindings, facts: &dyn Facts) -> Result<String, InvalidPlaceholder> {
    let pieces = segments(text)?;
    if pieces.iter().all(|piece| matches!(piece, Segment::Text(_))) {
        return Ok(text.to_owned());
    }
    let containers = facts.containers().unwrap_or_default();
    let images = facts.images().unwrap_or_default();
    let filled = pieces.into_iter().map(|piece| match piece {
        Segment::Text(text) => text.to_owned(),
        Segment::Hole(Placeholder::Container(name, field)) => {
            let id = bindings.container(name.as_str());
            let found = containers.iter().find(|container| Some(container.id.as_str()) == id);
            found.map_or_else(|| UNKNOWN.to_owned(), |container| container_field(container, field))
        }
        Segment::Hole(Placeholder::Image(name, field)) => {
            let found = match bindings.image(&name) {
                Some(id) => images.iter().find(|image| image.id == id),
                None => images.iter().find(|image| has_tag(image, &name)),
            };
            found.map_or_else(|| UNKNOWN.to_owned(), |image| image_field(image, field))
        }
    });
    Ok(filled.collect())
}

fn has_tag(image: &ImageFact, name: &str) -> bool {
    image.tags.iter().any(|tag| tag == name || tag.strip_suffix(":latest") == Some(name))
}

fn container_field(container: &ContainerFact, field: ContainerField) -> String {
    match field {
        ContainerField::Id => short(&container.id).to_owned(),
        ContainerField::Name => container.name.clone(),
        ContainerField::Status => container.state.as_str().to_owned(),
        ContainerField::ExitCode => container.exit_code.map_or_else(|| UNKNOWN.to_owned(), |code| code.to_string()),
        ContainerField::Hostname => container.hostname.clone(),
    }
}

fn image_field(image: &ImageFact, field: ImageField) -> String {
    match field {
        ImageField::Id => short(&image.id).to_owned(),
        ImageField::Tag => image.tags.first().cloned().unwrap_or_else(|| short(&image.id).to_owned()),
        ImageField::Size => human_size(image.size),
        ImageField::Layers => image.layers.len().to_string(),
    }
}

fn short(id: &str) -> &str {
    let digits = id.rsplit(':').next().unwrap_or(id);
    digits.get(..12).unwrap_or(digits)
}

/// As `docker images` writes it: powers of a thousand, three significant digits.
/// Source: `HumanSizeWithPrecision(size, 3)` of docker/go-units.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn human_size(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit < UNITS.len() - 1 {
        size /= 1000.0;
        unit += 1;
    }
    let decimals = match size {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{size:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{}", UNITS[unit])
}

const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::fake::{FakeFacts, container, image};
    use crate::verify::{Binding, Name};

    #[test]
    fn holes_are_filled_from_bindings_and_references() {
        let facts = FakeFacts {
            containers: vec![container("c1", "alpine")],
            images: vec![image("alpine", 8_310_000)],
            ..FakeFacts::default()
        };
        let mut bindings = Bindings::default();
        bindings.bind(Name::try_from("premier").unwrap(), Binding::Container(facts.containers[0].id.clone()));
        let text = "{container:premier.name} {container:second} {image:alpine.size} {{.Names}}";
        assert_eq!(fill(text, &bindings, &facts).unwrap(), "c1 … 8.31MB {{.Names}}");
    }

    #[test]
    fn sizes_are_written_as_docker_writes_them() {
        for (bytes, text) in
            [(0, "0B"), (13_300, "13.3kB"), (8_310_000, "8.31MB"), (117_000_000, "117MB"), (1_000, "1kB")]
        {
            assert_eq!(human_size(bytes), text);
        }
    }
}
