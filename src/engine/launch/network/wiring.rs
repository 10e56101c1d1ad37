//! A container's connection, laid by its monitor before the first process and kept while the monitor lives.

use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::time::Duration;

use super::gateway::{self, User};
use super::netlink::Netlink;
use super::pair::{self, Host};
use super::plan::{ConnectPlan, ConnectionPlan, DisconnectPlan, NetworkPlan, PublishedPort, ResolverPlan};
use super::porter::Porter;
use super::ports::{self, OpenPort, PortRefused};
use super::switch::{self, LockedSwitch, Switch, WayOut};

use crate::engine::launch::{LaunchError, LaunchPlan, Tier};

/// A helper that dies sooner would die again.
const SHORT_LIFE: Duration = Duration::from_secs(2);

/// What connects a container: the switch and the container's own namespace, both kept open.
#[derive(Debug, Default)]
pub struct Wiring {
    connected: Option<Connected>,
    /// Taken down, and closed when nobody waits for us any more: closing takes the kernel ten milliseconds.
    left: Option<Connected>,
}

#[derive(Debug)]
struct Connected {
    directory: PathBuf,
    switch: Switch,
    container: File,
    inside: Netlink,
    /// Root's packet rules on the host live as long as this.
    way: Option<WayOut>,
    wants_gateway: bool,
    /// Keeps the gateway.
    user: Option<User>,
    open: Vec<OpenPort>,
    porter: Porter,
    resolver: Option<ResolverPlan>,
}

impl Wiring {
    /// Lays what the plan says; the host's network is not left.
    ///
    /// # Errors
    /// [`LaunchError`]: a port that is taken, a kernel without bridges.
    pub fn lay(plan: &LaunchPlan) -> Result<Self, LaunchError> {
        let NetworkPlan::Connected(connection) = &plan.network else { return Ok(Self::default()) };
        let open = ports::open(&connection.ports).map_err(|refused| port_refused(connection, &refused))?;
        // Without packet rules on the host, or a program, nothing leads out.
        let way = match plan.tier {
            Tier::Root => Host::here().ok().map(WayOut::Pair),
            Tier::SubordinateIds | Tier::SingleId => gateway::has_tool().then_some(WayOut::Gateway),
        };
        let connected = switch::apart(|| Connected::lay(connection, open, way));
        let mut connected = connected.map_err(|error| step("connect the container", error))?;
        if let Some(resolver) = &connection.resolver {
            connected.listen(resolver).map_err(|error| step("prepare the embedded resolver", error))?;
        }
        match connected.way {
            // Where it may not be changed, the host forwards or does not.
            Some(WayOut::Pair(_)) => drop(pair::have_host_forward(&connection.directory)),
            Some(WayOut::Gateway) => {
                connected.user = User::new(&connection.directory, connected.switch.namespace()).ok();
            }
            None => {}
        }
        Ok(Self { connected: Some(connected), left: None })
    }

    /// Whether there is anything but `lo` of our own making.
    pub fn is_connected(&self) -> bool {
        self.connected.is_some()
    }

    /// The ports that are published now.
    pub fn published(&self) -> Vec<PublishedPort> {
        self.connected.iter().flat_map(|connected| &connected.open).map(|port| port.published.clone()).collect()
    }

    /// The namespace the first process goes to.
    pub fn container(&self) -> Option<&File> {
        self.connected.as_ref().map(|connected| &connected.container)
    }

    /// Starts the process that carries what comes to published ports and answers questions about names.
    ///
    /// # Errors
    /// What starting it answers.
    pub fn start_porter(&mut self, plan: &LaunchPlan) -> Result<(), LaunchError> {
        self.connected.as_mut().map_or(Ok(()), |connected| connected.start_porter(plan))
    }

    /// Starts the process that leads out of a switch that is new. It takes its time: nobody need wait for it.
    pub fn start_gateway(&mut self, plan: &LaunchPlan) {
        if let Some(connected) = &mut self.connected
            && std::mem::take(&mut connected.wants_gateway)
        {
            // Who has no way out has everything else.
            let _ = gateway::start(&plan.program, &connected.directory, connected.switch.namespace());
        }
    }

    /// What wakes the monitor when a helper has died.
    pub fn watched(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let connected = self.connected.iter();
        connected.flat_map(|connected| {
            connected.porter.link().into_iter().chain(connected.user.as_ref().and_then(User::pipe))
        })
    }

    /// Starts those helpers again that have died, unless they die at once.
    pub fn revive(&mut self, launch: &LaunchPlan) {
        let Some(connected) = &mut self.connected else { return };
        if let Some(lifetime) = connected.porter.lifetime() {
            connected.porter.dismiss();
            if lifetime < SHORT_LIFE || connected.start_porter(launch).is_err() {
                // Callers are better refused than kept waiting for nobody.
                connected.open.clear();
                connected.resolver = None;
            }
        }
        if let Some(user) = connected.user.as_mut().filter(|user| user.has_lost_it()) {
            let lasted = user.patience() >= SHORT_LIFE;
            user.wait_again();
            let switch = connected.switch.namespace();
            if !lasted || gateway::start(&launch.program, &connected.directory, switch).is_err() {
                user.give_up();
            }
        }
    }

