//! `wget [-q] [-S] [-O FILE] [-P DIRECTORY] [-T SECONDS] [-U AGENT] [--header LINE] [--post-data TEXT] [--spider] URL…`
//! over plain HTTP.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::nc::connect;
use super::{resolve, words};
use crate::userland::applets::{Accepted, Options, Order};

const MAX_REDIRECTS: usize = 10;
const MAX_HEAD: u64 = 64 << 10;
const PATIENCE: Duration = Duration::from_mins(15);

const ACCEPTED: Accepted<'static> = Accepted {
    flags: "qSs",
    valued: "OPTUHD",
    long: &[
        ("quiet", 'q'),
        ("server-response", 'S'),
        ("spider", 's'),
        ("output-document", 'O'),
        ("directory-prefix", 'P'),
        ("timeout", 'T'),
        ("user-agent", 'U'),
        ("header", 'H'),
        ("post-data", 'D'),
    ],
    order: Order::Mixed,
};

/// Runs it.
pub fn main(arguments: &[String]) -> i32 {
    let done = Options::parse(arguments, &ACCEPTED).and_then(|options| {
        if options.operands.is_empty() {
            return Err("missing URL".to_owned());
        }
        options.operands.iter().try_for_each(|url| fetch(&options, url))
    });
    match done {
        Ok(()) => 0,
        Err(reason) => {
            tell(&format!("wget: {reason}"));
            1
        }
    }
}

fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// An address on the web, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Url {
    host: String,
    port: u16,
    path: String,
}

impl Url {
    fn parse(text: &str) -> Result<Self, String> {
        let rest = match text.split_once("://") {
            None => text,
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some((scheme, _)) => return Err(format!("{scheme}: this wget speaks plain http only")),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err("names and passwords in a URL are not supported".to_owned());
        }
        let bracket = authority.rfind(']').unwrap_or(0);
        let (host, port) = match authority[bracket..].rfind(':') {
            None => (authority, 80),
            Some(colon) => {
                let digits = &authority[bracket + colon + 1..];
                (&authority[..bracket + colon], digits.parse().map_err(|_| format!("bad port '{digits}'"))?)
            }
        };
        let path = path.split('#').next().unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        // A line end would be a header of its own.
        if host.is_empty() || text.contains(|letter: char| letter.is_control() || letter == ' ') {
            return Err(format!("bad address '{text}'"));
        }
        Ok(Self { host: host.to_owned(), port, path })
    }

    /// Where a redirection leads.
    fn follow(&self, location: &str) -> Result<Self, String> {
        if location.contains("://") {
            return Self::parse(location);
        }
        let path = if location.starts_with('/') {
            location.to_owned()
        } else {
            let directory = self.path.split('?').next().and_then(|path| path.rsplit_once('/')).map_or("", |(up, _)| up);
            format!("{directory}/{location}")
        };
        Self::parse(&format!("http://{}:{}{path}", self.host, self.port))
    }

    fn file_name(&self) -> String {
        let name = self.path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        if matches!(name, "" | "." | "..") { "index.html".to_owned() } else { name.to_owned() }
    }
}

/// The head of an answer, and what follows it.
struct Answer {
    line: String,
    status: u16,
    headers: Vec<(String, String)>,
    rest: BufReader<TcpStream>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

fn fetch(options: &Options, text: &str) -> Result<(), String> {
    let quiet = options.has('q');
    let mut url = Url::parse(text)?;
    let name = url.file_name();
    let mut answer = ask(options, &url)?;
    for _ in 0..MAX_REDIRECTS {
        let Some(location) = answer.header("location").filter(|_| (300..400).contains(&answer.status)) else { break };
        url = url.follow(location)?;
        answer = ask(options, &url)?;
    }
    if options.has('S') {
        tell(&format!("  {}", answer.line));
        answer.headers.iter().for_each(|(name, value)| tell(&format!("  {name}: {value}")));
    }
    if !(200..300).contains(&answer.status) {
        return Err(format!("server returned error: {}", answer.line));
    }
    if options.has('s') {
        if !quiet {
            tell("remote file exists");
        }
        return Ok(());
    }
    let place = options.value('O').map_or_else(
        || options.value('P').map_or(name.clone(), |directory| Path::new(directory).join(&name).display().to_string()),
        str::to_owned,
    );
    let (before, after) = if place == "-" {
        ("writing to stdout".to_owned(), "written to stdout".to_owned())
    } else {
        (format!("saving to '{place}'"), format!("'{place}' saved"))
    };
    if place != "-" && options.value('O').is_none() && Path::new(&place).exists() {
        return Err(format!("can't open '{place}': File exists"));
    }
    let mut target: Box<dyn Write> = if place == "-" {
        Box::new(io::stdout().lock())
    } else {
        Box::new(File::create(&place).map_err(|error| format!("can't open '{place}': {}", words(&error)))?)
    };
    if !quiet {
        tell(&before);
    }
    let read = copy_body(&mut answer, &mut target).and_then(|()| target.flush());
    read.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "connection closed prematurely".to_owned(),
        _ => words(&error),
    })?;
    if !quiet {
        tell(&after);
    }
    Ok(())
}

