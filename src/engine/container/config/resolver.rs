//! Whom a container asks for addresses.

use serde::{Deserialize, Serialize};

use crate::engine::oci::null_as_default;

/// `--dns` and its like, with the field names of Docker's `HostConfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResolverOptions {
    /// `--dns`: addresses of name servers.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub dns: Vec<String>,
    /// `--dns-option`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub dns_options: Vec<String>,
    /// `--dns-search`; `.` alone: none.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub dns_search: Vec<String>,
}