    /// Lays one more connection.
    ///
    /// # Errors
    /// [`LaunchError::Step`]: a container without any, and what the kernel answers.
    pub fn connect(&mut self, launch: &LaunchPlan, plan: &ConnectPlan) -> Result<(), LaunchError> {
        let connected = self.connected.as_mut().ok_or_else(not_connected)?;
        let laid = switch::lock(&plan.directory).and_then(|_lock| {
            connected.switch.connect(
                &plan.endpoint,
                &connected.container,
                &connected.inside,
                connected.way.as_ref().and_then(WayOut::host),
            )
        });
        laid.map_err(|error| step("connect the container", error))?;
        match &plan.resolver {
            Some(resolver) if connected.resolver.is_none() => connected.resolve(launch, resolver),
            _ => Ok(()),
        }
    }

    /// Cuts a connection, and leads the default route elsewhere.
    ///
    /// # Errors
    /// [`LaunchError::Step`]: a container without any, and what the kernel answers.
    pub fn disconnect(&mut self, plan: &DisconnectPlan) -> Result<(), LaunchError> {
        let connected = self.connected.as_ref().ok_or_else(not_connected)?;
        let inside = &connected.inside;
        let cut = inside.index_of(&plan.interface).and_then(|index| inside.remove_link(index));
        cut.map_err(|error| step("disconnect the container", error))?;
        if let Some((interface, gateway)) = &plan.default_route {
            match inside.index_of(interface).and_then(|index| inside.add_route(None, *gateway, Some(index))) {
                // It led there already.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => other.map_err(|error| step("lead the default route elsewhere", error))?,
            }
        }
        Ok(())
    }

    /// Takes everything down: when this returns, others can have the ports. False when there was nothing.
    pub fn take_down(&mut self) -> bool {
        let Some(mut connected) = self.connected.take() else { return false };
        connected.open.clear();
        connected.porter.dismiss();
        if let (Some(WayOut::Pair(host)), Some(pair)) = (&connected.way, connected.switch.pair()) {
            host.shut(pair);
        }
        if let Ok(Some(_lock)) = switch::leave(&connected.directory)
            && matches!(connected.way, Some(WayOut::Pair(_)))
        {
            let _ = pair::stop_host_forwarding(&connected.directory);
        }
        self.left = Some(connected);
        true
    }
}

impl Connected {
    fn lay(connection: &ConnectionPlan, open: Vec<OpenPort>, way: Option<WayOut>) -> io::Result<Self> {
        let mut locked = LockedSwitch::enter(&connection.directory)?;
        // A kernel that cannot is no reason not to start: containers still reach each other.
        let wants_gateway = way.as_ref().is_some_and(|way| locked.lead_out(way).unwrap_or(false));
        let host = way.as_ref().and_then(WayOut::host);
        let (container, inside) = switch::enter_new()?;
        for endpoint in &connection.endpoints {
            locked.switch.connect(endpoint, &container, &inside, host)?;
        }
        let directory = connection.directory.clone();
        Ok(Self {
            directory,
            switch: locked.switch,
            container,
            inside,
            way,
            wants_gateway,
            user: None,
            open,
            porter: Porter::default(),
            resolver: None,
        })
    }

    /// Opens the sockets of the embedded resolver: towards the host's from here, the container's in its own namespace.
    fn listen(&mut self, resolver: &ResolverPlan) -> io::Result<()> {
        self.porter.prepare_questions()?;
        let Self { container, porter, .. } = self;
        switch::apart(|| {
            switch::enter(container)?;
            porter.listen_inside()
        })?;
        self.resolver = Some(resolver.clone());
        Ok(())
    }

    /// Resolves names from now on.
    fn resolve(&mut self, launch: &LaunchPlan, resolver: &ResolverPlan) -> Result<(), LaunchError> {
        self.listen(resolver).map_err(|error| step("prepare the embedded resolver", error))?;
        self.porter.dismiss();
        self.start_porter(launch)
    }

    /// Starts the porter in the switch, when there is anything for it to do.
    fn start_porter(&mut self, launch: &LaunchPlan) -> Result<(), LaunchError> {
        if self.open.is_empty() && self.resolver.is_none() {
            return Ok(());
        }
        let Self { switch, porter, open, resolver, .. } = self;
        let started = switch::apart(|| {
            switch::enter(switch.namespace())?;
            porter.start(launch, open, resolver.as_ref())
        });
        started.map_err(|error| step("start the porter", error))
    }
}

fn not_connected() -> LaunchError {
    LaunchError::step("connect the container", "it has no network of its own")
}

fn port_refused(connection: &ConnectionPlan, refused: &PortRefused) -> LaunchError {
    let (protocol, address) = (refused.protocol.word(), refused.address);
    let version = if address.is_ipv4() { 4 } else { 6 };
    let reason = refused
        .error
        .raw_os_error()
        .map_or_else(|| refused.error.to_string(), |number| nix::errno::Errno::from_raw(number).desc().to_lowercase());
    LaunchError::Ports {
        name: connection.name.clone(),
        endpoint: connection.endpoint.clone(),
        reason: format!("Error starting userland proxy: listen {protocol}{version} {address}: bind: {reason}"),
    }
}

fn step(step: &str, error: io::Error) -> LaunchError {
    LaunchError::step(step, error)
}
