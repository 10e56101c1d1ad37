//! `docker search`: Docker Hub's own list of repositories, or that of a registry which has the same interface.

use serde::Deserialize;
use ureq::http::{Method, StatusCode};

use super::RegistryError;
use super::document::{failure, read_limited};
use super::endpoint::{endpoints, host_of};
use super::retry::{Interrupt, Retry};
use super::token::{basic, escape};
use super::transport::{Ask, Transport};
use crate::engine::{Engine, EngineError};

const HUB: &str = "docker.io";
const HUB_SEARCH: &str = "https://index.docker.io";
const RESULT_BYTES_MAX: u64 = 4 << 20;

/// A repository that was found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SearchResult {
    /// As it is pulled.
    pub name: String,
    /// What its makers say of it, on any number of lines.
    #[serde(default)]
    pub description: String,
    /// How many like it.
    #[serde(default)]
    pub star_count: u64,
    /// Docker's own.
    #[serde(default)]
    pub is_official: bool,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<SearchResult>,
}

impl Engine {
    /// The repositories that have something to do with these words, at most `limit`. `words` may begin with a registry
    /// (`localhost:5000/words`).
    ///
    /// # Errors
    /// The registry's.
    pub fn search_registry(
        &self,
        words: &str,
        limit: u64,
        interrupt: Interrupt,
    ) -> Result<Vec<SearchResult>, EngineError> {
        let transport = Transport::new(&self.registry, interrupt);
        let (domain, words) = match words.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest),
            _ => (HUB, words),
        };
        let bases: Vec<String> = if domain == HUB {
            vec![HUB_SEARCH.to_owned()]
        } else {
            endpoints(&self.registry, domain).into_iter().map(|endpoint| endpoint.base).collect()
        };
        let credentials = self.registry.credentials.find(domain);
        let mut last = None;
        for base in bases {
            let ask = Ask::new(Method::GET, format!("{base}/v1/search?q={}&n={limit}", escape(words)));
            let authorization = credentials.as_ref().map(basic);
            let attempt = || {
                let response = transport.send(&ask, authorization.as_deref())?;
                match response.status() {
                    StatusCode::OK => Ok(response),
                    // It has no such interface: no manifest was asked for.
                    status @ StatusCode::NOT_FOUND => {
                        Err(RegistryError::Status { status: status.to_string(), url: ask.url.clone() })
                    }
                    _ => Err(failure(&ask, response)),
                }
            };
            match Retry::run(&transport.interrupt, attempt) {
                Ok(response) => {
                    let content = read_limited(response, &ask.url, RESULT_BYTES_MAX)?;
                    let answer: Answer = serde_json::from_slice(&content).map_err(|error| {
                        RegistryError::BadAnswer { url: host_of(&ask.url).to_owned(), reason: error.to_string() }
                    })?;
                    return Ok(answer.results);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or(RegistryError::Canceled).into())
    }
}
