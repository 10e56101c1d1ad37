//! Docker's default system-call filter, compiled for the kernel.
//!
//! Owns the word *filter program*. Does not load it: seccompiler's own loader sets `no_new_privs`, which Docker
//! does not, so loading is done in `syscall`.
//!
//! Docker has three answers (allow, EPERM for everything else, ENOSYS for `clone3` so that libc falls back to
//! `clone`) in **one** filter (`Seccomp_filters: 1`). seccompiler compiles two answers, and one comparison per call;
//! so it compiles the rules that look at arguments, and the plain list stands in front of them as ranges of numbers:
//!
//! ```text
//! another architecture?          → kill     (seccompiler's first three instructions)
//! number in one of the ranges?   → allow
//! clone3, without CAP_SYS_ADMIN? → ENOSYS
//! clone, socket, personality     → allow if the arguments fit, else EPERM   (seccompiler's program)
//! anything else                  → EPERM
//! ```
//!
//! Ranges keep the program short (about 350 instructions instead of 1800), which is time saved at every start: the
//! kernel translates the program and runs it once per known call when it is loaded.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use caps::Capability;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    sock_filter,
};

use super::bpf::{IF_AT_LEAST, IF_EQUAL, IF_GREATER, LOAD_WORD, NUMBER_OFFSET, RETURN, jump, statement};
use super::capabilities::CapabilitySet;
use super::{LaunchError, seccomp_table as table};

/// The filter for a container that keeps these capabilities, ready for `seccomp(2)`.
///
/// # Errors
/// [`LaunchError::Step`] on an architecture seccompiler does not know.
pub fn program(capabilities: CapabilitySet) -> Result<Vec<sock_filter>, LaunchError> {
    let conditional = compile(argument_rules(capabilities).map_err(step)?).map_err(step)?;
    let (architecture_check, _) = conditional.split_at(ARCHITECTURE_CHECK);

    let mut program = architecture_check.to_vec();
    program.push(statement(LOAD_WORD, NUMBER_OFFSET));
    for range in ranges(allowed(capabilities)) {
        program.push(jump(IF_AT_LEAST, *range.start(), 0, 2));
        program.push(jump(IF_GREATER, *range.end(), 1, 0));
        program.push(statement(RETURN, libc::SECCOMP_RET_ALLOW));
    }
    if !capabilities.contains(Capability::CAP_SYS_ADMIN) {
        program.push(jump(IF_EQUAL, number(libc::SYS_clone3), 0, 1));
        program.push(statement(RETURN, libc::SECCOMP_RET_ERRNO | libc::ENOSYS.cast_unsigned()));
    }
    program.extend(conditional);
    Ok(program)
}

/// The call numbers allowed whatever their arguments, in order, each once.
fn allowed(capabilities: CapabilitySet) -> Vec<u32> {
    let by_capability = table::BY_CAPABILITY
        .iter()
        .filter(|(capability, _)| capabilities.contains(*capability))
        .flat_map(|(_, calls)| calls.iter());
    let mut numbers: Vec<u32> = (table::ALWAYS.iter())
        .chain(table::ALWAYS_RECENT)
        .chain(table::ALWAYS_HERE)
        .chain(by_capability)
        .map(|call| number(*call))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Neighbouring numbers as ranges; `numbers` is in order.
pub(super) fn ranges(numbers: Vec<u32>) -> Vec<RangeInclusive<u32>> {
    let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(last) if *last.end() + 1 == number => *last = *last.start()..=number,
            _ => ranges.push(number..=number),
        }
    }
    ranges
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The calls whose arguments decide. Rules of one call are alternatives, conditions of one rule all hold.
fn argument_rules(capabilities: CapabilitySet) -> Result<Rules, seccompiler::BackendError> {
    let argument = |length, operator, value| SeccompCondition::new(0, length, operator, value);
    let word = SeccompCmpArgLen::Dword;
    let mut rules = Rules::new();
    let family = |operator, value| SeccompRule::new(vec![argument(word.clone(), operator, u64::from(value))?]);
    let mut families = vec![family(SeccompCmpOp::Lt, FIRST_REFUSED_FAMILY)?];
    for value in LATER_FAMILIES {
        families.push(family(SeccompCmpOp::Eq, value)?);
    }
    rules.insert(libc::SYS_socket, families);
    let personalities = PERSONALITIES
        .iter()
        .map(|value| SeccompRule::new(vec![argument(word.clone(), SeccompCmpOp::Eq, u64::from(*value))?]))
        .collect::<Result<_, _>>()?;
    rules.insert(libc::SYS_personality, personalities);
    if !capabilities.contains(Capability::CAP_SYS_ADMIN) {
        let mask = u64::from(NAMESPACES.cast_unsigned());
        let no_namespace = argument(SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), 0)?;
        rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![no_namespace])?]);
    }
    Ok(rules)
}

