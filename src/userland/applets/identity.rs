//! `id`, `whoami`, `groups`: from the guest's own account files.

use std::io::Write;

use nix::unistd::{getegid, geteuid, getgid, getgroups, getuid};

use super::options::{Options, short};
use super::stream::{close, complain, output};
use crate::userland::accounts;

/// `whoami`
pub fn whoami(_arguments: &[String]) -> i32 {
    let uid = geteuid().as_raw();
    let Some(user) = accounts::user_by_id(uid) else { return complain("whoami", &format!("unknown uid {uid}")) };
    say("whoami", &user.name)
}

/// `groups [USER]`
pub fn groups(arguments: &[String]) -> i32 {
    id(&[vec!["-Gn".to_owned()], arguments.to_vec()].concat())
}

/// `id [-u|-g|-G] [-n] [-r] [USER]`
pub fn id(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("ugGnra", "")) {
        Ok(options) => options,
        Err(message) => return complain("id", &message),
    };
    let (uid, gid, mut groups) = match options.operands.first() {
        Some(name) => match accounts::user_by_name(name).or_else(|| accounts::user_by_id(name.parse().ok()?)) {
            Some(user) => (
                user.uid,
                user.gid,
                accounts::groups()
                    .into_iter()
                    .filter(|group| group.members.contains(&user.name))
                    .map(|group| group.gid)
                    .collect::<Vec<_>>(),
            ),
            None => return complain("id", &format!("unknown user {name}")),
        },
        None => {
            let real = options.has('r');
            let uid = if real { getuid() } else { geteuid() };
            let gid = if real { getgid() } else { getegid() };
            (
                uid.as_raw(),
                gid.as_raw(),
                getgroups().unwrap_or_default().into_iter().map(nix::unistd::Gid::as_raw).collect(),
            )
        }
    };
    if !groups.contains(&gid) {
        groups.insert(0, gid);
    }
    let names = options.has('n');
    let group = |gid: &u32| if names { accounts::group_name(*gid) } else { gid.to_string() };
    let text = match options.last_of("ugG") {
        Some('u') if names => accounts::user_name(uid),
        Some('u') => uid.to_string(),
        Some('g') => group(&gid),
        Some(_) => groups.iter().map(group).collect::<Vec<_>>().join(" "),
        None => {
            let user = accounts::user_by_id(uid).map(|user| format!("({})", user.name)).unwrap_or_default();
            let known = accounts::groups();
            let named = |gid: &u32| {
                known
                    .iter()
                    .find(|group| group.gid == *gid)
                    .map_or_else(|| gid.to_string(), |group| format!("{gid}({})", group.name))
            };
            format!(
                "uid={uid}{user} gid={} groups={}",
                named(&gid),
                groups.iter().map(named).collect::<Vec<_>>().join(",")
            )
        }
    };
    say("id", &text)
}

fn say(name: &str, text: &str) -> i32 {
    let mut output = output();
    let written = writeln!(output, "{text}");
    close(name, output, i32::from(written.is_err()))
}
