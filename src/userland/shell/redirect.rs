//! Redirections: from their words to the table of descriptors.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::OwnedFd;

use super::Shell;
use super::descriptors::{Descriptors, anonymous};
use super::flow::Stop;
use super::syntax::{Redirection, RedirectionKind};

impl Shell {
    /// The present table with `redirections` applied left to right; a failure is reported and has status 1.
    pub(super) fn redirected(&mut self, redirections: &[Redirection]) -> Result<Descriptors, Stop> {
        let mut table = self.descriptors.clone();
        for redirection in redirections {
            let target = self.expand_text(&redirection.target)?;
            if let Err(message) = self.redirect(&mut table, redirection, &target) {
                self.complain(&message);
                return Err(Stop::Failed(1));
            }
        }
        Ok(table)
    }

    fn redirect(&self, table: &mut Descriptors, redirection: &Redirection, target: &str) -> Result<(), String> {
        let kind = redirection.kind;
        let writes = matches!(
            kind,
            RedirectionKind::Write
                | RedirectionKind::Append
                | RedirectionKind::DuplicateOutput
                | RedirectionKind::WriteBoth
        );
        let number = redirection.descriptor.unwrap_or(u32::from(writes));
        match kind {
            RedirectionKind::HereDocument | RedirectionKind::HereString => {
                let newline = if kind == RedirectionKind::HereString { "\n" } else { "" };
                let file = anonymous(&format!("{target}{newline}")).map_err(|error| describe(&error))?;
                table.set(number, file);
            }
            RedirectionKind::DuplicateInput | RedirectionKind::DuplicateOutput => {
                if target == "-" {
                    table.close(number);
                } else if let Ok(source) = target.parse() {
                    let file = table.get(source).map_err(|_| format!("{target}: Bad file descriptor"))?;
                    table.set(number, file);
                } else if kind == RedirectionKind::DuplicateOutput && redirection.descriptor.is_none() {
                    Self::both(table, self.open(RedirectionKind::Write, target)?);
                } else {
                    return Err(format!("{target}: bad file descriptor"));
                }
            }
            RedirectionKind::WriteBoth => Self::both(table, self.open(kind, target)?),
            _ => table.set(number, self.open(kind, target)?),
        }
        Ok(())
    }

    fn both(table: &mut Descriptors, file: OwnedFd) {
        let file = std::rc::Rc::new(file);
        table.set(1, std::rc::Rc::clone(&file));
        table.set(2, file);
    }

    fn open(&self, kind: RedirectionKind, path: &str) -> Result<OwnedFd, String> {
        let mut options = OpenOptions::new();
        let creates = kind != RedirectionKind::Read;
        match kind {
            RedirectionKind::Read => options.read(true),
            RedirectionKind::ReadWrite => options.read(true).write(true).create(true),
            RedirectionKind::Append => options.append(true).create(true),
            _ => options.write(true).create(true).truncate(true),
        };
        let keeps = self.state.options.has('C') && kind == RedirectionKind::Write;
        if keeps && std::path::Path::new(path).is_file() {
            return Err(format!("can't create {path}: File exists"));
        }
        options.open(path).map(OwnedFd::from).map_err(|error| {
            let (verb, missing) = if creates { ("create", "nonexistent directory") } else { ("open", "no such file") };
            let reason = if error.kind() == io::ErrorKind::NotFound { missing.to_owned() } else { describe(&error) };
            format!("can't {verb} {path}: {reason}")
        })
    }
}

/// The system's words for an error, without Rust's number.
pub(super) fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
