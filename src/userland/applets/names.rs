//! `basename` and `dirname`: the two halves of a path, by POSIX's rules and not by `Path`'s.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;

use super::failure::{AppletResult, Failure};

/// `basename PATH [SUFFIX]`
pub fn basename(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let [path, rest @ ..] = arguments else { return Err(Failure::new("missing operand")) };
    let trimmed = trim_slashes(path.as_bytes());
    let mut name = match trimmed.iter().rposition(|byte| *byte == b'/') {
        Some(slash) if trimmed.len() > 1 => &trimmed[slash + 1..],
        _ => trimmed,
    };
    if let Some(stem) = rest.first().and_then(|suffix| name.strip_suffix(suffix.as_bytes()))
        && !stem.is_empty()
    {
        name = stem;
    }
    output.write_all(name)?;
    output.write_all(b"\n")?;
    Ok(0)
}

/// `dirname PATH…`
pub fn dirname(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    if arguments.is_empty() {
        return Err(Failure::new("missing operand"));
    }
    for path in arguments {
        let trimmed = trim_slashes(path.as_bytes());
        let directory = match trimmed.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => trim_slashes(&trimmed[..=slash]),
            None => b".",
        };
        output.write_all(directory)?;
        output.write_all(b"\n")?;
    }
    Ok(0)
}

/// Without the slashes at the end, unless there is nothing else.
fn trim_slashes(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte != b'/') {
        Some(last) => &path[..=last],
        None if path.is_empty() => path,
        None => b"/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(applet: fn(&[OsString], &mut dyn Write) -> AppletResult, words: &[&str]) -> String {
        let mut output = Vec::new();
        let arguments: Vec<OsString> = words.iter().map(OsString::from).collect();
        assert!(matches!(applet(&arguments, &mut output), Ok(0)));
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn posix_examples() {
        for (words, name) in
            [(&["/usr/lib/"][..], "lib\n"), (&["/"], "/\n"), (&["a.txt", ".txt"], "a\n"), (&[".txt", ".txt"], ".txt\n")]
        {
            assert_eq!(run(basename, words), name, "{words:?}");
        }
        for (path, directory) in [("/usr/lib/", "/usr\n"), ("/usr", "/\n"), ("a", ".\n"), ("/", "/\n"), ("a//b", "a\n")]
        {
            assert_eq!(run(dirname, &[path]), directory, "{path}");
        }
    }
}
