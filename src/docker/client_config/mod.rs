//! Docker's own client configuration: `config.json`, whose `auths`, `credsStore` and `credHelpers` say who we are at a
//! registry. What we do not know in it is kept as it is. Source: docker/cli `config/configfile`, docker-credential-helpers.

mod helper;

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::engine::registry::Credentials;

/// The key of Docker Hub, older than everything else.
const HUB_KEY: &str = "https://index.docker.io/v1/";
const HUB: &str = "docker.io";
const FILE: &str = "config.json";

/// A configuration that cannot be read or written, or a helper that fails.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file.
    #[error("{}: {source}", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not the document it should be.
    #[error("loading config file: {}: {reason}", path.display())]
    Content {
        /// Where.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A program that keeps credentials.
    #[error("error getting credentials - err: {reason}, out: `{output}`")]
    Helper {
        /// What happened to it.
        reason: String,
        /// What it said.
        output: String,
    },
}

/// Where a secret was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// In the file, readable by whoever can read the file.
    InFile(PathBuf),
    /// By a program.
    ByHelper,
    /// It was there.
    Unchanged,
}

/// A directory with Docker's `config.json`.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    directory: PathBuf,
    path: Option<String>,
}

impl ClientConfig {
    /// The directory a user of docker has: `$DOCKER_CONFIG`, else `~/.docker`; `None` without a home.
    pub fn find<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let named = variable("DOCKER_CONFIG").filter(|named| !named.is_empty()).map(PathBuf::from);
        let directory = named.or_else(|| Some(Path::new(variable("HOME")?).join(".docker")))?;
        Some(Self { directory, path: variable("PATH").map(str::to_owned) })
    }

    /// The credentials for a registry's domain.
    ///
    /// # Errors
    /// A file or a helper that fails; not that there are none.
    pub fn credentials(&self, domain: &str) -> Result<Option<Credentials>, ConfigError> {
        let file = self.read()?;
        if let Some(helper) = helper_for(&file, domain) {
            return helper::get(&helper, self.path.as_deref(), key(domain));
        }
        let Some(auths) = file.get("auths").and_then(Value::as_object) else { return Ok(None) };
        let entry = auths.iter().find(|(name, _)| same_registry(name, domain)).map(|(_, entry)| entry);
        let Some(entry) = entry else { return Ok(None) };
        let text = |name: &str| entry.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if let Some(token) = text("identitytoken") {
            return Ok(Some(Credentials { username: Credentials::TOKEN_USER.to_owned(), secret: token.to_owned() }));
        }
        let Some(auth) = text("auth") else { return Ok(None) };
        let decoded = STANDARD.decode(auth).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|pair| pair.split_once(':'));
        let (username, secret) = pair.ok_or_else(|| ConfigError::Content {
            path: self.file(),
            reason: format!("the credentials of {domain} cannot be read"),
        })?;
        let secret = secret.trim_end_matches('\0').to_owned();
        Ok(Some(Credentials { username: username.to_owned(), secret }))
    }

    /// Keeps credentials: with a helper when one is configured, else in the file.
    ///
    /// # Errors
    /// The file or the helper.
    pub fn store(&self, domain: &str, credentials: &Credentials) -> Result<Stored, ConfigError> {
        let mut file = self.read()?;
        let helper = helper_for(&file, domain);
        if helper.is_none() && self.credentials(domain)?.as_ref() == Some(credentials) {
            return Ok(Stored::Unchanged);
        }
        let entry = match &helper {
            Some(helper) => {
                helper::store(helper, self.path.as_deref(), key(domain), credentials)?;
                json!({})
            }
            None => json!({ "auth": STANDARD.encode(format!("{}:{}", credentials.username, credentials.secret)) }),
        };
        let auths = file.entry("auths").or_insert_with(|| json!({}));
        if let Some(auths) = auths.as_object_mut() {
            auths.retain(|name, _| !same_registry(name, domain));
            auths.insert(key(domain).to_owned(), entry);
        }
        self.write(&file)?;
        Ok(if helper.is_some() { Stored::ByHelper } else { Stored::InFile(self.file()) })
    }

    /// Forgets the credentials of a domain; false when there were none.
    ///
    /// # Errors
    /// The file or the helper.
    pub fn erase(&self, domain: &str) -> Result<bool, ConfigError> {
        let mut file = self.read()?;
        let helped = match helper_for(&file, domain) {
            Some(helper) => {
                let known = helper::get(&helper, self.path.as_deref(), key(domain))?.is_some();
                helper::erase(&helper, self.path.as_deref(), key(domain))?;
                known
            }
            None => false,
        };
        let Some(auths) = file.get_mut("auths").and_then(Value::as_object_mut) else { return Ok(helped) };
        let before = auths.len();
        auths.retain(|name, _| !same_registry(name, domain));
        if auths.len() == before {
            return Ok(helped);
        }
        self.write(&file)?;
        Ok(true)
    }

    fn file(&self) -> PathBuf {
        self.directory.join(FILE)
    }

    fn read(&self) -> Result<Map<String, Value>, ConfigError> {
        let path = self.file();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
            Err(source) => return Err(ConfigError::File { path, source }),
        };
        serde_json::from_slice(&text).map_err(|error| ConfigError::Content { path, reason: error.to_string() })
    }

    /// Beside, then renamed over: a secret's file is nobody else's to read, and never half written. The file may be a
    /// link (a home kept elsewhere): what it leads to is replaced.
    fn write(&self, content: &Map<String, Value>) -> Result<(), ConfigError> {
        let path = self.file();
        let write = || {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
            let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            let beside = target.with_added_extension(format!("{}", std::process::id()));
            let mut text = Vec::new();
            let format = serde_json::ser::PrettyFormatter::with_indent(b"\t");
            serde::Serialize::serialize(content, &mut serde_json::Serializer::with_formatter(&mut text, format))?;
            let mut file = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
            io::Write::write_all(&mut file, &text)?;
            file.sync_data()?;
            fs::rename(&beside, &target)
        };
        write().map_err(|source| ConfigError::File { path: self.file(), source })
    }
}

