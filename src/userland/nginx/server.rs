//! Listens, and gives each connection its turn: one thread, one `poll(2)`.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Instant;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::configuration;
use super::connection::{Connection, Wants};
use super::log::{self, Level};
use super::site::Site;

/// Connections at once; others wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 1024;

/// A server that listens.
pub(super) struct Server {
    site: Site,
    listeners: Vec<TcpListener>,
    connections: Vec<Connection>,
    signals: SignalFd,
    came: u64,
    /// Nothing new is taken on.
    closing: bool,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// nginx's sentence when an address cannot be had.
    pub(super) fn new(site: Site) -> Result<Self, String> {
        let listeners =
            site.listen.iter().filter_map(|address| listen(*address).transpose()).collect::<Result<Vec<_>, _>>()?;
        if listeners.is_empty() {
            return Err("no address to listen on".to_owned());
        }
        let wanted: SigSet =
            [Signal::SIGTERM, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGUSR1].into_iter().collect();
        let signals = wanted
            .thread_block()
            .and_then(|()| SignalFd::with_flags(&wanted, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC))
            .map_err(|error| format!("signalfd() failed ({}: {})", error as i32, error.desc()))?;
        Ok(Self { site, listeners, connections: Vec::new(), signals, came: 0, closing: false })
    }

    /// Serves until a signal says to stop; `configuration` is read again when one says so.
    ///
    /// # Errors
    /// What `poll(2)` answers.
    pub(super) fn run(&mut self, configuration: &Path) -> io::Result<()> {
        while !(self.closing && self.connections.is_empty()) {
            let (ready, came) = self.wait()?;
            if !self.obey(configuration) {
                return Ok(());
            }
            let now = Instant::now();
            for (connection, ready) in self.connections.iter_mut().zip(ready) {
                if ready {
                    connection.advance(&self.site, self.closing);
                } else if connection.deadline <= now {
                    connection.wants = Wants::Close;
                }
                if self.closing && connection.is_idle() {
                    connection.wants = Wants::Close;
                }
            }
            self.connections.retain(|connection| connection.wants != Wants::Close);
            if came {
                self.accept();
            }
        }
        Ok(())
    }

    /// Which connections can go on, and whether somebody knocks.
    fn wait(&self) -> io::Result<(Vec<bool>, bool)> {
        let mut watched = vec![PollFd::new(self.signals.as_fd(), PollFlags::POLLIN)];
        watched.extend(self.connections.iter().map(|connection| {
            let wanted = if connection.wants == Wants::Write { PollFlags::POLLOUT } else { PollFlags::POLLIN };
            PollFd::new(connection.stream.as_fd(), wanted)
        }));
        if self.connections.len() < MAX_CONNECTIONS {
            watched.extend(self.listeners.iter().map(|listener| PollFd::new(listener.as_fd(), PollFlags::POLLIN)));
        }
        let first = self.connections.iter().map(|connection| connection.deadline).min();
        let timeout = first.map_or(PollTimeout::NONE, |deadline| {
            let left = deadline.saturating_duration_since(Instant::now()).as_millis().saturating_add(1);
            PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)
        });
        match poll(&mut watched, timeout) {
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready = |watch: &PollFd<'_>| watch.any().unwrap_or(false);
        let (connections, listeners) = watched[1..].split_at(self.connections.len());
        Ok((connections.iter().map(ready).collect(), listeners.iter().any(ready)))
    }

    fn accept(&mut self) {
        for listener in &self.listeners {
            while self.connections.len() < MAX_CONNECTIONS {
                match listener.accept() {
                    Ok((stream, address)) => {
                        self.came += 1;
                        let client = address.ip().to_canonical().to_string();
                        if let Ok(mut connection) = Connection::new(stream, client, self.came) {
                            // Most clients ask at once.
                            connection.advance(&self.site, self.closing);
                            if connection.wants != Wants::Close {
                                self.connections.push(connection);
                            }
                        }
                    }
                    Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                    Err(error) => {
                        if error.kind() != ErrorKind::WouldBlock {
                            log::error(Level::Error, &format!("accept() failed ({error})"));
                        }
                        break;
                    }
                }
            }
        }
    }

    /// Does what signals say; false: stop at once.
    fn obey(&mut self, configuration: &Path) -> bool {
        while let Ok(Some(received)) = self.signals.read_signal() {
            let signal = i32::try_from(received.ssi_signo).ok().and_then(|number| Signal::try_from(number).ok());
            match signal {
                Some(Signal::SIGQUIT) => {
                    log::error(Level::Notice, "signal 3 (SIGQUIT) received, shutting down");
                    self.closing = true;
                    self.listeners.clear();
                }
                Some(Signal::SIGHUP) => self.reload(configuration),
                // The logs are streams: there is nothing to open again.
                Some(Signal::SIGUSR1) | None => {}
                Some(signal) => {
                    log::error(Level::Notice, &format!("signal {} ({signal}) received, exiting", signal as i32));
                    return false;
                }
            }
        }
        true
    }

    fn reload(&mut self, configuration: &Path) {
        log::error(Level::Notice, "signal 1 (SIGHUP) received, reconfiguring");
        match configuration::read(configuration) {
            Ok(site) if site.listen == self.site.listen => self.site = site,
            Ok(_) => {
                log::error(Level::Emergency, "other addresses need a new start: the configuration stays as it was");
            }
            Err(reason) => log::error(Level::Emergency, &reason),
        }
    }
}

/// `None` for IPv6 where the kernel has none.
fn listen(address: SocketAddr) -> Result<Option<TcpListener>, String> {
    let failed = |error: io::Error| {
        let number = error.raw_os_error().unwrap_or_default();
        format!("bind() to {address} failed ({number}: {})", crate::userland::applets::describe(&error))
    };
    let family = if address.is_ipv4() { rustix::net::AddressFamily::INET } else { rustix::net::AddressFamily::INET6 };
    let flags = rustix::net::SocketFlags::CLOEXEC | rustix::net::SocketFlags::NONBLOCK;
    let socket = match rustix::net::socket_with(family, rustix::net::SocketType::STREAM, flags, None) {
        Ok(socket) => socket,
        Err(rustix::io::Errno::AFNOSUPPORT) if address.is_ipv6() => return Ok(None),
        Err(error) => return Err(failed(error.into())),
    };
    let made = rustix::net::sockopt::set_socket_reuseaddr(&socket, true)
        .and_then(|()| if address.is_ipv6() { rustix::net::sockopt::set_ipv6_v6only(&socket, true) } else { Ok(()) })
        .and_then(|()| rustix::net::bind(&socket, &address))
        .and_then(|()| rustix::net::listen(&socket, 511));
    match made {
        Ok(()) => Ok(Some(TcpListener::from(socket))),
        Err(rustix::io::Errno::ADDRNOTAVAIL) if address.is_ipv6() => Ok(None),
        Err(error) => Err(failed(error.into())),
    }
}
