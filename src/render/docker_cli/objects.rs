//! `docker inspect`, `version`, `info`: objects as indented JSON, through a template, or as prose.

use serde_json::{Value, json};

use super::template::{JSON_KEY, Subject, Template};
use super::units;
use crate::docker::EXIT_FAILURE;

/// A template of `inspect` that cannot be read.
const EXIT_BAD_TEMPLATE: i32 = 64;

/// What a template made of objects, or why it made nothing.
#[derive(Debug, Default)]
pub struct Formatted {
    /// For standard output.
    pub text: String,
    /// For standard error, a line each, with how many objects stand before.
    pub complaints: Vec<(usize, String)>,
    /// 64 when the template cannot even be read.
    pub exit_code: i32,
}

impl Formatted {
    /// Whether the template could be read.
    pub fn is_readable(&self) -> bool {
        self.exit_code != EXIT_BAD_TEMPLATE
    }

    fn unreadable(message: &str) -> Self {
        let complaints = vec![(0, format!("template parsing error: {message}"))];
        Self { text: String::new(), complaints, exit_code: EXIT_BAD_TEMPLATE }
    }
}

/// The objects of `inspect` as a JSON array, indented by four.
pub fn whole(objects: &[Value]) -> Formatted {
    Formatted { text: array(objects), ..Formatted::default() }
}

fn array(objects: &[Value]) -> String {
    if objects.is_empty() {
        return "[]\n".to_owned();
    }
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // A value of ours is always representable, and a vector never refuses bytes.
    let _ = serde::Serialize::serialize(objects, &mut serializer);
    format!("{}\n", String::from_utf8_lossy(&bytes))
}

/// Each object through `--format`; `json` is one compact array.
pub fn formatted(objects: &[Value], format: &str) -> Formatted {
    if format == "json" {
        return Formatted { text: format!("{}\n", json!(objects)), ..Formatted::default() };
    }
    let template = match Template::parse("", format) {
        Ok(template) => template,
        Err(message) => return Formatted::unreadable(&message),
    };
    let mut formatted = Formatted::default();
    for (before, object) in objects.iter().enumerate() {
        match template.render(object, Subject::Object) {
            Ok(line) => formatted.text.push_str(&format!("{line}\n")),
            Err(message) => {
                formatted.complaints.push((before, format!("template parsing error: {message}")));
                formatted.exit_code = EXIT_FAILURE;
            }
        }
    }
    if formatted.text.is_empty() {
        formatted.text.push('\n');
    }
    formatted
}

/// `version` or `info` through `--format`.
pub fn report(name: &str, fields: &Value, format: &str) -> Formatted {
    let source = if format == "json" { "{{json .}}" } else { format };
    let kind = if name == "version" { "system.versionInfo" } else { "system.dockerInfo" };
    let template = match Template::parse(name, source) {
        Ok(template) => template,
        Err(message) => return Formatted::unreadable(&message),
    };
    let mut fields = fields.clone();
    fill_in(name, &mut fields);
    let (text, error) = template.render_partly(&fields, Subject::Structure(kind));
    let exit_code = if error.is_some() { EXIT_FAILURE } else { 0 };
    Formatted { text: format!("{text}\n"), complaints: error.map(|error| (0, error)).into_iter().collect(), exit_code }
}

/// What the structures have and their JSON leaves out when there is nothing to say.
fn fill_in(name: &str, fields: &mut Value) {
    let whole = fields.clone();
    let Value::Object(shown) = fields else { return };
    if name == "version" {
        // `Experimental` is written when it is true.
        if let Some(Value::Object(server)) = shown.get_mut("Server") {
            let mut written = server.clone();
            written.remove("Experimental");
            server.insert(JSON_KEY.to_owned(), Value::Object(written));
        }
        return;
    }
    for list in ["ClientErrors", "ServerErrors"] {
        shown.insert(list.to_owned(), Value::Null);
    }
    shown.insert("UserName".to_owned(), json!(""));
    shown.insert(JSON_KEY.to_owned(), whole);
}

