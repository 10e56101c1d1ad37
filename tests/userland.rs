//! The guest's shell and programs, through the real binary: scripts with what they must print, and a terminal.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_moussaillon");

/// A directory whose names are links to the program, as in a guest image.
fn guest() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for applet in moussaillon::userland::APPLETS {
        std::os::unix::fs::symlink(PROGRAM, directory.path().join(applet.name)).expect("a link");
    }
    directory
}

fn applet(guest: &Path, name: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg0(name).env_clear().env("PATH", guest).env("HOME", guest).current_dir(guest).stdin(Stdio::null());
    command
}

fn run(guest: &Path, script: &str) -> Output {
    applet(guest, "sh").args(["-c", script]).output().expect("the shell runs")
}

/// Script, what it prints, its status.
const SCRIPTS: &[(&str, &str, i32)] = &[
    ("echo hello", "hello\n", 0),
    ("exit 42", "", 42),
    ("false", "", 1),
    ("nosuch 2>&1", "sh: nosuch: not found\n", 127),
    ("/etc/passwd 2>&1", "sh: /etc/passwd: Permission denied\n", 126),
    ("echo a | tr a b | cat", "b\n", 0),
    ("false | true; echo $?; true | false; echo $?", "0\n1\n", 0),
    ("set -o pipefail; false | true; echo $?", "1\n", 0),
    ("! false; echo $?", "0\n", 0),
    (
        "x=abc.tar.gz; echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.} ${#x} ${y:-none} ${x/tar/zip}",
        "abc.tar abc tar.gz gz 10 none abc.zip.gz\n",
        0,
    ),
    ("echo $((2+3*4)) $((0x10)) $((010)) $((7%4)) $((1<2?5:6))", "14 16 8 3 5\n", 0),
    ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done", "1\n3\n", 0),
    ("for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done", "1a\n2a\n", 0),
    ("for w in \"a b\" c; do echo \"<$w>\"; done", "<a b>\n<c>\n", 0),
    ("case abc in x*) echo x;; a?c|b) echo yes;; esac", "yes\n", 0),
    ("f() { local v=in; echo $v $1; return 3; }; v=out; f arg; echo $? $v", "in arg\n3 out\n", 0),
    ("x=1; (x=2; echo $x; exit 4); echo $? $x", "2\n4 1\n", 0),
    ("echo one > f; echo two >> f; cat < f; cat nosuch 2>/dev/null || echo no", "one\ntwo\nno\n", 0),
    ("{ echo out; echo err >&2; } 2>&1 | sort", "err\nout\n", 0),
    ("cat <<E\nv=$((1+1)) $(echo sub)\nE\ncat <<'E'\n$x\nE", "v=2 sub\n$x\n", 0),
    ("cat <<A; cat <<B\n1\nA\n2\nB", "1\n2\n", 0),
    ("cat <<< word", "word\n", 0),
    ("echo $(echo a; echo b) `echo c`", "a b c\n", 0),
    ("x=$(exit 5); echo $?", "5\n", 0),
    ("mkdir d; touch d/b d/a; echo d/* d/*.none 'd/*'; rm -r d", "d/a d/b d/*.none d/*\n", 0),
    ("sh -c 'echo $0 $1 $#' name one two", "name one 2\n", 0),
    ("set -e; false; echo no", "", 1),
    ("set -e; if false; then :; fi; false || true; echo yes", "yes\n", 0),
    ("set -u; echo $unset 2>/dev/null; echo no", "", 2),
    ("set -x; echo a 2>/dev/null", "a\n", 0),
    ("trap 'echo bye' EXIT; echo hi; exit 3", "hi\nbye\n", 3),
    ("trap 'echo got' USR1; kill -USR1 $$; echo after", "got\nafter\n", 0),
    ("kill -9 $$", "", -9),
    ("sh -c 'kill -9 $$'; echo $?", "137\n", 0),
    ("(exit 9) & wait $!; echo $?", "9\n", 0),
    ("sleep 0.1 & wait; echo $?", "0\n", 0),
    ("printf 'a:b\\nc\\n' | while IFS=: read x y; do echo \"$x-$y\"; done", "a-b\nc-\n", 0),
    ("printf 'one\\ntwo\\n' > f; { read a; cat; } < f", "two\n", 0),
    ("exec 3>f; echo three >&3; exec 3>&-; cat f", "three\n", 0),
    ("eval 'a=1; echo $a'; . /dev/null; echo $?", "1\n0\n", 0),
    (
        "set -- -a -b v rest; while getopts ab: o; do echo $o$OPTARG; done; shift $((OPTIND-1)); echo $*",
        "a\nbv\nrest\n",
        0,
    ),
    ("cd /; pwd; cd - >/dev/null; [ \"$PWD\" != / ] && echo back", "/\nback\n", 0),
    ("cd /nosuch 2>&1", "sh: cd: line 1: can't cd to /nosuch: No such file or directory\n", 1),
    ("echo 'if true' > s; sh s 2>&1; echo $?", "s: line 2: syntax error: unexpected end of file\n2\n", 0),
    ("echo ) 2>&1", "", 2),
    ("yes | head -1", "y\n", 0),
    ("seq 100000 | head -1; seq 3 | tail -1", "1\n3\n", 0),
    (
        "touch /proc/x 2>&1; ls nosuch 2>&1; cat nosuch 2>&1",
        "touch: /proc/x: No such file or directory\nls: nosuch: No such file or directory\ncat: can't open 'nosuch': No such file or directory\n",
        1,
    ),
    ("printf 'b\\na\\nb\\n' | sort | uniq -c | sed 's/^ *//'", "1 a\n2 b\n", 0),
    ("echo a,b,c | cut -d, -f2 | tr b X; echo hello | sed 's/l*o/!/'", "X\nhe!\n", 0),
    (
        "mkdir -p t/u; echo x > t/u/f; tar cf a.tar t; tar tf a.tar | sort; rm -r t; tar xf a.tar; cat t/u/f; rm -r t",
        "t/\nt/u/\nt/u/f\nx\n",
        0,
    ),
    ("echo zipped | gzip | zcat", "zipped\n", 0),
    (
        "mkdir t; touch t/a.c t/b.h; find t -name '*.c' -type f; find t -name '*.?' | sort | xargs echo; rm -r t",
        "t/a.c\nt/a.c t/b.h\n",
        0,
    ),
    (
        "echo abc | sha256sum; echo abc | md5sum",
        "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb  -\n0bee89b07a248e27c83fc3d5951213c1  -\n",
        0,
    ),
    ("env -i A=1 env; basename /a/b.c .c; dirname /a/b; expr 6 / 2", "A=1\nb\n/a\n3\n", 0),
    ("ps -o comm | grep -c COMMAND; id -u | grep -c '[0-9]'", "1\n1\n", 0),
    ("ln -s target l; readlink l; echo x > f; cp f g; mv g h; cat h; wc -c < h; rm f h l", "target\nx\n2\n", 0),
    ("test -d . && [ 1 -lt 2 ] && [ a != b ] && echo yes", "yes\n", 0),
];

