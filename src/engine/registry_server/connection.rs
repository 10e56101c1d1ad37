//! One client's connection: its requests one after the other, each with its body, each with its answer.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::BorrowedFd;
use std::time::Duration;

use jiff::Timestamp;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ureq::http::StatusCode;

use super::answer::Answer;
use super::request::{BodyLength, HEAD_BYTES_MAX, Head, Parsed, parse};
use crate::engine::pour;

/// Between two pieces of a request, or of an answer.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Between two requests.
const IDLE_TIMEOUT: Timespec = Timespec { tv_sec: 60, tv_nsec: 0 };
/// What is left of a body nobody wanted is read up to here, so that the connection may go on.
const UNWANTED_BYTES_MAX: u64 = 256 << 10;
/// A last answer has this long to be read before the connection is closed.
const FAREWELL: Duration = Duration::from_secs(1);
const PIECE: usize = 64 << 10;
/// The length of a chunk and what is said of it.
const CHUNK_LINE_MAX: usize = 1 << 10;

/// Answers a client until it leaves, falls asleep or cannot be understood, or until `stop` becomes readable.
///
/// # Errors
/// The connection's; there is nobody left to tell.
pub(super) fn serve(
    socket: &TcpStream,
    stop: BorrowedFd<'_>,
    answer: &dyn Fn(&Head, &mut dyn Read) -> Answer,
) -> io::Result<()> {
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(STALL_TIMEOUT))?;
    socket.set_write_timeout(Some(STALL_TIMEOUT))?;
    let mut input = Input { socket, buffer: Vec::new() };
    while input.awaits(stop)? {
        let head = match input.head()? {
            Ok(head) => head,
            Err(status) => {
                write_answer(socket, Answer::empty(status), false, true)?;
                return farewell(socket);
            }
        };
        let mut body = Body { input: &mut input, left: Left::of(head.body), waits: head.waits };
        let answer = answer(&head, &mut body);
        let keeps = body.skip() && head.keeps;
        write_answer(socket, answer, head.method != "HEAD", !keeps)?;
        if !keeps {
            return farewell(socket);
        }
    }
    Ok(())
}

/// Closing at once would let bytes on their way destroy the answer.
fn farewell(mut socket: &TcpStream) -> io::Result<()> {
    socket.shutdown(Shutdown::Write)?;
    socket.set_read_timeout(Some(FAREWELL))?;
    let mut unwanted = [0; 4096];
    for _ in 0..UNWANTED_BYTES_MAX / 4096 {
        if socket.read(&mut unwanted)? == 0 {
            break;
        }
    }
    Ok(())
}

fn write_answer(mut socket: &TcpStream, answer: Answer, with_body: bool, closes: bool) -> io::Result<()> {
    let reason = StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    let mut text = format!("HTTP/1.1 {} {}\r\nDate: {date}\r\n", answer.status, reason.unwrap_or_default());
    for (name, value) in &answer.headers {
        // Nothing of an answer may become a header of its own.
        if !value.bytes().any(|byte| byte.is_ascii_control()) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    let has_body = answer.status != 204;
    if has_body {
        text.push_str(&format!("Content-Length: {}\r\n", answer.body.length));
    }
    text.push_str(if closes { "Connection: close\r\n\r\n" } else { "\r\n" });
    socket.write_all(text.as_bytes())?;
    if !with_body || !has_body {
        return Ok(());
    }
    let sent = pour(&mut answer.body.reader.take(answer.body.length), &mut socket)?;
    // A client counts: what was promised and is not there must not look like an end.
    if sent == answer.body.length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// What the client sends, and what came before it was wanted.
struct Input<'a> {
    socket: &'a TcpStream,
    buffer: Vec<u8>,
}

impl Input<'_> {
    /// Whether another request begins.
    fn awaits(&self, stop: BorrowedFd<'_>) -> io::Result<bool> {
        if !self.buffer.is_empty() {
            return Ok(true);
        }
        let mut watched = [PollFd::from_borrowed_fd(stop, PollFlags::IN), PollFd::new(self.socket, PollFlags::IN)];
        let ready = poll(&mut watched, Some(&IDLE_TIMEOUT))?;
        Ok(ready > 0 && watched[0].revents().is_empty())
    }

    /// The head of the next request, or the status that refuses it.
    fn head(&mut self) -> io::Result<Result<Head, u16>> {
        loop {
            if !self.buffer.is_empty() {
                match parse(&self.buffer) {
                    Parsed::Head(head, length) => {
                        self.buffer.drain(..length);
                        return Ok(Ok(*head));
                    }
                    Parsed::Refused(status) => return Ok(Err(status)),
                    Parsed::Partial => {}
                }
            }
            self.more(HEAD_BYTES_MAX)?;
        }
    }

    /// Waits for bytes beyond those in the buffer.
    fn more(&mut self, most: usize) -> io::Result<()> {
        let before = self.buffer.len();
        self.buffer.resize(before + most, 0);
        let read = self.socket.read(&mut self.buffer[before..]);
        self.buffer.truncate(before + *read.as_ref().unwrap_or(&0));
        if read? == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

impl Read for Input<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.buffer.is_empty() {
            return self.socket.read(to);
        }
        let length = to.len().min(self.buffer.len());
        to[..length].copy_from_slice(&self.buffer[..length]);
        self.buffer.drain(..length);
        Ok(length)
    }
}

/// What follows the head of one request.
struct Body<'a, 's> {
    input: &'a mut Input<'s>,
    left: Left,
    /// The client waits for a word before it sends.
    waits: bool,
}

/// What is left of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// So many bytes.
    Bytes(u64),
    /// So many bytes of a chunk, then others.
    Chunk(u64),
    /// The line that says how long the next chunk is; whether the end of a chunk comes before it.
    ChunkLine(bool),
    /// Nothing.
    Nothing,
}

