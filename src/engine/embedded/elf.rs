//! The smallest program there is: an ELF file that writes one text and ends well. One row of machine code per
//! architecture; nothing else here knows one. Source: the ELF-64 object file format and each psABI's system calls.

/// Where the file is mapped; a multiple of every page size.
const BASE: u64 = 0x40_0000;
const HEADERS: usize = 64 + 56;
/// What an immediate operand of an `AArch64` instruction holds.
pub(super) const MAX_TEXT: usize = 0xffff;

struct Machine {
    /// As Rust names it.
    name: &'static str,
    /// `e_machine`.
    number: u16,
    /// `write(1, text, length); exit(0)`, the text right behind it.
    code: fn(length: u32) -> Vec<u8>,
}

const MACHINES: &[Machine] =
    &[Machine { name: "x86_64", number: 62, code: x86_64 }, Machine { name: "aarch64", number: 183, code: aarch64 }];

/// A static program for `architecture` that prints `text`; `None` for an architecture we have no code for, or a text
/// over [`MAX_TEXT`] bytes.
pub(super) fn program_that_prints(text: &[u8], architecture: &str) -> Option<Vec<u8>> {
    let machine = MACHINES.iter().find(|machine| machine.name == architecture)?;
    let length = u32::try_from(text.len()).ok().filter(|_| text.len() <= MAX_TEXT)?;
    let code = (machine.code)(length);
    let size = (HEADERS + code.len() + text.len()) as u64;

    let mut file = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    file.extend(2_u16.to_le_bytes()); // ET_EXEC
    file.extend(machine.number.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    file.extend((BASE + HEADERS as u64).to_le_bytes()); // entry point
    file.extend(64_u64.to_le_bytes()); // program headers begin here
    file.extend(0_u64.to_le_bytes()); // no sections
    file.extend(0_u32.to_le_bytes());
    for halfword in [64_u16, 56, 1, 64, 0, 0] {
        file.extend(halfword.to_le_bytes());
    }
    file.extend(1_u32.to_le_bytes()); // PT_LOAD
    file.extend(5_u32.to_le_bytes()); // read and execute
    for word in [0, BASE, BASE, size, size, 0x1_0000] {
        file.extend(u64::to_le_bytes(word));
    }
    file.extend(code);
    file.extend(text);
    Some(file)
}

fn x86_64(length: u32) -> Vec<u8> {
    let mut code = vec![0xb8, 1, 0, 0, 0]; // mov eax, 1 (write)
    code.extend([0xbf, 1, 0, 0, 0]); // mov edi, 1
    code.extend([0x48, 0x8d, 0x35, 16, 0, 0, 0]); // lea rsi, [rip + 16]: over the 16 bytes left
    code.push(0xba); // mov edx, length
    code.extend(length.to_le_bytes());
    code.extend([0x0f, 0x05]); // syscall
    code.extend([0xb8, 60, 0, 0, 0]); // mov eax, 60 (exit)
    code.extend([0x31, 0xff]); // xor edi, edi
    code.extend([0x0f, 0x05]); // syscall
    code
}

fn aarch64(length: u32) -> Vec<u8> {
    [
        0xd280_0020,                 // mov x0, #1
        0x1000_00e1,                 // adr x1, . + 28: over the seven instructions from here
        0xd280_0002 | (length << 5), // mov x2, #length
        0xd280_0808,                 // mov x8, #64 (write)
        0xd400_0001,                 // svc #0
        0xd280_0000,                 // mov x0, #0
        0xd280_0ba8,                 // mov x8, #93 (exit)
        0xd400_0001_u32,             // svc #0
    ]
    .into_iter()
    .flat_map(u32::to_le_bytes)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::OpenOptionsExt;

    #[test]
    fn it_prints_its_text_and_ends_well() {
        let text = "ligne 1\nà la ligne 2\n";
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("program");
        {
            use std::io::Write;
            let mut file = std::fs::File::options().write(true).create_new(true).mode(0o755).open(&path).unwrap();
            file.write_all(&program_that_prints(text.as_bytes(), std::env::consts::ARCH).unwrap()).unwrap();
        }
        // Another test's fork may hold the file open for writing for an instant.
        let output = loop {
            match std::process::Command::new(&path).output() {
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {}
                other => break other.unwrap(),
            }
        };
        assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
        assert!(output.status.success());
    }

    #[test]
    fn every_machine_has_its_text_right_behind_its_code() {
        for machine in MACHINES {
            let file = program_that_prints(b"text", machine.name).unwrap();
            assert!(file.ends_with(b"text"));
            assert_eq!(file[18..20], machine.number.to_le_bytes());
        }
        // adr x1: immediate bits 29-30 low, 5-23 high.
        let adr = u32::from_le_bytes(aarch64(4)[4..8].try_into().unwrap());
        let offset = ((adr >> 5 & 0x7_ffff) << 2) | (adr >> 29 & 3);
        assert_eq!(offset as usize, aarch64(4).len() - 4);
    }

    #[test]
    fn an_unknown_machine_and_a_long_text_are_refused() {
        assert!(program_that_prints(b"text", "pdp11").is_none());
        assert!(program_that_prints(&vec![b'x'; MAX_TEXT + 1], "x86_64").is_none());
    }
}
