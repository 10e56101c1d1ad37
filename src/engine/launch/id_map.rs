//! Which of the host's ids exist in our user namespace.
//!
//! Owns the words *id map* and *subordinate range*. A new namespace knows nobody until its maps are written. An ordinary
//! user may write one line (themselves, as root); a range takes the set-user-id programs `newuidmap` and
//! `newgidmap`, run **from outside** the namespace, which allow what `/etc/subuid` and `/etc/subgid` grant.
//!
//! Source: `user_namespaces(7)`, subuid(5), newuidmap(1).

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Consecutive ids granted to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: u32,
    count: u32,
}

/// A process outside the namespace, waiting for a word to write our maps.
pub(super) struct Mapper {
    shell: Child,
}

impl Mapper {
    /// Starts the helper for this user; `None` when the host grants no range or lacks the programs.
    ///
    /// To be called before the namespace is made. The helper runs for one line of input and ends by itself when we do.
    pub(super) fn start(uid: u32, gid: u32) -> Option<Self> {
        let [newuidmap, newgidmap] = ["newuidmap", "newgidmap"].map(find_program);
        let name = user_name(&read("/etc/passwd"), uid);
        let users = granted(&read("/etc/subuid"), uid, name.as_deref());
        let groups = granted(&read("/etc/subgid"), uid, name.as_deref());
        if users.is_empty() || groups.is_empty() {
            return None;
        }
        let process = std::process::id();
        // Everything in the script is a number of ours or a path from the list below: nothing to quote.
        // Groups first: where only one of the two is allowed, the single-id map still takes the other.
        let script = format!(
            "read -r go || exit 1; {} {process} {} && {} {process} {}",
            newgidmap?,
            arguments(gid, &groups),
            newuidmap?,
            arguments(uid, &users),
        );
        let shell = Command::new("/bin/sh")
            .args(["-c", &script])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        Some(Self { shell })
    }

    /// Has the maps written, now that we are in the namespace. Whether it worked is read back from the maps.
    pub(super) fn write_maps(mut self) {
        if let Some(mut input) = self.shell.stdin.take() {
            // A helper that died leaves the maps empty, which is what the caller looks at.
            let _ = input.write_all(b"\n");
        }
        let _ = self.shell.wait();
    }
}

/// How many ids a map file (`/proc/self/uid_map`) gives a name to; 0 when it is not written yet.
pub(super) fn mapped_count(map: &str) -> u64 {
    map.lines().filter_map(|line| line.split_whitespace().nth(2)?.parse::<u64>().ok()).sum()
}

/// Writes a map of our own: the caller, as root, and nobody else.
pub(super) fn write_single(file: &Path, id: u32) -> io::Result<()> {
    fs::write(file, format!("0 {id} 1\n"))
}

fn read(path: &str) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Where set-user-id programs are installed; the last is NixOS's.
const PROGRAM_DIRECTORIES: [&str; 4] = ["/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin"];

fn find_program(name: &str) -> Option<String> {
    PROGRAM_DIRECTORIES.iter().map(|directory| format!("{directory}/{name}")).find(|path| Path::new(path).is_file())
}

/// The first name of this user id in a passwd file. Read as text: asking the C library would load plug-ins, which a
/// static program cannot.
fn user_name(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

/// The ranges a subuid or subgid file gives a user, by name or by number.
fn granted(file: &str, uid: u32, name: Option<&str>) -> Vec<Range> {
    file.lines()
        .filter_map(|line| {
            let (owner, range) = line.trim().split_once(':')?;
            let (first, count) = range.split_once(':')?;
            let ours = Some(owner) == name || owner.parse() == Ok(uid);
            let range = Range { first: first.parse().ok()?, count: count.parse().ok()? };
            (ours && range.count > 0).then_some(range)
        })
        .collect()
}

/// The map `newuidmap` is asked for: ourselves as 0, then every range one after the other.
fn arguments(id: u32, ranges: &[Range]) -> String {
    let mut text = format!("0 {id} 1");
    let mut inside = 1_u32;
    for range in ranges {
        text.push_str(&format!(" {inside} {} {}", range.first, range.count));
        inside = inside.saturating_add(range.count);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_found_by_name_and_by_number() {
        let file = "autre:1:9\nmarin:100000:65536\n1000:300000:10\nmarin:vide:1\nmarin:5:0\n";
        let both = [Range { first: 100_000, count: 65_536 }, Range { first: 300_000, count: 10 }];
        assert_eq!(granted(file, 1000, Some("marin")), both);
        assert_eq!(granted(file, 1000, None), both[1..]);
        assert_eq!(granted("", 1000, Some("marin")), []);
    }

    #[test]
    fn the_caller_is_root_and_the_ranges_follow() {
        let ranges = [Range { first: 100_000, count: 65_536 }, Range { first: 300_000, count: 10 }];
        assert_eq!(arguments(1000, &ranges), "0 1000 1 1 100000 65536 65537 300000 10");
    }

    #[test]
    fn names_are_read_from_the_file_itself() {
        let passwd = "root:x:0:0::/root:/bin/sh\nmarin:x:1000:1000::/home/marin:/bin/sh\n";
        assert_eq!(user_name(passwd, 1000).as_deref(), Some("marin"));
        assert_eq!(user_name(passwd, 7), None);
    }

    #[test]
    fn a_map_tells_how_many_ids_it_names() {
        assert_eq!(mapped_count(""), 0);
        assert_eq!(mapped_count("         0       1000          1\n"), 1);
        assert_eq!(mapped_count("0 1000 1\n1 100000 65536\n"), 65_537);
        assert_eq!(mapped_count("         0          0 4294967295\n"), 4_294_967_295);
    }
}
