//! [`Check`]: one thing that must hold, in the closed vocabulary lessons are written in.
//!
//! A check judges state, never the text typed. It is existential: "there is a container such that …".

mod container;
mod file;
mod image;
mod observed;

use serde::Deserialize;

use super::Name;

pub use container::{
    ChangeCheck, ChangeKind, ContainerCheck, ContainerState, CountCheck, MountCheck, OneOrMany, OneOrManyChanges,
    OneOrManyNames, OneOrManyStates, Several, Since,
};
pub use file::{FileCheck, InvalidPlace, Place};
pub use image::{ImageCheck, ImageOrigin, LayerCheck};
pub use observed::{FlagValue, LogsCheck, ProcessCheck, RanCheck};

/// One check of a step, with the name others may call it by.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawCheck")]
pub struct Check {
    /// Its name: `as` (which also binds what it finds) or `id`.
    pub name: Option<Name>,
    /// Whether what it finds is kept under its name for later checks, steps and texts.
    pub binds: bool,
    /// What must hold.
    pub kind: CheckKind,
}

/// What a check is about.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckKind {
    /// There is a container such that …
    Container(Box<ContainerCheck>),
    /// A file is there, is not, or holds a text.
    File(FileCheck),
    /// There is an image such that …
    Image(Box<ImageCheck>),
    /// A layer of an image holds only these paths, or is shared.
    Layer(LayerCheck),
    /// The logs of a container contain a text.
    Logs(LogsCheck),
    /// A process is running in a container.
    Process(ProcessCheck),
    /// A command was run since the step began.
    Ran(RanCheck),
}

impl Check {
    /// Whether what the check finds can be kept under a name: containers and images can.
    pub fn can_bind(&self) -> bool {
        matches!(self.kind, CheckKind::Container(_) | CheckKind::Image(_))
    }

    /// The names bound by other checks that this one reads.
    pub fn references(&self) -> Vec<&Name> {
        match &self.kind {
            CheckKind::Container(check) => check.references(),
            CheckKind::File(check) => check.place.reference().into_iter().collect(),
            CheckKind::Image(check) => check.references(),
            CheckKind::Layer(_) => Vec::new(),
            CheckKind::Logs(check) => vec![&check.container],
            CheckKind::Process(check) => vec![&check.container],
            CheckKind::Ran(check) => check.target.iter().collect(),
        }
    }
}

impl Check {
    /// The images this check reads, each a bound name or a reference.
    pub fn image_names(&self) -> Vec<&str> {
        match &self.kind {
            CheckKind::Container(check) => check.image.iter().map(String::as_str).collect(),
            CheckKind::Image(check) => {
                let names = [&check.from, &check.smaller_than, &check.larger_than];
                names.into_iter().flatten().map(String::as_str).collect()
            }
            CheckKind::Layer(check) => {
                std::iter::once(&check.of).chain(&check.shared_with).map(String::as_str).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The table as written: exactly one kind of check is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    r#as: Option<Name>,
    id: Option<Name>,
    container: Option<Box<ContainerCheck>>,
    file: Option<FileCheck>,
    image: Option<Box<ImageCheck>>,
    layer: Option<LayerCheck>,
    logs: Option<LogsCheck>,
    process: Option<ProcessCheck>,
    ran: Option<RanCheck>,
}

/// A check that is not exactly one check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum InvalidCheck {
    #[error("a check holds exactly one of `container`, `file`, `image`, `layer`, `logs`, `process`, `ran`")]
    NotOne,
    #[error("`as` and `id` exclude each other")]
    TwoNames,
    #[error("`as` is for `container` and `image` checks; use `id` to name this one")]
    BindsNothing,
    #[error("`as` cannot be used with `absent` or `count`: there is nothing to keep")]
    BindsNoOne,
}

impl TryFrom<RawCheck> for Check {
    type Error = InvalidCheck;

    fn try_from(raw: RawCheck) -> Result<Self, InvalidCheck> {
        let mut kinds = Vec::new();
        kinds.extend(raw.container.map(CheckKind::Container));
        kinds.extend(raw.file.map(CheckKind::File));
        kinds.extend(raw.image.map(CheckKind::Image));
        kinds.extend(raw.layer.map(CheckKind::Layer));
        kinds.extend(raw.logs.map(CheckKind::Logs));
        kinds.extend(raw.process.map(CheckKind::Process));
        kinds.extend(raw.ran.map(CheckKind::Ran));
        let kind = kinds.pop().filter(|_| kinds.is_empty()).ok_or(InvalidCheck::NotOne)?;
        if raw.r#as.is_some() && raw.id.is_some() {
            return Err(InvalidCheck::TwoNames);
        }
        let binds = raw.r#as.is_some();
        let check = Self { name: raw.r#as.or(raw.id), binds, kind };
        if binds && !check.can_bind() {
            return Err(InvalidCheck::BindsNothing);
        }
        let no_one = match &check.kind {
            CheckKind::Container(container) => container.absent || container.count.is_some(),
            CheckKind::Image(image) => image.absent,
            _ => false,
        };
        if binds && no_one {
            return Err(InvalidCheck::BindsNoOne);
        }
        Ok(check)
    }
}
