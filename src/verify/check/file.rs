//! [`FileCheck`]: a file is there, is not, or holds a text, in a [`Place`].

use serde::Deserialize;

use crate::verify::Name;

/// What is asked of one path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileCheck {
    /// Where to look.
    #[serde(rename = "in")]
    pub place: Place,
    /// The path: absolute, except on the host where it is relative to the lesson's working directory.
    pub path: String,
    /// It must be there. This is what is asked when nothing else is.
    #[serde(default)]
    pub present: bool,
    /// It must not be there.
    #[serde(default)]
    pub absent: bool,
    /// Its text contains this.
    pub contains: Option<String>,
    /// Its text is this, white space at both ends aside.
    pub content: Option<String>,
}

/// A file system to look in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Place {
    /// `premier`: what was bound under that name, container or image.
    Bound(Name),
    /// `container:NAME`: a container by its Docker name.
    Container(String),
    /// `image:REFERENCE`: an image as it is.
    Image(String),
    /// `new:REFERENCE`: a new container of that image, which holds what the image holds.
    New(String),
    /// `volume:NAME`: a named volume.
    Volume(String),
    /// `host`: the lesson's working directory on the host.
    Host,
}

/// A text that names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` names no place: a bound name, `container:NAME`, `image:REFERENCE`, `new:REFERENCE`, `volume:NAME` or `host`"
)]
pub struct InvalidPlace(String);

impl Place {
    /// The bound name it reads, if it reads one.
    pub fn reference(&self) -> Option<&Name> {
        match self {
            Self::Bound(name) => Some(name),
            _ => None,
        }
    }
}

impl TryFrom<String> for Place {
    type Error = InvalidPlace;

    fn try_from(text: String) -> Result<Self, InvalidPlace> {
        let place = match text.split_once(':') {
            Some((_, "")) => return Err(InvalidPlace(text)),
            Some(("container", name)) => Self::Container(name.to_owned()),
            Some(("image", reference)) => Self::Image(reference.to_owned()),
            Some(("new", reference)) => Self::New(reference.to_owned()),
            Some(("volume", name)) => Self::Volume(name.to_owned()),
            Some(_) => return Err(InvalidPlace(text)),
            None if text == "host" => Self::Host,
            None => Self::Bound(Name::try_from(text.as_str()).map_err(|_| InvalidPlace(text))?),
        };
        Ok(place)
    }
}
