//! Us, as whoever runs the tests and as an ordinary user.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cases::Case;
use super::image::{Image, read_archive};
use super::workshop::{Builder, Workshop, run};
use crate::common::copy_program;

/// Nobody of this machine.
pub const ORDINARY_USER: u32 = 12_345;

/// A state root of its own, with the base image in it.
pub struct Ours<'a> {
    workshop: &'a Workshop,
    name: &'static str,
    /// Theirs alone.
    home: PathBuf,
    program: PathBuf,
    user: Option<u32>,
}

impl<'a> Ours<'a> {
    pub fn as_root(workshop: &'a Workshop) -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_moussaillon"));
        let ours = Self { workshop, name: "root", home: workshop.path("root"), program, user: None };
        fs::create_dir_all(&ours.home).unwrap();
        ours
    }

    pub fn as_ordinary_user(workshop: &'a Workshop) -> Self {
        let home = workshop.path("user");
        fs::create_dir(&home).unwrap();
        let program = home.join("moussaillon");
        copy_program(&program);
        chown(&home, Some(ORDINARY_USER), Some(ORDINARY_USER)).unwrap();
        let ours = Self { workshop, name: "user", home, program, user: Some(ORDINARY_USER) };
        ours.docker(&["load", "-q", "-i", &workshop.base().display().to_string()]).unwrap();
        ours
    }

    fn docker<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Result<(), String> {
        let mut command = Command::new(&self.program);
        command.env("MOUSSAILLON_LANG", "en").env("HOME", &self.home).env("DOCKER_BUILDKIT", "1").current_dir("/");
        command.env("MOUSSAILLON_IMAGES", "hors-ligne");
        command.arg("--état").arg(self.home.join("state")).arg("docker").args(arguments);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        run(&mut command).map(drop)
    }

    /// Makes the base image of a root file system, and an archive of it.
    pub fn import_base(&self, root: &Path, archive: &Path) {
        let (root, file) = (root.display().to_string(), archive.display().to_string());
        let path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        self.docker(&["import", "-c", path, "-c", "CMD [\"sh\"]", &root, "base:1"]).unwrap();
        self.docker(&["save", "-o", &file, "base:1"]).unwrap();
        // An archive is its maker's alone, and everybody here starts from this one.
        fs::set_permissions(archive, Permissions::from_mode(0o644)).unwrap();
    }
}

impl Builder for Ours<'_> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn build(&self, case: &Case, dockerfile: Option<&Path>) -> Result<(), String> {
        let fixed = "build --network none --progress plain -t";
        let arguments = self.workshop.build_line(fixed, case, self.name(), dockerfile);
        self.docker(&arguments)
    }

    fn images(&self, names: &[&str]) -> BTreeMap<String, Image> {
        let archive = self.home.join("images.tar");
        let mut arguments = vec!["save".to_owned(), "-o".to_owned(), archive.display().to_string()];
        arguments.extend(names.iter().map(|name| format!("{name}:1")));
        self.docker(&arguments).unwrap();
        read_archive(&archive)
    }
}
