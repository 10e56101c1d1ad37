//! `buildah`, with a storage of its own and without containers (`chroot`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::cases::Case;
use super::image::{Image, read_archive};
use super::workshop::{Builder, Workshop, have, run};

/// Hides what the program would write outside its own directories.
const SCRIPT: &str = r#"
mount -t tmpfs tmpfs /run
if [ -d /var/lib/containers ]; then mount -t tmpfs tmpfs /var/lib/containers; fi
exec "$@"
"#;

/// Its storage goes with the workshop's directory.
pub struct Buildah<'a> {
    workshop: &'a Workshop,
}

impl<'a> Buildah<'a> {
    pub fn open(workshop: &'a Workshop) -> Option<Self> {
        if !have(&["buildah", "unshare"], "it is not compared with") {
            return None;
        }
        fs::create_dir(workshop.path("buildah")).unwrap();
        let buildah = Self { workshop };
        let base = format!("docker-archive:{}", workshop.base().display());
        buildah.run(&["pull".to_owned(), "-q".to_owned(), base]).unwrap();
        Some(buildah)
    }

    fn run(&self, arguments: &[String]) -> Result<(), String> {
        let home = self.workshop.path("buildah");
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-ec", SCRIPT, "sh", "buildah", "--storage-driver", "vfs"]);
        command.arg("--root").arg(home.join("root")).arg("--runroot").arg(home.join("run"));
        command.env("HOME", &home).env("TMPDIR", &home).current_dir("/");
        run(command.args(arguments)).map(drop)
    }

    fn archive(&self, name: &str) -> std::path::PathBuf {
        self.workshop.path("buildah").join(format!("{name}.tar"))
    }
}

impl Builder for Buildah<'_> {
    fn name(&self) -> &'static str {
        "buildah"
    }

    fn build(&self, case: &Case, dockerfile: Option<&Path>) -> Result<(), String> {
        // Without containers there is no network but the host's.
        let fixed = "build --isolation chroot --format docker --identity-label=false --layers=false --pull-never --network host -t";
        let arguments = self.workshop.build_line(fixed, case, self.name(), dockerfile);
        self.run(&arguments)?;
        let archive = format!("docker-archive:{}:{}:1", self.archive(&case.name).display(), case.name);
        self.run(&["push".to_owned(), "-q".to_owned(), format!("localhost/{}:1", case.name), archive])
    }

    fn images(&self, names: &[&str]) -> BTreeMap<String, Image> {
        names.iter().flat_map(|name| read_archive(&self.archive(name))).collect()
    }
}
