//! What the tests that run scripts have in common: a directory with the program in it, and who runs there.

#![allow(dead_code, clippy::unwrap_used)] // no test needs it all; a failure is a panic

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Who is run as when a test, itself root, drops its privileges: nobody, without a subordinate range.
pub const ORDINARY_USER: u32 = 65534;

/// Nobody when we are root, ourselves otherwise.
pub fn ordinary_user() -> Option<u32> {
    nix::unistd::geteuid().is_root().then_some(ORDINARY_USER)
}

/// An empty directory of that user's, ours without one, with `moussaillon` in it: where it was built may be closed to others.
pub fn world(user: Option<u32>) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    copy_program(&directory.path().join("moussaillon"));
    chown(directory.path(), user, user).unwrap();
    directory
}

/// Copies the program, by another process: a file this one holds open for writing could not be executed while a sibling test
/// starts one of its own.
pub fn copy_program(place: &Path) {
    let copied = Command::new("cp").args([Path::new(env!("CARGO_BIN_EXE_moussaillon")), place]).status();
    assert!(copied.unwrap().success());
}

/// Has a command run there, as that user, with nothing of our environment and nothing to read; `$WORLD` is where.
pub fn settle(command: &mut Command, world: &Path, user: Option<u32>) {
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("WORLD", world).env("HOME", world);
    command.current_dir(world).stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
}