/// The text of `docker version`.
pub fn version(fields: &Value) -> String {
    let (client, server) = (&fields["Client"], &fields["Server"]);
    let system = |side: &Value| format!("{}/{}", word(&side["Os"]), word(&side["Arch"]));
    format!(
        "Client:\n Version:           {}\n API version:       {}\n Git commit:        {}\n OS/Arch:           {}\n \
         Context:           {}\n\nServer:\n Engine:\n  Version:          {}\n  API version:      {} (minimum version {})\n  \
         OS/Arch:          {}\n  Experimental:     false\n",
        word(&client["Version"]),
        word(&client["ApiVersion"]),
        word(&client["GitCommit"]),
        system(client),
        word(&client["Context"]),
        word(&server["Version"]),
        word(&server["ApiVersion"]),
        word(&server["MinAPIVersion"]),
        system(server),
    )
}

/// The text of `docker info`.
pub fn info(fields: &Value) -> String {
    let shown = |key: &str| word(&fields[key]);
    let security: String = fields["SecurityOptions"].as_array().into_iter().flatten().map(security_lines).collect();
    let cgroup_version = match shown("CgroupVersion").as_str() {
        "" => String::new(),
        version => format!(" Cgroup Version: {version}\n"),
    };
    let list = |value: &Value| value.as_array().into_iter().flatten().map(word).collect::<Vec<_>>();
    let plugins: String = ["Volume", "Network", "Log"]
        .map(|kind| format!("  {kind}: {}\n", list(&fields["Plugins"][kind]).join(" ")))
        .concat();
    let plugins = format!(" Plugins:\n{plugins}");
    let runtimes: Vec<&str> =
        fields["Runtimes"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let runtimes = runtimes.join(" ");
    let registries = list(&fields["RegistryConfig"]["InsecureRegistryCIDRs"]);
    let registries: String = registries.iter().map(|range| format!("  {range}\n")).collect();
    let registries = format!(" Insecure Registries:\n{registries}");
    format!(
        "Client:\n Version:    {}\n Context:    default\n Debug Mode: false\n\nServer:\n Containers: {}\n  Running: {}\n  \
         Paused: {}\n  Stopped: {}\n Images: {}\n Server Version: {}\n Storage Driver: {}\n Logging Driver: {}\n \
         Cgroup Driver: {}\n{cgroup_version}{plugins} Swarm: {}\n Runtimes: {runtimes}\n Default Runtime: {}\n \
         Security Options:\n{security} Kernel Version: {}\n Operating System: {}\n OSType: {}\n \
         Architecture: {}\n CPUs: {}\n Total Memory: {}\n Name: {}\n ID: {}\n Docker Root Dir: {}\n Debug Mode: false\n \
         Experimental: false\n{registries} Live Restore Enabled: false\n\n",
        word(&fields["ClientInfo"]["Version"]),
        shown("Containers"),
        shown("ContainersRunning"),
        shown("ContainersPaused"),
        shown("ContainersStopped"),
        shown("Images"),
        shown("ServerVersion"),
        shown("Driver"),
        shown("LoggingDriver"),
        shown("CgroupDriver"),
        word(&fields["Swarm"]["LocalNodeState"]),
        shown("DefaultRuntime"),
        shown("KernelVersion"),
        shown("OperatingSystem"),
        shown("OSType"),
        shown("Architecture"),
        shown("NCPU"),
        units::binary_size(fields["MemTotal"].as_u64().unwrap_or_default()),
        shown("Name"),
        shown("ID"),
        shown("DockerRootDir"),
    )
}

/// `name=seccomp,profile=builtin` is shown on two lines.
fn security_lines(option: &Value) -> String {
    let text = word(option);
    let mut lines = String::new();
    for part in text.split(',') {
        match part.split_once('=') {
            Some(("name", name)) => lines.push_str(&format!("  {name}\n")),
            Some((_, value)) => lines.push_str(&format!("   Profile: {value}\n")),
            None => lines.push_str(&format!("  {part}\n")),
        }
    }
    lines
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
