//! RUN's `--mount`: what is seen during one command and is in no layer.
//!
//! Written once, read twice: when the Dockerfile is parsed variables are still in it ([`RunMount::check`]), and when the
//! stage is converted they have values ([`RunMount::parse`]). Source: the Dockerfile reference, `RUN --mount`.

use super::quote::quote;
use super::suggest::suggestion;

/// What is mounted during a RUN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunMount {
    /// Which kind, with what only that kind has.
    pub kind: RunMountKind,
    /// Where, perhaps relative to the working directory; empty for a secret that has its default place.
    pub target: String,
    /// Whether the command may not write there.
    pub readonly: bool,
}

/// The kinds of mounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunMountKind {
    /// Files of the context, of a stage or of an image; what is written there is lost.
    Bind(MountSource),
    /// A directory that outlives the build.
    Cache {
        /// Its name; the target when it has none.
        id: String,
        /// Who may use it meanwhile.
        sharing: CacheSharing,
        /// What it begins with.
        source: MountSource,
        /// Of the directory when it is new.
        dress: Dress,
    },
    /// Memory.
    Tmpfs {
        /// In bytes; none is no limit of ours.
        size: Option<u64>,
    },
    /// A file the client gave with `--secret`.
    Secret {
        /// Its name.
        id: String,
        /// Whether the build fails without it.
        required: bool,
        /// The variable it is also put in, empty for the name itself.
        variable: Option<String>,
        /// Of the file.
        dress: Dress,
    },
}

/// Where files come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MountSource {
    /// A stage, an image or a named context; empty for the context.
    pub from: String,
    /// Inside it; empty for its root.
    pub path: String,
}

/// Who may use a cache mount at the same time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CacheSharing {
    /// Everybody.
    #[default]
    Shared,
    /// Each its own.
    Private,
    /// One after another.
    Locked,
}

/// Whose a mount is and what may be done with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dress {
    /// `mode`.
    pub mode: Option<u32>,
    /// `uid`.
    pub uid: Option<u32>,
    /// `gid`.
    pub gid: Option<u32>,
}

const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];
const TYPES: [&str; 5] = ["bind", "cache", "tmpfs", "secret", "ssh"];
const SHARINGS: [&str; 3] = ["shared", "private", "locked"];

/// As read, before what does not go together is refused.
#[derive(Default)]
struct Fields {
    kind: String,
    from: String,
    source: String,
    target: String,
    id: String,
    sharing: Option<CacheSharing>,
    readonly: Option<bool>,
    required: bool,
    size: Option<u64>,
    variable: Option<String>,
    dress: Dress,
}

impl RunMount {
    /// What can be said while variables have no values yet.
    pub(super) fn check(text: &str) -> Result<(), String> {
        for field in fields(text)? {
            let Some((key, value)) = field.split_once('=') else { continue };
            let dollar = value.find('$').is_some_and(|at| at + 1 < value.len());
            if key.eq_ignore_ascii_case("from") && dollar {
                return Err("'from' doesn't support variable expansion, define alias stage instead".to_owned());
            }
        }
        Ok(())
    }

    /// Where this one's files come from, when it says so: known without the values of variables.
    pub(in crate::engine::build) fn from_of(text: &str) -> Option<String> {
        let fields = fields(text).ok()?;
        let from = |field: &String| {
            let (key, value) = field.split_once('=')?;
            key.eq_ignore_ascii_case("from").then(|| value.to_owned()).filter(|value| !value.is_empty())
        };
        fields.iter().rev().find_map(from)
    }

    /// Reads one; `expand` gives variables their values. `Ok(Err(name))` for a kind we do not have.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn parse<E: From<String>>(
        text: &str,
        expand: impl Fn(&str) -> Result<String, E>,
    ) -> Result<Result<Self, &'static str>, E> {
        let mut read = Fields { kind: "bind".to_owned(), ..Fields::default() };
        for field in fields(text)? {
            match field.split_once('=') {
                None => read.word(&field)?,
                Some((key, value)) => read.pair(&field, &key.to_lowercase(), expand(value)?)?,
            }
        }
        Ok(read.finish()?)
    }
}

impl Fields {
    fn word(&mut self, field: &str) -> Result<(), String> {
        match field.to_lowercase().as_str() {
            "readonly" | "ro" => self.readonly = Some(true),
            "readwrite" | "rw" => self.readonly = Some(false),
            "required" if matches!(self.kind.as_str(), "secret" | "ssh") => self.required = true,
            "required" => return Err(self.unexpected("required")),
            _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
        }
        Ok(())
    }

