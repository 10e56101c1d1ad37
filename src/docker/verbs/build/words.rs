//! The values of flags that are small languages of their own: `--secret`, `--output`, `--build-context`.

use std::path::PathBuf;

use crate::docker::context::World;
use crate::docker::{Failure, Unsupported, go_error};
use crate::engine::build::{BuildSecret, NamedContext};
use crate::engine::oci::Reference;

/// What a secret may weigh, as in BuildKit.
const MAX_SECRET: usize = 500 * 1024;

/// What `--output` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// An image in the store.
    Image,
    /// The same, sent to the registries of its names too.
    Registry,
    /// Files in a directory.
    Local(String),
    /// Files in a tar, `-` for standard output.
    Tar(String),
    /// An image in an archive, `-` for standard output.
    Archive(String),
}

/// `key=value,key=value`, the keys in small letters.
fn pairs(text: &str) -> Vec<(String, String)> {
    text.split(',')
        .map(|field| field.split_once('=').unwrap_or((field, "")))
        .map(|(key, value)| (key.trim().to_lowercase(), value.to_owned()))
        .collect()
}

fn invalid(flag: &str, value: &str, reason: &str) -> Failure {
    Failure::client(format!("ERROR: invalid argument \"{value}\" for \"--{flag}\" flag: {reason}"))
}

/// Reads `--output`.
///
/// # Errors
/// BuildKit's client's sentences; an exporter we do not have is refused by name.
pub(super) fn output(text: &str) -> Result<Output, Failure> {
    if !text.contains('=') {
        return Ok(if text == "-" { Output::Tar(text.to_owned()) } else { Output::Local(text.to_owned()) });
    }
    let (mut kind, mut destination, mut push) = (String::new(), String::new(), false);
    for (key, value) in pairs(text) {
        match key.as_str() {
            "type" => kind = value,
            "dest" => destination = value,
            "name" if kind != "image" && kind != "docker" && kind != "oci" => {}
            "push" => push = crate::docker::value::parse_bool(&value).unwrap_or_default(),
            "name" | "tar" | "compression" | "store" => {
                return Err(refused("--output", &key));
            }
            _ => return Err(refused("--output", &key)),
        }
    }
    let needed = || Failure::client(format!("ERROR: dest is required for {kind} exporter"));
    match (kind.as_str(), destination.as_str()) {
        ("image", "") if push => Ok(Output::Registry),
        ("image" | "docker", "") => Ok(Output::Image),
        ("registry", "") => Ok(Output::Registry),
        ("local", "") => Err(needed()),
        ("tar" | "oci", "") => Ok(if kind == "tar" { Output::Tar("-".into()) } else { Output::Archive("-".into()) }),
        ("local", _) => Ok(Output::Local(destination)),
        ("tar", _) => Ok(Output::Tar(destination)),
        ("oci" | "docker", _) => Ok(Output::Archive(destination)),
        ("", _) => Err(Failure::client("ERROR: type is required for output")),
        _ => Err(refused("--output", &format!("type={kind}"))),
    }
}

fn refused(flag: &str, value: &str) -> Failure {
    Failure::unsupported(Unsupported::Value("docker build".to_owned(), flag.to_owned(), value.to_owned()))
}

/// Reads `--secret` and what it names.
///
/// # Errors
/// The client's sentences; the file or the variable is not there.
pub(super) fn secret(text: &str, world: &World) -> Result<BuildSecret, Failure> {
    let (mut id, mut kind, mut source, mut variable) = (String::new(), String::new(), None, None);
    for (key, value) in pairs(text) {
        match key.as_str() {
            "id" => id = value,
            "type" if value == "file" || value == "env" => kind = value,
            "type" => return Err(invalid("secret", text, &format!("unsupported secret type \"{value}\""))),
            "source" | "src" => source = Some(value),
            "env" => variable = Some(value),
            _ => return Err(invalid("secret", text, &format!("unexpected key '{key}' in '{key}={value}'"))),
        }
    }
    if kind == "env" && variable.is_none() {
        variable = source.take();
    }
    if id.is_empty() {
        return Err(invalid("secret", text, "secret missing 'id'"));
    }
    // Neither said: a variable of that name, or else a file.
    if source.is_none() && variable.is_none() {
        if world.variable(&id).is_some() && kind != "file" {
            variable = Some(id.clone());
        } else {
            source = Some(id.clone());
        }
    }
    let content = match (source, variable) {
        (Some(path), _) => {
            let whole = world.path(&path);
            std::fs::read(&whole).map_err(|error| {
                Failure::client(format!("ERROR: failed to stat {path}: stat {path}: {}", go_error(&error)))
            })?
        }
        (None, variable) => {
            let name = variable.unwrap_or_default();
            world.variable(&name).unwrap_or_default().as_bytes().to_vec()
        }
    };
    if content.len() > MAX_SECRET {
        return Err(Failure::client(format!("ERROR: secret {id} too big. max size {}KB", MAX_SECRET / 1024)));
    }
    Ok(BuildSecret { id, content })
}

/// Reads `--build-context`.
///
/// # Errors
/// The client's sentences; what we cannot reach is refused by name.
pub(super) fn named_context(text: &str, world: &World) -> Result<(String, NamedContext), Failure> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(Failure::client(format!("ERROR: invalid context value: {text}, expected key=value")));
    };
    if let Some(image) = value.strip_prefix("docker-image://") {
        let reference: Reference =
            image.parse().map_err(|error| Failure::client(format!("ERROR: failed to parse context value: {error}")))?;
        return Ok((name.to_owned(), NamedContext::Image(reference)));
    }
    let remote = ["http://", "https://", "git://", "git@", "ssh://", "oci-layout://", "target:", "github.com/"];
    if let Some(scheme) = remote.iter().find(|scheme| value.starts_with(*scheme)) {
        return Err(refused("--build-context", scheme));
    }
    let directory: PathBuf = world.path(value);
    if !directory.is_dir() {
        return Err(Failure::client(format!(
            "ERROR: failed to get build context {name}: stat {value}: no such file or directory"
        )));
    }
    Ok((name.to_owned(), NamedContext::Directory(directory)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read() {
        for (text, expected) in [
            ("out", Output::Local("out".into())),
            ("-", Output::Tar("-".into())),
            ("type=local,dest=out", Output::Local("out".into())),
            ("type=tar,dest=x.tar", Output::Tar("x.tar".into())),
            ("type=oci,dest=x.tar", Output::Archive("x.tar".into())),
            ("type=docker", Output::Image),
            ("type=image", Output::Image),
            ("type=image,push=true", Output::Registry),
            ("type=registry", Output::Registry),
        ] {
            assert_eq!(output(text).unwrap(), expected, "{text}");
        }
        for wrong in ["type=local", "dest=x", "type=image,name=x", "type=cacheonly"] {
            assert!(output(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_come_from_files_and_variables() {
        let world = World { variables: vec![("TOKEN".into(), "abc".into())], ..World::default() };
        assert_eq!(secret("id=t,env=TOKEN", &world).unwrap().content, b"abc");
        assert_eq!(secret("id=TOKEN", &world).unwrap().content, b"abc");
        assert_eq!(secret("id=t,type=env,src=TOKEN", &world).unwrap().content, b"abc");
        assert!(secret("src=x", &world).is_err() && secret("id=t,src=/nonexistent", &world).is_err());
    }
}
