//! Carries out a mount plan inside a new mount namespace, then makes it the root.
//!
//! Every file system is made detached and then moved onto a target found with `openat2(RESOLVE_IN_ROOT)`:
//! whatever symbolic links an image holds, nothing outside its root is touched (CVE-2025-31133 and family).

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::{chdir, fchdir, pivot_root};
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create, fsconfig_set_string,
    fsmount, fsopen, move_mount, open_tree,
};

use super::{LaunchError, Tier, syscall};
use crate::engine::rootfs::{Mount, MountKind, RootfsBase, RootfsPlan};

/// Links followed while a path is made, as the kernel counts them.
const MAX_LINKS: usize = 40;

/// The root of a container being put together.
#[derive(Debug)]
pub struct Root {
    directory: OwnedFd,
}

/// What to find, or make, at a path of the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// It must be there.
    Existing,
    /// A directory, made when absent.
    Directory,
    /// A file, made when absent.
    File,
}

impl Root {
    /// Mounts the root of `plan` in our own mount namespace. `state_root` is where its paths start.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the mount that failed.
    pub fn mount(state_root: &Path, plan: &RootfsPlan, tier: Tier) -> Result<Self, LaunchError> {
        // Nothing we mount may show outside, nothing mounted outside may show here.
        mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>)
            .map_err(|error| LaunchError::step("make / private", error))?;
        // Relative paths: 127 layers must fit in one page of options, and the root may hold commas and colons.
        chdir(state_root).map_err(|error| LaunchError::step(format!("enter {}", state_root.display()), error))?;
        let (source, kind, flags, options) = match &plan.base {
            RootfsBase::Overlay { lower, upper, work } => {
                let lower: Vec<String> = lower.iter().map(|path| path.display().to_string()).collect();
                let options = overlay_options(&lower.join(":"), upper, work, tier);
                (Path::new("overlay"), Some("overlay"), MsFlags::empty(), Some(options))
            }
            // pivot_root wants a mount point.
            RootfsBase::Copied => (plan.merged.as_path(), None, MsFlags::MS_BIND | MsFlags::MS_REC, None),
        };
        mount(Some(source), &plan.merged, kind, flags, options.as_deref())
            .map_err(|error| LaunchError::step(format!("mount the root on {}", plan.merged.display()), error))?;
        let directory =
            rustix::fs::open(&plan.merged, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
                .map_err(|error| LaunchError::step(format!("open {}", plan.merged.display()), error))?;
        Ok(Self { directory })
    }

    /// Opens a path of the root for reference (`O_PATH`), making it when `target` says so.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the path.
    pub fn open(&self, path: &str, target: Target) -> Result<OwnedFd, LaunchError> {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        match self.open_with(path, flags) {
            Err(rustix::io::Errno::NOENT) if target != Target::Existing => self.make(path, target)?,
            other => return other.map_err(|error| LaunchError::step(format!("open {path} in the container"), error)),
        }
        self.open_with(path, flags).map_err(|error| LaunchError::step(format!("open {path} in the container"), error))
    }

    /// Opens a path of the root with any flags.
    ///
    /// # Errors
    /// What `openat2(2)` answers.
    pub fn open_with(&self, path: &str, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        rustix::fs::openat2(&self.directory, path, flags | OFlags::CLOEXEC, Mode::empty(), resolve)
    }

    /// Mounts a new file system at a path, made when absent.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the path.
    pub fn mount_new(
        &self,
        filesystem: &str,
        options: &[(&str, &str)],
        attributes: MountAttrFlags,
        path: &str,
    ) -> Result<(), LaunchError> {
        let made = new_filesystem(filesystem, options, attributes)
            .map_err(|error| LaunchError::step(format!("mount {filesystem} on {path}"), error))?;
        self.attach(&made, path, Target::Directory)
    }