#[test]
fn scripts_print_what_they_must() {
    use std::os::unix::process::ExitStatusExt;
    let guest = guest();
    let mut wrong = Vec::new();
    for (script, printed, status) in SCRIPTS {
        let output = run(guest.path(), script);
        let found = String::from_utf8_lossy(&output.stdout).into_owned();
        let code = output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(0));
        if found != *printed || code != *status {
            wrong.push(format!(
                "{script}\n  expected {printed:?} {status}\n  found    {found:?} {code}\n  said     {:?}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} scripts went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Scripts of the standard alone, for which any POSIX shell is a witness.
const WITNESSED: &[&str] = &[
    "a='x  y'; echo $a \"$a\"; set -- 'p q' r; for i in \"$@\"; do echo \"<$i>\"; done; for i in $@; do echo \"<$i>\"; done; echo \"$*\"",
    "IFS=:; v=a::b; for i in $v; do echo \"[$i]\"; done",
    "echo \"${u-unset} ${u:=set} $u\"; e=; echo \"${e-a}${e:-b}${e+c}${e:+d}\"",
    "f() { [ $1 = 0 ] || { echo $1; f $(($1-1)); }; }; f 3",
    "cat <<-E | sed s/a/b/\n\ta\n\tE\necho $?",
    "for i in 1 2 3; do case $i in 2) break;; esac; echo $i; done; echo $i",
    "if (exit 3); then :; else echo $?; fi; while false; do :; done; echo $?",
    "x=$(printf 'a\\n\\n\\n'); echo \"[$x]\"; echo \"$(echo \"in $(echo deep)\")\"",
    "readonly r=1; (r=2) 2>/dev/null; echo $(( $? != 0 ))",
    "echo a\\\nb 'c\\d' \"\\$e\\\"\"; echo \"a\"'b'c",
    "A=1 sh -c 'echo $A'; export B=2; sh -c 'echo $B'; unset B; sh -c 'echo [$B]'",
    "{ echo x; exit 3; } | cat; echo $?; exec 2>/dev/null; nosuch; echo $?",
    "n=0; until [ $n -ge 2 ]; do n=$((n+1)); done; echo $n; : $((n*=5)); echo $n",
    "umask 027; umask; command -v cd; type sh >/dev/null && echo found",
];

#[test]
fn scripts_agree_with_dash_where_the_machine_has_it() {
    let Some(dash) = ["/bin/dash", "/usr/bin/dash"].iter().find(|path| Path::new(path).exists()) else {
        // Nothing to compare with: the table above stands alone.
        return;
    };
    let guest = guest();
    for script in WITNESSED {
        let ours = run(guest.path(), script);
        let theirs = Command::new(dash)
            .env_clear()
            .env("PATH", guest.path())
            .current_dir(guest.path())
            .args(["-c", script])
            .output()
            .expect("dash runs");
        let text = |output: &Output| (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code());
        assert_eq!(text(&ours), text(&theirs), "{script}");
    }
}

#[test]
fn the_shell_leaves_its_input_to_its_commands() {
    let guest = guest();
    let mut child =
        applet(guest.path(), "sh").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the shell runs");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(b"echo first\nread x\nnot a command\nsh -c 'read y; echo $y'\nnor this\necho \"$x\"\n")
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "first\nnor this\nnot a command\n");
}

#[test]
fn every_applet_has_one_absolute_place() {
    let mut paths: Vec<&str> = moussaillon::userland::APPLETS.iter().map(|applet| applet.path).collect();
    assert!(paths.len() >= 60, "{} applets", paths.len());
    assert!(
        moussaillon::userland::APPLETS
            .iter()
            .all(|applet| applet.path.starts_with('/') && applet.path.ends_with(&format!("/{}", applet.name)))
    );
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), moussaillon::userland::APPLETS.len());
}