    fn pair(&mut self, field: &str, key: &str, value: String) -> Result<(), String> {
        let truth = |value: &str| go_bool(value).ok_or_else(|| format!("invalid value for {key}: {value}"));
        let number = |value: &str| value.parse::<u32>().map_err(|_| format!("invalid value {value} for {key}"));
        match key {
            "type" => {
                let lower = value.to_lowercase();
                if !TYPES.contains(&lower.as_str()) {
                    return Err(format!("unsupported mount type {}{}", quote(&value), suggestion(&value, &TYPES)));
                }
                self.kind = lower;
            }
            "from" => self.from = value,
            "source" | "src" => self.source = value,
            "target" | "dst" | "destination" => self.target = value,
            "readonly" | "ro" => self.readonly = Some(truth(&value)?),
            "readwrite" | "rw" => self.readonly = Some(!truth(&value)?),
            "required" if matches!(self.kind.as_str(), "secret" | "ssh") => self.required = truth(&value)?,
            "size" if self.kind == "tmpfs" => {
                self.size = Some(bytes(&value).ok_or_else(|| format!("invalid value for {key}: {value}"))?);
            }
            "required" | "size" => return Err(self.unexpected(key)),
            "id" => self.id = value,
            "sharing" => {
                self.sharing = Some(match value.to_lowercase().as_str() {
                    "shared" => CacheSharing::Shared,
                    "private" => CacheSharing::Private,
                    "locked" => CacheSharing::Locked,
                    _ => {
                        let suggested = suggestion(&value, &SHARINGS);
                        return Err(format!("unsupported sharing value {}{suggested}", quote(&value)));
                    }
                });
            }
            "mode" => {
                let mode = u32::from_str_radix(&value, 8).map_err(|_| format!("invalid value {value} for mode"))?;
                self.dress.mode = Some(mode & 0o7777);
            }
            "uid" => self.dress.uid = Some(number(&value)?),
            "gid" => self.dress.gid = Some(number(&value)?),
            "env" => self.variable = Some(value),
            _ => return Err(format!("unexpected key '{key}' in '{field}'{}", suggestion(key, &KEYS))),
        }
        Ok(())
    }

    fn unexpected(&self, key: &str) -> String {
        format!("unexpected key '{key}' for mount type '{}'", self.kind)
    }

    fn finish(self) -> Result<Result<RunMount, &'static str>, String> {
        let kind = self.kind.as_str();
        if matches!(kind, "bind" | "tmpfs") {
            let Dress { mode, uid, gid } = self.dress;
            for (name, given) in [("mode", mode), ("uid", uid), ("gid", gid)] {
                if given.is_some() {
                    return Err(format!("{name} not allowed for {} type mounts", quote(kind)));
                }
            }
        }
        if kind == "secret" {
            let wrong = if !self.from.is_empty() {
                Some("secret mount should not have a from")
            } else if self.sharing.is_some() {
                Some("secret mount should not define sharing")
            } else if self.source.is_empty() && self.target.is_empty() && self.id.is_empty() {
                Some("invalid secret mount. one of source, target required")
            } else if !self.source.is_empty() && !self.id.is_empty() {
                Some("both source and id can't be set")
            } else {
                None
            };
            if let Some(wrong) = wrong {
                return Err(wrong.to_owned());
            }
        }
        if self.sharing.is_some() && kind != "cache" {
            return Err(format!("invalid cache sharing set for {kind} mount"));
        }
        let readonly = self.readonly.unwrap_or(!matches!(kind, "cache" | "tmpfs"));
        let source = MountSource { from: self.from, path: self.source.clone() };
        let kind = match kind {
            "cache" => {
                let sharing = self.sharing.unwrap_or_default();
                RunMountKind::Cache { id: self.id, sharing, source, dress: self.dress }
            }
            "tmpfs" => RunMountKind::Tmpfs { size: self.size.filter(|size| *size > 0) },
            "secret" => {
                let named = [self.id, self.source].into_iter().find(|name| !name.is_empty());
                let id = named.unwrap_or_else(|| base_name(&self.target).to_owned());
                RunMountKind::Secret { id, required: self.required, variable: self.variable, dress: self.dress }
            }
            "ssh" => return Ok(Err("RUN --mount=type=ssh")),
            _ => RunMountKind::Bind(source),
        };
        Ok(Ok(RunMount { kind, target: self.target, readonly }))
    }
}

