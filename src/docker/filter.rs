//! `--filter key=value` for `ps` and `images`. Several values of a key: any fits (labels: all).

use super::failure::Failure;
use super::filter_value::{NamePattern, Ports, ports};
use super::glob::Glob;
use super::instant;
use super::outcome::ImageRow;
use super::words::Words;
use crate::engine::container::ContainerRecord;
use crate::engine::network::NetworkId;
use crate::engine::oci::ImageId;
use crate::engine::store::ImageRecord;
use crate::engine::{Engine, EngineError};
use serde_json::Value;

/// One `--filter`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Before the first `=`, in lower case.
    pub key: String,
    /// After it.
    pub value: String,
}

impl Filter {
    /// A filter.
    pub fn new(key: &str, value: &str) -> Self {
        Self { key: key.trim().to_lowercase(), value: value.trim().to_owned() }
    }

    /// Those that were typed.
    pub fn read(words: &Words) -> Vec<Self> {
        let typed = words.list("filter");
        typed.iter().filter_map(|filter| filter.split_once('=')).map(|(key, value)| Self::new(key, value)).collect()
    }
}

pub(super) fn refused(text: &str) -> Failure {
    daemon(format!("invalid filter '{text}'"))
}

pub(super) fn daemon(sentence: String) -> Failure {
    EngineError::InvalidRequest(sentence).into()
}

/// What `since` and `before` name; the daemon words it its own way here.
fn container(engine: &Engine, name: &str) -> Result<ContainerRecord, Failure> {
    engine.resolve_container(name).map_err(|error| match error {
        EngineError::NoSuchContainer(name) => daemon(format!("no such container {name}")),
        other => other.into(),
    })
}

/// What `ps` was asked to keep.
#[derive(Debug, Default)]
pub struct ContainerFilter {
    ids: Vec<String>,
    names: Vec<NamePattern>,
    labels: Vec<String>,
    statuses: Vec<String>,
    exit_codes: Vec<i32>,
    healths: Vec<String>,
    ancestors: Vec<ImageId>,
    any_ancestor: bool,
    exposed: Vec<Ports>,
    published: Vec<Ports>,
    nothing: bool,
    volumes: Vec<String>,
    networks: Vec<String>,
    after: Option<ContainerRecord>,
    before: Option<ContainerRecord>,
}

const HEALTHS: &[&str] = &["starting", "healthy", "unhealthy", "none"];
const STATUSES: &[&str] = &["created", "restarting", "running", "removing", "paused", "exited", "dead"];