    /// Moves a detached mount onto a path.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the path.
    pub fn attach(&self, detached: &OwnedFd, path: &str, target: Target) -> Result<(), LaunchError> {
        let place = self.open(path, target)?;
        move_mount(
            detached,
            "",
            &place,
            "",
            MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH,
        )
        .map_err(|error| LaunchError::step(format!("mount on {path}"), error))
    }

    /// Binds a path of the host.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the source or the target.
    pub fn bind(&self, bind: &Mount) -> Result<(), LaunchError> {
        let tree = open_tree(
            CWD,
            &bind.source,
            OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE,
        )
        .map_err(|error| LaunchError::step(format!("bind {}", bind.source.display()), error))?;
        let target = match bind.kind {
            MountKind::Directory => Target::Directory,
            MountKind::File => Target::File,
        };
        self.attach(&tree, &bind.target, target)?;
        if bind.writable { Ok(()) } else { make_readonly(tree.as_fd(), &bind.target) }
    }

    /// Binds a path of the root over another one: devices, masks.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the path.
    pub fn bind_inside(&self, source: &OwnedFd, path: &str) -> Result<OwnedFd, LaunchError> {
        let tree = clone_mount(source).map_err(|error| LaunchError::step(format!("bind over {path}"), error))?;
        self.attach(&tree, path, Target::File)?;
        Ok(tree)
    }

    /// Makes a path of the root read-only where it is.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the path.
    pub fn freeze(&self, path: &str) -> Result<(), LaunchError> {
        let place = self.open(path, Target::Existing)?;
        let tree = clone_mount(&place).map_err(|error| LaunchError::step(format!("bind over {path}"), error))?;
        self.attach(&tree, path, Target::Existing)?;
        make_readonly(tree.as_fd(), path)
    }

    /// Has every mount of the root refuse to open devices.
    ///
    /// # Errors
    /// [`LaunchError::Step`].
    pub fn forbid_devices(&self) -> Result<(), LaunchError> {
        let attribute = u64::from(MountAttrFlags::MOUNT_ATTR_NODEV.bits());
        syscall::set_mount_attributes(self.directory.as_fd(), attribute, 0, true)
            .map_err(|error| LaunchError::step("forbid devices", error))
    }

    /// Makes this the root of the process and forgets the host's.
    ///
    /// # Errors
    /// [`LaunchError::Step`].
    pub fn become_root(self, readonly: bool) -> Result<(), LaunchError> {
        let failed = |error: nix::Error| LaunchError::step("pivot_root", error);
        fchdir(&self.directory).map_err(failed)?;
        // With the same directory twice the old root lies over the new one, ready to be taken off.
        pivot_root(".", ".").map_err(failed)?;
        umount2(".", MntFlags::MNT_DETACH).map_err(failed)?;
        chdir("/").map_err(failed)?;
        if readonly {
            let attribute = u64::from(MountAttrFlags::MOUNT_ATTR_RDONLY.bits());
            let root = rustix::fs::open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
            root.map_err(std::io::Error::from)
                .and_then(|root| syscall::set_mount_attributes(root.as_fd(), attribute, 0, false))
                .map_err(|error| LaunchError::step("make / read-only", error))?;
        }
        Ok(())
    }

    /// Makes what is missing of a path, one component at a time, each found inside the root. A link that leads to
    /// nothing has made what it leads to.
    fn make(&self, path: &str, target: Target) -> Result<(), LaunchError> {
        let failed = |error: rustix::io::Errno| LaunchError::step(format!("make {path} in the container"), error);
        let mut wanted = path.to_owned();
        for _ in 0..MAX_LINKS {
            match self.make_plain(&wanted, target).map_err(failed)? {
                None => return Ok(()),
                Some(onward) => wanted = onward,
            }
        }
        Err(failed(rustix::io::Errno::LOOP))
    }

