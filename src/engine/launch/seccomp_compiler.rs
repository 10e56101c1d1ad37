//! From a seccomp profile to the program the kernel runs. Source: runc `libcontainer/seccomp` for what rules mean:
//! a rule that answers what everybody is answered says nothing; conditions of one rule all hold, unless two of them
//! look at the same argument: then each stands alone; an unconditional rule goes before conditional ones; calls newer
//! than any the profile knows are answered `ENOSYS`, so that programs fall back to older ones.
//!
//! Calls of another architecture end the process, as under our default filter.

use std::collections::BTreeMap;
use std::str::FromStr;

use caps::Capability;
use seccompiler::sock_filter;

use super::bpf::{
    ALWAYS, AND, ARCHITECTURE, ARCHITECTURE_OFFSET, IF_AT_LEAST, IF_EQUAL, IF_GREATER, LOAD_WORD, NUMBER_OFFSET,
    RETURN, high_half, jump, low_half, statement,
};
use super::seccomp::ranges;
use super::seccomp_profile::{Argument, Circumstances, Rule, SeccompProfile};
use super::{CapabilitySet, LaunchError};
use crate::engine::oci::Platform;

/// The kernel takes no longer program.
const LONGEST: usize = 4096;
const ARGUMENTS: u32 = 6;

/// What a profile says of one call.
#[derive(Debug, Default)]
struct Call {
    always: Option<u32>,
    /// Conditions that all hold, and the answer then.
    when: Vec<(Vec<Argument>, u32)>,
}

/// The program of a profile for a container with these capabilities.
///
/// # Errors
/// [`LaunchError::Init`] in runc's words.
pub(super) fn program(profile: &SeccompProfile, capabilities: CapabilitySet) -> Result<Vec<sock_filter>, LaunchError> {
    let default = answer(&profile.default_action, profile.default_errno_ret)?;
    let mut calls: BTreeMap<u32, Call> = BTreeMap::new();
    let mut newest = 0;
    for rule in profile.rules() {
        let answer = answer(&rule.action, rule.errno_ret)?;
        let numbers: Vec<u32> = rule.calls().filter_map(call_number).collect();
        newest = numbers.iter().copied().max().unwrap_or_default().max(newest);
        if answer == default || !counts(rule, capabilities) {
            continue;
        }
        let arguments = rule.args.as_deref().unwrap_or_default();
        for number in numbers {
            add(calls.entry(number).or_default(), arguments, answer)?;
        }
    }
    let program = assemble(&calls, default, newest)?;
    if program.len() > LONGEST {
        return Err(invalid("the seccomp profile is too long"));
    }
    Ok(program)
}

fn assemble(calls: &BTreeMap<u32, Call>, default: u32, newest: u32) -> Result<Vec<sock_filter>, LaunchError> {
    let mut program = vec![
        statement(LOAD_WORD, ARCHITECTURE_OFFSET),
        jump(IF_EQUAL, ARCHITECTURE, 1, 0),
        statement(RETURN, libc::SECCOMP_RET_KILL_PROCESS),
        statement(LOAD_WORD, NUMBER_OFFSET),
    ];
    let mut plain: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (number, call) in calls {
        if let Some(answer) = call.always {
            plain.entry(answer).or_default().push(*number);
        }
    }
    for (answer, numbers) in plain {
        for range in ranges(numbers) {
            program.push(jump(IF_AT_LEAST, *range.start(), 0, 2));
            program.push(jump(IF_GREATER, *range.end(), 1, 0));
            program.push(statement(RETURN, answer));
        }
    }
    for (number, call) in calls.iter().filter(|(_, call)| call.always.is_none()) {
        let mut block = Vec::new();
        for (conditions, answer) in &call.when {
            block.extend(all_hold(conditions, *answer)?);
        }
        block.push(statement(RETURN, default));
        // Further than a conditional jump reaches.
        program.push(jump(IF_EQUAL, *number, 1, 0));
        program.push(statement(ALWAYS, u32::try_from(block.len()).map_err(invalid)?));
        program.extend(block);
    }
    if refuses(default) {
        program.push(jump(IF_GREATER, newest, 0, 1));
        program.push(statement(RETURN, libc::SECCOMP_RET_ERRNO | libc::ENOSYS.cast_unsigned()));
    }
    program.push(statement(RETURN, default));
    Ok(program)
}

