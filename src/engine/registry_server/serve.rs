//! The server itself: a socket, and a thread for each client that is connected.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::Errno;

use super::answer::Answer;
use super::connection;
use super::depot::Depot;
use super::paging::Query;
use super::request::Head;
use super::route::{Asked, Routes};
use crate::engine::{Engine, EngineError};

/// Connections at a time: a classroom's, each with a few. Others are closed.
const CLIENTS_MAX: usize = 256;

/// How it is served.
#[derive(Debug, Clone, Copy)]
pub struct RegistryOptions {
    /// Where; port 0 is any that is free.
    pub address: SocketAddr,
    /// Whether manifests and blobs may be deleted.
    pub deletion: bool,
}

/// What clients did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServedEvent {
    /// They have this manifest now.
    Pulled(String),
    /// We have this manifest now.
    Pushed(String),
}

/// Why it cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The address is not to be had.
    #[error("{address}: {source}")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Another process serves this state root.
    #[error("another registry serves this state root")]
    AlreadyServed,
    /// The state root.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A registry that listens.
pub struct RegistryServer {
    engine: Engine,
    depot: Depot,
    listener: TcpListener,
    address: SocketAddr,
    deletion: bool,
    stop: Arc<OwnedFd>,
}

impl Engine {
    /// Opens the registry of this state root. Clients wait until it is [`RegistryServer::run`].
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn open_registry(&self, options: RegistryOptions) -> Result<RegistryServer, RegistryError> {
        let address = options.address;
        let bind = |source: io::Error| RegistryError::Bind { address, source };
        let listener = TcpListener::bind(address).map_err(bind)?;
        // A client that gives up between the poll and the accept must hold up nobody.
        listener.set_nonblocking(true).map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let depot = Depot::open(&self.paths)?.ok_or(RegistryError::AlreadyServed)?;
        let stop = eventfd(0, EventfdFlags::CLOEXEC).map_err(|error| bind(error.into()))?;
        let (engine, deletion) = (self.clone(), options.deletion);
        Ok(RegistryServer { engine, depot, listener, address, deletion, stop: Arc::new(stop) })
    }
}

impl RegistryServer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until [`RegistryServer::stopper`] is called; requests under way are answered first.
    pub fn run(&self, events: &(dyn Fn(ServedEvent) + Sync)) {
        let routes = Routes { engine: &self.engine, depot: &self.depot, deletion: self.deletion, events };
        let routes = &routes;
        let clients = AtomicUsize::new(0);
        let clients = &clients;
        std::thread::scope(|scope| {
            while let Some(socket) = self.next_client() {
                if clients.fetch_add(1, Ordering::Relaxed) >= CLIENTS_MAX {
                    clients.fetch_sub(1, Ordering::Relaxed);
                    continue;
                }
                let stop = self.stop.as_fd();
                scope.spawn(move || {
                    // A client that went away needs no answer.
                    let _ = connection::serve(&socket, stop, &|head, body| answer(routes, head, body));
                    clients.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
    }

    /// The next connection; `None` when no more are wanted.
    fn next_client(&self) -> Option<TcpStream> {
        loop {
            let mut watched = [PollFd::new(&self.stop, PollFlags::IN), PollFd::new(&self.listener, PollFlags::IN)];
            match poll(&mut watched, None) {
                Ok(_) if !watched[0].revents().is_empty() => return None,
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(_) => return None,
            }
            if let Ok((socket, _)) = self.listener.accept()
                && socket.set_nonblocking(false).is_ok()
            {
                return Some(socket);
            }
        }
    }

    /// What ends [`RegistryServer::run`], from any thread.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        let stop = Arc::clone(&self.stop);
        move || {
            // It stays readable: everybody who looks sees it.
            let _ = rustix::io::write(&stop, &1_u64.to_ne_bytes());
        }
    }
}

fn answer(routes: &Routes<'_>, head: &Head, body: &mut dyn Read) -> Answer {
    let (path, query) = head.target.split_once('?').unwrap_or((&head.target, ""));
    let header = |name: &str| head.header(name).map(str::to_owned);
    // `0-41`, as the specification writes it; `bytes 0-41/42`, as HTTP does.
    let chunk_start = head.header("content-range").and_then(|chunk| {
        let digits = chunk.trim_start_matches("bytes").trim_start_matches([' ', '=']);
        digits.split('-').next()?.parse().ok()
    });
    routes.answer(&mut Asked {
        method: &head.method,
        path,
        query: Query::parse(query),
        content_type: header("content-type"),
        chunk_start,
        range: header("range"),
        body,
    })
}
