//! `test` and `[`, shared with the applets of the same names. Source: POSIX XCU test.

use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use nix::unistd::{AccessFlags, access};

use super::super::Shell;
use super::super::flow::Outcome;

/// `test EXPRESSION`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn test_builtin(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let terminal = |number: u32| shell.descriptors.get(number).is_ok_and(|file| rustix::termios::isatty(file.as_fd()));
    match evaluate(arguments, &terminal) {
        Ok(holds) => Ok(i32::from(!holds)),
        Err(message) => {
            shell.complain(&message);
            Ok(2)
        }
    }
}

/// `[ EXPRESSION ]`
pub fn bracket_builtin(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match arguments.split_last() {
        Some((last, expression)) if last == "]" => test_builtin(shell, expression),
        _ => {
            shell.complain("missing ]");
            Ok(2)
        }
    }
}

/// `[[ EXPRESSION ]]`, as busybox has it: another spelling of `test`.
pub fn double_bracket_builtin(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match arguments.split_last() {
        Some((last, expression)) if last == "]]" => test_builtin(shell, expression),
        _ => {
            shell.complain("missing ]]");
            Ok(2)
        }
    }
}

/// Whether an expression holds, for the applets. Errors: what is wrong with the expression.
pub fn test(arguments: &[String]) -> Result<bool, String> {
    let terminal = |number: u32| match number {
        0 => rustix::termios::isatty(std::io::stdin()),
        1 => rustix::termios::isatty(std::io::stdout()),
        2 => rustix::termios::isatty(std::io::stderr()),
        _ => false,
    };
    evaluate(arguments, &terminal)
}

fn evaluate(arguments: &[String], terminal: &dyn Fn(u32) -> bool) -> Result<bool, String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // With up to four arguments POSIX decides by their number, so that operators may be operands.
    match words.as_slice() {
        [] => return Ok(false),
        [word] => return Ok(!word.is_empty()),
        ["!", word] => return Ok(word.is_empty()),
        [left, operator, right] if is_binary(operator) => return binary(left, operator, right),
        ["!", left, operator, right] if is_binary(operator) => {
            return binary(left, operator, right).map(|holds| !holds);
        }
        _ => {}
    }
    let mut reader = Reader { words, position: 0, terminal };
    let holds = reader.or()?;
    match reader.words.get(reader.position) {
        None => Ok(holds),
        Some(word) => Err(format!("{word}: unknown operand")),
    }
}

struct Reader<'a> {
    words: Vec<&'a str>,
    position: usize,
    terminal: &'a dyn Fn(u32) -> bool,
}

impl<'a> Reader<'a> {
    fn peek(&self, distance: usize) -> Option<&'a str> {
        self.words.get(self.position + distance).copied()
    }

    fn or(&mut self) -> Result<bool, String> {
        let mut holds = self.and()?;
        while self.peek(0) == Some("-o") {
            self.position += 1;
            holds |= self.and()?;
        }
        Ok(holds)
    }

    fn and(&mut self) -> Result<bool, String> {
        let mut holds = self.not()?;
        while self.peek(0) == Some("-a") {
            self.position += 1;
            holds &= self.not()?;
        }
        Ok(holds)
    }

    fn not(&mut self) -> Result<bool, String> {
        if self.peek(0) == Some("!") && self.peek(1).is_some() {
            self.position += 1;
            return self.not().map(|holds| !holds);
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<bool, String> {
        let Some(word) = self.peek(0) else { return Err("argument expected".to_owned()) };
        if let (Some(operator), Some(right)) = (self.peek(1), self.peek(2))
            && is_binary(operator)
        {
            self.position += 3;
            return binary(word, operator, right);
        }
        if word == "(" {
            self.position += 1;
            let holds = self.or()?;
            if self.peek(0) != Some(")") {
                return Err("closing paren expected".to_owned());
            }
            self.position += 1;
            return Ok(holds);
        }
        if word.len() == 2 && word.starts_with('-') && "bcdefghkLnprSstuwxzOGN".contains(&word[1..]) {
            let Some(operand) = self.peek(1) else {
                self.position += 1;
                return Ok(true);
            };
            self.position += 2;
            return Ok(self.unary(word, operand));
        }
        if word.len() == 2 && word.starts_with('-') && self.peek(1).is_some() {
            return Err(format!("{word}: unknown operand"));
        }
        self.position += 1;
        Ok(!word.is_empty())
    }

    fn unary(&self, operator: &str, operand: &str) -> bool {
        let data = || std::fs::metadata(operand).ok();
        let kind = |is: &dyn Fn(&std::fs::FileType) -> bool| data().is_some_and(|data| is(&data.file_type()));
        let mode = |bits: u32| data().is_some_and(|data| data.mode() & bits != 0);
        match operator {
            "-n" => !operand.is_empty(),
            "-z" => operand.is_empty(),
            "-e" => data().is_some(),
            "-f" => kind(&std::fs::FileType::is_file),
            "-d" => kind(&std::fs::FileType::is_dir),
            "-b" => kind(&FileTypeExt::is_block_device),
            "-c" => kind(&FileTypeExt::is_char_device),
            "-p" => kind(&FileTypeExt::is_fifo),
            "-S" => kind(&FileTypeExt::is_socket),
            "-h" | "-L" => std::fs::symlink_metadata(operand).is_ok_and(|data| data.file_type().is_symlink()),
            "-s" => data().is_some_and(|data| data.len() > 0),
            "-r" => access(operand, AccessFlags::R_OK).is_ok(),
            "-w" => access(operand, AccessFlags::W_OK).is_ok(),
            "-x" => access(operand, AccessFlags::X_OK).is_ok(),
            "-g" => mode(0o2000),
            "-u" => mode(0o4000),
            "-k" => mode(0o1000),
            "-O" => data().is_some_and(|data| data.uid() == nix::unistd::geteuid().as_raw()),
            "-G" => data().is_some_and(|data| data.gid() == nix::unistd::getegid().as_raw()),
            "-N" => data().is_some_and(|data| data.mtime() > data.atime()),
            "-t" => operand.parse().is_ok_and(|number| (self.terminal)(number)),
            _ => false,
        }
    }
}

fn is_binary(operator: &str) -> bool {
    ["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"].contains(&operator)
}

fn binary(left: &str, operator: &str, right: &str) -> Result<bool, String> {
    let number = |text: &str| text.trim().parse::<i64>().map_err(|_| format!("{text}: bad number"));
    let modified = |path: &str| std::fs::metadata(path).ok().map(|data| (data.mtime(), data.mtime_nsec()));
    let identity = |path: &str| std::fs::metadata(path).ok().map(|data| (data.dev(), data.ino()));
    Ok(match operator {
        "=" | "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        ">" => left > right,
        "-eq" => number(left)? == number(right)?,
        "-ne" => number(left)? != number(right)?,
        "-lt" => number(left)? < number(right)?,
        "-le" => number(left)? <= number(right)?,
        "-gt" => number(left)? > number(right)?,
        "-ge" => number(left)? >= number(right)?,
        "-nt" => modified(left) > modified(right),
        "-ot" => {
            modified(left).is_none() && modified(right).is_some()
                || modified(left).is_some() && modified(left) < modified(right)
        }
        _ => identity(left).is_some() && identity(left) == identity(right),
    })
}