/// Adds a rule to what is known of a call.
fn add(call: &mut Call, arguments: &[Argument], answer: u32) -> Result<(), LaunchError> {
    for argument in arguments {
        if argument.index >= ARGUMENTS {
            return Err(invalid(format!("invalid argument index {}", argument.index)));
        }
    }
    let seen_twice = |index| arguments.iter().filter(|argument| argument.index == index).count() > 1;
    if arguments.is_empty() {
        call.always = call.always.or(Some(answer));
    } else if arguments.iter().any(|argument| seen_twice(argument.index)) {
        call.when.extend(arguments.iter().map(|argument| (vec![argument.clone()], answer)));
    } else {
        call.when.push((arguments.to_vec(), answer));
    }
    Ok(())
}

/// Answers when all conditions hold, goes on behind otherwise. The accumulator is lost.
fn all_hold(conditions: &[Argument], answer: u32) -> Result<Vec<sock_filter>, LaunchError> {
    let mut code = vec![statement(RETURN, answer)];
    // Backwards, so that each knows how far the next rule is.
    for condition in conditions.iter().rev() {
        let beyond = u8::try_from(code.len()).map_err(invalid)?;
        let mut with_it = holds(condition, beyond)?;
        with_it.append(&mut code);
        code = with_it;
    }
    Ok(code)
}

/// Falls through when the condition holds, otherwise skips itself and `beyond` more instructions.
fn holds(condition: &Argument, beyond: u8) -> Result<Vec<sock_filter>, LaunchError> {
    let Argument { index, value, value_two, op } = condition;
    let halves = |value: u64| ((value >> 32) as u32, (value & 0xffff_ffff) as u32);
    let (high, low) = (statement(LOAD_WORD, high_half(*index)), statement(LOAD_WORD, low_half(*index)));
    let (value_high, value_low) = halves(*value);
    // How far the end of this condition is from its instructions, and what lies beyond.
    let fail = |after: u8| after + beyond;
    Ok(match op.as_str() {
        "SCMP_CMP_EQ" => {
            vec![high, jump(IF_EQUAL, value_high, 0, fail(2)), low, jump(IF_EQUAL, value_low, 0, fail(0))]
        }
        "SCMP_CMP_NE" => vec![high, jump(IF_EQUAL, value_high, 0, 2), low, jump(IF_EQUAL, value_low, fail(0), 0)],
        "SCMP_CMP_GE" | "SCMP_CMP_GT" => {
            let compare = if op == "SCMP_CMP_GE" { IF_AT_LEAST } else { IF_GREATER };
            vec![
                high,
                jump(IF_GREATER, value_high, 3, 0),
                jump(IF_EQUAL, value_high, 0, fail(2)),
                low,
                jump(compare, value_low, 0, fail(0)),
            ]
        }
        "SCMP_CMP_LT" | "SCMP_CMP_LE" => {
            let compare = if op == "SCMP_CMP_LT" { IF_AT_LEAST } else { IF_GREATER };
            vec![
                high,
                jump(IF_GREATER, value_high, fail(3), 0),
                jump(IF_EQUAL, value_high, 0, 2),
                low,
                jump(compare, value_low, fail(0), 0),
            ]
        }
        "SCMP_CMP_MASKED_EQ" => {
            let (expected_high, expected_low) = halves(*value_two);
            vec![
                high,
                statement(AND, value_high),
                jump(IF_EQUAL, expected_high, 0, fail(3)),
                low,
                statement(AND, value_low),
                jump(IF_EQUAL, expected_low, 0, fail(0)),
            ]
        }
        other => return Err(invalid(format!("string {other} is not a valid operator for seccomp"))),
    })
}