impl ContainerFilter {
    /// Reads filters; what they name is looked up once.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn new(filters: &[Filter], engine: &Engine) -> Result<Self, Failure> {
        let mut kept = Self::default();
        for Filter { key, value } in filters {
            match key.as_str() {
                "id" => kept.ids.push(value.clone()),
                "name" => kept.names.push(NamePattern::new(value)),
                "label" => kept.labels.push(value.clone()),
                "volume" => kept.volumes.push(value.clone()),
                "network" => kept.networks.push(value.clone()),
                "status" if STATUSES.contains(&value.as_str()) => kept.statuses.push(value.clone()),
                "status" => return Err(refused(&format!("status={value}"))),
                "exited" => {
                    let wrong = |_| {
                        let why = format!("strconv.Atoi: parsing \"{value}\": invalid syntax");
                        daemon(format!("invalid filter 'exited={value}': {why}"))
                    };
                    kept.exit_codes.push(value.parse().map_err(wrong)?);
                }
                "ancestor" => {
                    kept.any_ancestor = true;
                    kept.ancestors.extend(engine.resolve_image(value).map(|image| image.id));
                }
                "since" => kept.after = Some(container(engine, value)?),
                "before" => kept.before = Some(container(engine, value)?),
                "health" if HEALTHS.contains(&value.as_str()) => kept.healths.push(value.clone()),
                "health" => return Err(daemon(format!("unrecognized filter value for health: {value}"))),
                "expose" => kept.exposed.push(ports(key, value)?),
                "publish" => kept.published.push(ports(key, value)?),
                // Tasks are of a swarm, isolation is of Windows.
                "is-task" => {
                    kept.nothing |= truth(filters, key)?.unwrap_or_default();
                }
                "isolation" => {}
                _ => return Err(refused(key)),
            }
        }
        if kept.any_ancestor {
            kept.ancestors = with_descendants(kept.ancestors, engine)?;
        }
        Ok(kept)
    }

    /// Whether stopped containers are meant too.
    pub fn names_states(&self) -> bool {
        !self.statuses.is_empty()
    }

    /// Whether a container is kept.
    pub fn admits(&self, record: &ContainerRecord) -> bool {
        let name = format!("/{}", record.name);
        let exited = matches!(record.state.status, crate::engine::container::ContainerStatus::Exited { .. });
        !self.nothing
            && any(&self.ids, |id| !id.is_empty() && record.id.as_str().starts_with(id.as_str()))
            && any(&self.names, |wanted| wanted.fits_container(&name))
            && self.labels.iter().all(|label| has_label(label, |key| record.config.labels.get(key)))
            && any(&self.statuses, |status| record.state.word() == status)
            && any(&self.exit_codes, |code| exited && record.state.exit_code() == *code)
            && any(&self.healths, |health| health_word(record) == health)
            && (!self.any_ancestor || self.ancestors.contains(&record.image))
            && self.admits_ports(record)
            && any(&self.volumes, |volume| mounts(record, volume))
            && any(&self.networks, |network| is_in_network(record, network))
            && self.after.as_ref().is_none_or(|other| record.created > other.created)
            && self.before.as_ref().is_none_or(|other| record.created < other.created)
    }

    /// `publish` speaks of ports of the machine, `expose` of the container's; one of them is enough.
    fn admits_ports(&self, record: &ContainerRecord) -> bool {
        let is_published = |port: &str| self.published.iter().any(|ports| ports.contain(port));
        let fits = |(inside, bindings): (&String, &Value)| {
            let protocol = inside.split_once('/').map_or("tcp", |(_, protocol)| protocol);
            let mut outside =
                bindings.as_array().into_iter().flatten().filter_map(|binding| binding["HostPort"].as_str());
            self.exposed.iter().any(|ports| ports.contain(inside))
                || outside.any(|port| is_published(&format!("{port}/{protocol}")))
        };
        (self.exposed.is_empty() && self.published.is_empty()) || super::inspection::ports(record).iter().any(fits)
    }
}

/// By its name, or how its id begins.
fn is_in_network(record: &ContainerRecord, wanted: &str) -> bool {
    let networks = &record.attachments.networks;
    if networks.is_empty() {
        // Not started yet.
        return record.host_config.network_mode.name() == wanted;
    }
    networks.iter().any(|attachment| {
        let begins = |id: &NetworkId| !wanted.is_empty() && id.as_str().starts_with(wanted);
        attachment.network == wanted || attachment.id.as_ref().is_some_and(begins)
    })
}

/// A yes or no that was asked once; `None` when it was not asked.
///
/// # Errors
/// The daemon's sentence about what is neither, or both.
pub(super) fn truth(filters: &[Filter], key: &str) -> Result<Option<bool>, Failure> {
    let mut values: Vec<&str> =
        filters.iter().filter(|filter| filter.key == key).map(|filter| &*filter.value).collect();
    values.sort_unstable();
    values.dedup();
    let any = |words: [&str; 2]| values.iter().any(|value| words.contains(value));
    match (any(["0", "false"]), any(["1", "true"])) {
        _ if values.is_empty() => Ok(None),
        (false, true) => Ok(Some(true)),
        (true, false) => Ok(Some(false)),
        _ => Err(refused(&format!("{key}=[{}]", values.join(" ")))),
    }
}

/// The images made on these, whatever the number of steps between.
fn with_descendants(mut known: Vec<ImageId>, engine: &Engine) -> Result<Vec<ImageId>, Failure> {
    let images = engine.images()?;
    loop {
        let is_new = |image: &&ImageRecord| {
            !known.contains(&image.id) && image.parent.as_ref().is_some_and(|parent| known.contains(parent))
        };
        let found: Vec<ImageId> = images.iter().filter(is_new).map(|image| image.id.clone()).collect();
        if found.is_empty() {
            return Ok(known);
        }
        known.extend(found);
    }
}

fn health_word(record: &ContainerRecord) -> &'static str {
    record.state.health.as_ref().map_or("none", |health| health.status.word())
}

