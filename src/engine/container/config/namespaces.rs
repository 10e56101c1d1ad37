//! Whose processes, messages and names a container sees: its own, the host's, another container's.

use serde::{Deserialize, Serialize};

/// `--pid`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PidMode {
    /// Its own.
    #[default]
    Private,
    /// The host's.
    Host,
    /// Those of another container, by name or id.
    Container(String),
}

/// `--ipc`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum IpcMode {
    /// Its own, closed to others.
    #[default]
    Private,
    /// Its own, without `/dev/shm`.
    None,
    /// Its own, open to other containers.
    Shareable,
    /// The host's.
    Host,
    /// That of another container, by name or id.
    Container(String),
    /// Anything else: refused when the container is created.
    Unknown(String),
}

/// `--uts`, `--userns`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum HostOrPrivate {
    /// Its own, or what the engine does by itself.
    #[default]
    Private,
    /// The host's.
    Host,
}

impl From<String> for PidMode {
    fn from(text: String) -> Self {
        match text.strip_prefix("container:") {
            Some(container) => Self::Container(container.to_owned()),
            None if text == "host" => Self::Host,
            None => Self::Private,
        }
    }
}

impl From<PidMode> for String {
    fn from(mode: PidMode) -> Self {
        match mode {
            PidMode::Private => String::new(),
            PidMode::Host => "host".to_owned(),
            PidMode::Container(container) => format!("container:{container}"),
        }
    }
}

impl From<String> for IpcMode {
    fn from(text: String) -> Self {
        match text.as_str() {
            "" | "private" => Self::Private,
            "none" => Self::None,
            "shareable" => Self::Shareable,
            "host" => Self::Host,
            other => match other.strip_prefix("container:") {
                Some(container) if !container.is_empty() => Self::Container(container.to_owned()),
                _ => Self::Unknown(text),
            },
        }
    }
}

impl From<IpcMode> for String {
    fn from(mode: IpcMode) -> Self {
        match mode {
            IpcMode::Private => "private".to_owned(),
            IpcMode::None => "none".to_owned(),
            IpcMode::Shareable => "shareable".to_owned(),
            IpcMode::Host => "host".to_owned(),
            IpcMode::Container(container) => format!("container:{container}"),
            IpcMode::Unknown(text) => text,
        }
    }
}

impl From<String> for HostOrPrivate {
    fn from(text: String) -> Self {
        if text == "host" { Self::Host } else { Self::Private }
    }
}

impl From<HostOrPrivate> for String {
    fn from(mode: HostOrPrivate) -> Self {
        match mode {
            HostOrPrivate::Private => String::new(),
            HostOrPrivate::Host => "host".to_owned(),
        }
    }
}