/// The kernel's word for an action.
fn answer(action: &str, errno: Option<u32>) -> Result<u32, LaunchError> {
    let data = errno.unwrap_or_default() & libc::SECCOMP_RET_DATA;
    Ok(match action {
        "SCMP_ACT_KILL" | "SCMP_ACT_KILL_THREAD" => libc::SECCOMP_RET_KILL_THREAD,
        "SCMP_ACT_KILL_PROCESS" => libc::SECCOMP_RET_KILL_PROCESS,
        "SCMP_ACT_TRAP" => libc::SECCOMP_RET_TRAP,
        "SCMP_ACT_ERRNO" => libc::SECCOMP_RET_ERRNO | errno.map_or(libc::EPERM.cast_unsigned(), |_| data),
        "SCMP_ACT_TRACE" => libc::SECCOMP_RET_TRACE | errno.map_or(libc::EPERM.cast_unsigned(), |_| data),
        "SCMP_ACT_LOG" => libc::SECCOMP_RET_LOG,
        "SCMP_ACT_ALLOW" => libc::SECCOMP_RET_ALLOW,
        other => return Err(invalid(format!("string {other} is not a valid action for seccomp"))),
    })
}

/// Whether this answer stops a call.
fn refuses(answer: u32) -> bool {
    !matches!(
        answer & libc::SECCOMP_RET_ACTION_FULL,
        libc::SECCOMP_RET_ALLOW | libc::SECCOMP_RET_LOG | libc::SECCOMP_RET_TRACE
    )
}

/// The number of a call on this machine; none for calls of other machines, which rules name freely.
fn call_number(name: &str) -> Option<u32> {
    let call = syscalls::Sysno::from_str(name).ok()?;
    u32::try_from(call.id()).ok()
}

/// Whether a rule counts here.
fn counts(rule: &Rule, capabilities: CapabilitySet) -> bool {
    let architecture = Platform::host().architecture;
    let has = |name: &String| Capability::from_str(name).is_ok_and(|capability| capabilities.contains(capability));
    let here = |circumstances: &Circumstances| circumstances.arches.iter().flatten().any(|name| *name == architecture);
    let excluded = rule.excludes.as_ref().is_some_and(|excludes| {
        here(excludes)
            || excludes.caps.iter().flatten().any(has)
            || excludes.min_kernel.as_deref().is_some_and(kernel_is_at_least)
    });
    let included = rule.includes.as_ref().is_none_or(|includes| {
        (includes.arches.as_ref().is_none_or(Vec::is_empty) || here(includes))
            && includes.caps.iter().flatten().all(has)
            && includes.min_kernel.as_deref().is_none_or(kernel_is_at_least)
    });
    included && !excluded
}

