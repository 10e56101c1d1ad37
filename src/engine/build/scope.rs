//! What holds for a whole build: its arguments, its platforms, what the checks found.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::lint::Lints;
use super::request::{BuildFrontend, NamedContext};
use super::syntax::RunNetwork;
use crate::engine::oci::Platform;
use jiff::Timestamp;

/// Usable in RUN without an ARG, and never part of the history.
const PROXY_ARGUMENTS: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// What holds for the whole build.
#[derive(Debug)]
pub(super) struct BuildScope<'a> {
    pub(super) frontend: BuildFrontend,
    pub(super) escape: char,
    /// `--build-arg`.
    pub(super) given: &'a [(String, String)],
    /// ARGs before the first FROM, and the platform's, with their values.
    pub(super) global: Vec<(String, Option<String>)>,
    /// `--build-context`.
    pub(super) named: &'a [(String, NamedContext)],
    /// `--network`.
    pub(super) network: RunNetwork,
    /// `SOURCE_DATE_EPOCH`, in seconds since 1970: nothing is younger.
    pub(super) epoch: Option<Timestamp>,
    /// What the build checks found so far.
    pub(super) lints: Lints,
    /// The global ARGs as they would be without `--build-arg`.
    pub(super) defaults: Vec<(String, Option<String>)>,
    /// The names of `--build-arg` that some ARG took.
    pub(super) consumed: RefCell<BTreeSet<String>>,
}

impl BuildScope<'_> {
    /// What `--build-arg` says; the last one counts.
    pub(super) fn given(&self, name: &str) -> Option<String> {
        let (_, value) = self.given.iter().rev().find(|(given, _)| given == name)?;
        self.consumed.borrow_mut().insert(name.to_owned());
        Some(value.clone())
    }

    /// A global ARG's value.
    pub(super) fn global(&self, name: &str) -> Option<String> {
        self.global.iter().rev().find(|(known, _)| known == name).and_then(|(_, value)| value.clone())
    }

    /// The proxies given without an ARG of the same name in scope.
    pub(super) fn proxies(&self) -> Vec<(String, String)> {
        let proxies: Vec<_> =
            self.given.iter().filter(|(name, _)| PROXY_ARGUMENTS.contains(&name.as_str())).cloned().collect();
        self.consumed.borrow_mut().extend(proxies.iter().map(|(name, _)| name.clone()));
        proxies
    }

    /// Those of `--build-arg` that no ARG took, in order.
    pub(super) fn unused(&self) -> Vec<String> {
        let consumed = self.consumed.borrow();
        // A proxy may be given for nothing.
        let is_unused = |name: &String| !consumed.contains(name) && !PROXY_ARGUMENTS.contains(&name.as_str());
        let mut names: Vec<String> =
            self.given.iter().map(|(name, _)| name.clone()).filter(|name| is_unused(name)).collect();
        names.sort();
        names.dedup();
        names
    }

    /// BuildKit's platform ARGs.
    pub(super) fn platform_arguments() -> Vec<(String, Option<String>)> {
        let platform = Platform::host();
        let mut arguments = Vec::new();
        for side in ["BUILD", "TARGET"] {
            for (what, value) in [
                ("PLATFORM", platform.to_string()),
                ("OS", platform.os.clone()),
                ("ARCH", platform.architecture.clone()),
                ("VARIANT", String::new()),
            ] {
                arguments.push((format!("{side}{what}"), Some(value)));
            }
        }
        arguments
    }
}
