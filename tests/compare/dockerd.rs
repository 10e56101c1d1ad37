//! Docker's daemon, started for the test in namespaces that end with it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::cases::Case;
use super::image::{Image, read_archive};
use super::workshop::{Builder, Workshop, found, have, run};

/// Puts what the daemon writes outside its own directories on memory, then becomes the daemon.
const SCRIPT: &str = r#"
mount -t tmpfs tmpfs /run
if [ -d /etc/docker ]; then mount -t tmpfs tmpfs /etc/docker; fi
exec "$@"
"#;

/// How long it may take to listen.
const START: Duration = Duration::from_mins(1);

/// Killed with all it started when dropped.
pub struct Dockerd<'a> {
    workshop: &'a Workshop,
    process: Child,
    client: PathBuf,
    group: String,
}

impl<'a> Dockerd<'a> {
    /// Says so and gives nothing when there is no daemon, or no client that has BuildKit.
    pub fn start(workshop: &'a Workshop) -> Option<Self> {
        if !have(&["dockerd", "docker", "unshare", "setpriv"], "Docker is not compared with") {
            return None;
        }
        let home = workshop.path("dockerd");
        fs::create_dir(&home).unwrap();
        let group = format!("moussaillon-compare-{}", std::process::id());
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]);
        command.args(["sh", "-ec", SCRIPT, "sh", "dockerd", "--iptables=false", "--ip6tables=false", "--bridge=none"]);
        command.arg("--data-root").arg(home.join("data")).arg("--exec-root").arg(home.join("exec"));
        command.arg("--pidfile").arg(home.join("pid")).arg("-H").arg(host(workshop));
        command.arg("--cgroup-parent").arg(format!("/{group}"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (sender, listening) = mpsc::channel();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        thread::spawn(move || {
            let mut told = String::new();
            for line in lines.map_while(Result::ok) {
                if line.contains("API listen on") {
                    let _ = sender.send(Ok(()));
                }
                told.push_str(&line);
                told.push('\n');
            }
            let _ = sender.send(Err(told));
        });
        let mut daemon = Self { workshop, process, client: PathBuf::new(), group };
        match listening.recv_timeout(START) {
            Ok(Ok(())) => {}
            Ok(Err(told)) => panic!("dockerd ended:\n{told}"),
            Err(error) => panic!("dockerd does not listen: {error}"),
        }
        daemon.docker_of(Path::new("docker"), &["load", "-q", "-i", &workshop.base().display().to_string()]).unwrap();
        // Of several clients one may have BuildKit and another want a plug-in for it.
        fs::create_dir(home.join("probe")).unwrap();
        fs::write(home.join("probe/Dockerfile"), "FROM base:1\nLABEL probe=1\n").unwrap();
        let probe = home.join("probe").display().to_string();
        let able = |client: &PathBuf| daemon.docker_of(client, &["build", "-q", &probe]).is_ok();
        let Some(client) = found("docker").into_iter().find(able) else {
            eprintln!("no docker client here can use BuildKit: Docker is not compared with");
            return None;
        };
        daemon.client = client;
        Some(daemon)
    }

    fn docker_of<S: AsRef<std::ffi::OsStr>>(&self, client: &Path, arguments: &[S]) -> Result<(), String> {
        let home = self.workshop.path("dockerd");
        let mut command = Command::new(client);
        command.env("DOCKER_HOST", host(self.workshop)).env("HOME", &home).env("DOCKER_CONFIG", home.join("config"));
        command.env("DOCKER_BUILDKIT", "1").env_remove("DOCKER_CONTEXT").current_dir("/");
        run(command.args(arguments)).map(drop)
    }
}

fn host(workshop: &Workshop) -> String {
    format!("unix://{}", workshop.path("dockerd/socket").display())
}

impl Builder for Dockerd<'_> {
    fn name(&self) -> &'static str {
        "dockerd"
    }

    fn build(&self, case: &Case, dockerfile: Option<&Path>) -> Result<(), String> {
        // There is no bridge: steps have no network, as ours have none.
        let fixed = "build --network none --progress plain -t";
        let arguments = self.workshop.build_line(fixed, case, self.name(), dockerfile);
        self.docker_of(&self.client, &arguments)
    }

    fn images(&self, names: &[&str]) -> BTreeMap<String, Image> {
        let archive = self.workshop.path("dockerd/images.tar");
        let mut arguments = vec!["save".to_owned(), "-o".to_owned(), archive.display().to_string()];
        arguments.extend(names.iter().map(|name| format!("{name}:1")));
        self.docker_of(&self.client, &arguments).unwrap();
        read_archive(&archive)
    }
}

impl Drop for Dockerd<'_> {
    fn drop(&mut self) {
        // The daemon is the first process of its namespace: all others end before it has ended.
        let children = format!("/proc/{0}/task/{0}/children", self.process.id());
        let child = fs::read_to_string(children).unwrap_or_default();
        let child = child.split_whitespace().next().and_then(|pid| Pid::from_raw(pid.parse().ok()?));
        match child {
            Some(child) => drop(kill_process(child, Signal::KILL)),
            None => drop(self.process.kill()),
        }
        let _ = self.process.wait();
        remove_groups(Path::new("/sys/fs/cgroup"), &self.group);
    }
}

/// Removes the control groups of this name, wherever controllers are mounted.
fn remove_groups(place: &Path, group: &str) {
    let controllers = fs::read_dir(place).into_iter().flatten().flatten().map(|entry| entry.path());
    for controller in controllers.chain([place.to_owned()]) {
        remove_group(&controller.join(group));
    }
}

fn remove_group(group: &Path) {
    for entry in fs::read_dir(group).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_group(&entry.path());
        }
    }
    let _ = fs::remove_dir(group);
}
