//! What a template works on: values with the few Go types that its printing and its errors show.

use std::rc::Rc;

use serde_json::Value;

use super::{JSON_KEY, LABELS_KEY, shape, typed};

/// A value.
#[derive(Debug, Clone)]
pub enum Datum {
    /// No value at all: a key that a map does not have.
    Invalid,
    /// A nil of some type.
    Nil(Nil),
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A fraction.
    Float(f64),
    /// Text.
    Text(Rc<str>),
    /// A list.
    List(Rc<Vec<Datum>>),
    /// A map, sorted by key.
    Map(Rc<Vec<(String, Datum)>>),
    /// A structure.
    Struct(Rc<Structure>),
}

/// Nil slices, maps and pointers print differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nil {
    /// `<nil>`
    Pointer,
    /// `[]`
    List,
    /// `map[]`
    Map,
}

/// A structure: its fields in order, and the labels of a row (`.Label "x"`).
#[derive(Debug, Default)]
pub struct Structure {
    /// The Go type, for errors.
    pub type_name: &'static str,
    /// In order.
    pub fields: Vec<(String, Datum)>,
    /// A row: its fields are methods in Go.
    pub is_row: bool,
    /// What `.Label` looks up; only some rows have any.
    pub labels: Option<Vec<(String, String)>>,
    /// What `json` makes of it, when its fields are written under other names.
    pub json: Option<Value>,
    /// How many of the first fields belong to each embedded structure.
    pub embedded: &'static [usize],
    /// What it prints as, when that is not its fields.
    pub shown: Option<String>,
}

/// How JSON is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// As the structures of Docker's API.
    Typed,
    /// As maps of anything, what `inspect` falls back to.
    Raw,
}

/// The type of an object of `inspect`, and of what is in it: what fails there is looked up in the JSON, which has no types.
pub const OBJECT: &str = "struct";

/// Fields of Docker's structures that are maps and not structures.
const MAPS: &[&str] = &[
    "Annotations",
    "Aux",
    "AuxiliaryAddresses",
    "Config",
    "Containers",
    "Data",
    "DriverOpts",
    "Details",
    "ExposedPorts",
    "Labels",
    "Networks",
    "Options",
    "PortBindings",
    "Ports",
    "Runtimes",
    "Services",
    "Status",
    "StorageOpt",
    "Sysctls",
    "Tmpfs",
    "Volumes",
    "Attributes",
    "IndexConfigs",
];

/// Fields of Docker's structures that are pointers.
const POINTERS: &[&str] = &[
    "Health",
    "Healthcheck",
    "IPAMConfig",
    "Init",
    "MemorySwappiness",
    "OomKillDisable",
    "PidsLimit",
    "Platform",
    "SizeRootFs",
    "SizeRw",
    "StopTimeout",
    "Server",
    "UsageData",
    "Descriptor",
    "ImageManifestDescriptor",
];

/// Fields that Docker leaves out of its JSON when they are empty, and what they are then.
pub const LEFT_OUT: &[(&str, Left)] = &[
    ("Health", Left::Nothing),
    ("Healthcheck", Left::Nothing),
    ("SizeRw", Left::Nothing),
    ("SizeRootFs", Left::Nothing),
    ("Init", Left::Nothing),
    ("StopTimeout", Left::Nothing),
    ("StopSignal", Left::Empty),
    ("MacAddress", Left::Empty),
    ("Shell", Left::List),
    ("Mounts", Left::List),
    ("Sysctls", Left::Map),
    ("Tmpfs", Left::Map),
    ("StorageOpt", Left::Map),
    ("Annotations", Left::Map),
    ("ExposedPorts", Left::Map),
    ("NetworkDisabled", Left::False),
    ("ArgsEscaped", Left::False),
    ("Variant", Left::Empty),
    ("OsVersion", Left::Empty),
];

/// What a field that was left out is.
#[derive(Debug, Clone, Copy)]
pub enum Left {
    /// A nil pointer.
    Nothing,
    /// Empty text.
    Empty,
    /// A nil slice.
    List,
    /// A nil map.
    Map,
    /// False.
    False,
    /// The number.
    Zero,
}

