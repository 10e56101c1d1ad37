//! The *switch*: one network namespace per state root that holds the bridges of its networks.
//!
//! It belongs to nobody: every monitor whose container is connected keeps it open, and the kernel removes it, with every
//! bridge and every pair in it, when the last of them is gone, whatever the way it went. So nothing has to be cleaned. Who
//! comes first makes it; who comes later finds it through a monitor that lives.
//!
//! Only short-lived threads go there ([`apart`]): an ordinary user could not come back to the host's network.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use nix::sched::{CloneFlags, setns, unshare};
use serde::{Deserialize, Serialize};

use super::firewall;
use super::link::{FarEnd, LOOPBACK};
use super::netlink::Netlink;
use super::pair::{self, Host, Pair};
use super::plan::{BridgePlan, EndpointPlan};
use crate::engine::container::ProcessIdentity;

const LOCK: &str = "switch.lock";
const MEMBERS: &str = "switch.json";

/// The switch of a state root, locked against others who would change it.
#[derive(Debug)]
pub struct LockedSwitch {
    /// What is done in it.
    pub switch: Switch,
    /// Whether we have just made it.
    pub fresh: bool,
    record: Record,
    _lock: File,
}

/// The switch of a state root.
#[derive(Debug)]
pub struct Switch {
    namespace: File,
    netlink: Netlink,
    /// Absent where the kernel has no packet rules.
    netfilter: Option<Netlink>,
    pair: Option<Pair>,
    leads_out: bool,
}

/// The network namespace we stand in.
///
/// # Errors
/// What opening it answers.
pub fn current_namespace() -> io::Result<File> {
    File::open("/proc/thread-self/ns/net")
}

/// Goes to a network namespace.
///
/// # Errors
/// What `setns(2)` answers.
pub fn enter(namespace: &File) -> io::Result<()> {
    setns(namespace, CloneFlags::CLONE_NEWNET).map_err(io::Error::from)
}

/// Does something in a thread of its own, which may go to other network namespaces and ends with them.
///
/// # Errors
/// What is done answers; [`io::ErrorKind::Other`] when it panics.
pub fn apart<T: Send>(act: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    let done = std::thread::scope(|scope| scope.spawn(act).join());
    // The kernel needs a moment to forget a thread, and who has two cannot fork safely.
    while fs::read_dir("/proc/self/task")?.count() > 1 {
        std::thread::yield_now();
    }
    done.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
}

/// Goes to the network namespace of another container.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] when it has ended, and what `setns(2)` answers.
pub fn join(other: &ProcessIdentity) -> io::Result<()> {
    enter(&open_of(other, "ns/net").ok_or(io::ErrorKind::NotFound)?)
}

/// Goes to the namespace that was made for a container.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] when there is none, and what `setns(2)` answers.
pub fn enter_given(namespace: Option<&File>) -> io::Result<()> {
    namespace.map_or_else(|| Err(io::ErrorKind::NotFound.into()), enter)
}

/// Goes to a new network namespace with `lo` up.
///
/// # Errors
/// What `unshare(2)` and netlink answer.
pub fn enter_new() -> io::Result<(File, Netlink)> {
    unshare(CloneFlags::CLONE_NEWNET).map_err(io::Error::from)?;
    let netlink = Netlink::route()?;
    netlink.bring_up(LOOPBACK)?;
    Ok((current_namespace()?, netlink))
}

/// Held while the switch of a state root is changed.
///
/// # Errors
/// What the file answers.
pub fn lock(directory: &Path) -> io::Result<File> {
    let lock = File::options().create(true).truncate(false).write(true).open(directory.join(LOCK))?;
    lock.lock()?;
    Ok(lock)
}

impl LockedSwitch {
    /// Goes to the switch of a state root, made when there is none, and counts us among those who keep it.
    ///
    /// # Errors
    /// What the files and the kernel answer.
    pub fn enter(directory: &Path) -> io::Result<Self> {
        let lock = lock(directory)?;
        let mut record = Record::read(directory);
        let found = record.members.iter().find_map(Member::enter_switch);
        let fresh = found.is_none();
        let (namespace, netlink) = match found {
            Some(namespace) => (namespace, Netlink::route()?),
            None => enter_new()?,
        };
        if fresh {
            record = Record { path: record.path, ..Record::default() };
        }
        record.members.push(Member { monitor: ProcessIdentity::ourselves()?, descriptor: namespace.as_raw_fd() });
        record.write()?;
        let (pair, leads_out) = (record.pair.clone(), record.leads_out);
        let switch = Switch { namespace, netlink, netfilter: Netlink::netfilter().ok(), pair, leads_out };
        Ok(Self { switch, fresh, record, _lock: lock })
    }

    /// Leads out of the switch, once; every monitor of root lets it out of the host. True when a gateway has to be started.
    ///
    /// # Errors
    /// What the kernel answers: without packet rules there is no way out, and nothing else is missing.
    pub fn lead_out(&mut self, way: &WayOut) -> io::Result<bool> {
        if self.fresh {
            let netfilter = self.switch.netfilter.as_ref().ok_or(io::ErrorKind::Unsupported)?;
            firewall::guard_switch(netfilter, pair::INSIDE)?;
            match way {
                WayOut::Pair(host) => self.record.pair = Some(host.raise(&self.switch.netlink)?),
                WayOut::Gateway => self.switch.netlink.add_blackhole()?,
            }
            self.record.leads_out = true;
            self.record.write()?;
            self.switch.pair = self.record.pair.clone();
            self.switch.leads_out = true;
        }
        if let (WayOut::Pair(host), Some(pair)) = (way, &self.switch.pair) {
            host.let_out(pair)?;
        }
        Ok(self.fresh && matches!(way, WayOut::Gateway))
    }
}

