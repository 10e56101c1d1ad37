//! `diff`, `hexdump`: what is in files, byte by byte or line by line.

use std::io::{Read, Write};

use super::options::{Options, short};
use super::stream::{close, complain, describe, open, or_input, output};

fn read(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(|error| format!("{path}: {}", describe(&error)))?;
    Ok(bytes)
}

/// `hexdump [-C] [-n COUNT] [FILE]…`
pub fn hexdump(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("Cv", "ns")) {
        Ok(options) => options,
        Err(message) => return complain("hexdump", &message),
    };
    let mut bytes = Vec::new();
    for path in or_input(options.operands.clone()) {
        match read(&path) {
            Ok(more) => bytes.extend(more),
            Err(message) => return complain("hexdump", &message),
        }
    }
    let number = |letter| options.value(letter).and_then(|text| text.parse::<usize>().ok());
    let skipped = number('s').unwrap_or(0).min(bytes.len());
    bytes.drain(..skipped);
    bytes.truncate(number('n').unwrap_or(usize::MAX));
    let canonical = options.has('C');
    let width = if canonical { 8 } else { 7 };
    let mut output = output();
    let mut before: Option<&[u8]> = None;
    let mut starred = false;
    for (index, row) in bytes.chunks(16).enumerate() {
        if before == Some(row) && !options.has('v') {
            if !starred {
                writeln!(output, "*").ok();
            }
            starred = true;
            continue;
        }
        starred = false;
        before = Some(row);
        let mut text = format!("{:0width$x}", skipped + index * 16);
        if canonical {
            for column in 0..16 {
                text.push_str(if column % 8 == 0 { "  " } else { " " });
                text.push_str(&row.get(column).map_or_else(|| "  ".to_owned(), |byte| format!("{byte:02x}")));
            }
            let shown: String =
                row.iter().map(|byte| if (32..127).contains(byte) { char::from(*byte) } else { '.' }).collect();
            text.push_str(&format!("  |{shown}|"));
        } else {
            for pair in row.chunks(2) {
                text.push_str(&format!(" {:02x}{:02x}", pair.get(1).copied().unwrap_or(0), pair[0]));
            }
        }
        if writeln!(output, "{text}").is_err() {
            break;
        }
    }
    if !bytes.is_empty() {
        writeln!(output, "{:0width$x}", skipped + bytes.len()).ok();
    }
    close("hexdump", output, 0)
}

/// `diff [-qu] FILE1 FILE2`, in the unified format, as busybox's only one.
pub fn diff(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("qursNabBiw", "U")) {
        Ok(options) => options,
        Err(message) => return complain("diff", &message) + 1,
    };
    let [first, second] = options.operands.as_slice() else {
        return complain("diff", "usage: diff [-q] FILE1 FILE2") + 1;
    };
    let (left, right) = match (read(first), read(second)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(message), _) | (_, Err(message)) => return complain("diff", &message) + 1,
    };
    if left == right {
        return 0;
    }
    let mut output = output();
    if options.has('q') {
        writeln!(output, "Files {first} and {second} differ").ok();
        return close("diff", output, 1);
    }
    let context = options.value('U').and_then(|text| text.parse().ok()).unwrap_or(3);
    let (left, right) = (String::from_utf8_lossy(&left).into_owned(), String::from_utf8_lossy(&right).into_owned());
    write!(output, "--- {first}\n+++ {second}\n{}", hunks(&lines(&left), &lines(&right), context)).ok();
    close("diff", output, 1)
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The longest common subsequence decides what stayed.
fn hunks(left: &[&str], right: &[&str], context: usize) -> String {
    let mut table = vec![vec![0_u32; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            table[i][j] =
                if left[i] == right[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut edits = Vec::new();
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            edits.push((' ', left[i], i, j));
            i += 1;
            j += 1;
        } else if i < left.len() && (j == right.len() || table[i + 1][j] >= table[i][j + 1]) {
            edits.push(('-', left[i], i, j));
            i += 1;
        } else {
            edits.push(('+', right[j], i, j));
            j += 1;
        }
    }
    let changed: Vec<usize> = (0..edits.len()).filter(|index| edits[*index].0 != ' ').collect();
    let mut text = String::new();
    let mut next = 0;
    while next < changed.len() {
        let start = changed[next].saturating_sub(context);
        let mut last = next;
        while last + 1 < changed.len() && changed[last + 1] - changed[last] <= 2 * context {
            last += 1;
        }
        let hunk = &edits[start..(changed[last] + context + 1).min(edits.len())];
        let count = |mark: char| hunk.iter().filter(|edit| edit.0 != mark).count();
        let range = |first: usize, count: usize| match count {
            0 => format!("{first},0"),
            1 => (first + 1).to_string(),
            count => format!("{},{count}", first + 1),
        };
        text.push_str(&format!("@@ -{} +{} @@\n", range(hunk[0].2, count('+')), range(hunk[0].3, count('-'))));
        for (mark, line, ..) in hunk {
            text.push(*mark);
            text.push_str(line);
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
        next = last + 1;
    }
    text
}
