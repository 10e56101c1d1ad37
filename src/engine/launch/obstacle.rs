//! What stands between this user and a user namespace, so that the right remedy can be shown.
//!
//! Owns the word *obstacle*. Reads the switches by which distributions close user namespaces; changes none of them.
//! The remedies are sentences, so they live in `locales/*/diagnostic.ftl`, under [`Obstacle::id`].

use std::fs;
use std::path::Path;

use nix::errno::Errno;

use super::{TierError, TierStep};

/// A cause a reader can do something about, most common first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Ubuntu, since 23.10: AppArmor takes away the power of namespaces made by programs it does not know
    /// (`kernel.apparmor_restrict_unprivileged_userns`). [`apparmor_profile`] makes ours known.
    AppArmor,
    /// Debian's and Arch's switch: `kernel.unprivileged_userns_clone` is 0.
    SwitchedOff,
    /// `user.max_user_namespaces` is 0 (RHEL 7, hardened hosts), or all are in use.
    NoneLeft,
    /// A system-call filter refuses: we are in a container already.
    Filtered,
    /// The kernel was built without user namespaces.
    NotInKernel,
    /// Something else; the error says what failed.
    Other,
}

impl Obstacle {
    /// Tells the cause of an error by looking at `proc`, the mount point of the proc file system (`/proc`).
    pub fn find(error: TierError, proc: &Path) -> Self {
        let setting = |name: &str| fs::read_to_string(proc.join("sys").join(name)).unwrap_or_default();
        let is = |name: &str, value: &str| setting(name).trim() == value;
        let filtered = || {
            let status = fs::read_to_string(proc.join("self/status")).unwrap_or_default();
            status.lines().any(|line| line.split_whitespace().eq(["Seccomp:", "2"]))
        };
        if is("user/max_user_namespaces", "0") {
            return Self::NoneLeft;
        }
        match (error.step, error.errno) {
            (TierStep::MakeNamespace, Errno::ENOSPC | Errno::EUSERS) => Self::NoneLeft,
            (TierStep::MakeNamespace, Errno::EINVAL | Errno::ENOSYS) => Self::NotInKernel,
            _ if is("kernel/unprivileged_userns_clone", "0") => Self::SwitchedOff,
            // Some releases refuse the namespace itself, the others only what is done in it.
            _ if is("kernel/apparmor_restrict_unprivileged_userns", "1") => Self::AppArmor,
            (TierStep::MakeNamespace, Errno::EPERM) if filtered() => Self::Filtered,
            _ => Self::Other,
        }
    }

    /// The id of the message that explains it and gives the remedies.
    pub fn id(self) -> &'static str {
        match self {
            Self::AppArmor => "diagnostic-apparmor",
            Self::SwitchedOff => "diagnostic-switched-off",
            Self::NoneLeft => "diagnostic-none-left",
            Self::Filtered => "diagnostic-filtered",
            Self::NotInKernel => "diagnostic-not-in-kernel",
            Self::Other => "diagnostic-other",
        }
    }

    /// Every obstacle, for the test that each has its message.
    pub const ALL: [Self; 6] =
        [Self::AppArmor, Self::SwitchedOff, Self::NoneLeft, Self::Filtered, Self::NotInKernel, Self::Other];
}

/// Where the profile below is saved.
pub const APPARMOR_PROFILE_PATH: &str = "/etc/apparmor.d/moussaillon";

/// An AppArmor profile that confines nothing and grants one thing: user namespaces, to the program at this path.
///
/// `None` for a path that cannot be written in a profile (quotes, backslashes, wildcards, line ends): better no profile
/// than one that grants to others.
pub fn apparmor_profile(program: &Path) -> Option<String> {
    let path = program.to_str().filter(|path| path.starts_with('/'))?;
    if path.contains(|c: char| c.is_control() || "\"\\*?[]{}^@".contains(c)) {
        return None;
    }
    Some(format!(
        "abi <abi/4.0>,\n\
         include <tunables/global>\n\
         profile moussaillon \"{path}\" flags=(unconfined) {{\n  \
           userns,\n  \
           include if exists <local/moussaillon>\n\
         }}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up /proc with these files.
    fn proc_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let proc = tempfile::tempdir().expect("a temporary directory");
        for (name, text) in files {
            let path = proc.path().join(name);
            fs::create_dir_all(path.parent().expect("names have a directory")).expect("made");
            fs::write(path, text).expect("written");
        }
        proc
    }

    fn found(step: TierStep, errno: Errno, files: &[(&str, &str)]) -> Obstacle {
        Obstacle::find(TierError { step, errno }, proc_with(files).path())
    }

    #[test]
    fn each_switch_is_told_apart() {
        use TierStep::{MakeNamespace, MapUsers};
        let apparmor = ("sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
        let status = ("self/status", "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n");
        assert_eq!(found(MapUsers, Errno::EPERM, &[apparmor]), Obstacle::AppArmor);
        assert_eq!(found(MakeNamespace, Errno::EACCES, &[apparmor]), Obstacle::AppArmor);
        let debian = [("sys/kernel/unprivileged_userns_clone", "0\n")];
        assert_eq!(found(MakeNamespace, Errno::EPERM, &debian), Obstacle::SwitchedOff);
        let none = [("sys/user/max_user_namespaces", "0\n"), apparmor];
        assert_eq!(found(MakeNamespace, Errno::ENOSPC, &none), Obstacle::NoneLeft);
        assert_eq!(found(MakeNamespace, Errno::ENOSPC, &[]), Obstacle::NoneLeft);
        assert_eq!(found(MakeNamespace, Errno::EPERM, &[status]), Obstacle::Filtered);
        assert_eq!(found(MakeNamespace, Errno::EINVAL, &[]), Obstacle::NotInKernel);
        assert_eq!(found(MapUsers, Errno::EPERM, &[status]), Obstacle::Other);
    }

    #[test]
    fn the_profile_grants_to_one_path_only() {
        let profile = apparmor_profile(Path::new("/opt/mon outil/moussaillon")).expect("an ordinary path");
        assert!(profile.contains("profile moussaillon \"/opt/mon outil/moussaillon\" flags=(unconfined) {\n  userns,"));
        for path in ["moussaillon", "/tmp/*", "/a\"b", "/a\nb", "/{a,b}", "/@{HOME}/x"] {
            assert_eq!(apparmor_profile(Path::new(path)), None, "{path}");
        }
    }
}
