//! The instructions seccomp programs are made of.

use seccompiler::sock_filter;

/// Where `struct seccomp_data` holds the call number.
pub(super) const NUMBER_OFFSET: u32 = 0;
/// Where it holds the architecture.
pub(super) const ARCHITECTURE_OFFSET: u32 = 4;
/// Where its arguments begin, eight bytes each.
const ARGUMENTS_OFFSET: u32 = 16;

pub(super) const LOAD_WORD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
pub(super) const AND: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
pub(super) const ALWAYS: u32 = libc::BPF_JMP | libc::BPF_JA;
pub(super) const IF_EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
pub(super) const IF_GREATER: u32 = libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K;
pub(super) const IF_AT_LEAST: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
pub(super) const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

/// `AUDIT_ARCH_…` of the machine this program is made for.
#[cfg(target_arch = "x86_64")]
pub(super) const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
pub(super) const ARCHITECTURE: u32 = 0xc000_00b7;
#[cfg(target_arch = "riscv64")]
pub(super) const ARCHITECTURE: u32 = 0xc000_00f3;

/// Where the low half of an argument is (the machines we know are little-endian).
pub(super) fn low_half(argument: u32) -> u32 {
    ARGUMENTS_OFFSET + 8 * argument
}

/// Where its high half is.
pub(super) fn high_half(argument: u32) -> u32 {
    low_half(argument) + 4
}

/// An instruction that does not jump.
pub(super) fn statement(code: u32, k: u32) -> sock_filter {
    jump(code, k, 0, 0)
}

/// An instruction that skips `jt` instructions when it holds, `jf` when it does not.
pub(super) fn jump(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code: u16::try_from(code).expect("BPF operation codes have 16 bits"), jt, jf, k }
}

/// What the kernel's interpreter does with such a program.
#[cfg(test)]
pub(super) fn interpret(program: &[sock_filter], architecture: u32, call: i64, arguments: [u64; 6]) -> u32 {
    let number = u32::try_from(call).expect("a call number");
    let mut data = vec![number, architecture, 0, 0];
    for argument in arguments {
        data.extend([(argument & 0xffff_ffff) as u32, (argument >> 32) as u32]);
    }
    let (mut at, mut accumulator) = (0_usize, 0_u32);
    loop {
        let sock_filter { code, jt, jf, k } = program[at];
        at += 1;
        let holds = match u32::from(code) {
            LOAD_WORD => {
                accumulator = data[k as usize / 4];
                continue;
            }
            RETURN => return k,
            IF_EQUAL => accumulator == k,
            IF_GREATER => accumulator > k,
            IF_AT_LEAST => accumulator >= k,
            AND => {
                accumulator &= k;
                continue;
            }
            ALWAYS => {
                at += k as usize;
                continue;
            }
            other => panic!("instruction {other:#x} is not expected here"),
        };
        at += usize::from(if holds { jt } else { jf });
    }
}
