//! `sort`: lines in order.

use std::cmp::Ordering;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};

use super::failure::{AppletResult, Failure};

#[derive(Debug, Default, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // one for each letter
struct Options {
    numeric: bool,
    human: bool,
    reverse: bool,
    unique: bool,
    fold: bool,
    /// First and last field, counted from 1.
    key: Option<(usize, Option<usize>)>,
    separator: Option<u8>,
}

/// `sort [-nhrufb] [-k FIRST[,LAST]] [-t CHAR] [-o FILE] [FILE…]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    use lexopt::Arg::{Short, Value};
    let mut options = Options::default();
    let mut files = Vec::new();
    let mut destination = None;
    let mut parser = lexopt::Parser::from_args(arguments.iter().cloned());
    while let Some(argument) = parser.next()? {
        match argument {
            Short('n') => options.numeric = true,
            Short('h') => options.human = true,
            Short('r') => options.reverse = true,
            Short('u') => options.unique = true,
            Short('f') => options.fold = true,
            Short('b' | 's') => {}
            Short('k') => options.key = Some(parse_key(&parser.value()?.to_string_lossy(), &mut options)?),
            Short('t') => options.separator = parser.value()?.to_string_lossy().bytes().next(),
            Short('o') => destination = Some(parser.value()?),
            Value(path) => files.push(path),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        files.push("-".into());
    }
    let mut lines = Vec::new();
    for path in &files {
        if path == "-" {
            read(&mut io::stdin().lock(), &mut lines)?;
        } else {
            let file = File::open(path).map_err(|error| Failure::at(path, &error))?;
            read(&mut BufReader::new(file), &mut lines)?;
        }
    }
    lines.sort_by(|one, other| {
        let order = compare(one, other, &options);
        // Equal by the key: the whole line decides, so that the outcome is one.
        let order = if order == Ordering::Equal && !options.unique { one.cmp(other) } else { order };
        if options.reverse { order.reverse() } else { order }
    });
    if options.unique {
        lines.dedup_by(|one, other| compare(one, other, &options) == Ordering::Equal);
    }
    let mut text = lines.join(&b'\n');
    if !lines.is_empty() {
        text.push(b'\n');
    }
    match destination {
        Some(path) => fs::write(&path, text).map_err(|error| Failure::at(&path, &error))?,
        None => output.write_all(&text)?,
    }
    Ok(0)
}

fn parse_key(text: &str, options: &mut Options) -> Result<(usize, Option<usize>), Failure> {
    let field = |part: &str, options: &mut Options| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        for letter in part[digits.len()..].chars() {
            match letter {
                'n' => options.numeric = true,
                'h' => options.human = true,
                'r' => options.reverse = true,
                'f' => options.fold = true,
                _ => {}
            }
        }
        digits.parse::<usize>().ok().filter(|field| *field > 0)
    };
    let invalid = || Failure::usage(format!("bad field specification '{text}'"), 2);
    let (first, last) = text.split_once(',').map_or((text, None), |(first, last)| (first, Some(last)));
    let first = field(first, options).ok_or_else(invalid)?;
    let last = last.map(|last| field(last, options).ok_or_else(invalid)).transpose()?;
    Ok((first, last))
}

fn read(input: &mut dyn BufRead, lines: &mut Vec<Vec<u8>>) -> io::Result<()> {
    for line in input.split(b'\n') {
        lines.push(line?);
    }
    Ok(())
}

fn compare(one: &[u8], other: &[u8], options: &Options) -> Ordering {
    let (one, other) = (key_of(one, options), key_of(other, options));
    if options.human || options.numeric {
        return number_of(&one, options.human).total_cmp(&number_of(&other, options.human));
    }
    if options.fold { one.to_ascii_uppercase().cmp(&other.to_ascii_uppercase()) } else { one.cmp(&other) }
}

fn key_of(line: &[u8], options: &Options) -> Vec<u8> {
    let Some((first, last)) = options.key else { return line.to_vec() };
    let fields: Vec<&[u8]> = match options.separator {
        Some(separator) => line.split(|byte| *byte == separator).collect(),
        None => line.split(u8::is_ascii_whitespace).filter(|field| !field.is_empty()).collect(),
    };
    let end = last.unwrap_or(fields.len()).min(fields.len());
    fields.get(first - 1..end.max(first - 1)).unwrap_or_default().join(&b' ')
}

fn number_of(text: &[u8], human: bool) -> f64 {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_start();
    let end =
        text.find(|letter: char| !(letter.is_ascii_digit() || letter == '.' || letter == '-')).unwrap_or(text.len());
    let number: f64 = text[..end].parse().unwrap_or(0.0);
    let unit = match text[end..].chars().next() {
        Some('k' | 'K') if human => 1e3,
        Some('M') if human => 1e6,
        Some('G') if human => 1e9,
        Some('T') if human => 1e12,
        _ => 1.0,
    };
    number * unit
}