/// The last component of a path.
pub(in crate::engine::build) fn base_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// Comma-separated fields, each of which may stand between double quotes.
fn fields(text: &str) -> Result<Vec<String>, String> {
    let broken = |what: &str| format!("failed to parse csv mounts: {what}");
    let mut fields = Vec::new();
    let mut characters = text.chars().peekable();
    loop {
        let mut field = String::new();
        if characters.next_if_eq(&'"').is_some() {
            loop {
                match characters.next() {
                    Some('"') if characters.next_if_eq(&'"').is_some() => field.push('"'),
                    Some('"') => break,
                    Some(character) => field.push(character),
                    None => return Err(broken("parse error: extraneous or missing \" in quoted-field")),
                }
            }
            if !matches!(characters.peek(), None | Some(',')) {
                return Err(broken("parse error: extraneous or missing \" in quoted-field"));
            }
        } else {
            while let Some(character) = characters.next_if(|character| *character != ',') {
                if character == '"' {
                    return Err(broken("parse error: bare \" in non-quoted-field"));
                }
                field.push(character);
            }
        }
        fields.push(field);
        if characters.next().is_none() {
            return Ok(fields);
        }
    }
}

/// What Go's `ParseBool` takes.
fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// `64m`, `1.5gb`, `512`: powers of 1024.
fn bytes(text: &str) -> Option<u64> {
    let split = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = unit.trim_start().to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let power = match unit.strip_suffix('i').unwrap_or(unit) {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let scale = 1024_u64.checked_pow(power)?;
    let whole = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    if fraction.is_empty() {
        return Some(whole);
    }
    let parts = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    whole.checked_add(fraction.parse::<u64>().ok()?.checked_mul(scale)? / parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RunMount, String> {
        RunMount::parse(text, |value: &str| Ok::<_, String>(value.replace("$x", "value")))?.map_err(str::to_owned)
    }

    #[test]
    fn each_kind_is_read_with_its_options() {
        let bind = parse("source=a,target=/b").unwrap();
        assert_eq!(bind.kind, RunMountKind::Bind(MountSource { from: String::new(), path: "a".to_owned() }));
        assert!(bind.readonly && !parse("target=/b,rw").unwrap().readonly);
        let cache = parse("type=cache,id=$x,target=/c,sharing=locked,uid=5,mode=0700").unwrap();
        let RunMountKind::Cache { id, sharing, dress, .. } = cache.kind else { panic!() };
        assert_eq!((id.as_str(), sharing), ("value", CacheSharing::Locked));
        assert_eq!(dress, Dress { mode: Some(0o700), uid: Some(5), gid: None });
        assert!(!cache.readonly);
        assert_eq!(parse("type=tmpfs,target=/t,size=1.5k").unwrap().kind, RunMountKind::Tmpfs { size: Some(1536) });
        let secret = parse("type=secret,target=/run/x/token,required,env=T").unwrap();
        let RunMountKind::Secret { id, required, variable, .. } = secret.kind else { panic!() };
        assert_eq!((id.as_str(), required, variable.as_deref()), ("token", true, Some("T")));
        assert_eq!(parse("type=ssh").unwrap_err(), "RUN --mount=type=ssh");
        assert_eq!(parse("\"target=/a,b\",ro=false").unwrap().target, "/a,b");
    }

    #[test]
    fn what_does_not_go_together_is_refused_as_buildkit_does() {
        for (text, message) in [
            ("type=cash,target=/x", "unsupported mount type \"cash\" (did you mean cache?)"),
            ("target=/x,sharing=locked", "invalid cache sharing set for bind mount"),
            ("type=cache,sharing=lock", "unsupported sharing value \"lock\" (did you mean locked?)"),
            ("type=secret", "invalid secret mount. one of source, target required"),
            ("type=secret,id=a,src=b", "both source and id can't be set"),
            ("type=secret,id=a,from=b", "secret mount should not have a from"),
            ("type=bind,target=/x,uid=1", "uid not allowed for \"bind\" type mounts"),
            ("type=bind,target=/x,size=1", "unexpected key 'size' for mount type 'bind'"),
            ("target=/x,ro=perhaps", "invalid value for ro: perhaps"),
            ("taget=/x", "unexpected key 'taget' in 'taget=/x' (did you mean target?)"),
            ("alone", "invalid field 'alone' must be a key=value pair"),
            ("type=cache,mode=9", "invalid value 9 for mode"),
        ] {
            assert_eq!(parse(text).unwrap_err(), message, "{text}");
        }
        assert!(RunMount::check("from=$x").is_err() && RunMount::check("target=$x").is_ok());
        assert_eq!(RunMount::from_of("type=bind,from=a,target=/x").as_deref(), Some("a"));
    }
}
