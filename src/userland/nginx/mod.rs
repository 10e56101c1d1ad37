//! `nginx`: a small server of static files that stands in for the real one in the embedded image of that name.
//!
//! One thread, one `poll(2)`. It reads the part of nginx's configuration that a site of plain files needs and refuses
//! the rest by name; it logs as the official image does. It is no proxy and speaks no TLS.

mod answer;
mod command_line;
mod configuration;
mod connection;
mod lexer;
mod log;
mod mime;
mod page;
mod request;
mod server;
mod site;

pub use command_line::main;

/// What the server says of itself, in `Server:` and `nginx -v`: an honest stand-in's name.
const NAME: &str = concat!("nginx/", env!("CARGO_PKG_VERSION"), "-moussaillon");
