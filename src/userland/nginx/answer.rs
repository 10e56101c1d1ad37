//! What is answered to a request: a file, a part of one, or a short page.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::fmt::strtime;
use percent_encoding::percent_decode_str;

use super::request::Request;
use super::site::Site;
use super::{mime, page};

const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// An answer, before it is sent.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Beside those every answer has.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
    /// What the error log says of it, without who asked.
    pub(super) complaint: Option<String>,
}

/// What follows the head.
#[derive(Debug)]
pub(super) enum Body {
    Bytes(Vec<u8>),
    /// So many bytes of a file from an offset.
    File {
        file: File,
        offset: u64,
        length: u64,
    },
}

impl Body {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }
}

impl Answer {
    fn page(status: u16) -> Self {
        let headers = vec![("Content-Type", "text/html".to_owned())];
        Self { status, headers, body: Body::Bytes(page::of(status)), complaint: None }
    }

    fn with_complaint(mut self, text: String) -> Self {
        self.complaint = Some(text);
        self
    }
}

/// The answer to a request that cannot be read.
pub(super) fn refusal(status: u16) -> Answer {
    Answer::page(status)
}

/// The answer to a request.
pub(super) fn of(request: &Request, site: &Site) -> Answer {
    let answer = match path_of(&request.target) {
        None => return Answer::page(400),
        Some(_) if !matches!(request.method.as_str(), "GET" | "HEAD") => Answer::page(405),
        Some(path) => file_at(&path, request, site),
    };
    match site.error_pages.get(&answer.status) {
        Some(own) => own_page(own, site, answer),
        None => answer,
    }
}

/// The site's own page for a status, when there is one.
fn own_page(path: &str, site: &Site, answer: Answer) -> Answer {
    let whole = Request { method: "GET".to_owned(), ..Request::default() };
    let found = file_at(path, &whole, site);
    if found.status == 200 { Answer { status: answer.status, complaint: answer.complaint, ..found } } else { answer }
}

/// The path of a target, without its query, decoded and tidy; `None` when it leaves the root or is no path.
fn path_of(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = match path.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => path,
    };
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    if !decoded.starts_with('/') || decoded.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let directory = decoded.ends_with('/') || decoded.ends_with("/.") || decoded.ends_with("/..");
    let end = if directory && !parts.is_empty() { "/" } else { "" };
    Some(format!("/{}{end}", parts.join("/")))
}

fn file_at(path: &str, request: &Request, site: &Site) -> Answer {
    let (root, index) = site.place(path);
    let place = PathBuf::from(format!("{}{path}", root.display()));
    if !path.ends_with('/') {
        return match open(&place) {
            Ok((_, metadata)) if metadata.is_dir() => moved(path, &request.target),
            Ok((file, metadata)) if metadata.is_file() => serve(file, &metadata, &place, request),
            Ok(_) => Answer::page(404).with_complaint(format!("\"{}\" is not a regular file", place.display())),
            Err(error) => failed(&place, &error),
        };
    }
    for name in index {
        match open(&place.join(name)) {
            Ok((file, metadata)) if metadata.is_file() => return serve(file, &metadata, &place.join(name), request),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return failed(&place.join(name), &error),
            _ => {}
        }
    }
    match place.metadata() {
        Ok(metadata) if metadata.is_dir() => {
            Answer::page(403).with_complaint(format!("directory index of \"{}\" is forbidden", place.display()))
        }
        Ok(_) => failed(&place, &io::Error::from_raw_os_error(rustix::io::Errno::NOTDIR.raw_os_error())),
        Err(error) => failed(&place, &error),
    }
}

/// Opens without waiting for whoever writes to a pipe.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options().read(true).custom_flags(nonblocking).open(path)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

fn failed(path: &Path, error: &io::Error) -> Answer {
    let status = match error.kind() {
        io::ErrorKind::PermissionDenied => 403,
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => 404,
        _ => 500,
    };
    let number = error.raw_os_error().unwrap_or_default();
    let words = crate::userland::applets::describe(error);
    Answer::page(status).with_complaint(format!("open() \"{}\" failed ({number}: {words})", path.display()))
}

/// A directory asked for as a file. The place is relative, so that it holds behind a published port.
fn moved(path: &str, target: &str) -> Answer {
    let query = target.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    let encoded = percent_encoding::utf8_percent_encode(path, UNSAFE);
    let mut answer = Answer::page(301);
    answer.headers.push(("Location", format!("{encoded}/{query}")));
    answer
}

const UNSAFE: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'\\');