fn ask(options: &Options, url: &Url) -> Result<Answer, String> {
    let limit =
        options.value('T').map(|text| text.parse().map_err(|_| format!("invalid number '{text}'"))).transpose()?;
    let wait = limit.map(Duration::from_secs);
    let addresses = resolve::addresses(&url.host).map_err(|error| error.to_string())?;
    if !options.has('q') {
        tell(&format!("Connecting to {} ({}:{})", url.host, addresses[0], url.port));
    }
    let places: Vec<SocketAddr> = addresses.iter().map(|address| (*address, url.port).into()).collect();
    let mut stream = connect(&places, wait)
        .map_err(|error| format!("can't connect to remote host ({}): {}", addresses[0], words(&error)))?;
    let patience = Some(wait.filter(|wait| !wait.is_zero()).unwrap_or(PATIENCE));
    stream
        .set_read_timeout(patience)
        .and_then(|()| stream.set_write_timeout(patience))
        .map_err(|error| words(&error))?;
    stream.write_all(request(options, url)?.as_bytes()).map_err(|error| words(&error))?;
    read_head(BufReader::new(stream))
}

fn request(options: &Options, url: &Url) -> Result<String, String> {
    let host = if url.port == 80 { url.host.clone() } else { format!("{}:{}", url.host, url.port) };
    let body = options.value('D');
    let method = if body.is_some() { "POST" } else { "GET" };
    let agent = options.value('U').unwrap_or("Wget");
    let mut text =
        format!("{method} {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\nConnection: close\r\n", url.path);
    for header in options.values('H') {
        text.push_str(&format!("{header}\r\n"));
    }
    if text.matches('\n').count() != 4 + options.values('H').len() {
        return Err("a header is one line".to_owned());
    }
    if let Some(body) = body {
        text.push_str(&format!(
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
    } else {
        text.push_str("\r\n");
    }
    Ok(text)
}

fn read_head(mut stream: BufReader<TcpStream>) -> Result<Answer, String> {
    let mut lines = Vec::new();
    let mut limited = (&mut stream).take(MAX_HEAD);
    loop {
        let mut line = Vec::new();
        let length = limited.read_until(b'\n', &mut line).map_err(|error| {
            let timed_out = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
            if timed_out {
                "download timed out".to_owned()
            } else {
                format!("error getting response: {}", words(&error))
            }
        })?;
        if length == 0 || line.last() != Some(&b'\n') {
            return Err("error getting response".to_owned());
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let line = lines.first().cloned().unwrap_or_default();
    let status = line.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| format!("bad header line: {}", line.escape_debug()))?;
    let headers = lines.iter().skip(1).filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    Ok(Answer { line, status, headers, rest: stream })
}

fn copy_body(answer: &mut Answer, target: &mut dyn Write) -> io::Result<()> {
    let chunked = answer.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    let length = answer.header("content-length").and_then(|value| value.parse::<u64>().ok());
    if chunked {
        return copy_chunks(&mut answer.rest, target);
    }
    match length {
        Some(length) => exactly(&mut answer.rest, length, target),
        None => io::copy(&mut answer.rest, target).map(drop),
    }
}

fn exactly(source: &mut impl Read, length: u64, target: &mut dyn Write) -> io::Result<()> {
    let copied = io::copy(&mut source.take(length), target)?;
    if copied == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn copy_chunks(source: &mut impl BufRead, target: &mut dyn Write) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        source.take(1024).read_until(b'\n', &mut line)?;
        let text = String::from_utf8_lossy(&line);
        let digits = text.trim_end().split(';').next().unwrap_or_default().trim();
        let length = u64::from_str_radix(digits, 16).map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        if length == 0 {
            return Ok(());
        }
        exactly(source, length, target)?;
        exactly(source, 2, &mut io::sink())?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let url = Url::parse("http://web:8080/a/b.html?x#y").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), ("web", 8080, "/a/b.html?x"));
        assert_eq!(url.file_name(), "b.html");
        assert_eq!(url.follow("c").unwrap().path, "/a/c");
        assert_eq!(url.follow("/d").unwrap().path, "/d");
        assert_eq!(Url::parse("web").unwrap().path, "/");
        assert_eq!(Url::parse("http://[::1]:81/").unwrap().port, 81);
        for refused in ["https://web/", "http://a@b/", "http:///x", "http://a/b c", "http://a:x/", "http://a/\r\nx"] {
            assert!(Url::parse(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn chunks_are_joined() {
        let mut joined = Vec::new();
        copy_chunks(&mut &b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"[..], &mut joined).unwrap();
        assert_eq!(joined, b"abcde");
        assert!(copy_chunks(&mut &b"5\r\nabc"[..], &mut joined).is_err());
    }
}
