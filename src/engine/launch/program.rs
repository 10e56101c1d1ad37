//! Keeps containers from writing to our own program.
//!
//! A container can have us execute `/proc/self/exe` (its entry point is a link to it): a process inside then has **our**
//! program behind `/proc/PID/exe`, and whoever opened that link may write through it once nobody executes the file any
//! more (CVE-2019-5736). While its monitor lives, the monitor executes that very file and the kernel answers `ETXTBSY`; but a
//! container can outlive a killed monitor by giving up its death signal. So monitors are executed from a read-only mount of the
//! program: the link leads through that mount, whose answer stays `EROFS`. It costs a fifth of a millisecond.

use std::io;
use std::path::Path;

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::statvfs::{FsFlags, statvfs};

/// Makes the program read-only for the calling thread and what it starts, in a mount namespace of its own; the host sees
/// nothing of it. Done once: a second call finds it so.
///
/// # Errors
/// What `unshare(2)` and `mount(2)` answer.
pub(super) fn make_read_only(program: &Path) -> io::Result<()> {
    let flags = statvfs(program)?.flags();
    if flags.contains(FsFlags::ST_RDONLY) {
        return Ok(());
    }
    let nowhere = None::<&str>;
    unshare(CloneFlags::CLONE_NEWNS)?;
    // What the host mounts later still comes in; what we mount never gets out.
    mount(nowhere, "/", nowhere, MsFlags::MS_REC | MsFlags::MS_SLAVE, nowhere)?;
    mount(Some(program), program, nowhere, MsFlags::MS_BIND, nowhere)?;
    // In a user namespace a mount may not lose the restrictions it came with.
    let kept = [(FsFlags::ST_NOSUID, MsFlags::MS_NOSUID), (FsFlags::ST_NODEV, MsFlags::MS_NODEV)]
        .into_iter()
        .filter(|(found, _)| flags.contains(*found))
        .fold(MsFlags::empty(), |kept, (_, flag)| kept | flag);
    let read_only = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | kept;
    mount(nowhere, program, nowhere, read_only, nowhere)?;
    Ok(())
}
