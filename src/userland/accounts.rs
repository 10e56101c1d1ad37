//! User and group names, read from the guest's own `/etc/passwd` and `/etc/group`.
//!
//! Never through the C library: a static program must not load the guest's name services.

/// A line of `/etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Login name.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
    /// Home directory.
    pub home: String,
}

/// A line of `/etc/group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Name.
    pub name: String,
    /// Group id.
    pub gid: u32,
    /// Names of its other members.
    pub members: Vec<String>,
}

/// All users; none when there is no file.
pub fn users() -> Vec<User> {
    let text = std::fs::read("/etc/passwd").unwrap_or_default();
    String::from_utf8_lossy(&text).lines().filter_map(parse_user).collect()
}

/// All groups; none when there is no file.
pub fn groups() -> Vec<Group> {
    let text = std::fs::read("/etc/group").unwrap_or_default();
    String::from_utf8_lossy(&text).lines().filter_map(parse_group).collect()
}

/// The user of that name.
pub fn user_by_name(name: &str) -> Option<User> {
    users().into_iter().find(|user| user.name == name)
}

/// The user with that id.
pub fn user_by_id(uid: u32) -> Option<User> {
    users().into_iter().find(|user| user.uid == uid)
}

/// A user's name, or the id in digits.
pub fn user_name(uid: u32) -> String {
    user_by_id(uid).map_or_else(|| uid.to_string(), |user| user.name)
}

/// A group's name, or the id in digits.
pub fn group_name(gid: u32) -> String {
    groups().into_iter().find(|group| group.gid == gid).map_or_else(|| gid.to_string(), |group| group.name)
}

fn parse_user(line: &str) -> Option<User> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _, uid, gid, _, home, ..] = fields.as_slice() else { return None };
    Some(User { name: (*name).to_owned(), uid: uid.parse().ok()?, gid: gid.parse().ok()?, home: (*home).to_owned() })
}

fn parse_group(line: &str) -> Option<Group> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _, gid, members, ..] = fields.as_slice() else { return None };
    let members = members.split(',').filter(|member| !member.is_empty()).map(str::to_owned).collect();
    Some(Group { name: (*name).to_owned(), gid: gid.parse().ok()?, members })
}
