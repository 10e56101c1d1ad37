//! The command language: what was typed becomes a closed [`DockerCommand`], which is executed on the engine.
//!
//! One declared table per verb ([`verb::Verb`]) is the source of parsing, `--help`, completion, suggestions and
//! explanations. Nothing here writes to the terminal: results come back as an [`Outcome`] or a [`Failure`],
//! progress as [`Event`]s, and only a container's own output goes through the streams lent in the [`Context`].

pub mod catalogue;
pub mod client_config;
pub mod complete;
pub mod explain;
pub mod flag;
pub mod global;
pub mod group;
pub mod inspection;
pub mod suggest;
pub mod value;
pub mod verb;
pub mod verbs;

mod command;
mod container_options;
mod context;
mod copy;
mod credentials_prompt;
mod detach_keys;
mod environment_file;
mod event;
mod event_filter;
mod failure;
mod filter;
mod filter_value;
mod glob;
mod go_time;
mod instant;
mod network_filter;
mod outcome;
mod output_file;
mod parse;
mod pflag;
mod platform;
mod plugin;
mod process_listing;
mod prompt;
mod pull_flow;
mod session;
mod targets;
mod volume_filter;
mod words;

pub(crate) use crate::engine::system_words as go_error;
pub use command::DockerCommand;
pub use context::{BuildKit, Context, RawMode, Streams, World};
pub use event::{BuildOutput, Event, OutputTarget, StatsFrame};
pub use failure::{Complaint, EXIT_BROKEN_PIPE, EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_REFUSED, Failure, Unsupported};
pub use outcome::{
    CacheUsage, ContainerListing, ContainerRow, DiskReport, HistoryListing, HistoryRow, ImageListing, ImageRow,
    InfoReport, Inspected, ManifestReport, NetworkListing, Outcome, PruneReport, PruneSection, SearchListing,
    StatsListing, StatsRow, VersionReport, VolumeListing,
};
pub use parse::{Help, HelpCause, HelpTopic, Parsed, ParsedCommand, parse};
pub use plugin::is_plugin;
pub use words::{Argument, FlagUse, Words};
