//! `docker port`.

use serde_json::Value;

use crate::docker::inspection::ports;
use crate::docker::value::number::uint_ten;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container port", "port"],
    usage: &["CONTAINER [PRIVATE_PORT[/PROTO]]"],
    arguments: ArgumentRule::Between(1, 2),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-port",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name or id.
    pub container: String,
    /// `80` or `80/udp`.
    pub port: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let port = words.arguments.get(1).map(|argument| argument.text.clone()).filter(|port| !port.is_empty());
    Ok(DockerCommand::Port(Port { container: words.argument(0), port }))
}

/// Does it.
///
/// # Errors
/// No such container, or no such port.
pub fn execute(port: &Port, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let record = context.engine.resolve_container(&port.container)?;
    let published = ports(&record);
    let Some(wanted) = &port.port else {
        let mut lines: Vec<(u16, String)> = Vec::new();
        for (inside, bindings) in &published {
            let number = inside.split('/').next().and_then(|number| number.parse().ok()).unwrap_or_default();
            lines.extend(addresses(bindings).map(|outside| (number, format!("{inside} -> {outside}"))));
        }
        lines.sort();
        for (_, line) in lines {
            context.tell(Event::Done(line));
        }
        return Ok(Outcome::Nothing);
    };
    let (number, protocol) = wanted.split_once('/').unwrap_or((wanted, ""));
    uint_ten(number, 16).map_err(|why| Failure::client(format!("Error: invalid port ({number}): {why}")))?;
    let protocol = if protocol.is_empty() { "tcp" } else { protocol };
    match published.get(&format!("{number}/{protocol}")) {
        Some(bindings @ Value::Array(_)) => {
            for line in addresses(bindings) {
                context.tell(Event::Done(line));
            }
            Ok(Outcome::Nothing)
        }
        _ => Err(Failure::client(format!("Error: No public port '{wanted}' published for {}", port.container))),
    }
}

/// `0.0.0.0:8080`, `[::]:8080`.
fn addresses(bindings: &Value) -> impl Iterator<Item = String> {
    let list = bindings.as_array().into_iter().flatten();
    list.map(|binding| {
        let text = |name: &str| binding[name].as_str().unwrap_or_default();
        let address = text("HostIp");
        let address = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
        format!("{address}:{}", text("HostPort"))
    })
}
