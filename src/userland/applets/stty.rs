//! `stty`: the size of the terminal, echo on and off, and back to sane.

use std::ffi::OsString;
use std::io::Write;

use rustix::termios::{
    ControlModes, InputModes, LocalModes, OptionalActions, OutputModes, Termios, Winsize, tcgetattr, tcgetwinsize,
    tcsetattr, tcsetwinsize,
};

use super::failure::{AppletResult, Failure};

/// `stty [size] [-a] [sane] [[-]echo] [raw|-raw] [rows N] [cols N]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let terminal = std::io::stdin();
    let failed = |error: rustix::io::Errno| Failure::new(format!("standard input: {}", std::io::Error::from(error)));
    let size = tcgetwinsize(&terminal).map_err(failed)?;
    let mut modes = tcgetattr(&terminal).map_err(failed)?;
    let mut words = arguments.iter().map(|word| word.to_string_lossy().into_owned());
    if arguments.is_empty() {
        writeln!(output, "speed 38400 baud; line = 0;")?;
    }
    while let Some(word) = words.next() {
        match word.as_str() {
            "size" => writeln!(output, "{} {}", size.ws_row, size.ws_col)?,
            "-a" => show(&modes, size, output)?,
            "echo" => modes.local_modes |= LocalModes::ECHO,
            "-echo" => modes.local_modes -= LocalModes::ECHO,
            "raw" => modes.make_raw(),
            "sane" | "-raw" | "cooked" => make_sane(&mut modes),
            "rows" | "cols" | "columns" => {
                let value = words.next().unwrap_or_default();
                let number = value.parse().map_err(|_| Failure::new(format!("invalid number '{value}'")))?;
                let size = if word == "rows" {
                    Winsize { ws_row: number, ..size }
                } else {
                    Winsize { ws_col: number, ..size }
                };
                tcsetwinsize(&terminal, size).map_err(failed)?;
            }
            other => return Err(Failure::new(format!("invalid argument '{other}'"))),
        }
    }
    tcsetattr(&terminal, OptionalActions::Drain, &modes).map_err(failed)?;
    Ok(0)
}

fn make_sane(modes: &mut Termios) {
    modes.input_modes |= InputModes::BRKINT | InputModes::ICRNL | InputModes::IXON;
    modes.output_modes |= OutputModes::OPOST | OutputModes::ONLCR;
    modes.control_modes |= ControlModes::CREAD;
    modes.local_modes |=
        LocalModes::ISIG | LocalModes::ICANON | LocalModes::IEXTEN | LocalModes::ECHO | LocalModes::ECHOE;
}

fn show(modes: &Termios, size: Winsize, output: &mut dyn Write) -> std::io::Result<()> {
    writeln!(output, "speed 38400 baud; rows {}; columns {}; line = 0;", size.ws_row, size.ws_col)?;
    let flags = [
        ("isig", LocalModes::ISIG),
        ("icanon", LocalModes::ICANON),
        ("iexten", LocalModes::IEXTEN),
        ("echo", LocalModes::ECHO),
        ("echoe", LocalModes::ECHOE),
    ];
    let words: Vec<String> = flags
        .iter()
        .map(|(name, flag)| format!("{}{name}", if modes.local_modes.contains(*flag) { "" } else { "-" }))
        .collect();
    writeln!(output, "{}", words.join(" "))
}
