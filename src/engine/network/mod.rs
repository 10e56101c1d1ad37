//! Networks: who is in them, with which address, under which names. Plain files; no device is touched here (`launch/network`
//! does).
//!
//! Nothing is leased: an address or a port belongs to whoever holds it in a `network.json` whose monitor lives.

mod assign;
mod attachments;
mod connect;
mod create;
mod files;
mod links;
mod neighbourhood;
mod pools;
mod published;
mod record;
mod remove;
mod store;
mod subnet;
mod warning;

pub use attachments::{Attachment, Attachments, Endpoint, EndpointAddress, Live};
pub use create::{NetworkRequest, RangeRequest};
pub(in crate::engine) use files::hosts;
pub(in crate::engine) use links::{Link, name_links};
pub use neighbourhood::Neighbourhood;
pub use published::parse_port;
pub use record::{IpamConfig, NetworkDriver, NetworkId, NetworkRecord};
pub use subnet::Subnet;