impl Left {
    /// The value.
    pub fn datum(self) -> Datum {
        match self {
            Self::Nothing => Datum::Nil(Nil::Pointer),
            Self::Empty => Datum::from(""),
            Self::List => Datum::Nil(Nil::List),
            Self::Map => Datum::Nil(Nil::Map),
            Self::False => Datum::Bool(false),
            Self::Zero => Datum::Int(0),
        }
    }
}

impl Datum {
    /// The whole of what a template is given.
    pub fn root(value: &Value, typing: Typing, type_name: &'static str) -> Self {
        match (value, typing) {
            (Value::Object(_), Typing::Typed) => match shape::of_object(value) {
                Some(layout) if type_name == OBJECT => typed::structure(value, layout),
                _ => Self::structure(value, type_name),
            },
            _ => Self::of(value, "", typing),
        }
    }

    /// A value found under a key.
    pub(super) fn of(value: &Value, key: &str, typing: Typing) -> Self {
        match value {
            Value::Null if typing == Typing::Raw || POINTERS.contains(&key) => Self::Nil(Nil::Pointer),
            Value::Null if MAPS.contains(&key) => Self::Nil(Nil::Map),
            Value::Null => Self::Nil(Nil::List),
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Self::Int(integer),
                (None, float) => Self::Float(float.unwrap_or_default()),
            },
            Value::String(text) => Self::from(text.as_str()),
            Value::Array(items) => Self::List(Rc::new(items.iter().map(|item| Self::of(item, "", typing)).collect())),
            Value::Object(fields) if typing == Typing::Raw || MAPS.contains(&key) && !is_structure(key, value) => {
                let mut entries: Vec<_> =
                    fields.iter().map(|(key, item)| (key.clone(), Self::of(item, "", typing))).collect();
                entries.sort_by(|left, right| left.0.cmp(&right.0));
                Self::Map(Rc::new(entries))
            }
            Value::Object(_) => Self::structure(
                value,
                match key {
                    "Server" => "*types.Version",
                    "Client" => "system.clientVersion",
                    _ => OBJECT,
                },
            ),
        }
    }

    fn structure(value: &Value, type_name: &'static str) -> Self {
        let Value::Object(fields) = value else { return Self::of(value, "", Typing::Typed) };
        let is_row = fields.contains_key(LABELS_KEY);
        let labels = fields.get(LABELS_KEY).and_then(Value::as_object).map(|labels| {
            let pairs = labels.iter();
            pairs.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
        });
        let written = fields.get(JSON_KEY).cloned();
        let shown = fields.iter().filter(|(key, _)| *key != LABELS_KEY && *key != JSON_KEY);
        let fields = shown.map(|(key, item)| (key.clone(), Self::of(item, key, Typing::Typed))).collect();
        Self::Struct(Rc::new(Structure { type_name, fields, is_row, labels, json: written, ..Structure::default() }))
    }

    /// The text, when it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What Go calls true: anything but its type's zero.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Invalid | Self::Nil(_) => false,
            Self::Bool(truth) => *truth,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Map(entries) => !entries.is_empty(),
            Self::Struct(_) => true,
        }
    }

    /// The Go type, for errors.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Invalid | Self::Nil(Nil::Pointer) => "interface {}",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::List(items) if items.iter().any(|item| item.text().is_none()) => "[]interface {}",
            Self::List(_) | Self::Nil(Nil::List) => "[]string",
            Self::Map(entries) if entries.iter().any(|(_, item)| item.text().is_none()) => "map[string]interface {}",
            Self::Map(_) | Self::Nil(Nil::Map) => "map[string]string",
            Self::Struct(structure) => structure.type_name,
        }
    }

    /// As `%v`.
    pub fn plain(&self) -> String {
        match self {
            Self::Invalid => "<no value>".to_owned(),
            Self::Nil(Nil::Pointer) => "<nil>".to_owned(),
            Self::Nil(Nil::List) => "[]".to_owned(),
            Self::Nil(Nil::Map) => "map[]".to_owned(),
            Self::Bool(truth) => truth.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => super::printf::shortest(*number),
            Self::Text(text) => text.to_string(),
            Self::List(items) => format!("[{}]", joined(items.iter().map(Self::plain))),
            Self::Map(entries) => {
                format!("map[{}]", joined(entries.iter().map(|(key, item)| format!("{key}:{}", item.plain()))))
            }
            Self::Struct(structure) => structure.plain(),
        }
    }

    /// Compact JSON. A whole row goes through `json.Marshal` in Docker, which escapes `<`, `>` and `&`;
    /// any other value through an encoder that does not.
    pub fn json(&self) -> String {
        let text = self.to_value().to_string();
        if self.has_row() { text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026") } else { text }
    }

    fn has_row(&self) -> bool {
        match self {
            Self::List(items) => items.iter().any(Self::has_row),
            Self::Struct(structure) => structure.is_row || structure.fields.iter().any(|(_, item)| item.has_row()),
            _ => false,
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let object = |fields: &[(String, Self)]| {
            Value::Object(fields.iter().map(|(key, item)| (key.clone(), item.to_value())).collect())
        };
        match self {
            Self::Invalid | Self::Nil(_) => Value::Null,
            Self::Bool(truth) => (*truth).into(),
            Self::Int(number) => (*number).into(),
            // Go writes whole fractions without a point.
            #[allow(clippy::cast_possible_truncation)] // within what a double counts exactly
            Self::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => (*number as i64).into(),
            Self::Float(number) => (*number).into(),
            Self::Text(text) => text.as_ref().into(),
            Self::List(items) => items.iter().map(Self::to_value).collect(),
            Self::Map(entries) => object(entries),
            Self::Struct(structure) => structure.json.clone().unwrap_or_else(|| object(&structure.fields)),
        }
    }
}

/// Fields whose name in Go is not that of the JSON.
const GO_NAMES: &[(&str, &str)] = &[
    ("APIVersion", "ApiVersion"),
    ("AuxAddress", "AuxiliaryAddresses"),
    ("CPUCfsPeriod", "CpuCfsPeriod"),
    ("CPUCfsQuota", "CpuCfsQuota"),
    ("CPUCount", "CpuCount"),
    ("CPUPercent", "CpuPercent"),
    ("CPUPeriod", "CpuPeriod"),
    ("CPUQuota", "CpuQuota"),
    ("CPURealtimePeriod", "CpuRealtimePeriod"),
    ("CPURealtimeRuntime", "CpuRealtimeRuntime"),
    ("CPUShares", "CpuShares"),
    ("DNS", "Dns"),
    ("DNSOptions", "DnsOptions"),
    ("DNSSearch", "DnsSearch"),
    ("HTTPProxy", "HttpProxy"),
    ("HTTPSProxy", "HttpsProxy"),
    ("HostIP", "HostIp"),
    ("ID", "Id"),
    ("NanoCPUs", "NanoCpus"),
];

impl Structure {
    /// A field by its name in Go. Objects of `inspect` answer to that of the JSON too, through which they are looked up next.
    pub fn field(&self, name: &str) -> Option<&Datum> {
        let find = |wanted: &str| self.fields.iter().find(|(key, _)| key == wanted).map(|(_, item)| item);
        let of_json_alone = self.type_name != OBJECT && GO_NAMES.iter().any(|(_, json)| *json == name);
        let written = GO_NAMES.iter().find(|(go, _)| *go == name).map(|(_, json)| *json);
        find(name).filter(|_| !of_json_alone).or_else(|| find(written?))
    }

    fn plain(&self) -> String {
        if let Some(shown) = &self.shown {
            return shown.clone();
        }
        let mut fields = self.fields.iter().map(|(_, item)| item.plain());
        let mut parts = Vec::new();
        for count in self.embedded {
            parts.push(format!("{{{}}}", joined(fields.by_ref().take(*count))));
        }
        parts.extend(fields);
        format!("{{{}}}", parts.join(" "))
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// `Config` is a container's structure and a log driver's map.
fn is_structure(key: &str, value: &Value) -> bool {
    key == "Config" && value.get("Image").or_else(|| value.get("Cmd")).is_some()
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(" ")
}
