//! The two logs: requests on standard output in the official image's format, what goes wrong on standard error.

use std::io::Write;

/// One answered request.
pub(super) struct Entry<'a> {
    /// Whose.
    pub(super) client: &'a str,
    /// The request line as it came.
    pub(super) request: &'a [u8],
    /// What was answered.
    pub(super) status: u16,
    /// Bytes of body sent.
    pub(super) sent: u64,
    /// `Referer`, `User-Agent`, `X-Forwarded-For`.
    pub(super) headers: [Option<&'a [u8]>; 3],
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Notice,
    Error,
    Emergency,
}

/// Writes an entry of the access log: the combined format, and who the request was forwarded for.
pub(super) fn access(entry: &Entry<'_>) {
    let now = jiff::Zoned::now().strftime("%d/%b/%Y:%H:%M:%S %z").to_string();
    let mut line = format!("{} - - [{now}] \"", entry.client).into_bytes();
    escape(entry.request, &mut line);
    line.extend(format!("\" {} {}", entry.status, entry.sent).into_bytes());
    for header in entry.headers {
        line.extend(b" \"");
        escape(header.unwrap_or(b"-"), &mut line);
        line.push(b'"');
    }
    line.push(b'\n');
    // A log nobody reads must not stop the server.
    let mut output = std::io::stdout().lock();
    let _ = output.write_all(&line).and_then(|()| output.flush());
}

/// Writes a line of the error log.
pub(super) fn error(level: Level, text: &str) {
    let now = jiff::Zoned::now().strftime("%Y/%m/%d %H:%M:%S").to_string();
    let word = match level {
        Level::Notice => "notice",
        Level::Error => "error",
        Level::Emergency => "emerg",
    };
    let process = std::process::id();
    let _ = writeln!(std::io::stderr(), "{now} [{word}] {process}#{process}: {text}");
}

/// What could forge a line of the log, or move a terminal's cursor, is written as `\xHH`.
fn escape(text: &[u8], line: &mut Vec<u8>) {
    for byte in text {
        if (0x20..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\') {
            line.push(*byte);
        } else {
            line.extend(format!("\\x{byte:02X}").into_bytes());
        }
    }
}
