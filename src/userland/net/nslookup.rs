//! `nslookup NAME [SERVER]`

use std::io::Write;
use std::net::{IpAddr, SocketAddr};

use super::dns::{self, Failure, Kind, Record};
use super::resolve::{self, Configuration};
use super::words;

/// Runs it.
pub fn main(arguments: &[String]) -> i32 {
    let (name, server) = match arguments {
        [name] => (name, None),
        [name, server] if !name.starts_with('-') => (name, Some(server)),
        _ => {
            let _ = writeln!(std::io::stderr(), "Usage: nslookup HOST [DNS_SERVER]");
            return 1;
        }
    };
    let server = match server.map(|server| resolve::addresses(server)) {
        None => Configuration::read().servers[0],
        Some(Ok(found)) => found[0],
        Some(Err(error)) => {
            let _ = writeln!(std::io::stderr(), "nslookup: {error}");
            return 1;
        }
    };
    let server = SocketAddr::new(server, 53);
    let mut text = format!("Server:\t\t{}\nAddress:\t{server}\n\n", server.ip());
    let questions = match name.parse::<IpAddr>() {
        Ok(address) => vec![(dns::reverse_name(address), Kind::Name)],
        Err(_) => vec![(name.clone(), Kind::V4), (name.clone(), Kind::V6)],
    };
    let mut found = 0;
    let mut failure = None;
    for (question, kind) in questions {
        match dns::ask(server, &question, kind) {
            Ok(records) => {
                if !records.is_empty() {
                    text.push_str("Non-authoritative answer:\n");
                }
                found += records.len();
                for (owner, record) in records {
                    text.push_str(&match record {
                        Record::Address(address) => format!("Name:\t{owner}\nAddress: {address}\n"),
                        Record::Alias(name) => format!("{owner}\tcanonical name = {name}\n"),
                        Record::Pointer(name) => format!("{owner}\tname = {name}\n"),
                    });
                }
                text.push('\n');
            }
            Err(error) => failure = Some(error),
        }
    }
    let mut code = i32::from(found == 0);
    if found == 0 {
        text.push_str(&match failure {
            None => format!("*** Can't find {name}: No answer\n"),
            Some(Failure::NoSuchName) => format!("** server can't find {name}: NXDOMAIN\n"),
            Some(Failure::Server(5)) => format!("** server can't find {name}: REFUSED\n"),
            Some(Failure::Server(_)) => format!("** server can't find {name}: SERVFAIL\n"),
            Some(Failure::Io(error)) => {
                let timed_out = matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
                let reason = if timed_out {
                    "connection timed out; no servers could be reached".to_owned()
                } else {
                    words(&error)
                };
                format!(";; {reason}\n")
            }
        });
    }
    if std::io::stdout().write_all(text.as_bytes()).is_err() {
        code = 1;
    }
    code
}
