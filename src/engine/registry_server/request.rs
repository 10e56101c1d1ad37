//! The head of a request: what is asked, and how long what follows is. Whatever two readers could understand in two ways is
//! refused (RFC 9112 § 6).

/// A request and its headers are no longer.
pub(super) const HEAD_BYTES_MAX: usize = 32 << 10;
const HEADERS_MAX: usize = 100;

/// A request without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// `GET`, `HEAD`, …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in small letters; those whose value is text.
    headers: Vec<(String, String)>,
    /// How long what follows is.
    pub body: BodyLength,
    /// Whether the client may ask again on the same connection.
    pub keeps: bool,
    /// Whether the client waits for a word before it sends the body.
    pub waits: bool,
}

/// How long a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyLength {
    /// So many bytes.
    Known(u64),
    /// Chunks that say it themselves.
    Chunked,
}

/// What the bytes so far are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A whole head, and its length.
    Head(Box<Head>, usize),
    /// The beginning of one.
    Partial,
    /// Nothing that is answered but with this status.
    Refused(u16),
}

/// Reads a head.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= HEAD_BYTES_MAX => length,
        Ok(httparse::Status::Partial) if bytes.len() < HEAD_BYTES_MAX => return Parsed::Partial,
        Ok(_) | Err(httparse::Error::TooManyHeaders) => return Parsed::Refused(431),
        Err(httparse::Error::Version) => return Parsed::Refused(505),
        Err(_) => return Parsed::Refused(400),
    };
    let text = |header: &httparse::Header<'_>| {
        let value = std::str::from_utf8(header.value).ok()?.trim().to_owned();
        Some((header.name.to_ascii_lowercase(), value))
    };
    let modern = request.version == Some(1);
    let mut head = Head {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        headers: request.headers.iter().filter_map(text).collect(),
        body: BodyLength::Known(0),
        keeps: modern,
        waits: false,
    };
    match head.body_length() {
        Ok(length) => head.body = length,
        Err(status) => return Parsed::Refused(status),
    }
    if let Some(connection) = head.header("connection") {
        head.keeps = modern && !connection.to_ascii_lowercase().contains("close");
    }
    head.waits = head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
    Parsed::Head(Box::new(head), length)
}

impl Head {
    /// A header's value, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn body_length(&self) -> Result<BodyLength, u16> {
        let mut lengths = self.headers.iter().filter(|(name, _)| name == "content-length").map(|(_, value)| value);
        match (lengths.next(), lengths.next(), self.header("transfer-encoding")) {
            (None, _, None) => Ok(BodyLength::Known(0)),
            (None, _, Some(coding)) if coding.eq_ignore_ascii_case("chunked") => Ok(BodyLength::Chunked),
            (None, _, Some(_)) => Err(501),
            // Rust's own parser takes a sign.
            (Some(value), None, None) if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                value.parse().map(BodyLength::Known).map_err(|_| 400)
            }
            _ => Err(400),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        match parse(text.as_bytes()) {
            Parsed::Head(head, length) if length == text.len() => *head,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    #[test]
    fn a_head_says_what_follows_it() {
        let asked = head(
            "PATCH /v2/a/blobs/uploads/1?x=y HTTP/1.1\r\nHost: a\r\nContent-Length: 42\r\nExpect: 100-Continue\r\n\r\n",
        );
        assert_eq!((asked.method.as_str(), asked.target.as_str()), ("PATCH", "/v2/a/blobs/uploads/1?x=y"));
        assert_eq!((asked.body, asked.keeps, asked.waits), (BodyLength::Known(42), true, true));
        assert_eq!(head("PUT / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n").body, BodyLength::Chunked);
        assert!(!head("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n").keeps);
        assert!(!head("GET / HTTP/1.0\r\n\r\n").keeps);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for (text, status) in [
            ("\u{16}\u{3}\u{1}\u{2}", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
            ("GET / HTTP/2.0\r\n\r\n", 505),
        ] {
            assert_eq!(parse(text.as_bytes()), Parsed::Refused(status), "{text:?}");
        }
        assert_eq!(parse(b"GET / HTTP/1.1\r\nHost:"), Parsed::Partial);
        let endless = format!("GET /{} ", "x".repeat(HEAD_BYTES_MAX));
        assert_eq!(parse(endless.as_bytes()), Parsed::Refused(431));
    }
}
