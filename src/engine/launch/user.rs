//! Who the container's process is: `user[:group]` looked up in the container's own files.
//!
//! Owns the word *identity*. Reads no file: it is given the texts of `/etc/passwd` and `/etc/group` (empty when the
//! image has none), because how they are opened safely inside a root file system is not its business.
//!
//! Source: moby/sys `user.GetExecUser`, whose odd corners are kept (`+0` is 0, `root:` is `root`, a name made of digits
//! is always an id, malformed numbers in the files are 0).

use super::LaunchError;

/// Numbers and home directory of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
    /// Supplementary groups, the primary one first, each once.
    pub groups: Vec<u32>,
    /// The home directory the passwd file gives, `/` for a user it does not know.
    pub home: String,
}

/// Finds who `spec` names: empty (user 0), `user`, `user:group` or `:group`, each a name or a number.
///
/// # Errors
/// [`LaunchError::NoSuchUser`] and [`LaunchError::NoSuchGroup`] for a name that is not in its file,
/// [`LaunchError::IdOutOfRange`] for a number that is not in 0..=2147483647.
pub fn resolve_user(spec: &str, passwd: &str, group: &str) -> Result<Identity, LaunchError> {
    let mut parts = spec.split(':');
    let user_argument = parts.next().unwrap_or_default();
    let group_argument = parts.next().unwrap_or_default();

    let user_number = parse_number(user_argument);
    let entry = passwd_entries(passwd).find(|entry| match user_number {
        _ if user_argument.is_empty() => entry.uid == 0,
        Some(number) => entry.uid == number,
        None => entry.name == user_argument,
    });
    let (uid, mut gid) = match (&entry, user_number) {
        (Some(entry), _) => (entry.uid, entry.gid),
        (None, _) if user_argument.is_empty() => (0, 0),
        (None, Some(number)) => (number, 0),
        (None, None) => return Err(LaunchError::NoSuchUser(user_argument.to_owned())),
    };

    let mut supplementary = Vec::new();
    if group_argument.is_empty() {
        if let Some(entry) = &entry {
            for group in group_entries(group).filter(|group| group.has_member(entry.name)) {
                supplementary.push(in_range(group.gid)?);
            }
        }
    } else {
        let group_number = parse_number(group_argument);
        let found = group_entries(group).find(|group| match group_number {
            Some(number) => group.gid == number,
            None => group.name == group_argument,
        });
        gid = match (found, group_number) {
            (Some(group), _) => group.gid,
            (None, Some(number)) => number,
            (None, None) => return Err(LaunchError::NoSuchGroup(group_argument.to_owned())),
        };
    }

    let gid = in_range(gid)?;
    Ok(Identity {
        uid: in_range(uid)?,
        gid,
        groups: once_each(std::iter::once(gid).chain(supplementary)),
        home: entry.map_or("/", |entry| entry.home).to_owned(),
    })
}

/// The numbers of groups named beside the user's own (`--group-add`).
///
/// # Errors
/// [`LaunchError::NoSuchAdditionalGroup`], [`LaunchError::IdOutOfRange`].
pub fn additional_groups(asked: &[String], group: &str) -> Result<Vec<u32>, LaunchError> {
    let find = |asked: &String| {
        let number = parse_number(asked);
        let found = group_entries(group).find(|entry| entry.name == asked || Some(entry.gid) == number);
        let gid = found.map(|entry| entry.gid).or(number);
        in_range(gid.ok_or_else(|| LaunchError::NoSuchAdditionalGroup(asked.clone()))?)
    };
    asked.iter().map(find).collect()
}

/// The same groups without those that came before: what the runtime gives the kernel.
pub fn once_each(groups: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut seen = std::collections::BTreeSet::new();
    groups.into_iter().filter(|gid| seen.insert(*gid)).collect()
}

/// A line of passwd(5).
struct PasswdEntry<'a> {
    name: &'a str,
    uid: i64,
    gid: i64,
    home: &'a str,
}

/// A line of group(5).
struct GroupEntry<'a> {
    name: &'a str,
    gid: i64,
    members: &'a str,
}

impl GroupEntry<'_> {
    fn has_member(&self, name: &str) -> bool {
        self.members.split(',').any(|member| member == name)
    }
}

fn passwd_entries(text: &str) -> impl Iterator<Item = PasswdEntry<'_>> {
    lines(text).map(|line| {
        let mut fields = line.split(':');
        let mut next = || fields.next().unwrap_or_default();
        let (name, _password, uid, gid, _gecos, home) = (next(), next(), next(), next(), next(), next());
        PasswdEntry { name, uid: number_or_zero(uid), gid: number_or_zero(gid), home }
    })
}