fn any<T>(wanted: &[T], fits: impl FnMut(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

pub(super) fn has_label<'a>(wanted: &str, label: impl Fn(&str) -> Option<&'a String>) -> bool {
    match wanted.split_once('=') {
        Some((key, value)) => label(key).is_some_and(|found| found == value),
        None => label(wanted).is_some(),
    }
}

fn mounts(record: &ContainerRecord, wanted: &str) -> bool {
    use crate::engine::container::MountSource;
    record.mounts.iter().any(|mount| {
        let what = match &mount.source {
            MountSource::Bind { source } => source,
            MountSource::Volume { name, .. } => name,
            MountSource::Tmpfs => "",
        };
        mount.destination == wanted || what == wanted
    })
}

/// What a `prune` was asked to keep to: `until`, `label` and `label!`.
#[derive(Debug, Default)]
pub struct PruneFilter {
    labels: Vec<String>,
    refused_labels: Vec<String>,
    until: Option<jiff::Timestamp>,
}

impl PruneFilter {
    /// Reads filters.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn new(filters: &[Filter], now: jiff::Timestamp) -> Result<Self, Failure> {
        let mut kept = Self::default();
        for Filter { key, value } in filters {
            match key.as_str() {
                "label" => kept.labels.push(value.clone()),
                "label!" => kept.refused_labels.push(value.clone()),
                "until" if kept.until.is_none() => kept.until = Some(instant::parse_filter(value, now)?),
                "until" => {
                    return Err(EngineError::InvalidRequest("more than one until filter specified".to_owned()).into());
                }
                _ => return Err(refused(key)),
            }
        }
        Ok(kept)
    }

    /// Whether an object made then, with these labels, may go.
    pub fn admits<'a>(&self, created: jiff::Timestamp, label: impl Fn(&str) -> Option<&'a String>) -> bool {
        self.until.is_none_or(|until| created <= until)
            && self.labels.iter().all(|wanted| has_label(wanted, &label))
            && !self.refused_labels.iter().any(|refused| has_label(refused, &label))
    }
}

/// What `images` was asked to keep.
#[derive(Debug, Default)]
pub struct ImageFilter {
    dangling: Option<bool>,
    labels: Vec<String>,
    references: Vec<String>,
    since: Option<ImageRecord>,
    before: Option<ImageRecord>,
    until: Option<jiff::Timestamp>,
}

impl ImageFilter {
    /// Reads filters; what they name is looked up once.
    ///
    /// # Errors
    /// A key or a value that cannot be.
    pub fn new(filters: &[Filter], engine: &Engine) -> Result<Self, Failure> {
        let mut kept = Self::default();
        for Filter { key, value } in filters {
            match key.as_str() {
                "dangling" => kept.dangling = truth(filters, key)?,
                "label" => kept.labels.push(value.clone()),
                "reference" if Glob::new(value).is_none() => return Err(daemon("syntax error in pattern".to_owned())),
                "reference" => kept.references.push(value.clone()),
                "since" => kept.since = Some(engine.resolve_image(value)?),
                "before" => kept.before = Some(engine.resolve_image(value)?),
                "until" => {
                    let until = instant::parse_filter(value, engine.clock.now())?;
                    kept.until = Some(kept.until.map_or(until, |other| other.min(until)));
                }
                _ => return Err(refused(key)),
            }
        }
        Ok(kept)
    }

    /// Whether an image is kept.
    pub fn admits(&self, image: &ImageRecord, has_child: bool) -> bool {
        let dangling = image.tags.is_empty() && image.digests.is_empty() && !has_child;
        let created = image.config.created;
        self.dangling.is_none_or(|wanted| wanted == dangling)
            && self.labels.iter().all(|label| has_label(label, |key| image.config.config.labels.get(key)))
            && self.since.as_ref().is_none_or(|other| created > other.config.created)
            && self.before.as_ref().is_none_or(|other| created < other.config.created)
            && self.until.is_none_or(|until| created.is_some_and(|created| created < until))
    }

    /// Whether a name of a kept image is kept.
    pub fn admits_row(&self, row: &ImageRow) -> bool {
        any(&self.references, |pattern| {
            let Some(repository) = &row.repository else { return false };
            // As images are shown: `docker.io/library/alpine` is nobody's name.
            glob(pattern, repository)
                || row.tag.as_ref().is_some_and(|tag| glob(pattern, &format!("{repository}:{tag}")))
        })
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    Glob::new(pattern).is_some_and(|glob| glob.fits(text))
}
