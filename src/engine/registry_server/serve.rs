//! The server itself: a socket, a few threads, one request at a time in each.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tiny_http::{Header, Request, Response, Server, StatusCode};

use super::depot::Depot;
use super::paging::Query;
use super::route::{Asked, Routes};
use crate::engine::{Engine, EngineError};

/// Requests answered at a time; others wait.
const WORKERS: usize = 8;

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
    server: Arc<Server>,
    address: SocketAddr,
    deletion: bool,
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
        let address = listener.local_addr().map_err(bind)?;
        let depot = Depot::open(&self.paths)?.ok_or(RegistryError::AlreadyServed)?;
        let server = Server::from_listener(listener, None).map_err(|error| bind(io::Error::other(error)))?;
        let (engine, deletion) = (self.clone(), options.deletion);
        Ok(RegistryServer { engine, depot, server: Arc::new(server), address, deletion })
    }
}

impl RegistryServer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until [`RegistryServer::stopper`] is called.
    pub fn run(&self, events: &(dyn Fn(ServedEvent) + Sync)) {
        let routes = Routes { engine: &self.engine, depot: &self.depot, deletion: self.deletion, events };
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    while let Ok(request) = self.server.recv() {
                        answer(&routes, request);
                    }
                });
            }
        });
    }

    /// What ends [`RegistryServer::run`], from any thread.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        let server = Arc::clone(&self.server);
        move || (0..WORKERS).for_each(|_| server.unblock())
    }
}

fn answer(routes: &Routes<'_>, mut request: Request) {
    let url = request.url().to_owned();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let header = |name: &'static str| {
        let found = request.headers().iter().find(|header| header.field.equiv(name));
        found.map(|header| header.value.as_str().to_owned())
    };
    let (content_type, range, chunk) = (header("Content-Type"), header("Range"), header("Content-Range"));
    // `0-41`, as the specification writes it; `bytes 0-41/42`, as HTTP does.
    let chunk_start = chunk.and_then(|chunk| {
        let digits = chunk.trim_start_matches("bytes").trim_start_matches([' ', '=']);
        digits.split('-').next()?.parse().ok()
    });
    let method = request.method().as_str().to_owned();
    let mut asked = Asked {
        method: &method,
        path,
        query: Query::parse(query),
        content_type,
        chunk_start,
        range,
        body: request.as_reader(),
    };
    let answer = routes.answer(&mut asked);
    let headers = answer
        .headers
        .iter()
        .filter_map(|(name, value)| Header::from_bytes(name.as_bytes(), value.as_bytes()).ok())
        .collect();
    let length = usize::try_from(answer.body.length).ok();
    let response = Response::new(StatusCode(answer.status), headers, answer.body.reader, length, None);
    // Lengths are known: a client that asks for a part must be able to count.
    let response = response.with_chunked_threshold(usize::MAX);
    // A client that went away needs no answer.
    let _ = request.respond(response);
}
