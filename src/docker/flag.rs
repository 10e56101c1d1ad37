//! One flag as it is declared: the single source of parsing, `--help`, completion and explanation.
//!
//! Owns the word *flag*. Knows no verb.

use super::verb::Operand;

/// A declared flag.
#[derive(Debug)]
pub struct Flag {
    /// Without dashes.
    pub long: &'static str,
    /// The one-letter form.
    pub short: Option<char>,
    /// What its value is.
    pub kind: FlagKind,
    /// Its value when it is not given; empty when that is nothing, zero or false.
    pub default: &'static str,
    /// The id of its description in `locales/*/docker.ftl`.
    pub about: &'static str,
    /// Whether the engine does what it says.
    pub support: Support,
    /// Whether `--help` shows it.
    pub visibility: Visibility,
    /// Values worth proposing.
    pub choices: &'static [&'static str],
    /// What its value names.
    pub names: Operand,
    /// The only value of a boolean that the engine can obey: the other is refused by name.
    pub only: Option<bool>,
    /// For an old spelling: the flag it stands for.
    pub stands_for: Option<&'static str>,
}

/// Whether the engine does what a flag or a verb says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It does.
    Full,
    /// Known by name only: refused by name.
    NotYet,
    /// For a daemon of another kind than ours: not shown, and refused in Docker's words.
    Elsewhere(Elsewhere),
}

/// What Docker does only on daemons of another kind than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// On Windows.
    Windows,
    /// With experimental features.
    Experimental,
}

impl Elsewhere {
    /// Docker's sentence after the name of a flag or a verb.
    pub fn said(self) -> &'static str {
        match self {
            Self::Windows => {
                "is only supported on a Docker daemon running on windows, but the Docker daemon is running on linux"
            }
            Self::Experimental => "is only supported on a Docker daemon with experimental features enabled",
        }
    }
}

/// Whether `--help` and completion show a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// They do.
    Shown,
    /// An old or internal spelling.
    Hidden,
}

/// What the value of a flag is. Several kinds look alike in `--help` and differ in what they accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagKind {
    /// True when given.
    Bool,
    /// Any text.
    Text,
    /// A signed integer.
    Int,
    /// An unsigned integer.
    Uint,
    /// An unsigned integer of 16 bits.
    Uint16,
    /// A size such as `64m`.
    Bytes,
    /// A size, or -1 for none.
    SwapBytes,
    /// A fraction.
    Decimal,
    /// A duration such as `1m30s`.
    Duration,
    /// May be repeated; any text.
    List,
    /// May be repeated; commas separate.
    Strings,
    /// May be repeated: `key=value`.
    Map,
    /// May be repeated: `key=value`, for `--filter`.
    Filter,
    /// `--mount`.
    Mount,
    /// `--network`.
    Network,
    /// `--ulimit`.
    Ulimit,
    /// `--gpus`.
    Gpus,
    /// May be repeated: `NAME=value` or `NAME`.
    Env,
    /// May be repeated: `name=value` or `name`.
    Label,
    /// May be repeated: `stdin`, `stdout`, `stderr`.
    Stream,
    /// May be repeated: `name:address`.
    HostAddress,
    /// May be repeated: an image reference.
    Tag,
    /// May be repeated: an address of a name server.
    Dns,
    /// May be repeated: a domain.
    DnsSearch,
    /// May be repeated: `container:alias`.
    Link,
    /// May be repeated: `name=value` of the kernel.
    Sysctl,
    /// May be repeated: `/dev/x:weight`.
    DeviceWeight,
    /// May be repeated: `/dev/x:1mb`.
    DeviceBytes,
    /// May be repeated: `/dev/x:100`.
    DeviceOperations,
    /// May be repeated: `c 1:3 rwm`.
    DeviceRule,
}

impl FlagKind {
    /// The word `--help` puts after the flag; none for a boolean.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bool => "",
            Self::Text => "string",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Uint16 => "uint16",
            Self::Bytes | Self::SwapBytes => "bytes",
            Self::Decimal => "decimal",
            Self::Duration => "duration",
            Self::List
            | Self::Env
            | Self::Label
            | Self::Stream
            | Self::HostAddress
            | Self::Tag
            | Self::Dns
            | Self::DnsSearch
            | Self::Link
            | Self::DeviceWeight
            | Self::DeviceBytes
            | Self::DeviceOperations
            | Self::DeviceRule => "list",
            Self::Strings => "strings",
            Self::Map | Self::Sysctl => "map",
            Self::Filter => "filter",
            Self::Mount => "mount",
            Self::Network => "network",
            Self::Ulimit => "ulimit",
            Self::Gpus => "gpu-request",
        }
    }
}

/// Declares a flag that the engine obeys.
pub const fn flag(long: &'static str, kind: FlagKind, about: &'static str) -> Flag {
    Flag {
        long,
        short: None,
        kind,
        default: "",
        about,
        support: Support::Full,
        visibility: Visibility::Shown,
        choices: &[],
        names: Operand::Nothing,
        only: None,
        stands_for: None,
    }
}

impl Flag {
    /// Gives it a one-letter form.
    #[must_use]
    pub const fn short(mut self, letter: char) -> Self {
        self.short = Some(letter);
        self
    }

    /// Gives it a default, as `--help` shows it.
    #[must_use]
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = value;
        self
    }

    /// Known by name only.
    #[must_use]
    pub const fn not_yet(mut self) -> Self {
        self.support = Support::NotYet;
        self
    }

    /// For a daemon of another kind.
    #[must_use]
    pub const fn elsewhere(mut self, elsewhere: Elsewhere) -> Self {
        self.support = Support::Elsewhere(elsewhere);
        self.visibility = Visibility::Hidden;
        self
    }

    /// Not shown.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.visibility = Visibility::Hidden;
        self
    }

    /// Values worth proposing.
    #[must_use]
    pub const fn choices(mut self, values: &'static [&'static str]) -> Self {
        self.choices = values;
        self
    }

    /// What its value names.
    #[must_use]
    pub const fn of(mut self, names: Operand) -> Self {
        self.names = names;
        self
    }

    /// The only value of a boolean that the engine can obey.
    #[must_use]
    pub const fn only(mut self, value: bool) -> Self {
        self.only = Some(value);
        self
    }

    /// An old spelling of another flag of the same verb.
    #[must_use]
    pub const fn stands_for(mut self, long: &'static str) -> Self {
        self.stands_for = Some(long);
        self.visibility = Visibility::Hidden;
        self
    }

    /// How messages name it: `-m, --memory` or `--memory`.
    pub fn spelling(&self) -> String {
        match self.short {
            Some(letter) => format!("-{letter}, --{}", self.long),
            None => format!("--{}", self.long),
        }
    }
}
