//! `gzip`, `gunzip`, `zcat`.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::failure::{AppletResult, Failure};

/// `gzip [-cdkf1-9] [FILE…]`
pub fn gzip(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    run(arguments, false, false, output)
}

/// `gunzip [-ckf] [FILE…]`
pub fn gunzip(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    run(arguments, true, false, output)
}

/// `zcat [FILE…]`
pub fn zcat(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    run(arguments, true, true, output)
}

fn run(arguments: &[OsString], mut expand: bool, mut to_output: bool, output: &mut dyn Write) -> AppletResult {
    use lexopt::Arg::{Short, Value};
    let (mut keep, mut level) = (false, 6);
    let mut files = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments.iter().cloned());
    while let Some(argument) = parser.next()? {
        match argument {
            Short('c') => to_output = true,
            Short('d') => expand = true,
            Short('k') => keep = true,
            Short('f' | 'n' | 'q') => {}
            Short(digit @ '1'..='9') => level = digit.to_digit(10).unwrap_or(6),
            Value(path) => files.push(path),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() || files == ["-"] {
        convert(&mut io::stdin().lock(), output, expand, level)?;
        return Ok(0);
    }
    for path in files.iter().map(Path::new) {
        let at = |error: io::Error| Failure::at(path, &error);
        let mut input = File::open(path).map_err(at)?;
        if to_output {
            convert(&mut input, output, expand, level).map_err(at)?;
            continue;
        }
        let target = target_of(path, expand)?;
        let mut file = File::create_new(&target).map_err(|error| Failure::at(&target, &error))?;
        if let Err(error) = convert(&mut input, &mut file, expand, level) {
            let _ = fs::remove_file(&target);
            return Err(at(error));
        }
        if !keep {
            fs::remove_file(path).map_err(at)?;
        }
    }
    Ok(0)
}

fn target_of(path: &Path, expand: bool) -> Result<PathBuf, Failure> {
    if !expand {
        return Ok(path.with_added_extension("gz"));
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => Ok(path.with_extension("")),
        Some("tgz") => Ok(path.with_extension("tar")),
        _ => Err(Failure::new(format!("{}: unknown suffix - ignored", path.display()))),
    }
}

fn convert(input: &mut dyn Read, output: &mut dyn Write, expand: bool, level: u32) -> io::Result<()> {
    if expand {
        io::copy(&mut MultiGzDecoder::new(input), output)?;
    } else {
        let mut encoder = GzEncoder::new(output, Compression::new(level));
        io::copy(input, &mut encoder)?;
        encoder.finish()?;
    }
    Ok(())
}
