//! The options of a file system in memory: `--tmpfs /run:size=64m,exec`. Source: moby `sys/mount`.

use crate::engine::container::TmpfsOptions;
use crate::engine::rootfs::TmpfsPlan;

/// What tmpfs itself reads.
const DATA: &[&str] = &["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"];
/// Words that change nothing here: what a mount does anyway, and propagation, which memory has none of.
const INDIFFERENT: &[&str] = &[
    "defaults",
    "rw",
    "async",
    "relatime",
    "norelatime",
    "nomand",
    "nostrictatime",
    "atime",
    "diratime",
    "private",
    "rprivate",
    "slave",
    "rslave",
    "shared",
    "rshared",
    "unbindable",
    "runbindable",
];

/// What was read: the file system, and whether it is read-only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadTmpfs {
    pub(super) plan: TmpfsPlan,
    pub(super) read_only: bool,
}

/// Reads the options after `PATH:`; later ones win.
///
/// # Errors
/// Docker's sentence.
pub(super) fn parse(options: &str) -> Result<ReadTmpfs, String> {
    let mut read = ReadTmpfs { plan: TmpfsPlan::default(), read_only: false };
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match option {
            "ro" => read.read_only = true,
            "rw" => read.read_only = false,
            "exec" => read.plan.exec = true,
            "noexec" => read.plan.exec = false,
            "suid" => read.plan.suid = true,
            "nosuid" => read.plan.suid = false,
            "dev" => read.plan.dev = true,
            "nodev" => read.plan.dev = false,
            word if INDIFFERENT.contains(&word) => {}
            other => match other.split_once('=') {
                Some((key, value)) if DATA.contains(&key) => {
                    read.plan.data.retain(|(known, _)| known != key);
                    read.plan.data.push((key.to_owned(), value.to_owned()));
                }
                Some((key, _)) => return Err(format!("invalid tmpfs option \"{key}\"")),
                None => return Err(format!("invalid tmpfs option \"{other}\"")),
            },
        }
    }
    Ok(read)
}

/// The same of `--mount type=tmpfs`.
///
/// # Errors
/// A negative size.
pub(super) fn of_options(options: Option<&TmpfsOptions>) -> Result<TmpfsPlan, String> {
    let mut plan = TmpfsPlan::default();
    let Some(options) = options else { return Ok(plan) };
    if options.size_bytes < 0 {
        return Err(format!("invalid tmpfs size: {}", options.size_bytes));
    }
    if options.size_bytes > 0 {
        plan.data.push(("size".to_owned(), options.size_bytes.to_string()));
    }
    if options.mode != 0 {
        plan.data.push(("mode".to_owned(), format!("{:o}", options.mode)));
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_wins_and_unknown_ones_are_refused() {
        let read = parse("size=1m,ro,exec,rw,size=2m,mode=755").unwrap();
        assert!(!read.read_only && read.plan.exec && !read.plan.dev && !read.plan.suid);
        let data: Vec<_> = read.plan.data.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(data, ["size=2m", "mode=755"]);
        assert_eq!(parse("foo=bar").unwrap_err(), "invalid tmpfs option \"foo\"");
        assert_eq!(parse("foo").unwrap_err(), "invalid tmpfs option \"foo\"");
        assert!(parse("").unwrap().plan.data.is_empty());
    }
}
