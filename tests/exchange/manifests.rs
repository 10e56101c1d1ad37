//! `docker manifest inspect`: what the real client prints, and what we do.

use std::process::{Command, Stdio};

use super::layout::{deep_image, index_of};
use super::registries::{Learner, Registry, skopeo};

/// The first release of the client that reads OCI documents here.
const VERSION_MIN: u32 = 25;

/// Whether there is a docker client to compare with; one that is missing or too old is named.
pub fn docker_client_is_recent() -> bool {
    let said = Command::new("docker").args(["version", "-f", "{{.Client.Version}}"]).stderr(Stdio::null()).output();
    let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let major: u32 = said.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < VERSION_MIN {
        eprintln!("no docker client of version {VERSION_MIN} or later: its part is left out");
    }
    major >= VERSION_MIN
}

pub fn compare(registry: &Registry) {
    let learner = Learner::new();
    let (index, ..) = index_of(&learner.path("index"));
    let (image, digest) = deep_image(&learner.path("image"), 3);
    let name = |tag: &str| format!("{}/shown:{tag}", registry.address);
    let copy = |options: &[&str], from: &str, tag: &str| {
        let to = format!("docker://{}", name(tag));
        skopeo(&[&["copy", "-q", "--dest-tls-verify=false"], options, &[from, &to]].concat());
    };
    copy(&["--all"], &index, "index");
    copy(&["--all", "--format", "v2s2"], &index, "list");
    copy(&[], &image, "image");
    copy(&["--format", "v2s2"], &image, "docker");
    let pinned = format!("{}/shown@{digest}", registry.address);
    let both = format!("{}@{digest}", name("image"));
    let (absent, elsewhere) = (name("absent"), format!("{}/elsewhere", registry.address));
    for reference in
        [&name("index"), &name("list"), &name("image"), &name("docker"), &pinned, &both, &absent, &elsewhere]
    {
        for options in [&["--insecure"][..], &["--insecure", "-v"], &[]] {
            same(&learner, &[&["manifest", "inspect"], options, &[reference]].concat());
        }
    }
    for arguments in [
        &["inspect", "--insecure", "127.0.0.1:1/none"][..],
        &["inspect", "127.0.0.1:1/none"],
        &["inspect", &absent, &elsewhere],
        &["inspect", "a", "Bad"],
        &["inspect"],
        &["create", "a"],
        &["--bogus"],
        &["bogus"],
    ] {
        same(&learner, &[&["manifest"], arguments].concat());
    }
}

/// The same words on the same stream, and the same exit code.
fn same(learner: &Learner, arguments: &[&str]) {
    let mut theirs = Command::new("docker");
    let mut ours = Command::new(env!("CARGO_BIN_EXE_moussaillon"));
    ours.arg("docker").env("MOUSSAILLON_ETAT", learner.path("state"));
    let [theirs, ours] = [&mut theirs, &mut ours].map(|command| {
        let output = command.args(arguments).env("HOME", learner.path("home")).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    });
    assert_eq!(ours, theirs, "{arguments:?}");
}
