//! `docker commit -c`: Dockerfile instructions that change nothing but the image's defaults.

use crate::engine::EngineError;
use crate::engine::build::syntax::{CommandLine, Expander, Form, Instruction, Misread, parse_statements};
use crate::engine::oci::RuntimeConfig;

/// The instructions that may be given; source: moby `dockerfile.validCommitCommands`.
const ALLOWED: &[&str] = &[
    "cmd",
    "entrypoint",
    "healthcheck",
    "env",
    "expose",
    "label",
    "onbuild",
    "stopsignal",
    "user",
    "volume",
    "workdir",
];

/// Applies each instruction, in order.
///
/// # Errors
/// [`EngineError::InvalidRequest`] for one that is none, or is not allowed here.
pub(in crate::engine) fn apply_changes(config: &mut RuntimeConfig, changes: &[String]) -> Result<(), EngineError> {
    if changes.is_empty() {
        return Ok(());
    }
    if changes.iter().all(|change| change.trim().is_empty()) {
        return Err(invalid("file with no instructions".to_owned()));
    }
    for line in changes.iter().flat_map(|change| change.lines()) {
        let word = line.split_whitespace().next().unwrap_or_default();
        if !word.is_empty() && !word.starts_with('#') && !ALLOWED.contains(&word.to_lowercase().as_str()) {
            return Err(invalid(format!("{word} is not a valid change command")));
        }
    }
    let statements = parse_statements(&changes.join("\n")).map_err(|misread| match misread {
        Misread::Wrong(reason) => invalid(reason),
        Misread::Forbidden(reason) => invalid(reason.to_owned()),
        Misread::Unsupported(what) => invalid(format!("{what} is not supported yet")),
    })?;
    let mut cmd_given = false;
    for statement in statements {
        cmd_given |= matches!(statement.instruction, Instruction::Cmd(_));
        apply(config, statement.instruction, cmd_given)?;
    }
    Ok(())
}

fn apply(config: &mut RuntimeConfig, instruction: Instruction, cmd_given: bool) -> Result<(), EngineError> {
    match instruction {
        Instruction::Cmd(command) => {
            config.cmd = Some(command_words(config, command));
            config.args_escaped = false;
        }
        Instruction::Entrypoint(command) => {
            config.args_escaped = false;
            config.entrypoint = Some(command_words(config, command));
            // The command was written for the old entry point.
            if !cmd_given {
                config.cmd = None;
            }
        }
        Instruction::HealthCheck(check) => config.healthcheck = Some(check),
        Instruction::Env(pairs) => {
            for (name, value) in pairs {
                let (name, value) = (expand(config, &name)?, expand(config, &value)?);
                set_variable(&mut config.env, &name, &value);
            }
        }
        Instruction::Expose(ports) => {
            for port in ports {
                for port in exposed_ports(&expand(config, &port)?)? {
                    config.exposed_ports.entry(port).or_default();
                }
            }
        }
        Instruction::Label(pairs) => {
            for (name, value) in pairs {
                let (name, value) = (expand(config, &name)?, expand(config, &value)?);
                config.labels.insert(name, value);
            }
        }
        Instruction::OnBuild(trigger) => config.on_build.push(trigger),
        Instruction::StopSignal(signal) => {
            let signal = expand(config, &signal)?;
            crate::engine::launch::signal::parse(&signal)?;
            config.stop_signal = signal;
        }
        Instruction::User(user) => config.user = expand(config, &user)?,
        Instruction::Volume(paths) => {
            for path in paths {
                let path = expand(config, &path)?;
                if path.is_empty() {
                    return Err(invalid("VOLUME specified can not be an empty string".to_owned()));
                }
                config.volumes.entry(path).or_default();
            }
        }
        Instruction::Workdir(path) => {
            let path = expand(config, &path)?;
            config.working_dir = joined(&config.working_dir, &path);
        }
        _ => return Err(invalid("not a valid change command".to_owned())),
    }
    Ok(())
}

