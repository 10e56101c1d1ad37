//! `--chown`: whose the files of a COPY or ADD become.

use std::path::Path;

use super::BuildError;
use super::files::FileTree;

/// A user and a group, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Owner {
    /// Reads `user[:group]`, names looked up in the tree's own passwd and group files. A number alone is both; a name
    /// alone brings its group from the passwd file.
    pub(super) fn parse(text: &str, tree: &FileTree) -> Result<Self, BuildError> {
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
            None => (text, None),
        };
        let (uid, default_gid) = match user.parse::<u32>() {
            Ok(number) => (number, number),
            Err(_) if user.is_empty() => (0, 0),
            Err(_) => user_entry(&tree.read_text(Path::new("/etc/passwd")), user)
                .ok_or_else(|| BuildError::Invalid(format!("unable to convert uid/gid chown string to host mapping: can't find uid for user {user}: no such user: {user}")))?,
        };
        let gid = match group.map(|group| (group, group.parse::<u32>())) {
            None => default_gid,
            Some((_, Ok(number))) => number,
            Some((group, Err(_))) => group_entry(&tree.read_text(Path::new("/etc/group")), group)
                .ok_or_else(|| BuildError::Invalid(format!("unable to convert uid/gid chown string to host mapping: can't find gid for group {group}: no such group: {group}")))?,
        };
        Ok(Self { uid, gid })
    }
}

fn user_entry(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        Some((uid, fields.next()?.parse().ok()?))
    })
}

fn group_entry(group: &str, name: &str) -> Option<u32> {
    group.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        fields.nth(1)?.parse().ok()
    })
}
