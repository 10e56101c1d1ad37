//! Packet rules, in the kernel's own words (`nf_tables`), without a program. Two tables, each the least that is needed:
//! in the switch, what leaves by the uplink takes its address and nothing else is forwarded; on the host, what comes from the
//! uplink takes the host's address.
//!
//! The host's table has an *owner*: the kernel removes it when the socket that made it is closed, whatever closes it.
//! Source: `linux/netfilter/nf_tables.h`.

use std::io;

use super::netlink::{ACK, CREATE, DUMP, Message, Netlink, attributes};

/// Kinds of messages, of the subsystem.
const NF_TABLES: u16 = 10 << 8;
const NEW_TABLE: u16 = NF_TABLES;
const GET_TABLE: u16 = NF_TABLES | 1;
const DELETE_TABLE: u16 = NF_TABLES | 2;
const NEW_CHAIN: u16 = NF_TABLES | 3;
const NEW_RULE: u16 = NF_TABLES | 6;
const BATCH_BEGIN: u16 = 16;
const BATCH_END: u16 = 17;
const APPEND: u16 = 0x800;

/// IPv4 and IPv6 in one table would be `inet`; translation is IPv4's only.
const IPV4: u8 = 2;
/// Removed with the socket that made it.
const TABLE_OWNER: u32 = 2;

const HOOK_FORWARD: u32 = 2;
const HOOK_POSTROUTING: u32 = 4;
const PRIORITY_FILTER: u32 = 0;
const PRIORITY_SOURCE: u32 = 100;

const META_IIFNAME: u32 = 6;
const META_OIFNAME: u32 = 7;
const REGISTER: u32 = 1;
/// Before the rules there are, instead of behind them.
const INSERT: u16 = 0;
/// The switch's table.
const SWITCH: &str = "moussaillon";
const CMP_EQ: u32 = 0;
const CMP_NEQ: u32 = 1;
const VERDICT_REGISTER: u32 = 0;
const DROP: u32 = 0;
const ACCEPT: u32 = 1;

/// The rules of the switch: containers of different networks do not meet, and what goes out goes in the uplink's name.
///
/// # Errors
/// What the kernel answers: `EPROTONOSUPPORT`, `ENOENT` without `nf_tables`.
pub fn guard_switch(netfilter: &Netlink, uplink: &str) -> io::Result<()> {
    let table = SWITCH;
    let rules = vec![
        rule(table, "forward", APPEND, &[Match::In(CMP_EQ, uplink)], &Verdict::Code(ACCEPT)),
        rule(table, "forward", APPEND, &[Match::Out(CMP_NEQ, uplink)], &Verdict::Code(DROP)),
        rule(table, "leaving", APPEND, &[Match::Out(CMP_EQ, uplink)], &Verdict::Masquerade),
    ];
    let mut messages = vec![
        new_table(table, 0),
        chain(table, "forward", "filter", HOOK_FORWARD, PRIORITY_FILTER),
        chain(table, "leaving", "nat", HOOK_POSTROUTING, PRIORITY_SOURCE),
    ];
    messages.extend(rules);
    send(netfilter, messages)
}

/// Lets what stays on a bridge pass: some kernels show the rules even that (`br_netfilter`).
///
/// # Errors
/// What the kernel answers.
pub fn let_stay(netfilter: &Netlink, bridge: &str) -> io::Result<()> {
    let staying = [Match::In(CMP_EQ, bridge), Match::Out(CMP_EQ, bridge)];
    send(netfilter, vec![rule(SWITCH, "forward", INSERT, &staying, &Verdict::Code(ACCEPT))])
}

/// The rules of the host, for as long as this socket is open: what comes from the uplink goes out in the host's name.
///
/// # Errors
/// What the kernel answers; `EOPNOTSUPP` and the like when it knows no owners (before 5.12).
pub fn guard_host(netfilter: &Netlink, uplink: &str) -> io::Result<()> {
    let table = &host_table(uplink);
    send(
        netfilter,
        vec![
            new_table(table, TABLE_OWNER),
            chain(table, "leaving", "nat", HOOK_POSTROUTING, PRIORITY_SOURCE),
            rule(
                table,
                "leaving",
                APPEND,
                &[Match::In(CMP_EQ, uplink), Match::Out(CMP_NEQ, uplink)],
                &Verdict::Masquerade,
            ),
        ],
    )
}