/// In shell form the shell goes in front.
fn command_words(config: &RuntimeConfig, command: CommandLine) -> Vec<String> {
    if command.form == Form::Exec {
        return command.words;
    }
    let shell =
        if config.shell.is_empty() { vec!["/bin/sh".to_owned(), "-c".to_owned()] } else { config.shell.clone() };
    [shell, command.words].concat()
}

fn expand(config: &RuntimeConfig, word: &str) -> Result<String, EngineError> {
    let lookup = |name: &str| {
        config.env.iter().find_map(|variable| variable.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
    };
    let expanded = Expander::for_words('\\').expand(word, &lookup).map_err(|error| invalid(error.to_string()))?;
    Ok(expanded.text)
}

fn set_variable(env: &mut Vec<String>, name: &str, value: &str) {
    let variable = format!("{name}={value}");
    match env.iter_mut().find(|other| other.split('=').next() == Some(name)) {
        Some(place) => *place = variable,
        None => env.push(variable),
    }
}

/// `80`, `80/udp`, `80-82/tcp`, as `PORT/PROTOCOL` each.
fn exposed_ports(typed: &str) -> Result<Vec<String>, EngineError> {
    let refused = || invalid(format!("invalid containerPort: {typed}"));
    let (range, protocol) = typed.split_once('/').unwrap_or((typed, "tcp"));
    let protocol = protocol.to_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(invalid(format!("invalid proto: {protocol}")));
    }
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last): (u16, u16) = (first.parse().map_err(|_| refused())?, last.parse().map_err(|_| refused())?);
    if last < first {
        return Err(refused());
    }
    Ok((first..=last).map(|port| format!("{port}/{protocol}")).collect())
}

/// A relative path goes on from where the last one led.
fn joined(current: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{current}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

fn invalid(reason: String) -> EngineError {
    EngineError::InvalidRequest(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(changes: &[&str]) -> RuntimeConfig {
        let mut config = RuntimeConfig {
            env: vec!["PATH=/bin".to_owned()],
            cmd: Some(vec!["sleep".to_owned()]),
            working_dir: "/srv".to_owned(),
            ..RuntimeConfig::default()
        };
        let changes: Vec<String> = changes.iter().map(|&change| change.to_owned()).collect();
        apply_changes(&mut config, &changes).unwrap();
        config
    }

    #[test]
    fn instructions_change_the_defaults() {
        let config = changed(&[
            r#"CMD ["echo","changed"]"#,
            "ENV A=b PATH=$PATH:/sbin",
            "EXPOSE 80 90-91/udp",
            "workdir app",
            "USER nobody",
            "LABEL who=me",
            "VOLUME /data",
        ]);
        assert_eq!(config.cmd.unwrap(), ["echo", "changed"]);
        assert_eq!(config.env, ["PATH=/bin:/sbin", "A=b"]);
        assert_eq!(config.exposed_ports.keys().collect::<Vec<_>>(), ["80/tcp", "90/udp", "91/udp"]);
        assert_eq!((config.working_dir.as_str(), config.user.as_str()), ("/srv/app", "nobody"));
        assert_eq!(config.labels["who"], "me");
        assert!(config.volumes.contains_key("/data"));
    }

    #[test]
    fn a_new_entry_point_drops_the_old_command_and_the_shell_form_brings_the_shell() {
        let config = changed(&["ENTRYPOINT echo hello"]);
        assert_eq!(config.entrypoint.unwrap(), ["/bin/sh", "-c", "echo hello"]);
        assert_eq!(config.cmd, None);
        assert_eq!(changed(&["CMD a", r#"ENTRYPOINT ["b"]"#]).cmd.unwrap(), ["/bin/sh", "-c", "a"]);
    }

    #[test]
    fn what_would_run_something_is_refused() {
        for (change, words) in [
            ("RUN ls", "RUN is not a valid change command"),
            ("nonsense", "nonsense is not a valid change command"),
            ("EXPOSE 70000", "invalid containerPort: 70000"),
        ] {
            let error = apply_changes(&mut RuntimeConfig::default(), &[change.to_owned()]).unwrap_err();
            assert_eq!(error.to_string(), words);
        }
    }
}