/// How a switch is led out of.
#[derive(Debug)]
pub enum WayOut {
    /// Root's: a pair to the host.
    Pair(Host),
    /// Everybody else's: a program.
    Gateway,
}

impl WayOut {
    /// Root's host.
    pub fn host(&self) -> Option<&Host> {
        match self {
            Self::Pair(host) => Some(host),
            Self::Gateway => None,
        }
    }
}

/// Whether nobody of this state root keeps its switch any more.
pub fn is_deserted(directory: &Path) -> bool {
    let ourselves = ProcessIdentity::ourselves().ok();
    !Record::read(directory).members.iter().any(|member| Some(&member.monitor) != ourselves.as_ref())
}

/// Forgets those who kept a switch and are dead, and ourselves: we are about to leave. When nobody is left, nobody comes
/// either until the lock is given back.
///
/// # Errors
/// What the files answer.
pub fn leave(directory: &Path) -> io::Result<Option<File>> {
    let lock = lock(directory)?;
    let ourselves = ProcessIdentity::ourselves()?;
    let mut record = Record::read(directory);
    record.members.retain(|member| member.monitor != ourselves);
    if !record.members.is_empty() {
        return record.write().map(|()| None);
    }
    match fs::remove_file(directory.join(MEMBERS)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(Some(lock)),
    }
}

impl Switch {
    /// The namespace.
    pub fn namespace(&self) -> &File {
        &self.namespace
    }

    /// Root's way out.
    pub fn pair(&self) -> Option<&Pair> {
        self.pair.as_ref()
    }

    /// The bridge of a network, made when it is not there; its number.
    ///
    /// # Errors
    /// What the kernel answers.
    fn bridge(&self, plan: &BridgePlan, host: Option<&Host>) -> io::Result<u32> {
        if let Ok(index) = self.netlink.index_of(&plan.device) {
            return Ok(index);
        }
        self.netlink.make_bridge(&plan.device, plan.mtu, bridge_mac(&plan.device))?;
        let index = self.netlink.index_of(&plan.device)?;
        for (address, prefix) in &plan.addresses {
            self.netlink.add_address(index, *address, *prefix)?;
        }
        self.netlink.bring_up(index)?;
        if let (true, Some(netfilter)) = (self.leads_out, &self.netfilter) {
            firewall::let_stay(netfilter, &plan.device)?;
            self.netlink.forward(index, !plan.internal)?;
        }
        if let (Some(host), Some(pair)) = (host, &self.pair) {
            host.reach(plan, pair);
        }
        Ok(index)
    }

    /// Connects a container's namespace to a bridge.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn connect(
        &self,
        plan: &EndpointPlan,
        container: &File,
        inside: &Netlink,
        host: Option<&Host>,
    ) -> io::Result<()> {
        let bridge = self.bridge(&plan.bridge, host)?;
        let name = end_name(plan);
        let far = FarEnd { name: &plan.interface, namespace: container, mac: Some(plan.mac) };
        self.netlink.make_pair(&name, Some(bridge), plan.bridge.mtu, far)?;
        let end = self.netlink.index_of(&name)?;
        if !plan.bridge.talkative {
            self.netlink.isolate_port(end)?;
        }
        let device = inside.index_of(&plan.interface)?;
        for (address, prefix) in &plan.addresses {
            inside.add_address(device, *address, *prefix)?;
        }
        inside.bring_up(device)?;
        self.netlink.bring_up(end)?;
        inside.settle(device)?;
        for index in [end, bridge] {
            self.netlink.settle(index)?;
        }
        for gateway in &plan.default_routes {
            inside.add_route(None, *gateway, Some(device))?;
        }
        Ok(())
    }
}

/// `veth` and digits nobody else uses: ours is the only process of this number, and an end that is being removed keeps its
/// name for a while.
fn end_name(plan: &EndpointPlan) -> String {
    format!("veth{:x}{}", std::process::id(), plan.interface.trim_start_matches("eth"))
}

/// `02:42:` and four bytes of the device's name: a bridge must not take over the address of its first port.
fn bridge_mac(device: &str) -> [u8; 6] {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in device.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    let [a, b, c, d] = hash.to_be_bytes();
    [0x02, 0x42, a, b, c, d]
}

/// A namespace that belongs to a process or that it has open; `None` when the process is going.
fn open_of(process: &ProcessIdentity, what: &str) -> Option<File> {
    let namespace = File::open(format!("/proc/{}/{what}", process.pid)).ok()?;
    // Its number may have become another's before we opened.
    process.is_alive().then_some(namespace)
}

/// Who keeps the switch, and under which number.
#[derive(Debug, Serialize, Deserialize)]
struct Member {
    monitor: ProcessIdentity,
    descriptor: i32,
}

impl Member {
    /// Goes to the switch it keeps; `None` when it keeps it no more, whatever has that number now.
    fn enter_switch(&self) -> Option<File> {
        let namespace = open_of(&self.monitor, &format!("fd/{}", self.descriptor))?;
        enter(&namespace).ok().map(|()| namespace)
    }
}

/// What is known of a switch: `networks/switch.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Record {
    #[serde(skip)]
    path: PathBuf,
    members: Vec<Member>,
    pair: Option<Pair>,
    leads_out: bool,
}

impl Record {
    fn read(directory: &Path) -> Self {
        let path = directory.join(MEMBERS);
        let read = || serde_json::from_slice::<Self>(&fs::read(&path).ok()?).ok();
        let mut record = read().unwrap_or_default();
        record.members.retain(|member| member.monitor.is_alive());
        Self { path, ..record }
    }

    fn write(&self) -> io::Result<()> {
        let staged = self.path.with_extension("new");
        fs::write(&staged, serde_json::to_vec(self)?)?;
        fs::rename(&staged, &self.path)
    }
}
