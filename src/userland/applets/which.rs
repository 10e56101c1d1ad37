//! `which`: where a program would be found.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::failure::AppletResult;

/// `which [-a] NAME…`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let all = arguments.iter().any(|argument| argument == "-a");
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/sbin:/usr/bin:/sbin:/bin".into());
    let mut code = 0;
    for name in arguments.iter().filter(|argument| *argument != "-a") {
        let candidates: Vec<_> = if Path::new(name).components().count() > 1 {
            vec![name.into()]
        } else {
            std::env::split_paths(&path).map(|directory| directory.join(name)).collect()
        };
        let mut found = candidates.into_iter().filter(|candidate| {
            candidate.metadata().is_ok_and(|status| status.is_file() && status.permissions().mode() & 0o111 != 0)
        });
        let Some(first) = found.next() else {
            code = 1;
            continue;
        };
        writeln!(output, "{}", first.display())?;
        for other in found.filter(|_| all) {
            writeln!(output, "{}", other.display())?;
        }
    }
    Ok(code)
}
