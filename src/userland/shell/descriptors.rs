//! The shell's own table of descriptors.
//!
//! Redirections change this table, never the process's descriptors: what a number means is settled
//! when a program is started. So a redirected builtin needs no saving and restoring, and nothing leaks
//! (every file held here is close-on-exec).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;

/// Which open file each number means.
#[derive(Debug, Clone)]
pub struct Descriptors {
    table: BTreeMap<u32, Rc<OwnedFd>>,
}

impl Descriptors {
    /// The three standard ones of this process; those that are closed are absent.
    pub fn inherited() -> Self {
        let mut table = BTreeMap::new();
        let standard = [
            io::stdin().as_fd().try_clone_to_owned(),
            io::stdout().as_fd().try_clone_to_owned(),
            io::stderr().as_fd().try_clone_to_owned(),
        ];
        for (number, file) in (0..).zip(standard) {
            if let Ok(file) = file {
                table.insert(number, Rc::new(file));
            }
        }
        Self { table }
    }

    /// A table made of these.
    pub fn of(files: impl IntoIterator<Item = (u32, OwnedFd)>) -> Self {
        Self { table: files.into_iter().map(|(number, file)| (number, Rc::new(file))).collect() }
    }

    /// What a number means.
    pub fn get(&self, number: u32) -> io::Result<Rc<OwnedFd>> {
        if let Some(file) = self.table.get(&number) {
            return Ok(Rc::clone(file));
        }
        Err(io::Error::from_raw_os_error(rustix::io::Errno::BADF.raw_os_error()))
    }

    /// Makes a number mean `file`.
    pub fn set(&mut self, number: u32, file: impl Into<Rc<OwnedFd>>) {
        self.table.insert(number, file.into());
    }

    /// Closes a number.
    pub fn close(&mut self, number: u32) {
        self.table.remove(&number);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (u32, BorrowedFd<'_>)> {
        self.table.iter().map(|(number, file)| (*number, file.as_fd()))
    }

    /// A copy of what a number means.
    pub fn copy(&self, number: u32) -> io::Result<OwnedFd> {
        self.get(number)?.try_clone()
    }

    /// Writes all of `bytes`.
    pub fn write(&self, number: u32, bytes: &[u8]) -> io::Result<()> {
        File::from(self.copy(number)?).write_all(bytes)
    }
}

/// A file without a name that holds `text`, read from its start: the body of a here-document, of any size.
pub fn anonymous(text: &str) -> io::Result<OwnedFd> {
    use std::io::Seek;
    let mut file = File::from(rustix::fs::memfd_create("here-document", rustix::fs::MemfdFlags::CLOEXEC)?);
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file.into())
}
