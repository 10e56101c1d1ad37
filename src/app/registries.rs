//! How registries are reached from this machine: the settings of the state root, the machine's authorities, proxies of the
//! environment, Docker's own credentials.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::environment::Environment;
use crate::docker::client_config::ClientConfig;
use crate::engine::registry::{CredentialSource, ImageOrder, ProxyOptions, RegistryOptions};
use crate::trainer::pack::{InstalledPack, installed_packs};

/// The settings, in the state root, with the keys of Docker's own `daemon.json`.
const SETTINGS: &str = "daemon.json";
/// Where systems keep the authorities they trust.
const AUTHORITIES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
];
const CERTIFICATES: &str = "/etc/docker/certs.d";

/// `daemon.json`: those of Docker's keys that are about registries, and one of ours.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
struct Settings {
    registry_mirrors: Vec<String>,
    insecure_registries: Vec<String>,
    images: Option<Order>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    #[serde(alias = "embedded")]
    Integrees,
    #[serde(alias = "registry")]
    Registre,
    #[serde(alias = "offline")]
    HorsLigne,
}

impl From<Order> for ImageOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Integrees => Self::EmbeddedFirst,
            Order::Registre => Self::RegistryOnly,
            Order::HorsLigne => Self::EmbeddedOnly,
        }
    }
}

/// Settings that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSettings {
    /// The file, or the variable.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What the engine needs to know of registries.
///
/// # Errors
/// Settings that are there and make no sense.
pub fn registry_options(state_root: &Path, environment: &Environment) -> Result<RegistryOptions, BadSettings> {
    let settings = read(&state_root.join(SETTINGS))?;
    let order = match &environment.images {
        Some(word) => serde_json::from_value::<Order>(word.as_str().into()).map(Some).map_err(|error| BadSettings {
            place: super::environment::IMAGES_VARIABLE.to_owned(),
            reason: error.to_string(),
        })?,
        None => settings.images,
    };
    let variable = |name: &str| environment.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let either = |name: &str| variable(name).or_else(|| variable(&name.to_lowercase()));
    let authorities = variable("SSL_CERT_FILE").map(PathBuf::from);
    let authorities = authorities.or_else(|| AUTHORITIES.iter().map(PathBuf::from).find(|path| path.exists()));
    let packs = installed_packs(state_root);
    Ok(RegistryOptions {
        archives: packs.iter().filter_map(InstalledPack::images).collect(),
        mirrors: settings.registry_mirrors,
        insecure: settings.insecure_registries,
        certificates: Some(PathBuf::from(CERTIFICATES)),
        authorities,
        proxy: ProxyOptions { http: either("HTTP_PROXY"), https: either("HTTPS_PROXY"), none: either("NO_PROXY") },
        order: order.map_or(ImageOrder::default(), ImageOrder::from),
        credentials: credentials(environment),
    })
}

fn read(path: &Path) -> Result<Settings, BadSettings> {
    let Ok(text) = fs::read(path) else { return Ok(Settings::default()) };
    serde_json::from_slice(&text)
        .map_err(|error| BadSettings { place: path.display().to_string(), reason: error.to_string() })
}

/// Docker's own: what `docker login` keeps. A file that cannot be read is as good as none here; `login` says what is wrong
/// with it.
fn credentials(environment: &Environment) -> CredentialSource {
    match ClientConfig::find(|name| environment.text(name)) {
        Some(config) => CredentialSource::new(move |domain| config.credentials(domain).ok().flatten()),
        None => CredentialSource::default(),
    }
}
