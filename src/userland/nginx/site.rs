//! What is served, once the configuration is read.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

/// The user nginx of the official image.
pub(super) const NGINX: u32 = 101;

/// A site of plain files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    /// Where to listen.
    pub(super) listen: Vec<SocketAddr>,
    /// Its name in the error log.
    pub(super) name: String,
    /// Where its files are.
    pub(super) root: PathBuf,
    /// What stands for a directory, in order.
    pub(super) index: Vec<String>,
    /// Parts of it that have other roots.
    pub(super) locations: Vec<Location>,
    /// A page of the site for a status.
    pub(super) error_pages: BTreeMap<u16, String>,
    /// Whether requests are logged.
    pub(super) access_log: bool,
    /// Where the number of the process is written.
    pub(super) pid: PathBuf,
    /// Who serves, when root starts it.
    pub(super) user: Option<u32>,
    /// Seconds an idle connection is kept; 0 is not at all.
    pub(super) keepalive: u64,
}

/// A part of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Location {
    /// `location = PATH`.
    pub(super) exact: bool,
    /// What its paths begin with.
    pub(super) prefix: String,
    pub(super) root: Option<PathBuf>,
    pub(super) index: Option<Vec<String>>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, 80)), SocketAddr::from((Ipv6Addr::UNSPECIFIED, 80))],
            name: "localhost".to_owned(),
            root: "/usr/share/nginx/html".into(),
            index: vec!["index.html".to_owned(), "index.htm".to_owned()],
            locations: Vec::new(),
            error_pages: BTreeMap::new(),
            access_log: true,
            pid: "/run/nginx.pid".into(),
            user: Some(NGINX),
            keepalive: 65,
        }
    }
}

impl Site {
    /// The root and the index of a path: an exact location first, else the longest that fits, else the site's.
    pub(super) fn place(&self, path: &str) -> (&PathBuf, &[String]) {
        let fits = |location: &&Location| {
            if location.exact { location.prefix == path } else { path.starts_with(&location.prefix) }
        };
        let location = self.locations.iter().filter(fits).max_by_key(|fit| (fit.exact, fit.prefix.len()));
        let root = location.and_then(|location| location.root.as_ref()).unwrap_or(&self.root);
        (root, location.and_then(|location| location.index.as_deref()).unwrap_or(&self.index))
    }
}