    /// The path to make instead, when a link stands in the way.
    fn make_plain(&self, path: &str, target: Target) -> rustix::io::Result<Option<String>> {
        let components: Vec<&str> = path.split('/').filter(|component| !component.is_empty()).collect();
        for end in 1..=components.len() {
            let here = components[..end].join("/");
            if self.open_with(&here, OFlags::PATH).is_ok() {
                continue;
            }
            let above = components[..end - 1].join("/");
            let parent = self.open_with(&format!("./{above}"), OFlags::PATH)?;
            let name = components[end - 1];
            let made = if end == components.len() && target == Target::File {
                let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                rustix::fs::openat(&parent, name, flags, Mode::from_raw_mode(0o644)).map(drop)
            } else {
                rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o755))
            };
            if made == Err(rustix::io::Errno::EXIST) {
                let link = rustix::fs::readlinkat(&parent, name, Vec::new())?;
                let link = link.to_str().map_err(|_| rustix::io::Errno::ILSEQ)?;
                let start = if link.starts_with('/') { "" } else { above.as_str() };
                return Ok(Some(format!("{start}/{link}/{}", components[end..].join("/"))));
            }
            made?;
        }
        Ok(None)
    }
}

/// The options of an overlay mount.
pub fn overlay_options(lower: &str, upper: &Path, work: &Path, tier: Tier) -> String {
    // Overlay's own notes are extended attributes only real root may write elsewhere. Two kinds of them, which some
    // kernels turn on by default and `userxattr` always off, would make the upper directory no layer by itself: a
    // directory renamed would be a note without its files, a file with another mode one without its content.
    let notes = if tier == Tier::Root { ",redirect_dir=off,metacopy=off" } else { ",userxattr" };
    format!("lowerdir={lower},upperdir={},workdir={}{notes}", upper.display(), work.display())
}

/// A new file system, mounted nowhere yet.
///
/// # Errors
/// What `fsopen(2)` and its followers answer.
pub fn new_filesystem(
    filesystem: &str,
    options: &[(&str, &str)],
    attributes: MountAttrFlags,
) -> rustix::io::Result<OwnedFd> {
    let context = fsopen(filesystem, FsOpenFlags::FSOPEN_CLOEXEC)?;
    // What `mount` shows before `on`.
    if !options.iter().any(|(key, _)| *key == "source") {
        fsconfig_set_string(&context, "source", filesystem)?;
    }
    for (key, value) in options {
        fsconfig_set_string(&context, *key, *value)?;
    }
    fsconfig_create(&context)?;
    fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, attributes)
}

/// A detached second view of what a descriptor stands for.
///
/// # Errors
/// What `open_tree(2)` answers.
pub fn clone_mount(place: &OwnedFd) -> rustix::io::Result<OwnedFd> {
    open_tree(
        place,
        "",
        OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_EMPTY_PATH,
    )
}

/// Remounts what a descriptor stands for read-only, keeping the flags a user namespace is not allowed to drop.
///
/// # Errors
/// [`LaunchError::Step`] with the path.
pub fn make_readonly(tree: BorrowedFd<'_>, path: &str) -> Result<(), LaunchError> {
    use nix::sys::statvfs::FsFlags;
    use std::os::fd::AsRawFd;
    let failed = |error: nix::Error| LaunchError::step(format!("make {path} read-only"), error);
    let kept = nix::sys::statvfs::fstatvfs(tree).map_err(failed)?.flags();
    let mut flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
    for (have, keep) in [
        (FsFlags::ST_NOSUID, MsFlags::MS_NOSUID),
        (FsFlags::ST_NODEV, MsFlags::MS_NODEV),
        (FsFlags::ST_NOEXEC, MsFlags::MS_NOEXEC),
        (FsFlags::ST_NOATIME, MsFlags::MS_NOATIME),
        (FsFlags::ST_NODIRATIME, MsFlags::MS_NODIRATIME),
        (FsFlags::ST_RELATIME, MsFlags::MS_RELATIME),
    ] {
        if kept.contains(have) {
            flags |= keep;
        }
    }
    let place = format!("/proc/self/fd/{}", tree.as_raw_fd());
    mount(None::<&str>, place.as_str(), None::<&str>, flags, None::<&str>).map_err(failed)
}