/// Takes the rules of the host away before the socket is closed. The kernel waits until no packet can be looking at them any
/// more: now in the background, at the closing in our time and in that of everybody who wants to change rules.
///
/// # Errors
/// What the kernel answers.
pub fn abandon_host(netfilter: &Netlink, uplink: &str) -> io::Result<()> {
    send(netfilter, vec![new(DELETE_TABLE, 0).with_text(1, &host_table(uplink))])
}

/// A table each: the one who made it is the only one it lives for.
fn host_table(uplink: &str) -> String {
    format!("{uplink}-{}", std::process::id())
}

/// Whether this kernel has packet rules at all.
pub fn has_packet_rules() -> bool {
    Netlink::netfilter().and_then(|netfilter| tables(&netfilter)).is_ok()
}

/// The names of the tables there are.
///
/// # Errors
/// What the kernel answers.
pub fn tables(netfilter: &Netlink) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    netfilter.list(Message::new(GET_TABLE, DUMP, &[IPV4, 0, 0, 0]), &mut |_, payload| {
        let name = attributes(payload.get(4..).unwrap_or_default()).find(|(kind, _)| *kind == 1);
        names.extend(name.map(|(_, value)| String::from_utf8_lossy(value).trim_end_matches('\0').to_owned()));
    })?;
    Ok(names)
}

fn send(netfilter: &Netlink, messages: Vec<Message>) -> io::Result<()> {
    // The subsystem stands in the batch's marks, as a number of the network's order.
    let mark = |kind| Message::new(kind, 0, &[0, 0, 0, 10]);
    netfilter.ask_batch(mark(BATCH_BEGIN), messages, mark(BATCH_END))
}

/// struct nfgenmsg: family, version, resource.
fn new(kind: u16, flags: u16) -> Message {
    Message::new(kind, flags | ACK, &[IPV4, 0, 0, 0])
}

fn new_table(name: &str, flags: u32) -> Message {
    new(NEW_TABLE, CREATE).with_text(1, name).with_be32(2, flags)
}

fn chain(table: &str, name: &str, kind: &str, hook: u32, priority: u32) -> Message {
    new(NEW_CHAIN, CREATE)
        .with_text(1, table)
        .with_text(3, name)
        .nest(4, |place| place.with_be32(1, hook).with_be32(2, priority))
        .with_text(7, kind)
}

/// What a packet must be.
enum Match<'a> {
    /// Comes in by this device, or does not.
    In(u32, &'a str),
    /// Goes out by this device, or does not.
    Out(u32, &'a str),
}

/// What happens to it.
enum Verdict {
    /// A word of netfilter's.
    Code(u32),
    /// It takes the address of the device it goes out by.
    Masquerade,
}

fn rule(table: &str, chain: &str, place: u16, matches: &[Match<'_>], verdict: &Verdict) -> Message {
    new(NEW_RULE, CREATE | place).with_text(1, table).with_text(2, chain).nest(4, |mut list| {
        for wanted in matches {
            let (key, comparison, device) = match wanted {
                Match::In(comparison, device) => (META_IIFNAME, *comparison, device),
                Match::Out(comparison, device) => (META_OIFNAME, *comparison, device),
            };
            list = expression(list, "meta", |meta| meta.with_be32(1, REGISTER).with_be32(2, key));
            // Names are compared with all the zeroes behind them.
            let mut name = [0; 16];
            name[..device.len()].copy_from_slice(device.as_bytes());
            list = expression(list, "cmp", |cmp| {
                cmp.with_be32(1, REGISTER).with_be32(2, comparison).nest(3, |data| data.with(1, &name))
            });
        }
        match verdict {
            Verdict::Masquerade => expression(list, "masq", |masq| masq),
            Verdict::Code(code) => expression(list, "immediate", |immediate| {
                immediate
                    .with_be32(1, VERDICT_REGISTER)
                    .nest(2, |data| data.nest(2, |verdict| verdict.with_be32(1, *code)))
            }),
        }
    })
}

/// One step of a rule: its name and what it needs.
fn expression(list: Message, name: &str, fill: impl FnOnce(Message) -> Message) -> Message {
    list.nest(1, |element| element.with_text(1, name).nest(2, fill))
}