/// The name of a registry in the file.
fn key(domain: &str) -> &str {
    if domain == HUB { HUB_KEY } else { domain }
}

/// `docker-credential-NAME`, when one is asked for this registry.
fn helper_for(file: &Map<String, Value>, domain: &str) -> Option<String> {
    let own = file.get("credHelpers").and_then(Value::as_object).and_then(|helpers| {
        helpers.iter().find(|(name, _)| same_registry(name, domain)).and_then(|(_, name)| name.as_str())
    });
    let general = || file.get("credsStore").and_then(Value::as_str);
    own.or_else(general).filter(|name| !name.is_empty()).map(|name| format!("docker-credential-{name}"))
}

/// Keys are hosts, or addresses of another age (`https://HOST/v1/`).
fn same_registry(name: &str, domain: &str) -> bool {
    let rest = name.split_once("://").map_or(name, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    host == domain || (domain == HUB && matches!(host, "index.docker.io" | "registry-1.docker.io"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(content: &str) -> (tempfile::TempDir, ClientConfig) {
        let directory = tempfile::tempdir().unwrap();
        if !content.is_empty() {
            fs::write(directory.path().join(FILE), content).unwrap();
        }
        let config = ClientConfig { directory: directory.path().to_owned(), path: None };
        (directory, config)
    }

    fn me(secret: &str) -> Credentials {
        Credentials { username: "me".to_owned(), secret: secret.to_owned() }
    }

    #[test]
    fn what_is_stored_is_found_and_what_is_erased_is_not() {
        let (directory, config) = config("");
        assert_eq!(config.credentials("docker.io").unwrap(), None);
        for domain in ["docker.io", "localhost:5000"] {
            assert_eq!(config.store(domain, &me("a:b")).unwrap(), Stored::InFile(directory.path().join(FILE)));
            assert_eq!(config.credentials(domain).unwrap(), Some(me("a:b")));
        }
        assert!(config.erase("docker.io").unwrap() && !config.erase("docker.io").unwrap());
        assert_eq!(config.credentials("docker.io").unwrap(), None);
        assert_eq!(config.credentials("localhost:5000").unwrap(), Some(me("a:b")));
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(config.file()).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_of_dockers_is_read_and_what_we_do_not_know_is_kept() {
        let content = r#"{"detachKeys": "ctrl-a", "auths": {
            "https://index.docker.io/v1/": {"auth": "bWU6c2VjcmV0"},
            "https://old.example/v1/": {"auth": "bWU6b2xk"},
            "token.example": {"identitytoken": "t"}}}"#;
        let (_directory, config) = config(content);
        assert_eq!(config.credentials("docker.io").unwrap(), Some(me("secret")));
        assert_eq!(config.credentials("old.example").unwrap(), Some(me("old")));
        assert_eq!(config.credentials("token.example").unwrap().unwrap().username, Credentials::TOKEN_USER);
        config.store("new.example", &me("x")).unwrap();
        assert_eq!(config.read().unwrap()["detachKeys"], "ctrl-a");
        assert_eq!(config.credentials("docker.io").unwrap(), Some(me("secret")));
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        let (_directory, config) = config("{");
        assert!(config.credentials("x").unwrap_err().to_string().contains("config.json"));
    }
}
