//! One connection: bytes in, answers out, without ever waiting.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::answer::{self, Answer, Body};
use super::log::{self, Level};
use super::page;
use super::request::{self, Parsed, Request};
use super::site::Site;

/// How long a request may take to arrive, and an answer to be taken.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes read at once, and sent of a file at once.
const PIECE: usize = 64 << 10;
/// Answers in a row before others have their turn.
const MAX_TURN: usize = 16;

/// What is left to do for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    Read,
    Write,
    /// Nothing: it is to be closed.
    Close,
}

/// A connection.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) wants: Wants,
    /// When it is closed for having done nothing.
    pub(super) deadline: Instant,
    client: String,
    /// Which one, in the order they came.
    number: u64,
    input: Vec<u8>,
    /// Bytes of a request's body that are still to be thrown away.
    unread: u64,
    output: Option<Output>,
}

/// An answer on its way.
struct Output {
    head: Vec<u8>,
    written: usize,
    body: Body,
    sent: u64,
    keep: bool,
    status: u16,
    request: Request,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, client: String, number: u64) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            wants: Wants::Read,
            deadline: Instant::now() + PATIENCE,
            client,
            number,
            input: Vec::new(),
            unread: 0,
            output: None,
        })
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.output.is_none() && self.input.is_empty()
    }

    /// Goes on as far as it can without waiting.
    pub(super) fn advance(&mut self, site: &Site, closing: bool) {
        for _ in 0..MAX_TURN {
            let went_on = match self.wants {
                Wants::Read => self.read(site, closing),
                Wants::Write => self.write(site),
                Wants::Close => return,
            };
            match went_on {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => {
                    // The client has gone; what it got is logged.
                    self.finish(site);
                    self.wants = Wants::Close;
                }
            }
        }
    }

    /// False when there is nothing more to read for now.
    fn read(&mut self, site: &Site, closing: bool) -> io::Result<bool> {
        if self.answer_buffered(site, closing) {
            return Ok(true);
        }
        let mut piece = [0; 16 << 10];
        match self.stream.read(&mut piece) {
            Ok(0) => {
                self.wants = Wants::Close;
                Ok(false)
            }
            Ok(count) => {
                if self.is_idle() {
                    self.deadline = Instant::now() + PATIENCE;
                }
                self.input.extend_from_slice(&piece[..count]);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Answers a request that has arrived whole.
    fn answer_buffered(&mut self, site: &Site, closing: bool) -> bool {
        let thrown = usize::try_from(self.unread).unwrap_or(usize::MAX).min(self.input.len());
        self.input.drain(..thrown);
        self.unread -= thrown as u64;
        if self.unread > 0 {
            return false;
        }
        // An empty line before a request is forgiven.
        let blank = self.input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.input.drain(..blank);
        if self.input.is_empty() {
            return false;
        }
        let (request, answer) = match request::parse(&self.input) {
            Parsed::Partial => return false,
            Parsed::Refused(status, line) => {
                self.input.clear();
                (Request { line, ..Request::default() }, answer::refusal(status))
            }
            Parsed::Request(request, length) => {
                self.input.drain(..length);
                self.unread = request.body;
                let answer = answer::of(&request, site);
                (*request, answer)
            }
        };
        self.begin(request, answer, site, closing);
        true
    }

    fn begin(&mut self, request: Request, answer: Answer, site: &Site, closing: bool) {
        if let Some(complaint) = &answer.complaint {
            let host = request.text("host").unwrap_or_default();
            let text = format!(
                "*{} {complaint}, client: {}, server: {}, request: \"{}\", host: \"{}\"",
                self.number,
                self.client,
                site.name,
                request.line.escape_ascii(),
                host.escape_default()
            );
            log::error(Level::Error, &text);
        }
        let keep = request.keep && site.keepalive > 0 && !closing;
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nServer: {}\r\nDate: {}\r\n",
            answer.status,
            page::reason(answer.status),
            super::NAME,
            answer::http_date(jiff::Timestamp::now())
        );
        if answer.status != 304 {
            head.push_str(&format!("Content-Length: {}\r\n", answer.body.length()));
        }
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(if keep { "Connection: keep-alive\r\n\r\n" } else { "Connection: close\r\n\r\n" });
        let body = if request.method == "HEAD" { Body::Bytes(Vec::new()) } else { answer.body };
        self.output =
            Some(Output { head: head.into_bytes(), written: 0, body, sent: 0, keep, status: answer.status, request });
        self.wants = Wants::Write;
        self.deadline = Instant::now() + PATIENCE;
    }

    /// False when the client takes no more for now.
    fn write(&mut self, site: &Site) -> io::Result<bool> {
        let Some(output) = &mut self.output else {
            self.wants = Wants::Read;
            return Ok(true);
        };
        match output.send(&mut self.stream) {
            Ok(0) => {
                let keep = output.keep;
                self.finish(site);
                if keep {
                    self.wants = Wants::Read;
                    self.deadline = Instant::now() + Duration::from_secs(site.keepalive);
                } else {
                    let _ = self.stream.shutdown(std::net::Shutdown::Write);
                    self.wants = Wants::Close;
                }
                Ok(true)
            }
            Ok(_) => {
                self.deadline = Instant::now() + PATIENCE;
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Logs what was answered.
    fn finish(&mut self, site: &Site) {
        let Some(output) = self.output.take() else { return };
        if site.access_log {
            let header = |name| output.request.header(name);
            log::access(&log::Entry {
                client: &self.client,
                request: &output.request.line,
                status: output.status,
                sent: output.sent,
                headers: [header("referer"), header("user-agent"), header("x-forwarded-for")],
            });
        }
    }
}

impl Output {
    /// Sends some more; 0 when all is sent.
    fn send(&mut self, stream: &mut TcpStream) -> io::Result<usize> {
        if self.written < self.head.len() {
            // Small bodies travel with their head.
            if let Body::Bytes(body) = &mut self.body
                && !body.is_empty()
            {
                let body = std::mem::take(body);
                self.sent = body.len() as u64;
                self.head.extend_from_slice(&body);
            }
            let count = stream.write(&self.head[self.written..])?;
            self.written += count;
            return Ok(count.max(1));
        }
        let Body::File { file, offset, length } = &mut self.body else { return Ok(0) };
        if self.sent == *length {
            return Ok(0);
        }
        let left = usize::try_from(*length - self.sent).unwrap_or(usize::MAX);
        match rustix::fs::sendfile(stream, file, Some(offset), left.min(PIECE)) {
            // The file was cut while it was sent: the length is promised, so the connection ends.
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.sent += count as u64;
                Ok(count)
            }
            Err(error) => Err(error.into()),
        }
    }
}
