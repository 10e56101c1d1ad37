//! Whether we are a guest program, and which.
//!
//! The host program is called `moussaillon` or `docker`; a guest one by a name of the table. So the last
//! component of `argv[0]` decides alone, a leading dash (a login shell) put aside. `moussaillon-applet NAME …`
//! runs NAME without a link, and without NAME lists the table.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use super::applets::{APPLETS, Program, run_filter};
use super::shell;

/// Runs the guest program called `name` when there is one; `None` sends the caller on.
pub fn enter(name: &OsStr, arguments: &[OsString]) -> Option<ExitCode> {
    let called = name.to_str()?;
    let base = Path::new(called).file_name()?.to_str()?;
    if base == "moussaillon-applet" {
        return Some(by_first_argument(arguments));
    }
    let (base, login) = base.strip_prefix('-').map_or((base, false), |base| (base, true));
    let applet = APPLETS.iter().find(|applet| applet.name == base)?;
    Some(match applet.program {
        Program::Shell if shell::is_subshell() => shell::enter_subshell(),
        Program::Shell => shell::enter_shell(called.trim_start_matches('-'), arguments, login),
        Program::Ours(run) => {
            let arguments: Vec<String> =
                arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
            code(run(&arguments))
        }
        Program::Filter(run) => code(run_filter(applet.name, run, arguments)),
        Program::Coreutils(run) => {
            // Dies quietly when nobody reads, as every Unix filter.
            uucore::signals::enable_pipe_errors().ok();
            uucore::locale::setup_localization(base).ok();
            let status = run(std::iter::once(OsString::from(base)).chain(arguments.iter().cloned()).collect());
            std::io::stdout().flush().ok();
            code(status)
        }
    })
}

fn by_first_argument(arguments: &[OsString]) -> ExitCode {
    let Some((name, rest)) = arguments.split_first() else {
        let mut output = std::io::stdout();
        let names: String = APPLETS.iter().map(|applet| format!("{}\n", applet.path)).collect();
        return code(i32::from(output.write_all(names.as_bytes()).is_err()));
    };
    let error = Command::new("/proc/self/exe").arg0(name).args(rest).exec();
    writeln!(std::io::stderr(), "moussaillon-applet: {}: {error}", name.display()).ok();
    code(127)
}

fn code(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status & 0xff).unwrap_or(u8::MAX))
}
