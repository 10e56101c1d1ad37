//! Images read from an archive as `docker save` writes it, old and new.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::tree::Tree;

/// What a builder made of a case.
pub struct Image {
    /// The `config` of the image's own document: empty values left out.
    pub config: BTreeMap<String, Value>,
    /// The command of each step, and whether it made a layer.
    pub history: Vec<(String, bool)>,
    pub created: String,
    pub tree: Tree,
}

/// Every image of an archive under each of its names.
pub fn read_archive(path: &Path) -> BTreeMap<String, Image> {
    let mut files = BTreeMap::new();
    let mut links = BTreeMap::new();
    let mut archive = tar::Archive::new(File::open(path).unwrap());
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if entry.header().entry_type().is_symlink() {
            let target = String::from_utf8_lossy(&entry.link_name_bytes().unwrap()).into_owned();
            links.insert(name, target.trim_start_matches("../").to_owned());
            continue;
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        files.insert(name, content);
    }
    let file = |name: &str| {
        let name = links.get(name).map_or(name, String::as_str);
        files.get(name).unwrap_or_else(|| panic!("{}: no {name}", path.display()))
    };
    let manifest: Vec<Value> = serde_json::from_slice(file("manifest.json")).unwrap();
    let mut images = BTreeMap::new();
    // Images share their first layers: each chain of layers is laid once.
    let mut laid: BTreeMap<Vec<&str>, Tree> = BTreeMap::new();
    for image in &manifest {
        let config: Value = serde_json::from_slice(file(image["Config"].as_str().unwrap())).unwrap();
        let layers: Vec<&str> =
            image["Layers"].as_array().unwrap().iter().map(|layer| layer.as_str().unwrap()).collect();
        let mut tree = Tree::default();
        for number in 0..layers.len() {
            let chain = layers[..=number].to_vec();
            if let Some(known) = laid.get(&chain) {
                tree = known.clone();
                continue;
            }
            tree.apply(file(layers[number]));
            laid.insert(chain, tree.clone());
        }
        for name in image["RepoTags"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap().trim_start_matches("docker.io/library/");
            images.insert(name.to_owned(), Image::new(&config, tree.clone()));
        }
    }
    images
}

impl Image {
    fn new(document: &Value, tree: Tree) -> Self {
        let empty = |value: &Value| match value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(object) => object.is_empty(),
            Value::Bool(true) | Value::Number(_) => false,
        };
        let members = document["config"].as_object().into_iter().flatten();
        let config = members.filter(|(_, value)| !empty(value));
        let step = |step: &Value| {
            let command = step["created_by"].as_str().unwrap_or_default().to_owned();
            (command, !step["empty_layer"].as_bool().unwrap_or_default())
        };
        Self {
            config: config.map(|(key, value)| (key.clone(), value.clone())).collect(),
            history: document["history"].as_array().into_iter().flatten().map(step).collect(),
            created: document["created"].as_str().unwrap_or_default().to_owned(),
            tree,
        }
    }
}