/// An interactive shell on a terminal of its own.
struct Terminal {
    screen: File,
    child: Child,
    seen: String,
}

impl Terminal {
    fn open(guest: &Path) -> Self {
        let master = rustix::pty::openpt(
            rustix::pty::OpenptFlags::RDWR | rustix::pty::OpenptFlags::NOCTTY | rustix::pty::OpenptFlags::CLOEXEC,
        )
        .expect("a terminal");
        rustix::pty::grantpt(&master).expect("it is ours");
        rustix::pty::unlockpt(&master).expect("it opens");
        let path = rustix::pty::ptsname(&master, Vec::new()).expect("it has a name");
        let side =
            File::options().read(true).write(true).open(path.to_str().expect("an ASCII name")).expect("its other side");
        let copy = || Stdio::from(OwnedFd::from(side.try_clone().expect("a copy")));
        // util-linux's setsid gives the shell its controlling terminal; without it there is no job control to test.
        let mut command = Command::new("setsid");
        command
            .args(["--ctty", "--wait"])
            .arg(guest.join("sh"))
            .env_clear()
            .env("PATH", guest)
            .env("HOME", guest)
            .env("TERM", "xterm")
            .current_dir("/");
        command.stdin(copy()).stdout(copy()).stderr(copy());
        command.env("PATH", format!("{}:/usr/bin:/bin", guest.display()));
        let child = command.spawn().expect("setsid of util-linux");
        Self { screen: File::from(master), child, seen: String::new() }
    }

    fn type_keys(&mut self, keys: &str) {
        self.screen.write_all(keys.as_bytes()).expect("the terminal takes keys");
    }

    /// Reads until `text` shows, and forgets all up to it.
    fn expect(&mut self, text: &str) {
        let limit = Instant::now() + Duration::from_secs(20);
        let mut buffer = [0; 4096];
        loop {
            if let Some(position) = self.seen.find(text) {
                self.seen.drain(..position + text.len());
                return;
            }
            assert!(Instant::now() < limit, "{text:?} never showed; seen: {:?}", self.seen);
            let mut watched = [rustix::event::PollFd::new(&self.screen, rustix::event::PollFlags::IN)];
            let pause = rustix::event::Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
            if rustix::event::poll(&mut watched, Some(&pause)).expect("it can be watched") > 0 {
                let count = self.screen.read(&mut buffer).unwrap_or(0);
                self.seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn the_shell_converses() {
    let guest = guest();
    let mut terminal = Terminal::open(guest.path());
    let mark = if rustix::process::geteuid().is_root() { "/ # " } else { "/ $ " };
    terminal.expect(mark);
    terminal.type_keys("echo first-$((1+1))\r");
    terminal.expect("first-2");
    terminal.expect(mark);
    // The arrow brings the line back.
    terminal.type_keys("\x1b[A\r");
    terminal.expect("first-2");
    terminal.expect(mark);
    // Ctrl-C ends a loop of programs, a loop of builtins and a builtin that waits, never the shell.
    for (typed, shown) in [
        ("while true; do echo turn; sleep 1; done\r", "\nturn"),
        ("echo go; while :; do :; done\r", "\ngo"),
        ("echo ask; read x\r", "\nask"),
    ] {
        terminal.type_keys(typed);
        terminal.expect(shown);
        std::thread::sleep(Duration::from_millis(200));
        terminal.type_keys("\x03");
        terminal.expect(mark);
        terminal.type_keys("echo status=$?\r");
        terminal.expect("\nstatus=130");
        terminal.expect(mark);
    }
    // Ctrl-Z stops, fg goes on.
    terminal.type_keys("sleep 100\r");
    std::thread::sleep(Duration::from_millis(300));
    terminal.type_keys("\x1a");
    terminal.expect("Stopped");
    terminal.expect(mark);
    terminal.type_keys("fg\r");
    terminal.expect("\nsleep 100");
    std::thread::sleep(Duration::from_millis(200));
    terminal.type_keys("\x03");
    terminal.expect(mark);
    terminal.type_keys("if true\r");
    terminal.expect("> ");
    terminal.type_keys("then echo more; fi\r");
    terminal.expect("\nmore");
    terminal.expect(mark);
    terminal.type_keys("exit 7\r");
    assert_eq!(terminal.child.wait().expect("it ends").code(), Some(7));
}
