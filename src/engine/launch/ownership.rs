//! Giving files and powers away where there is nobody to give them to.
//!
//! In a user namespace of a single id, `chown` to anybody else, `setuid`, `setgroups` and the making of devices can only
//! fail, and with them nearly every package manager and many an entry point. Container engines for shared computers
//! answer with a filter that lets these calls succeed without being carried out: everything belongs to one id anyway.
//! What a program reads back (`stat`, `getuid`) stays the truth.

use seccompiler::sock_filter;

use super::bpf::{
    ALWAYS, AND, ARCHITECTURE, ARCHITECTURE_OFFSET, IF_EQUAL, LOAD_WORD, NUMBER_OFFSET, RETURN, jump, low_half,
    statement,
};
use super::seccomp::number;

/// Calls that succeed and do nothing.
const IMITATED: &[libc::c_long] = &[
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_setgroups,
];
/// Calls that make files, with the place of the argument that says which kind.
const MAKING: &[(libc::c_long, u32)] = &[
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_mknod, 1),
    (libc::SYS_mknodat, 2),
];
/// The answer 0 instead of an error.
const SUCCESS: u32 = libc::SECCOMP_RET_ERRNO;

/// Puts the imitation in front of a filter; in front of none, everything else is allowed.
pub(super) fn imitate(filter: Option<Vec<sock_filter>>) -> Vec<sock_filter> {
    let mut imitation = vec![statement(LOAD_WORD, NUMBER_OFFSET)];
    for call in IMITATED {
        imitation.extend([jump(IF_EQUAL, number(*call), 0, 1), statement(RETURN, SUCCESS)]);
    }
    for (call, kind) in MAKING {
        imitation.extend([
            jump(IF_EQUAL, number(*call), 0, 6),
            statement(LOAD_WORD, low_half(*kind)),
            statement(AND, libc::S_IFMT),
            jump(IF_EQUAL, libc::S_IFCHR, 1, 0),
            jump(IF_EQUAL, libc::S_IFBLK, 0, 1),
            statement(RETURN, SUCCESS),
            statement(LOAD_WORD, NUMBER_OFFSET),
        ]);
    }
    // The numbers above are this architecture's; what another one means by them is the filter's business.
    let length = u32::try_from(imitation.len()).expect("a few dozen instructions");
    let mut program =
        vec![statement(LOAD_WORD, ARCHITECTURE_OFFSET), jump(IF_EQUAL, ARCHITECTURE, 1, 0), statement(ALWAYS, length)];
    program.extend(imitation);
    program.extend(filter.unwrap_or_else(|| vec![statement(RETURN, libc::SECCOMP_RET_ALLOW)]));
    program
}

#[cfg(test)]
mod tests {
    use super::super::bpf::interpret;
    use super::super::{CapabilitySet, seccomp};
    use super::*;

    const OTHER_ARCHITECTURE: u32 = 0x4000_0003;

    #[test]
    fn giving_away_succeeds_and_the_rest_is_the_filters() {
        let plain = seccomp::program(CapabilitySet::docker_default()).expect("it compiles");
        let program = imitate(Some(plain.clone()));
        for call in IMITATED {
            assert_eq!(interpret(&program, ARCHITECTURE, *call, [0; 6]), SUCCESS, "call {call}");
        }
        for call in (0..500).filter(|call| !IMITATED.contains(call)) {
            let (found, expected) =
                (interpret(&program, ARCHITECTURE, call, [0; 6]), interpret(&plain, ARCHITECTURE, call, [0; 6]));
            assert_eq!(found, expected, "call {call}");
        }
        let foreign = interpret(&program, OTHER_ARCHITECTURE, libc::SYS_fchown, [0; 6]);
        assert_eq!(foreign, libc::SECCOMP_RET_KILL_PROCESS);
    }

    #[test]
    fn devices_are_imitated_and_pipes_are_made() {
        let program = imitate(None);
        for (kind, expected) in [
            (libc::S_IFCHR, SUCCESS),
            (libc::S_IFBLK, SUCCESS),
            (libc::S_IFIFO, libc::SECCOMP_RET_ALLOW),
            (libc::S_IFREG, libc::SECCOMP_RET_ALLOW),
        ] {
            let mode = u64::from(kind | 0o644);
            assert_eq!(interpret(&program, ARCHITECTURE, libc::SYS_mknodat, [0, 0, mode, 0, 0, 0]), expected);
        }
        assert_eq!(interpret(&program, ARCHITECTURE, libc::SYS_read, [0; 6]), libc::SECCOMP_RET_ALLOW);
    }
}
