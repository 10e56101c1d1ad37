//! Programs that keep credentials: `docker-credential-NAME get|store|erase`, JSON on their standard streams.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::engine::registry::Credentials;

/// What a helper says when it has nothing.
const NOT_FOUND: &str = "credentials not found in native keychain";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(rename = "ServerURL", default)]
    server_url: String,
    username: String,
    secret: String,
}

pub(super) fn get(program: &str, path: Option<&str>, server: &str) -> Result<Option<Credentials>, ConfigError> {
    let output = run(program, path, "get", server.as_bytes())?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() {
        return if said == NOT_FOUND { Ok(None) } else { Err(failed(&output)) };
    }
    let entry: Entry = serde_json::from_str(&said)
        .map_err(|error| ConfigError::Helper { reason: error.to_string(), output: String::new() })?;
    Ok(Some(Credentials { username: entry.username, secret: entry.secret }))
}

pub(super) fn store(
    program: &str,
    path: Option<&str>,
    server: &str,
    credentials: &Credentials,
) -> Result<(), ConfigError> {
    let entry = Entry {
        server_url: server.to_owned(),
        username: credentials.username.clone(),
        secret: credentials.secret.clone(),
    };
    let text = serde_json::to_vec(&entry).expect("strings are JSON");
    succeed(&run(program, path, "store", &text)?)
}

pub(super) fn erase(program: &str, path: Option<&str>, server: &str) -> Result<(), ConfigError> {
    succeed(&run(program, path, "erase", server.as_bytes())?)
}

fn run(program: &str, path: Option<&str>, verb: &str, input: &[u8]) -> Result<Output, ConfigError> {
    let start = || {
        let mut command = Command::new(program);
        command.arg(verb).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that does not read what it is told says why itself.
            let _ = stdin.write_all(input);
        }
        child.wait_with_output()
    };
    start().map_err(|error| ConfigError::Helper { reason: format!("{program}: {error}"), output: String::new() })
}

fn succeed(output: &Output) -> Result<(), ConfigError> {
    if output.status.success() { Ok(()) } else { Err(failed(output)) }
}

fn failed(output: &Output) -> ConfigError {
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    ConfigError::Helper { reason: output.status.to_string().replace("exit status: ", "exit status "), output: said }
}