fn group_entries(text: &str) -> impl Iterator<Item = GroupEntry<'_>> {
    lines(text).map(|line| {
        let mut fields = line.split(':');
        let mut next = || fields.next().unwrap_or_default();
        let (name, _password, gid, members) = (next(), next(), next(), next());
        GroupEntry { name, gid: number_or_zero(gid), members }
    })
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A decimal number with an optional sign, as Go's `Atoi` reads it.
fn parse_number(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn number_or_zero(text: &str) -> i64 {
    parse_number(text).unwrap_or(0)
}

/// Docker's bounds, narrower than the kernel's.
fn in_range(number: i64) -> Result<u32, LaunchError> {
    i32::try_from(number).ok().and_then(|number| u32::try_from(number).ok()).ok_or(LaunchError::IdOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n\
                          nobody:x:65534:65534:nobody:/:/sbin/nologin\n\
                          \n\
                          1000:x:7:7::/home/digits:/bin/sh\n\
                          marin:x:1000:1000:Marin:/home/marin:/bin/sh\n\
                          short:x:5\n";
    const GROUP: &str = "root:x:0:root\nbin:x:1:root,marin\nmarins:x:1000:\nequipage:x:2000:mousse,marin\n";

    fn who(spec: &str) -> Identity {
        resolve_user(spec, PASSWD, GROUP).expect("the user exists")
    }

    fn numbers(spec: &str) -> (u32, u32, Vec<u32>) {
        let Identity { uid, gid, groups, .. } = who(spec);
        (uid, gid, groups)
    }

    #[test]
    fn nobody_said_is_root_with_its_groups() {
        assert_eq!(numbers(""), (0, 0, vec![0, 1]));
        assert_eq!(who("").home, "/root");
    }

    #[test]
    fn root_has_several_spellings() {
        for spec in ["root", "0", "+0", "-0", "00", "root:"] {
            assert_eq!(who(spec), who(""), "{spec}");
        }
    }

    #[test]
    fn a_name_brings_its_groups_and_home() {
        assert_eq!(numbers("marin"), (1000, 1000, vec![1000, 1, 2000]));
        assert_eq!(who("marin").home, "/home/marin");
        assert_eq!(numbers("nobody"), (65534, 65534, vec![65534]));
    }

    #[test]
    fn an_explicit_group_replaces_them_all() {
        assert_eq!(numbers("marin:equipage"), (1000, 2000, vec![2000]));
        assert_eq!(numbers("marin:42"), (1000, 42, vec![42]));
        assert_eq!(numbers(":equipage"), (0, 2000, vec![2000]));
        assert_eq!(numbers("marin:equipage:ignored"), (1000, 2000, vec![2000]));
    }

    #[test]
    fn digits_are_an_id_even_where_they_are_a_name() {
        assert_eq!(numbers("1000").0, 1000);
        assert_eq!(who("1000").home, "/home/marin");
    }

    #[test]
    fn an_unknown_number_is_taken_as_it_is() {
        let stranger = Identity { uid: 4242, gid: 0, groups: vec![0], home: "/".to_owned() };
        assert_eq!(who("4242"), stranger);
        assert_eq!(who("2147483647").uid, 2_147_483_647);
        assert_eq!(resolve_user("4242:43", "", "").expect("no file is needed").groups, [43]);
    }

    #[test]
    fn groups_are_added_by_name_and_by_number() {
        let add = |asked: &str| additional_groups(&[asked.to_owned()], GROUP).map_err(|error| error.to_string());
        assert_eq!(add("equipage"), Ok(vec![2000]));
        assert_eq!(add("1234"), Ok(vec![1234]));
        assert_eq!(add("nosuch").unwrap_err(), "Unable to find group nosuch: no matching entries in group file");
        assert_eq!(add("-1").unwrap_err(), "uids and gids must be in range 0-2147483647");
    }

    #[test]
    fn a_short_line_is_read_as_far_as_it_goes() {
        assert_eq!(who("short"), Identity { uid: 5, gid: 0, groups: vec![0], home: String::new() });
    }

    #[test]
    fn what_cannot_be_is_refused_in_dockers_words() {
        let refusal = |spec| resolve_user(spec, PASSWD, GROUP).map_err(|error| error.to_string());
        let message = |text: &str| Err(text.to_owned());
        assert_eq!(refusal("inconnu"), message("unable to find user inconnu: no matching entries in passwd file"));
        assert_eq!(refusal("root:inconnu"), message("unable to find group inconnu: no matching entries in group file"));
        for spec in ["4294967295", "2147483648", "-1", "root:4294967295", "9223372036854775807"] {
            assert_eq!(refusal(spec), message("uids and gids must be in range 0-2147483647"), "{spec}");
        }
        // Larger than any integer: no longer a number, so a name nobody has.
        assert!(matches!(
            resolve_user("99999999999999999999", PASSWD, GROUP),
            Err(LaunchError::NoSuchUser(name)) if name == "99999999999999999999"
        ));
    }
}
