//! `umount`, `more`.

use nix::mount::MntFlags;

use super::options::{Options, short};
use super::stream::{close, complain, describe, open, or_input, output};

/// `umount [-l|-f] TARGET…`
pub fn umount(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("lfr", "")) {
        Ok(options) => options,
        Err(message) => return complain("umount", &message),
    };
    let mut flags = MntFlags::empty();
    flags.set(MntFlags::MNT_DETACH, options.has('l'));
    flags.set(MntFlags::MNT_FORCE, options.has('f'));
    let mut status = 0;
    for target in &options.operands {
        if let Err(error) = nix::mount::umount2(target.as_str(), flags) {
            status = complain("umount", &format!("can't unmount {target}: {}", error.desc()));
        }
    }
    status
}

/// `more [FILE]…`: all at once, since a terminal scrolls back.
pub fn more(arguments: &[String]) -> i32 {
    let mut output = output();
    let mut status = 0;
    for path in or_input(arguments.iter().filter(|argument| !argument.starts_with('-')).cloned().collect()) {
        if let Err(error) = open(&path).and_then(|mut file| std::io::copy(&mut file, &mut output)) {
            status = complain("more", &format!("{path}: {}", describe(&error)));
        }
    }
    close("more", output, status)
}
