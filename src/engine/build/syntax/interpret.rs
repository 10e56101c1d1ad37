//! From [`Node`]s to [`Instruction`]s: how many words, which flags, what values.

use super::arguments::Form;
use super::flags::Flags;
use super::here_document::HereDocument;
use super::instruction::{CommandLine, Instruction, RunCommand, RunNetwork, Transfer};
use super::node::Node;
use super::quote::quote;
use super::run_mount::RunMount;
use crate::engine::oci::HealthConfig;

/// Every instruction's name, for suggestions.
pub(super) const INSTRUCTIONS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Why a node is not an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// It breaks a rule.
    Wrong(String),
    /// Docker can, we cannot yet.
    Unsupported(String),
    /// Understood, and refused by the builder.
    Forbidden(&'static str),
}

impl From<String> for Misread {
    fn from(message: String) -> Self {
        Self::Wrong(message)
    }
}

/// Reads a node that is not a FROM.
pub(super) fn interpret(node: &Node) -> Result<Instruction, Misread> {
    let name = node.name.to_ascii_uppercase();
    Ok(match name.as_str() {
        "ADD" => Instruction::Add(transfer(node, &name)?),
        "COPY" => Instruction::Copy(transfer(node, &name)?),
        "RUN" => Instruction::Run(run(node)?),
        "HEALTHCHECK" => Instruction::HealthCheck(health_check(node)?),
        _ => simple(node, &name)?,
    })
}

/// The instructions that have no flags.
fn simple(node: &Node, name: &str) -> Result<Instruction, Misread> {
    let known = INSTRUCTIONS.contains(&name);
    if !known {
        let suggestion = super::suggest::suggestion(&node.name, &INSTRUCTIONS);
        return Err(Misread::Wrong(format!("unknown instruction: {}{suggestion}", node.name)));
    }
    Flags::check(&node.flags, &[], &[])?;
    let words = node.words.clone();
    Ok(match name {
        "ARG" => Instruction::Arg(arguments(at_least_one(words, name)?)?),
        "CMD" => Instruction::Cmd(CommandLine { form: node.form, words }),
        "ENTRYPOINT" => Instruction::Entrypoint(CommandLine { form: node.form, words }),
        "ENV" => Instruction::Env(pairs(&at_least_one(words, name)?, name)?),
        "LABEL" => Instruction::Label(pairs(&at_least_one(words, name)?, name)?),
        "EXPOSE" => {
            let mut ports = at_least_one(words, name)?;
            ports.sort();
            Instruction::Expose(ports)
        }
        "MAINTAINER" => Instruction::Maintainer(exactly_one(words, name)?),
        "ONBUILD" => Instruction::OnBuild(trigger(node)?),
        "SHELL" => {
            let words = at_least_one(words, name)?;
            if node.form == Form::Shell {
                let message = format!("SHELL requires the arguments to be in JSON form, not: {}", node.original.trim());
                return Err(Misread::Wrong(message));
            }
            Instruction::Shell(words)
        }
        "STOPSIGNAL" => Instruction::StopSignal(exactly_one(words, name)?),
        "USER" => Instruction::User(exactly_one(words, name)?),
        "VOLUME" => {
            let words = at_least_one(words, name)?;
            if words.iter().any(|word| word.trim().is_empty()) {
                return Err(Misread::Wrong("VOLUME specified can not be an empty string".to_owned()));
            }
            Instruction::Volume(words.iter().map(|word| word.trim().to_owned()).collect())
        }
        // WORKDIR: FROM never comes here.
        _ => Instruction::Workdir(exactly_one(words, name)?),
    })
}

fn at_least_one(words: Vec<String>, name: &str) -> Result<Vec<String>, Misread> {
    if words.is_empty() { Err(Misread::Wrong(format!("{name} requires at least one argument"))) } else { Ok(words) }
}

fn exactly_one(words: Vec<String>, name: &str) -> Result<String, Misread> {
    match <[String; 1]>::try_from(words) {
        Ok([word]) => Ok(word),
        Err(_) => Err(Misread::Wrong(format!("{name} requires exactly one argument"))),
    }
}

fn pairs(triples: &[String], name: &str) -> Result<Vec<(String, String)>, Misread> {
    let blank = || Misread::Wrong(format!("{name} names can not be blank"));
    triples
        .chunks_exact(3)
        .map(|triple| if triple[0].is_empty() { Err(blank()) } else { Ok((triple[0].clone(), triple[1].clone())) })
        .collect()
}

fn arguments(words: Vec<String>) -> Result<Vec<(String, Option<String>)>, Misread> {
    words
        .into_iter()
        .map(|word| match word.split_once('=') {
            Some(("", _)) => Err(Misread::Wrong("ARG names can not be blank".to_owned())),
            Some((name, value)) => Ok((name.to_owned(), Some(value.to_owned()))),
            None => Ok((word, None)),
        })
        .collect()
}