fn serve(file: File, metadata: &Metadata, path: &Path, request: &Request) -> Answer {
    let size = metadata.len();
    let modified = Timestamp::from_second(metadata.mtime()).unwrap_or(Timestamp::UNIX_EPOCH);
    let tag = format!("\"{:x}-{size:x}\"", metadata.mtime());
    let date = http_date(modified);
    if let Some(status) = condition(request, &tag, modified) {
        let mut answer = Answer::page(status);
        if status == 304 {
            answer.headers = vec![("Last-Modified", date), ("ETag", tag)];
            answer.body = Body::Bytes(Vec::new());
        }
        return answer;
    }
    let mut headers = vec![
        ("Content-Type", mime::of(&path.to_string_lossy()).to_owned()),
        ("Last-Modified", date.clone()),
        ("ETag", tag.clone()),
    ];
    let unchanged = request.text("if-range").is_none_or(|known| known == tag || known == date);
    match request.text("range").filter(|_| unchanged).map_or(Range::Whole, |range| range_of(range, size)) {
        Range::Part(offset, length) => {
            headers.push(("Content-Range", format!("bytes {offset}-{}/{size}", offset + length - 1)));
            Answer { status: 206, headers, body: Body::File { file, offset, length }, complaint: None }
        }
        Range::Beyond => {
            let mut answer = Answer::page(416);
            answer.headers.push(("Content-Range", format!("bytes */{size}")));
            answer
        }
        Range::Whole => {
            headers.push(("Accept-Ranges", "bytes".to_owned()));
            Answer { status: 200, headers, body: Body::File { file, offset: 0, length: size }, complaint: None }
        }
    }
}

/// An instant as headers write it.
pub(super) fn http_date(instant: Timestamp) -> String {
    instant.strftime(HTTP_DATE).to_string()
}

/// The status a condition of the request leads to, when it holds the file back.
fn condition(request: &Request, tag: &str, modified: Timestamp) -> Option<u16> {
    let instant = |name| {
        let time = strtime::parse(HTTP_DATE, request.text(name)?).ok()?.to_datetime().ok()?;
        time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    };
    let listed = |name| {
        let list = request.text(name)?;
        Some(list.split(',').any(|known| {
            matches!(known.trim().trim_start_matches("W/"), "*") || known.trim().trim_start_matches("W/") == tag
        }))
    };
    if listed("if-match") == Some(false) || instant("if-unmodified-since").is_some_and(|limit| modified > limit) {
        return Some(412);
    }
    match (listed("if-none-match"), instant("if-modified-since")) {
        (Some(known), _) => known.then_some(304),
        (None, Some(known)) => (known == modified).then_some(304),
        (None, None) => None,
    }
}

/// What is asked of a file.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// All: no range, several, or one that cannot be read.
    Whole,
    /// From an offset, so many bytes.
    Part(u64, u64),
    /// Nothing that it has.
    Beyond,
}

fn range_of(text: &str, size: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|rest| rest.split_once('-')) else {
        return Range::Whole;
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let (first, last) = (first.trim(), last.trim());
    let (from, to) = match (number(first), number(last)) {
        (Some(from), Some(to)) if from <= to => (from, to),
        (Some(from), None) if last.is_empty() => (from, u64::MAX),
        (None, Some(count)) if first.is_empty() && count > 0 => (size.saturating_sub(count), u64::MAX),
        _ => return Range::Whole,
    };
    if from >= size {
        return Range::Beyond;
    }
    Range::Part(from, to.min(size - 1) - from + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_root() {
        for (target, path) in [
            ("/", Some("/")),
            ("/a/../b//c", Some("/b/c")),
            ("/a/b/..", Some("/a/")),
            ("/%61%20b?x=/../", Some("/a b")),
            ("http://host/x", Some("/x")),
            ("/../etc/passwd", None),
            ("/a/%2e%2e/%2e%2e/etc/passwd", None),
            ("/a%00b", None),
            ("etc/passwd", None),
            ("*", None),
        ] {
            assert_eq!(path_of(target).as_deref(), path, "{target}");
        }
    }

    #[test]
    fn ranges_are_cut_to_the_file() {
        assert_eq!(range_of("bytes=0-3", 10), Range::Part(0, 4));
        assert_eq!(range_of("bytes=8-99", 10), Range::Part(8, 2));
        assert_eq!(range_of("bytes=-3", 10), Range::Part(7, 3));
        assert_eq!(range_of("bytes=-30", 10), Range::Part(0, 10));
        assert_eq!(range_of("bytes=5-", 10), Range::Part(5, 5));
        assert_eq!(range_of("bytes=10-", 10), Range::Beyond);
        for whole in ["bytes=0-1,3-4", "bytes=4-2", "bytes=a-b", "lines=1-2", "bytes=-0"] {
            assert_eq!(range_of(whole, 10), Range::Whole, "{whole}");
        }
    }
}
