//! Facts made by hand, for tests of what reads them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::check::{ContainerState, ImageOrigin};
use super::facts::{ChangeFact, CommandFact, ContainerFact, FactError, Facts, FileFact, ImageFact, ProcessFact};

/// A state that is told, not lived. Files are keyed by id (or volume name) and path.
#[derive(Debug, Default)]
pub struct FakeFacts {
    pub containers: Vec<ContainerFact>,
    pub images: Vec<ImageFact>,
    pub changes: BTreeMap<String, Vec<ChangeFact>>,
    pub files: BTreeMap<(String, String), FileFact>,
    pub layer_paths: BTreeMap<String, Vec<String>>,
    pub logs: BTreeMap<String, Vec<u8>>,
    pub processes: BTreeMap<String, Vec<ProcessFact>>,
    pub commands: Vec<CommandFact>,
    pub broken: bool,
}

/// A container of `image` that has exited with 0; its id is made of its name.
pub fn container(name: &str, image: &str) -> ContainerFact {
    ContainerFact {
        id: id(name),
        name: name.to_owned(),
        image: format!("sha256:{}", id(image)),
        image_name: image.to_owned(),
        command: vec!["/bin/sh".to_owned()],
        state: ContainerState::Exited,
        exit_code: Some(0),
        created: at(1),
        started: Some(at(1)),
        finished: Some(at(2)),
        tty: false,
        interactive: false,
        detached: false,
        auto_remove: false,
        hostname: id(name)[..12].to_owned(),
        env: Vec::new(),
        labels: BTreeMap::new(),
        mounts: Vec::new(),
        network: "bridge".to_owned(),
    }
}

/// An image of one layer, tagged `name:latest`.
pub fn image(name: &str, size: u64) -> ImageFact {
    ImageFact {
        id: format!("sha256:{}", id(name)),
        tags: vec![format!("{name}:latest")],
        layers: vec![format!("layer of {name}")],
        size,
        history: Vec::new(),
        origins: vec![ImageOrigin::Pull],
        created: Some(at(0)),
        entrypoint: Vec::new(),
        cmd: vec!["/bin/sh".to_owned()],
        user: String::new(),
        workdir: String::new(),
        env: Vec::new(),
        labels: BTreeMap::new(),
    }
}

/// So many seconds after the epoch.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn id(name: &str) -> String {
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap());
    name.bytes().flat_map(digits).cycle().take(64).collect()
}

impl FakeFacts {
    fn answer<T>(&self, value: T) -> Result<T, FactError> {
        if self.broken { Err(FactError("out of order".to_owned())) } else { Ok(value) }
    }

    fn file(&self, id: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        self.answer(self.files.get(&(id.to_owned(), path.to_owned())).cloned())
    }
}

impl Facts for FakeFacts {
    fn containers(&self) -> Result<Vec<ContainerFact>, FactError> {
        self.answer(self.containers.clone())
    }
    fn images(&self) -> Result<Vec<ImageFact>, FactError> {
        self.answer(self.images.clone())
    }
    fn changes(&self, container: &str) -> Result<Vec<ChangeFact>, FactError> {
        self.answer(self.changes.get(container).cloned().unwrap_or_default())
    }
    fn container_file(&self, container: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        self.file(container, path)
    }
    fn image_file(&self, image: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        self.file(image, path)
    }
    fn volume_file(&self, volume: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        self.file(volume, path)
    }
    fn host_file(&self, path: &str) -> Result<Option<FileFact>, FactError> {
        self.file("host", path)
    }
    fn last_layer_paths(&self, image: &str) -> Result<Vec<String>, FactError> {
        self.answer(self.layer_paths.get(image).cloned().unwrap_or_default())
    }
    fn logs(&self, container: &str) -> Result<Vec<u8>, FactError> {
        self.answer(self.logs.get(container).cloned().unwrap_or_default())
    }
    fn processes(&self, container: &str) -> Result<Vec<ProcessFact>, FactError> {
        self.answer(self.processes.get(container).cloned().unwrap_or_default())
    }
    fn commands(&self) -> Result<Vec<CommandFact>, FactError> {
        self.answer(self.commands.clone())
    }
}
