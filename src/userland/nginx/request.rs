//! One request, read from the bytes of a connection.

/// A request and its headers may be so long.
pub(super) const MAX_HEAD: usize = 32 << 10;
const MAX_HEADERS: usize = 100;
/// A body, which is read and thrown away, may be so long.
const MAX_BODY: u64 = 1 << 20;

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    /// As it came, with its query.
    pub(super) target: String,
    /// `GET / HTTP/1.1`.
    pub(super) line: Vec<u8>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    /// Whether the client may ask again on the same connection.
    pub(super) keep: bool,
    /// Bytes of body that follow.
    pub(super) body: u64,
}

/// What the bytes so far are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A whole head, and how long it is.
    Request(Box<Request>, usize),
    /// The beginning of one.
    Partial,
    /// Nothing we answer but with this status.
    Refused(u16, Vec<u8>),
}

/// Reads the head of a request.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => return Parsed::Partial,
        Ok(httparse::Status::Partial) => return Parsed::Refused(414, line),
        Err(httparse::Error::TooManyHeaders) => return Parsed::Refused(431, line),
        Err(httparse::Error::Version) => return Parsed::Refused(505, line),
        Err(_) => return Parsed::Refused(400, line),
    };
    let mut request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        target: head.path.unwrap_or_default().to_owned(),
        line: line.clone(),
        headers: head.headers.iter().map(|header| (header.name.to_ascii_lowercase(), header.value.to_vec())).collect(),
        ..Request::default()
    };
    let modern = head.version == Some(1);
    let hosts = request.headers.iter().filter(|(name, _)| name == "host").count();
    if hosts > 1 || (modern && hosts == 0) {
        return Parsed::Refused(400, line);
    }
    let connection = request.header("connection").map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    request.keep = if modern { connection != b"close" } else { connection == b"keep-alive" };
    match request.body_length() {
        Some(body) => request.body = body,
        None => return Parsed::Refused(400, line),
    }
    if request.body > MAX_BODY {
        return Parsed::Refused(413, line);
    }
    Parsed::Request(Box::new(request), length)
}

impl Request {
    /// A header's value, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// A header's value when it is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.header(name).and_then(|value| std::str::from_utf8(value).ok()).map(str::trim)
    }

    /// `None` when the headers disagree, or say what only a program behind us could read.
    fn body_length(&self) -> Option<u64> {
        let mut lengths = self.headers.iter().filter(|(name, _)| name == "content-length");
        let chunked = self.header("transfer-encoding").is_some();
        match (lengths.next(), lengths.next(), chunked) {
            (None, _, false) => Some(0),
            (Some((_, value)), None, false) => {
                let text = std::str::from_utf8(value).ok()?.trim();
                text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_come() {
        assert_eq!(parse(b"GET / HT"), Parsed::Partial);
        let Parsed::Request(request, length) = parse(b"GET /a?b HTTP/1.1\r\nHost: x\r\n\r\nrest") else { panic!() };
        assert_eq!((request.method.as_str(), request.target.as_str(), length), ("GET", "/a?b", 30));
        assert!(request.keep);
        let Parsed::Request(old, _) = parse(b"GET / HTTP/1.0\r\n\r\n") else { panic!() };
        assert!(!old.keep);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for (head, status) in [
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            ("\u{1}\u{2}", 400),
        ] {
            assert!(matches!(parse(head.as_bytes()), Parsed::Refused(found, _) if found == status), "{head:?}");
        }
    }
}
