//! `tar`: packs, lists and unpacks archives, gzipped or not.

#![allow(clippy::disallowed_methods)] // the crate's `unpack_in` keeps inside the directory; a guest's tar harms its guest alone

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, EntryType};

use super::failure::{AppletResult, Failure};
use super::listing::{date_text, mode_text};

#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // one for each letter
struct Options {
    verb: Option<char>,
    archive: Option<OsString>,
    directory: Option<OsString>,
    gzip: bool,
    verbose: bool,
    to_output: bool,
    strip: usize,
    names: Vec<OsString>,
}

/// `tar c|x|t[vzOf ARCHIVE] [-C DIRECTORY] [--strip-components N] [NAME…]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let options = parse(arguments)?;
    let archive = options.archive.as_ref().filter(|archive| *archive != "-").map(std::path::absolute).transpose()?;
    if let Some(directory) = &options.directory {
        std::env::set_current_dir(directory).map_err(|error| Failure::at(directory, &error))?;
    }
    let at = |error: io::Error| match &archive {
        Some(path) => Failure::at(path, &error),
        None => Failure::from(error),
    };
    match options.verb {
        Some('c') => {
            let target: Box<dyn Write> = match &archive {
                Some(path) => Box::new(File::create(path).map_err(at)?),
                None => Box::new(io::stdout().lock()),
            };
            create(target, &options)?;
        }
        Some(verb) => {
            let source: Box<dyn Read> = match &archive {
                Some(path) => Box::new(File::open(path).map_err(at)?),
                None => Box::new(io::stdin().lock()),
            };
            read(source, verb == 't', &options, output)?;
        }
        None => return Err(Failure::new("one of c, x, t is needed")),
    }
    Ok(0)
}

fn parse(arguments: &[OsString]) -> Result<Options, Failure> {
    use lexopt::Arg::{Long, Short, Value};
    let mut options = Options::default();
    let mut words = arguments.to_vec();
    // `tar xzf a.tgz`: the first word needs no dash.
    if let Some(first) = words.first_mut()
        && !first.to_string_lossy().starts_with('-')
    {
        let mut dashed = OsString::from("-");
        dashed.push(&*first);
        *first = dashed;
    }
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(argument) = parser.next()? {
        match argument {
            Short(verb @ ('c' | 'x' | 't')) => options.verb = Some(verb),
            Short('f') | Long("file") => options.archive = Some(parser.value()?),
            Short('C') | Long("directory") => options.directory = Some(parser.value()?),
            Short('z') | Long("gzip") => options.gzip = true,
            Short('v') => options.verbose = true,
            Short('O') => options.to_output = true,
            Short('p' | 'm' | 'h') => {}
            Long("strip-components") => {
                let text = parser.value()?.to_string_lossy().into_owned();
                options.strip = text.parse().map_err(|_| Failure::new(format!("invalid number '{text}'")))?;
            }
            Value(name) => options.names.push(name),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn create(target: Box<dyn Write>, options: &Options) -> Result<(), Failure> {
    if options.names.is_empty() {
        return Err(Failure::new("empty archive"));
    }
    let target: Box<dyn Write> =
        if options.gzip { Box::new(GzEncoder::new(target, Compression::default())) } else { target };
    let mut builder = Builder::new(target);
    builder.follow_symlinks(false);
    for name in &options.names {
        let path = Path::new(name);
        // A name in an archive is relative, whatever was typed.
        let inside = path.strip_prefix("/").unwrap_or(path);
        let status = path.symlink_metadata().map_err(|error| Failure::at(path, &error))?;
        if options.verbose {
            let _ = writeln!(io::stderr(), "{}", inside.display());
        }
        let added = if status.is_dir() {
            builder.append_dir_all(inside, path)
        } else {
            builder.append_path_with_name(path, inside)
        };
        added.map_err(|error| Failure::at(path, &error))?;
    }
    builder.into_inner()?.flush()?;
    Ok(())
}

fn read(mut source: Box<dyn Read>, list: bool, options: &Options, output: &mut dyn Write) -> Result<(), Failure> {
    const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
    let mut head = Vec::new();
    source.by_ref().take(2).read_to_end(&mut head)?;
    let gzip = head == GZIP_MAGIC;
    let whole = io::Cursor::new(head).chain(source);
    let input: Box<dyn Read> = if gzip { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
    let mut archive = Archive::new(input);
    archive.set_preserve_permissions(true);
    archive.set_preserve_mtime(true);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let wanted = options.names.is_empty() || options.names.iter().any(|name| path.starts_with(Path::new(name)));
        if !wanted {
            continue;
        }
        let slash = if entry.header().entry_type() == EntryType::Directory && !entry.path_bytes().ends_with(b"/") {
            "/"
        } else {
            ""
        };
        let shown = format!("{}{slash}", path.display());
        if list && options.verbose {
            let header = entry.header();
            let kind = match header.entry_type() {
                EntryType::Directory => 0o040_000,
                EntryType::Symlink => 0o120_000,
                _ => 0,
            };
            let (mode, size) = (header.mode()? | kind, header.size()?);
            let date = date_text(i64::try_from(header.mtime()?).unwrap_or(0));
            writeln!(output, "{} {}/{} {size:>9} {date} {shown}", mode_text(mode), header.uid()?, header.gid()?)?;
        } else if list || options.verbose {
            writeln!(output, "{shown}")?;
        }
        if list {
            continue;
        }
        if options.to_output {
            io::copy(&mut entry, output)?;
            continue;
        }
        let stripped: std::path::PathBuf = path.components().skip(options.strip).collect();
        if stripped.as_os_str().is_empty() {
            continue;
        }
        let unpacked =
            if options.strip == 0 { entry.unpack_in(".").map(|_| ()) } else { unpack_stripped(&mut entry, &stripped) };
        unpacked.map_err(|error| Failure::at(&path, &error))?;
    }
    Ok(())
}

fn unpack_stripped<R: Read>(entry: &mut tar::Entry<'_, R>, path: &Path) -> io::Result<()> {
    if path.components().any(|part| matches!(part, std::path::Component::ParentDir)) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a name that leads outside"));
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    entry.unpack(path).map(|_| ())
}
