//! The stand-in for nginx over real sockets: what it serves, what it refuses, how it ends. And its image.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_moussaillon");

struct Site {
    directory: tempfile::TempDir,
    address: SocketAddr,
    server: Child,
}

impl Site {
    /// Serves a few files on a free port, with more directives of `server`.
    fn new(more: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("html");
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::create_dir(root.join("empty")).unwrap();
        fs::write(root.join("index.html"), "<p>home</p>\n").unwrap();
        fs::write(root.join("sub/index.html"), "sub").unwrap();
        fs::write(root.join("data.json"), "{}").unwrap();
        fs::write(root.join("big.bin"), vec![b'x'; 3 << 20]).unwrap();
        fs::write(directory.path().join("secret"), "secret").unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let configuration = format!(
            "user root;\npid {0}/pid;\ndaemon off;\nevents {{}}\nhttp {{\n server {{\n listen {address};\n root {0}/html;\n {more}\n }}\n}}\n",
            directory.path().display()
        );
        fs::write(directory.path().join("nginx.conf"), configuration).unwrap();
        let server = nginx(directory.path(), &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut site = Self { directory, address, server };
        // It says when it is ready.
        let mut said = BufReader::new(site.server.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("ready") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended before it was ready");
        }
        site.server.stderr = Some(said.into_inner());
        site
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// One request on a connection of its own: the whole answer.
    fn ask(&self, head: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(format!("{head}\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Ends it with a signal: its exit code and both logs.
    fn end(mut self, signal: Signal) -> (Option<i32>, String, String) {
        kill(Pid::from_raw(self.server.id().cast_signed()), signal).unwrap();
        let (mut access, mut errors) = (String::new(), String::new());
        self.server.stdout.take().unwrap().read_to_string(&mut access).unwrap();
        self.server.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.server.wait().unwrap().code(), access, errors)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn nginx(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg0("nginx").arg("-c").arg(directory.join("nginx.conf")).args(arguments);
    command.env_clear().env("TZ", "UTC").stdin(Stdio::null());
    command
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn files_ranges_and_conditions() {
    let site = Site::new("error_page 404 /sub/index.html;");
    let home = site.ask("GET / HTTP/1.1");
    assert!(home.starts_with("HTTP/1.1 200 OK\r\n") && home.ends_with("\r\n\r\n<p>home</p>\n"), "{home}");
    assert_eq!(header(&home, "Content-Type"), Some("text/html"));
    assert!(header(&home, "Server").unwrap().ends_with("-moussaillon"));
    let (tag, date) = (header(&home, "ETag").unwrap(), header(&home, "Last-Modified").unwrap());

    let head = site.ask("HEAD /index.html HTTP/1.1");
    assert_eq!((status(&head), header(&head, "Content-Length")), ("200", Some("12")));
    assert!(head.ends_with("\r\n\r\n"));
    assert_eq!(header(&site.ask("GET /data.json HTTP/1.1"), "Content-Type"), Some("application/json"));
    assert_eq!(status(&site.ask(&format!("GET / HTTP/1.1\r\nIf-Modified-Since: {date}"))), "304");
    assert_eq!(status(&site.ask(&format!("GET / HTTP/1.1\r\nIf-None-Match: W/{tag}"))), "304");
    assert_eq!(status(&site.ask("GET / HTTP/1.1\r\nIf-None-Match: \"other\"")), "200");
    assert_eq!(status(&site.ask("GET / HTTP/1.1\r\nIf-Match: \"other\"")), "412");
    let part = site.ask("GET / HTTP/1.1\r\nRange: bytes=3-6");
    assert_eq!((status(&part), header(&part, "Content-Range")), ("206", Some("bytes 3-6/12")));
    assert!(part.ends_with("\r\n\r\nhome"));
    assert_eq!(status(&site.ask("GET / HTTP/1.1\r\nRange: bytes=3-6\r\nIf-Range: \"old\"")), "200");
    assert_eq!(status(&site.ask("GET / HTTP/1.1\r\nRange: bytes=90-")), "416");
    let moved = site.ask("GET /sub?q=1 HTTP/1.1");
    assert_eq!((status(&moved), header(&moved, "Location")), ("301", Some("/sub/?q=1")));
    assert_eq!(status(&site.ask("GET /empty/ HTTP/1.1")), "403");
    assert_eq!(status(&site.ask("GET /index.html/ HTTP/1.1")), "404");
    let own = site.ask("GET /nosuch HTTP/1.1");
    assert!(status(&own) == "404" && own.ends_with("\r\n\r\nsub"), "{own}");
    assert_eq!(status(&site.ask("POST / HTTP/1.1\r\nContent-Length: 0")), "405");
    let big = site.ask("GET /big.bin HTTP/1.1");
    assert_eq!(big.split_once("\r\n\r\n").unwrap().1.len(), 3 << 20);

    let (code, access, errors) = site.end(Signal::SIGQUIT);
    assert_eq!(code, Some(0));
    let first = access.lines().next().unwrap();
    assert!(
        first.starts_with("127.0.0.1 - - [") && first.ends_with("] \"GET / HTTP/1.1\" 200 12 \"-\" \"-\" \"-\""),
        "{first}"
    );
    assert!(access.contains("\"GET /big.bin HTTP/1.1\" 200 3145728 "), "{access}");
    assert!(errors.contains("nosuch\" failed (2: No such file or directory), client: 127.0.0.1"), "{errors}");
    assert!(errors.contains("directory index of \"") && errors.contains("is forbidden"), "{errors}");
}

#[test]
fn nothing_outside_the_root_and_nothing_forged_in_the_log() {
    let site = Site::new("");
    for path in ["/../secret", "/%2e%2e/secret", "/sub/../../secret", "//../secret", "/sub/%2e%2e%2f%2e%2e%2fsecret"] {
        let answer = site.ask(&format!("GET {path} HTTP/1.1"));
        assert!(matches!(status(&answer), "400" | "404") && !answer.contains("secret\n"), "{path}: {answer}");
        assert!(!answer.ends_with("secret"), "{path}: {answer}");
    }
    site.ask("GET / HTTP/1.1\r\nUser-Agent: a\" 200 \u{e9}\\");
    let (_, access, _) = site.end(Signal::SIGTERM);
    assert!(access.contains("\"a\\x22 200 \\xC3\\xA9\\x5C\""), "{access}");
}

#[test]
fn a_connection_is_kept_and_requests_may_come_in_pieces_or_in_a_row() {
    let site = Site::new("");
    let mut stream = site.connect();
    stream.write_all(b"GET /data.json HT").unwrap();
    stream.flush().unwrap();
    stream.write_all(b"TP/1.1\r\nHost: x\r\n\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n01234").unwrap();
    stream.write_all(b"GET /sub/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    let found: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(found, ["200", "405", "200"], "{answers}");
    assert!(answers.ends_with("sub"));
}

#[test]
fn many_connections_are_one_thread_and_a_graceful_end_lets_answers_finish() {
    let site = Site::new("");
    let silent: Vec<TcpStream> = (0..300).map(|_| site.connect()).collect();
    assert_eq!(status(&site.ask("GET / HTTP/1.1")), "200");
    let threads = fs::read_dir(format!("/proc/{}/task", site.server.id())).unwrap().count();
    assert_eq!(threads, 1);
    let mut slow = site.connect();
    slow.write_all(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut first = [0; 1];
    slow.read_exact(&mut first).unwrap();
    kill(Pid::from_raw(site.server.id().cast_signed()), Signal::SIGQUIT).unwrap();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    assert!(rest.len() > 3 << 20, "{}", rest.len());
    let (code, access, _) = site.end(Signal::SIGQUIT);
    assert_eq!(code, Some(0));
    assert!(access.contains("200 3145728"), "{access}");
    drop(silent);
}

#[test]
fn the_command_line_and_the_configuration() {
    let site = Site::new("");
    let say = |arguments: &[&str]| nginx(site.directory.path(), arguments).output().unwrap();
    let text = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text(&say(&["-v"])).contains("stand-in"));
    assert!(text(&say(&["-t"])).contains("test is successful"));
    assert!(say(&["-s", "reload"]).status.success());
    let refused = say(&["-g", "gzip on;"]);
    assert!(!refused.status.success() && text(&refused).contains("\"gzip\""));
    let taken = say(&[]);
    assert!(text(&taken).contains("failed (98: Address already in use)"), "{}", text(&taken));
    assert!(say(&["-s", "stop"]).status.success());
    let (code, _, errors) = site.end_by_itself();
    assert_eq!(code, Some(0));
    assert!(errors.contains("reconfiguring"), "{errors}");
}

impl Site {
    fn end_by_itself(mut self) -> (Option<i32>, String, String) {
        let (mut access, mut errors) = (String::new(), String::new());
        self.server.stdout.take().unwrap().read_to_string(&mut access).unwrap();
        self.server.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.server.wait().unwrap().code(), access, errors)
    }
}

/// The course document's own example: an image built upon, run, asked from inside and through a published port.
const LINES: &str = r#"
set -e
cd "$WORLD"
docker() { timeout 60 ./moussaillon --etat "$WORLD/state" docker "$@"; }
mkdir context
echo '<h1>Bonjour</h1>' > context/index.html
printf 'FROM nginx\nCOPY index.html /usr/share/nginx/html/\n' > context/Dockerfile
docker pull -q nginx >&2
docker build -q -t site context >&2
docker inspect -f '{{json .Config.Entrypoint}} {{json .Config.Cmd}} {{.Config.StopSignal}} {{json .Config.ExposedPorts}}' site
docker run -d --name web -p 127.0.0.1:$PORT:80 site >&2
docker exec web sh -c 'i=0; until wget -q -O - http://127.0.0.1/ 2>/dev/null; do i=$((i+1)); [ $i -lt 100 ]; sleep 0.1; done'
docker exec web wget -q -O - http://127.0.0.1/nosuch 2>&1 || true
ask() { exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && cat <&3; }
ask | tail -n 1
docker run -d --name other -p 127.0.0.1:$PORT:80 site 2>&1 >/dev/null | head -n 1 | sed "s/$PORT/PORT/; s/([0-9a-f]*)/(ID)/"
docker logs web 2>/dev/null | grep '"GET' | sed 's/\[.*\]/[T]/; s/^[1-9][0-9.]* - - \[T\] "GET \/ HTTP\/1.0"/HOST - - [T] "GET \/ HTTP\/1.0"/'
docker stop web
ask 2>&1 | grep -o 'Connection refused' | head -n 1
docker start other >&2
until ask 2>/dev/null | tail -n 1 | grep Bonjour; do sleep 0.1; done
docker rm -f other >&2
docker inspect -f '{{.State.ExitCode}}' web
docker rm web >&2
"#;

const EXPECTED: &str = r#"["/docker-entrypoint.sh"] ["nginx","-g","daemon off;"] SIGQUIT {"80/tcp":{}}
<h1>Bonjour</h1>
wget: server returned error: HTTP/1.1 404 Not Found
<h1>Bonjour</h1>
docker: Error response from daemon: driver failed programming external connectivity on endpoint other (ID): Bind for 127.0.0.1:PORT failed: port is already allocated
127.0.0.1 - - [T] "GET / HTTP/1.1" 200 17 "-" "Wget" "-"
127.0.0.1 - - [T] "GET /nosuch HTTP/1.1" 404 164 "-" "Wget" "-"
HOST - - [T] "GET / HTTP/1.0" 200 17 "-" "-" "-"
web
Connection refused
<h1>Bonjour</h1>
0
"#;

fn image(user: Option<u32>) {
    let world = common::world(user);
    let mut command = Command::new("bash");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    command.args(["-c", LINES]);
    common::settle(&mut command, world.path(), user);
    command.env("PORT", free.port().to_string()).env("DOCKER_BUILDKIT", "0");
    let began = Instant::now();
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), EXPECTED, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(began.elapsed() < Duration::from_mins(2));
}

#[test]
fn the_image_is_built_upon_and_serves() {
    image(None);
    if let Some(user) = common::ordinary_user() {
        image(Some(user));
    } else {
        eprintln!("not run: the image as root, for want of root");
    }
}
