//! How containers are connected: namespaces, bridges, pairs, ports. Part of the process boundary.
//!
//! ```text
//!   host ─ published port ─▶ porter ─┐ (one process per container that publishes or resolves)
//!                                    ▼
//!   ┌─ the switch: a network namespace of nobody, kept by the monitors that stand in it ─┐
//!   │  docker0 172.17.0.1 ── veth… ── eth0 172.17.0.2 of a container                     │
//!   │  br-1234… 172.18.0.1 ── veth… ── eth1 172.18.0.2 of the same or another            │
//!   └──── uplink: a pair to the host (root), or pasta (everybody else) ──────────────────┘
//! ```
//!
//! Root and everybody else do the same: only the uplink differs. Nothing stands in the host's own namespace but the far end
//! of that pair, which goes with the switch.

mod firewall;
mod gateway;
mod leftovers;
mod link;
mod loopback;
mod netlink;
mod pair;
mod plan;
mod porter;
mod ports;
mod resolver;
mod switch;
mod wiring;

pub use firewall::has_packet_rules;
pub use gateway::{NAME as GATEWAY, has_tool as has_gateway, run as run_gateway};
pub use leftovers::{remove_uplink, stray_uplinks};
pub use loopback::bring_up as bring_loopback_up;
pub use pair::stop_host_forwarding;
pub use plan::{
    BridgePlan, ConnectPlan, ConnectionPlan, DisconnectPlan, EndpointPlan, NetworkPlan, PortPlan, Protocol,
    PublishedPort, ResolverPlan, any_address,
};
pub use porter::{NAME as PORTER, run as run_porter};
pub use switch::{enter_given as enter, is_deserted, join, leave};
pub use wiring::Wiring;

/// How the names of devices on the host begin that lead to a switch.
pub const UPLINK_PREFIX: &str = "mouss";
