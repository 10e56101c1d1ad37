//! Cases as they are written in `contexts/*.txt`.
//!
//! ```text
//! === NAME                            the image's name too: later cases may start FROM it
//! args --build-arg X=1                more of the command line; {url} is a server's, {context} the
//!                                     context, {outside} a directory beside it
//! args@WHO --timestamp 1              the same for one program
//! but WHO WHAT -- reason              a rightful difference: WHO is dockerd, buildah, user or all; WHAT a path,
//!                                     config.Key, history or build, `*` at its end for whatever begins so
//! times /path                         the modification time of this path is compared too
//! --- PATH [MODE] [@SECONDS]          a file of the context, its lines until the next mark
//! --- PATH/ [MODE]                    a directory
//! --- PATH -> TARGET                  a symbolic link
//! --- PATH = OTHER                    a hard link
//! --- PATH tar|tgz                    an archive: a line per entry, see `context.rs`
//! --- instead of Dockerfile           what says the same without flags the others' versions may not know: used by
//!                                     those who refuse the first
//! ```

use std::fs;
use std::path::Path;

/// One Dockerfile with its context.
#[derive(Debug, Default)]
pub struct Case {
    pub name: String,
    /// For whom, or for all when empty.
    pub arguments: Vec<(String, String)>,
    pub allowed: Vec<Allowed>,
    pub times: Vec<String>,
    pub nodes: Vec<Node>,
    /// The Dockerfile in words older programs know.
    pub plain: Option<String>,
}

/// A difference that is right.
#[derive(Debug)]
pub struct Allowed {
    pub who: String,
    pub what: String,
    pub reason: String,
}

/// A path of a context.
#[derive(Debug)]
pub struct Node {
    pub path: String,
    pub kind: NodeKind,
    pub mode: Option<u32>,
    pub seconds: Option<u64>,
    pub content: String,
}

#[derive(Debug, PartialEq, Eq)]
pub enum NodeKind {
    File,
    Directory,
    Symlink(String),
    HardLink(String),
    Tar { gzip: bool },
}

impl Case {
    pub fn all() -> Vec<Self> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare/contexts");
        let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().flat_map(|file| read(&fs::read_to_string(file).unwrap())).collect()
    }

    /// What was written last. The empty line after it stands between cases and is not of it.
    fn text(&mut self, plain: bool) -> Option<&mut String> {
        if plain { self.plain.as_mut() } else { self.nodes.last_mut().map(|node| &mut node.content) }
    }

    /// Why this difference is right, when it is.
    pub fn reason(&self, who: &str, what: &str) -> Option<&Allowed> {
        self.allowed.iter().find(|allowed| {
            let fits = match allowed.what.strip_suffix('*') {
                Some(start) => what.starts_with(start),
                None => what == allowed.what,
            };
            fits && (allowed.who == who || allowed.who == "all")
        })
    }
}

fn read(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    // Where content goes: nowhere, to the plain Dockerfile, or to the last node.
    let (mut plain, mut body) = (false, false);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            if let Some(content) = cases.last_mut().and_then(|case| case.text(plain))
                && content.ends_with("\n\n")
            {
                content.pop();
            }
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            (plain, body) = (false, false);
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(head) = line.strip_prefix("--- ") {
            plain = head == "instead of Dockerfile";
            if plain {
                case.plain = Some(String::new());
            } else {
                case.nodes.push(node(head));
            }
            body = true;
        } else if plain {
            case.plain.as_mut().unwrap().push_str(&format!("{line}\n"));
        } else if body {
            case.nodes.last_mut().unwrap().content.push_str(&format!("{line}\n"));
        } else if let Some(line) = line.strip_prefix("args") {
            let (who, words) = line.split_once(' ').unwrap();
            let who = who.trim_start_matches('@');
            case.arguments.extend(words.split(' ').map(|word| (who.to_owned(), word.to_owned())));
        } else if let Some(path) = line.strip_prefix("times ") {
            case.times.push(path.to_owned());
        } else if let Some(but) = line.strip_prefix("but ") {
            let (what, reason) = but.split_once(" -- ").unwrap_or_else(|| panic!("{}: no reason: {line}", case.name));
            let (who, what) = what.split_once(' ').unwrap();
            case.allowed.push(Allowed { who: who.into(), what: what.into(), reason: reason.into() });
        } else {
            assert!(line.is_empty() || line.starts_with('#'), "{}: {line}", case.name);
        }
    }
    cases
}

fn node(head: &str) -> Node {
    let file =
        |path: &str, kind| Node { path: path.to_owned(), kind, mode: None, seconds: None, content: String::new() };
    if let Some((path, target)) = head.split_once(" -> ") {
        return file(path, NodeKind::Symlink(target.to_owned()));
    }
    if let Some((path, other)) = head.split_once(" = ") {
        return file(path, NodeKind::HardLink(other.to_owned()));
    }
    // Names may hold spaces: words are taken from the end.
    let (mut path, mut mode, mut seconds, mut kind) = (head, None, None, NodeKind::File);
    while let Some((start, word)) = path.rsplit_once(' ') {
        if let Some(time) = word.strip_prefix('@') {
            seconds = Some(time.parse().unwrap());
        } else if word == "tar" || word == "tgz" {
            kind = NodeKind::Tar { gzip: word == "tgz" };
        } else if let Ok(bits) = u32::from_str_radix(word, 8) {
            mode = Some(bits);
        } else {
            break;
        }
        path = start;
    }
    if let Some(directory) = path.strip_suffix('/') {
        (path, kind) = (directory, NodeKind::Directory);
    }
    Node { mode, seconds, ..file(path, kind) }
}