fn compile(rules: Rules) -> Result<BpfProgram, seccompiler::BackendError> {
    SeccompFilter::new(
        rules,
        SeccompAction::Errno(libc::EPERM.cast_unsigned()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

/// Socket families below this one are allowed: unix, internet, packet-radio and the like.
const FIRST_REFUSED_FAMILY: u32 = 12;

/// The other allowed families. Missing among them: `AF_ALG` (38), which has cost the kernel too many holes, `AF_VSOCK` (40),
/// which ignores network namespaces, and families nobody uses.
const LATER_FAMILIES: [u32; 25] =
    [13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45];

/// `PER_LINUX`, `PER_LINUX32`, each with or without `UNAME26`, and the query.
const PERSONALITIES: [u32; 5] = [0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff];

/// The flags by which `clone` makes namespaces.
const NAMESPACES: libc::c_int = libc::CLONE_NEWNS
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWCGROUP;

/// Length of the architecture check seccompiler begins every program with: load, compare, kill.
const ARCHITECTURE_CHECK: usize = 3;

pub(super) fn number(call: libc::c_long) -> u32 {
    u32::try_from(call).expect("system-call numbers are small and positive")
}

fn step(error: seccompiler::BackendError) -> LaunchError {
    LaunchError::Step { step: "compile the system-call filter".to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::bpf::{ARCHITECTURE, interpret as run};
    use super::*;

    const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;
    const EPERM: u32 = libc::SECCOMP_RET_ERRNO | 1;
    const ENOSYS: u32 = libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();

    fn verdict(capabilities: CapabilitySet, call: i64, first: u64) -> u32 {
        run(&program(capabilities).expect("it compiles"), ARCHITECTURE, call, [first, 0, 0, 0, 0, 0])
    }

    fn default_verdict(call: i64, first: u64) -> u32 {
        verdict(CapabilitySet::docker_default(), call, first)
    }

    fn with(capability: Capability) -> CapabilitySet {
        CapabilitySet::docker_default().union([capability].into_iter().collect())
    }

    #[test]
    fn everything_in_the_list_is_allowed_and_only_that() {
        let capabilities = CapabilitySet::docker_default();
        let program = program(capabilities).expect("it compiles");
        let allowed = allowed(capabilities);
        assert!(allowed.len() > 290, "{} calls", allowed.len());
        let decided_by_arguments =
            [libc::SYS_clone, libc::SYS_socket, libc::SYS_personality, libc::SYS_clone3].map(number);
        for call in (0..600).filter(|call| !decided_by_arguments.contains(call)) {
            let expected = if allowed.contains(&call) { ALLOW } else { EPERM };
            assert_eq!(run(&program, ARCHITECTURE, i64::from(call), [0; 6]), expected, "call {call}");
        }
    }

    #[test]
    fn mounting_tracing_other_kernels_and_keys_are_refused_by_default() {
        for call in [
            libc::SYS_mount,
            libc::SYS_umount2,
            libc::SYS_setns,
            libc::SYS_unshare,
            libc::SYS_kexec_load,
            libc::SYS_keyctl,
            libc::SYS_add_key,
            libc::SYS_bpf,
            libc::SYS_init_module,
            libc::SYS_open_by_handle_at,
            libc::SYS_io_uring_setup,
            libc::SYS_userfaultfd,
        ] {
            assert_eq!(default_verdict(call, 0), EPERM, "call {call}");
        }
        assert_eq!(default_verdict(libc::SYS_chroot, 0), ALLOW, "CAP_SYS_CHROOT is a default capability");
        assert_eq!(default_verdict(libc::SYS_ptrace, 0), ALLOW, "as Docker since Linux 4.8");
    }

    #[test]
    fn clone_makes_processes_and_threads_but_no_namespace() {
        let fork = u64::from(libc::SIGCHLD.cast_unsigned());
        assert_eq!(default_verdict(libc::SYS_clone, fork), ALLOW);
        assert_eq!(default_verdict(libc::SYS_clone, fork | u64::from(libc::CLONE_NEWUSER.cast_unsigned())), EPERM);
        assert_eq!(default_verdict(libc::SYS_clone3, 0), ENOSYS);
        let sys_admin = with(Capability::CAP_SYS_ADMIN);
        assert_eq!(verdict(sys_admin, libc::SYS_clone, u64::from(libc::CLONE_NEWNS.cast_unsigned())), ALLOW);
        assert_eq!(verdict(sys_admin, libc::SYS_clone3, 0), ALLOW);
        assert_eq!(verdict(sys_admin, libc::SYS_mount, 0), ALLOW);
    }

    #[test]
    fn sockets_of_machines_and_of_kernel_crypto_are_refused() {
        for (family, expected) in [
            (libc::AF_INET, ALLOW),
            (libc::AF_UNIX, ALLOW),
            (libc::AF_NETLINK, ALLOW),
            (libc::AF_XDP, ALLOW),
            (libc::AF_VSOCK, EPERM),
            (libc::AF_ALG, EPERM),
            (libc::AF_RDS, ALLOW),
            (12, EPERM),
            (46, EPERM),
        ] {
            assert_eq!(default_verdict(libc::SYS_socket, u64::from(family.cast_unsigned())), expected);
        }
    }

    #[test]
    fn personality_takes_five_values() {
        for value in PERSONALITIES {
            assert_eq!(default_verdict(libc::SYS_personality, u64::from(value)), ALLOW);
        }
        // ADDR_NO_RANDOMIZE.
        assert_eq!(default_verdict(libc::SYS_personality, 0x0004_0000), EPERM);
    }

    #[test]
    fn a_capability_brings_its_calls() {
        assert_eq!(default_verdict(libc::SYS_settimeofday, 0), EPERM);
        assert_eq!(verdict(with(Capability::CAP_SYS_TIME), libc::SYS_settimeofday, 0), ALLOW);
        assert_eq!(verdict(CapabilitySet::EMPTY, libc::SYS_chroot, 0), EPERM);
    }

    #[test]
    fn calls_of_another_architecture_end_the_process() {
        let program = program(CapabilitySet::docker_default()).expect("it compiles");
        assert_eq!(run(&program, 0x4000_0003, libc::SYS_read, [0; 6]), libc::SECCOMP_RET_KILL_PROCESS);
    }

    #[test]
    fn the_program_stays_short() {
        let length = program(CapabilitySet::docker_default()).expect("it compiles").len();
        assert!(length < 400, "{length} instructions");
    }
}