impl Left {
    fn of(length: BodyLength) -> Self {
        match length {
            BodyLength::Known(0) => Self::Nothing,
            BodyLength::Known(length) => Self::Bytes(length),
            BodyLength::Chunked => Self::ChunkLine(false),
        }
    }
}

impl Body<'_, '_> {
    /// Passes over what nobody read; whether the next request begins after it.
    fn skip(&mut self) -> bool {
        if self.left == Left::Nothing {
            return true;
        }
        // The bytes may come or not: nobody can tell.
        if self.waits {
            return false;
        }
        io::copy(&mut self.take(UNWANTED_BYTES_MAX), &mut io::sink()).is_ok() && self.left == Left::Nothing
    }

    fn chunk_line(&mut self, after_chunk: bool) -> io::Result<()> {
        let bad = || io::Error::from(io::ErrorKind::InvalidData);
        loop {
            let skipped = if after_chunk { 2 } else { 0 };
            let line = self.input.buffer.get(skipped..).unwrap_or_default();
            if after_chunk && !b"\r\n".starts_with(&self.input.buffer[..self.input.buffer.len().min(2)]) {
                return Err(bad());
            }
            match httparse::parse_chunk_size(line).map_err(|_| bad())? {
                httparse::Status::Complete((length, 0)) => return self.last_chunk(skipped + length),
                httparse::Status::Complete((length, size)) => {
                    self.input.buffer.drain(..skipped + length);
                    self.left = Left::Chunk(size);
                    return Ok(());
                }
                httparse::Status::Partial if line.len() > CHUNK_LINE_MAX => return Err(bad()),
                httparse::Status::Partial => self.input.more(PIECE)?,
            }
        }
    }

    /// After the last chunk may come headers, which say nothing to us.
    fn last_chunk(&mut self, length: usize) -> io::Result<()> {
        loop {
            let after = &self.input.buffer[length..];
            let end = if after.starts_with(b"\r\n") {
                Some(2)
            } else {
                after.windows(4).position(|end| end == b"\r\n\r\n").map(|start| start + 4)
            };
            if let Some(end) = end {
                self.input.buffer.drain(..length + end);
                self.left = Left::Nothing;
                return Ok(());
            }
            if after.len() > HEAD_BYTES_MAX {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.input.more(PIECE)?;
        }
    }
}

impl Read for Body<'_, '_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() {
            return Ok(0);
        }
        if std::mem::take(&mut self.waits) && self.left != Left::Nothing {
            self.input.socket.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if let Left::ChunkLine(after_chunk) = self.left {
            self.chunk_line(after_chunk)?;
        }
        let (Left::Bytes(left) | Left::Chunk(left)) = self.left else { return Ok(0) };
        let most = usize::try_from(left).map_or(to.len(), |left| left.min(to.len()));
        let read = self.input.read(&mut to[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let now = left - read as u64;
        self.left = match self.left {
            Left::Chunk(_) if now == 0 => Left::ChunkLine(true),
            Left::Chunk(_) => Left::Chunk(now),
            _ if now == 0 => Left::Nothing,
            _ => Left::Bytes(now),
        };
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::os::fd::AsFd;

    use super::*;

    /// What a client reads that sends these bytes and nothing more; bodies are sent back.
    fn conversation(sent: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        let (never, _held) = std::io::pipe().unwrap();
        client.write_all(sent).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let echo = |head: &Head, body: &mut dyn Read| {
            let mut bytes = Vec::new();
            if head.target != "/unread" && body.read_to_end(&mut bytes).is_err() {
                return Answer::empty(400);
            }
            Answer::empty(200).body(super::super::answer::Body::bytes(bytes))
        };
        let _ = serve(&socket, never.as_fd(), &echo);
        drop(socket);
        let mut heard = String::new();
        client.read_to_string(&mut heard).unwrap();
        let lines = heard.lines().filter(|line| !line.starts_with("Date: "));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn requests_follow_each_other_on_one_connection() {
        let said = conversation(
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcHEAD / HTTP/1.1\r\n\r\n\
              POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;x=y\r\nf\r\n0\r\nT: u\r\n\r\n\
              GET / HTTP/1.1\r\nConnection: close\r\n\r\nignored",
        );
        let expected = [
            "HTTP/1.1 200 OK\nContent-Length: 3\n\nabcHTTP/1.1 200 OK\nContent-Length: 0\n",
            "HTTP/1.1 200 OK\nContent-Length: 3\n\ndefHTTP/1.1 200 OK\nContent-Length: 0\nConnection: close\n",
        ];
        assert_eq!(said, expected.join("\n"));
    }

    #[test]
    fn a_body_nobody_reads_is_passed_over() {
        let said = conversation(
            b"PUT /unread HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
        );
        assert!(said.ends_with("\n\nx") && said.matches("200 OK").count() == 2, "{said}");
    }

    #[test]
    fn who_waits_for_a_word_gets_it_when_the_body_is_wanted() {
        let said = conversation(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx");
        assert!(said.starts_with("HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\n"), "{said}");
        let said = conversation(b"PUT /unread HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
        assert!(said.starts_with("HTTP/1.1 200 OK\n") && said.contains("Connection: close"), "{said}");
    }

    #[test]
    fn what_is_no_request_is_answered_at_once() {
        // A client that begins with TLS must learn quickly that nobody here speaks it.
        for sent in [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"nonsense\r\n\r\n"] {
            assert!(conversation(sent).starts_with("HTTP/1.1 400 Bad Request\n"));
        }
        for cut in [
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
        ] {
            let said = conversation(cut.as_bytes());
            assert!(said.starts_with("HTTP/1.1 400") && said.contains("Connection: close"), "{said}");
        }
    }
}