fn kernel_is_at_least(wanted: &str) -> bool {
    let numbers = |text: &str| -> (u32, u32) {
        let mut parts = text.split(|letter: char| !letter.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    let system = rustix::system::uname();
    numbers(&system.release().to_string_lossy()) >= numbers(wanted)
}

fn invalid(reason: impl ToString) -> LaunchError {
    LaunchError::Init(format!("error loading seccomp filter: {}", reason.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::bpf::interpret;
    use super::*;

    const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;
    const EPERM: u32 = libc::SECCOMP_RET_ERRNO | 1;
    const ENOSYS: u32 = libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();

    fn compiled(text: &str) -> Vec<sock_filter> {
        let profile = SeccompProfile::read(text).unwrap().expect("it says something");
        program(&profile, CapabilitySet::docker_default()).unwrap()
    }

    fn verdict(program: &[sock_filter], call: i64, first: u64) -> u32 {
        interpret(program, ARCHITECTURE, call, [first, 0, 0, 0, 0, 0])
    }

    #[test]
    fn a_list_of_what_is_refused() {
        let program = compiled(
            r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                {"names":["mkdirat","nosuchcall"],"action":"SCMP_ACT_ERRNO"},
                {"names":["fchmodat"],"action":"SCMP_ACT_ERRNO","errnoRet":38},
                {"names":["kill"],"action":"SCMP_ACT_KILL_PROCESS"}]}"#,
        );
        assert_eq!(verdict(&program, libc::SYS_mkdirat, 0), EPERM);
        assert_eq!(verdict(&program, libc::SYS_fchmodat, 0), ENOSYS);
        assert_eq!(verdict(&program, libc::SYS_kill, 0), libc::SECCOMP_RET_KILL_PROCESS);
        assert_eq!(verdict(&program, libc::SYS_read, 0), ALLOW);
        assert_eq!(verdict(&program, 900, 0), ALLOW, "calls nobody knows follow an open default");
        assert_eq!(interpret(&program, 1, libc::SYS_read, [0; 6]), libc::SECCOMP_RET_KILL_PROCESS);
    }

    #[test]
    fn a_list_of_what_is_allowed_and_newer_calls() {
        let program = compiled(
            r#"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
                {"names":["read","write","openat"],"action":"SCMP_ACT_ALLOW"}]}"#,
        );
        assert_eq!(verdict(&program, libc::SYS_read, 0), ALLOW);
        assert_eq!(verdict(&program, libc::SYS_close, 0), EPERM);
        assert_eq!(verdict(&program, libc::SYS_clone3, 0), ENOSYS);
    }

    #[test]
    fn arguments_are_compared_in_64_bits() {
        let with = |op: &str, value: u64, two: u64| {
            compiled(&format!(
                r#"{{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{{"names":["personality"],"action":"SCMP_ACT_ERRNO",
                    "args":[{{"index":0,"value":{value},"valueTwo":{two},"op":"SCMP_CMP_{op}"}}]}}]}}"#
            ))
        };
        let big = 5_u64 << 32 | 7;
        for (op, holds) in [
            ("EQ", (|a, b| a == b) as fn(u64, u64) -> bool),
            ("NE", |a, b| a != b),
            ("GE", |a, b| a >= b),
            ("GT", |a, b| a > b),
            ("LE", |a, b| a <= b),
            ("LT", |a, b| a < b),
        ] {
            let program = with(op, big, 0);
            for found in [0, 7, big - 1, big, big + 1, 4 << 32 | 9, 6 << 32, u64::MAX] {
                let expected = if holds(found, big) { EPERM } else { ALLOW };
                assert_eq!(verdict(&program, libc::SYS_personality, found), expected, "{found} {op} {big}");
            }
        }
        let masked = with("MASKED_EQ", 0xf0, 0x10);
        assert_eq!(verdict(&masked, libc::SYS_personality, 0x1f), EPERM);
        assert_eq!(verdict(&masked, libc::SYS_personality, 0x2f), ALLOW);
    }

    #[test]
    fn two_looks_at_one_argument_are_alternatives_and_others_go_together() {
        let program = compiled(
            r#"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
                {"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[
                    {"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":0,"value":2,"op":"SCMP_CMP_EQ"}]},
                {"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[
                    {"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":1,"value":2,"op":"SCMP_CMP_EQ"}]}]}"#,
        );
        for (first, expected) in [(1, ALLOW), (2, ALLOW), (3, EPERM)] {
            assert_eq!(verdict(&program, libc::SYS_personality, first), expected);
        }
        let socket = |one, two| interpret(&program, ARCHITECTURE, libc::SYS_socket, [one, two, 0, 0, 0, 0]);
        assert_eq!((socket(1, 2), socket(1, 3), socket(2, 2)), (ALLOW, EPERM, EPERM));
    }

    #[test]
    fn circumstances_decide_whether_a_rule_counts() {
        let with = |circumstances: &str| {
            let program = compiled(&format!(
                r#"{{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                    {{"names":["mkdirat"],"action":"SCMP_ACT_ERRNO",{circumstances}}}]}}"#
            ));
            verdict(&program, libc::SYS_mkdirat, 0) == EPERM
        };
        assert!(with(r#""includes":{"caps":["CAP_CHOWN"]}"#) && !with(r#""includes":{"caps":["CAP_SYS_ADMIN"]}"#));
        assert!(!with(r#""excludes":{"caps":["CAP_CHOWN"]}"#) && with(r#""excludes":{"caps":["CAP_SYS_ADMIN"]}"#));
        assert!(with(r#""includes":{"minKernel":"4.8"}"#) && !with(r#""includes":{"minKernel":"99.0"}"#));
        assert!(!with(r#""includes":{"arches":["s390x"]}"#) && with(r#""excludes":{"arches":["s390x"]}"#));
    }

    #[test]
    fn words_nobody_knows_are_refused() {
        let refused = |text: &str| {
            let profile = SeccompProfile::read(text).unwrap().expect("it says something");
            program(&profile, CapabilitySet::EMPTY).unwrap_err().to_string()
        };
        assert!(refused(r#"{"defaultAction":"NO"}"#).contains("string NO is not a valid action for seccomp"));
        let comparison = r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ERRNO",
            "args":[{"index":0,"value":0,"op":"NO"}]}]}"#;
        assert!(refused(comparison).contains("string NO is not a valid operator for seccomp"));
    }
}
