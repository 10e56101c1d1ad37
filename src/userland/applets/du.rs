//! `du`: how much room directories take, in KiB, each inode once.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::failure::{AppletResult, Failure, complain, reason};
use super::listing::size_text;

const BLOCK: u64 = 512;

struct Walk<'a> {
    output: &'a mut dyn Write,
    summary: bool,
    all: bool,
    human: bool,
    depth: usize,
    seen: HashSet<(u64, u64)>,
    code: u8,
}

/// `du [-shak] [-d DEPTH] [PATH…]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    use lexopt::Arg::{Short, Value};
    let mut walk =
        Walk { output, summary: false, all: false, human: false, depth: usize::MAX, seen: HashSet::new(), code: 0 };
    let mut paths = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments.iter().cloned());
    while let Some(argument) = parser.next()? {
        match argument {
            Short('s') => walk.summary = true,
            Short('h') => walk.human = true,
            Short('a') => walk.all = true,
            Short('k' | 'x') => {}
            Short('d') => {
                let value = parser.value()?;
                let invalid = || Failure::new(format!("invalid number '{}'", value.display()));
                walk.depth = value.to_string_lossy().parse().map_err(|_| invalid())?;
            }
            Value(path) => paths.push(path),
            other => return Err(other.unexpected().into()),
        }
    }
    if paths.is_empty() {
        paths.push(".".into());
    }
    for path in paths {
        walk.add(Path::new(&path), 0)?;
    }
    Ok(walk.code)
}

impl Walk<'_> {
    fn add(&mut self, path: &Path, depth: usize) -> std::io::Result<u64> {
        let status = match fs::symlink_metadata(path) {
            Ok(status) => status,
            Err(error) => {
                complain("du", format_args!("{}: {}", path.display(), reason(&error)));
                self.code = 1;
                return Ok(0);
            }
        };
        if status.nlink() > 1 && !status.is_dir() && !self.seen.insert((status.dev(), status.ino())) {
            return Ok(0);
        }
        let mut bytes = status.blocks() * BLOCK;
        if status.is_dir() {
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                bytes += self.add(&entry.path(), depth + 1)?;
            }
        }
        let shown =
            if self.summary { depth == 0 } else { depth <= self.depth && (status.is_dir() || self.all || depth == 0) };
        if shown {
            let size = if self.human { size_text(bytes, true) } else { bytes.div_ceil(1024).to_string() };
            writeln!(self.output, "{size}\t{}", path.display())?;
        }
        Ok(bytes)
    }
}
