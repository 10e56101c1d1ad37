//! The layers of an image laid one on the other, as plain data.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use sha2::{Digest, Sha256};

/// Every path, without a leading `/`.
#[derive(Debug, Default, Clone)]
pub struct Tree {
    entries: BTreeMap<String, Entry>,
    /// How many files there were, for the numbers of hard links.
    files: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    /// Type, mode, owner, target or content, attributes: as it is shown.
    words: String,
    directory: bool,
    /// Which file it is: paths with the same are hard links.
    file: usize,
    seconds: u64,
}

impl Tree {
    pub fn apply(&mut self, layer: &[u8]) {
        let mut archive = tar::Archive::new(layer);
        let mut upper: Vec<(String, Entry, Option<String>)> = Vec::new();
        let mut gone: BTreeSet<String> = BTreeSet::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = normal(&entry.path_bytes());
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
            if name == ".wh..wh..opq" {
                gone.insert(format!("{parent}/"));
                continue;
            }
            if let Some(removed) = name.strip_prefix(".wh.") {
                gone.insert(if parent.is_empty() { removed.to_owned() } else { format!("{parent}/{removed}") });
                continue;
            }
            if path.is_empty() {
                continue;
            }
            self.files += 1;
            let hard = (entry.header().entry_type() == tar::EntryType::Link)
                .then(|| normal(&entry.link_name_bytes().unwrap()));
            let read = read(&mut entry, self.files);
            upper.push((path, read, hard));
        }
        for path in &gone {
            if let Some(directory) = path.strip_suffix('/') {
                self.forget_below(directory);
            } else {
                self.entries.remove(path);
                self.forget_below(path);
            }
        }
        for (path, mut entry, hard) in upper {
            if let Some(other) = hard {
                entry = self.entries.get(&other).unwrap_or_else(|| panic!("{path} = {other}?")).clone();
            }
            if !entry.directory {
                self.forget_below(&path);
            }
            self.entries.insert(path, entry);
        }
    }

    fn forget_below(&mut self, directory: &str) {
        let start = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        self.entries.retain(|path, _| !path.starts_with(&start));
    }

    /// What is at each path, hard links with their other names.
    pub fn shown(&self) -> BTreeMap<String, String> {
        let mut names: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (path, entry) in self.entries.iter().filter(|(_, entry)| !entry.directory) {
            names.entry(entry.file).or_default().push(path);
        }
        let shown = |(path, entry): (&String, &Entry)| {
            let twins = names.get(&entry.file).filter(|names| names.len() > 1);
            let twins = twins.map_or(String::new(), |names| format!(" is {}", names.join(" = ")));
            (format!("/{path}"), format!("{}{twins}", entry.words))
        };
        self.entries.iter().map(shown).collect()
    }

    /// When a path was last changed.
    pub fn seconds(&self, path: &str) -> Option<u64> {
        self.entries.get(path.trim_start_matches('/')).map(|entry| entry.seconds)
    }
}

fn normal(path: &[u8]) -> String {
    let path = String::from_utf8_lossy(path);
    path.trim_start_matches("./").trim_matches('/').trim_end_matches("/.").to_owned().replace("/./", "/")
}

fn read(entry: &mut tar::Entry<'_, &[u8]>, file: usize) -> Entry {
    let header = entry.header().clone();
    let kind = header.entry_type();
    let mut xattrs = BTreeMap::new();
    if let Some(extensions) = entry.pax_extensions().unwrap() {
        for extension in extensions {
            let extension = extension.unwrap();
            if let Some(name) = extension.key().unwrap().strip_prefix("SCHILY.xattr.") {
                xattrs.insert(name.to_owned(), extension.value_bytes().to_vec());
            }
        }
    }
    let mode = header.mode().unwrap() & 0o7777;
    let owner = format!("{}:{}", header.uid().unwrap(), header.gid().unwrap());
    let mut words = match kind {
        tar::EntryType::Directory => format!("d {mode:04o} {owner}"),
        tar::EntryType::Symlink => {
            format!("l {owner} -> {}", String::from_utf8_lossy(&entry.link_name_bytes().unwrap()))
        }
        tar::EntryType::Fifo => format!("p {mode:04o} {owner}"),
        tar::EntryType::Char | tar::EntryType::Block => format!(
            "{} {mode:04o} {owner} {}:{}",
            if kind == tar::EntryType::Char { 'c' } else { 'b' },
            header.device_major().unwrap().unwrap_or_default(),
            header.device_minor().unwrap().unwrap_or_default()
        ),
        _ => {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            // Short texts say more than their digests do.
            let said = match std::str::from_utf8(&content) {
                Ok(text) if content.len() < 400 => format!("{text:?}"),
                _ => format!("{:x?}", Sha256::digest(&content)),
            };
            format!("- {mode:04o} {owner} {said}")
        }
    };
    for (name, value) in xattrs {
        words.push_str(&format!(" {name}={value:?}"));
    }
    let seconds = header.mtime().unwrap();
    Entry { words, directory: kind == tar::EntryType::Directory, file, seconds }
}
