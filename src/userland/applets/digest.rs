//! `sha256sum`, `sha512sum`, `md5sum`: digests of files, shown or checked.

use std::fmt::Write as _;
use std::io::{Read, Write};

use sha2::Digest;

use super::options::{Accepted, Options, Order};
use super::stream::{close, complain, describe, open, or_input, output};

/// `sha256sum [-c] [FILE]…`
pub fn sha256sum(arguments: &[String]) -> i32 {
    sum::<sha2::Sha256>("sha256sum", arguments)
}

/// `sha512sum [-c] [FILE]…`
pub fn sha512sum(arguments: &[String]) -> i32 {
    sum::<sha2::Sha512>("sha512sum", arguments)
}

/// `md5sum [-c] [FILE]…`
pub fn md5sum(arguments: &[String]) -> i32 {
    sum::<md5::Md5>("md5sum", arguments)
}

fn sum<D: Digest>(name: &str, arguments: &[String]) -> i32 {
    let accepted = Accepted {
        flags: "cswbt",
        valued: "",
        long: &[("check", 'c'), ("status", 's'), ("quiet", 's')],
        order: Order::Mixed,
    };
    let options = match Options::parse(arguments, &accepted) {
        Ok(options) => options,
        Err(message) => return complain(name, &message),
    };
    let mut output = output();
    let mut status = 0;
    for path in or_input(options.operands.clone()) {
        if options.has('c') {
            status |= check::<D>(name, &path, &options, &mut output);
            continue;
        }
        match digest::<D>(&path) {
            Ok(digest) => {
                writeln!(output, "{digest}  {path}").ok();
            }
            Err(error) => status = complain(name, &format!("can't open '{path}': {}", describe(&error))),
        }
    }
    close(name, output, status)
}

fn check<D: Digest>(name: &str, list: &str, options: &Options, output: &mut impl Write) -> i32 {
    let mut text = String::new();
    if let Err(error) = open(list).and_then(|mut file| file.read_to_string(&mut text)) {
        return complain(name, &format!("can't open '{list}': {}", describe(&error)));
    }
    let mut failures = 0;
    let mut count = 0;
    for (expected, path) in text.lines().filter_map(|line| line.split_once("  ").or_else(|| line.split_once(" *"))) {
        count += 1;
        let good = digest::<D>(path).is_ok_and(|digest| digest.eq_ignore_ascii_case(expected));
        failures += i32::from(!good);
        if !good || !options.has('s') {
            writeln!(output, "{path}: {}", if good { "OK" } else { "FAILED" }).ok();
        }
    }
    output.flush().ok();
    if failures > 0 {
        return complain(name, &format!("WARNING: {failures} of {count} computed checksums did NOT match"));
    }
    i32::from(count == 0)
}

fn digest<D: Digest>(path: &str) -> std::io::Result<String> {
    let mut file = open(path)?;
    let mut hasher = D::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    let mut text = String::new();
    for byte in hasher.finalize() {
        write!(text, "{byte:02x}").ok();
    }
    Ok(text)
}