fn trigger(node: &Node) -> Result<String, Misread> {
    let Some(trigger) = &node.trigger else {
        return Err(Misread::Wrong("ONBUILD requires at least one argument".to_owned()));
    };
    match trigger.name.to_ascii_uppercase().as_str() {
        "ONBUILD" => return Err(Misread::Wrong("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_owned())),
        name @ ("MAINTAINER" | "FROM") => {
            return Err(Misread::Wrong(format!("{name} isn't allowed as an ONBUILD trigger")));
        }
        _ => {}
    }
    let mut text = trigger.original.clone();
    for document in &node.here_documents {
        text.push('\n');
        text.push_str(&document.content);
        text.push_str(&document.name);
    }
    Ok(text)
}

fn run(node: &Node) -> Result<RunCommand, Misread> {
    let flags = Flags::check(&node.flags, &["mount", "network", "security"], &["mount"])?;
    let mounts = flags.texts("mount")?;
    for mount in &mounts {
        RunMount::check(mount)?;
    }
    match flags.text("security")?.as_deref() {
        None | Some("sandbox") => {}
        // Nothing here ever grants it: BuildKit's daemon says so, unless told otherwise.
        Some("insecure") => return Err(Misread::Forbidden("security.insecure is not allowed")),
        Some(other) => return Err(Misread::Wrong(format!("security {} is not valid", quote(other)))),
    }
    let network = match flags.text("network")?.as_deref() {
        None | Some("default") => None,
        Some("none") => Some(RunNetwork::None),
        Some("host") => Some(RunNetwork::Host),
        Some(other) => return Err(Misread::Wrong(format!("invalid network mode {}", quote(other)))),
    };
    Ok(RunCommand {
        command: CommandLine { form: node.form, words: node.words.clone() },
        here_documents: node.here_documents.clone(),
        mounts,
        network,
    })
}

fn transfer(node: &Node, name: &str) -> Result<Transfer, Misread> {
    let known: &[&str] = if name == "ADD" {
        &["chmod", "chown", "link", "exclude", "keep-git-dir", "checksum", "unpack"]
    } else {
        &["chmod", "chown", "link", "exclude", "from", "parents"]
    };
    let flags = Flags::check(&node.flags, known, &["exclude"])?;
    if flags.is_set("keep-git-dir")? {
        return Err(Misread::Unsupported(format!("{name} --keep-git-dir")));
    }
    let [words @ .., destination] = node.words.as_slice() else {
        return Err(no_destination(name));
    };
    if words.is_empty() {
        return Err(no_destination(name));
    }
    if matches!(HereDocument::announced_by(destination), Ok(Some(_))) {
        return Err(Misread::Wrong(format!("{name} cannot accept a heredoc as a destination")));
    }
    let mut transfer = Transfer {
        sources: Vec::new(),
        inline: Vec::new(),
        destination: destination.clone(),
        from: flags.text("from")?.filter(|from| !from.is_empty()),
        owner: flags.text("chown")?,
        mode: flags.text("chmod")?,
        excludes: flags.texts("exclude")?,
        parents: flags.is_set("parents")?,
        link: flags.is_set("link")?,
        checksum: flags.text("checksum")?,
        unpack: if flags.has("unpack") { Some(flags.is_set("unpack")?) } else { None },
    };
    for word in words {
        match HereDocument::announced_by(word).ok().flatten() {
            Some(announced) if node.form == Form::Shell => {
                transfer
                    .inline
                    .extend(node.here_documents.iter().find(|document| document.name == announced.name).cloned());
            }
            _ => transfer.sources.push(word.clone()),
        }
    }
    Ok(transfer)
}

fn no_destination(name: &str) -> Misread {
    Misread::Wrong(format!(
        "{name} requires at least two arguments, but only one was provided. Destination could not be determined"
    ))
}

fn health_check(node: &Node) -> Result<HealthConfig, Misread> {
    let [kind, command @ ..] = node.words.as_slice() else {
        return Err(Misread::Wrong("HEALTHCHECK requires at least one argument".to_owned()));
    };
    let kind = kind.to_ascii_uppercase();
    if kind == "NONE" {
        if !command.is_empty() {
            return Err(Misread::Wrong("HEALTHCHECK NONE takes no arguments".to_owned()));
        }
        return Ok(HealthConfig { test: vec![kind], ..HealthConfig::default() });
    }
    let flags = Flags::check(&node.flags, &["interval", "timeout", "start-period", "start-interval", "retries"], &[])?;
    if kind != "CMD" {
        return Err(Misread::Wrong(format!("Unknown type {} in HEALTHCHECK (try CMD)", quote(&kind))));
    }
    if command.is_empty() {
        return Err(Misread::Wrong("Missing command after HEALTHCHECK CMD".to_owned()));
    }
    let mut test = vec![if node.form == Form::Exec { "CMD" } else { "CMD-SHELL" }.to_owned()];
    test.extend_from_slice(command);
    let interval_of = |name: &str| -> Result<i64, Misread> {
        flags.text(name)?.map_or(Ok(0), |text| super::duration::parse_interval(name, &text)).map_err(Misread::Wrong)
    };
    let tries = match flags.text("retries")? {
        None => 0,
        Some(count) => match count.parse::<i32>() {
            Ok(number) if number >= 0 => i64::from(number),
            Ok(number) => return Err(Misread::Wrong(format!("--retries cannot be negative ({number})"))),
            Err(_) => {
                return Err(Misread::Wrong(format!("strconv.ParseInt: parsing {}: invalid syntax", quote(&count))));
            }
        },
    };
    Ok(HealthConfig {
        test,
        interval: interval_of("interval")?,
        timeout: interval_of("timeout")?,
        start_period: interval_of("start-period")?,
        start_interval: interval_of("start-interval")?,
        retries: tries,
    })
}
