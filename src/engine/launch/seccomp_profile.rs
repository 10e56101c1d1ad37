//! A seccomp profile in Docker's format, as `--security-opt seccomp=FILE` gives it.
//!
//! Reads only; `seccomp_compiler` makes a program of it. Source: moby `profiles/seccomp`, runc `libcontainer/seccomp`.

use serde::{Deserialize, Serialize};

/// A profile: what happens to calls no rule speaks of, and the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeccompProfile {
    /// For every other call; empty with no rules: no filter.
    #[serde(default)]
    pub(super) default_action: String,
    #[serde(default)]
    pub(super) default_errno_ret: Option<u32>,
    #[serde(default)]
    architectures: Option<Vec<String>>,
    #[serde(default)]
    arch_map: Option<Vec<serde_json::Value>>,
    #[serde(default)]
    pub(super) syscalls: Option<Vec<Rule>>,
}

/// One rule: some calls, with some arguments, under some circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    #[serde(default)]
    name: String,
    #[serde(default)]
    names: Option<Vec<String>>,
    pub action: String,
    #[serde(default)]
    pub errno_ret: Option<u32>,
    #[serde(default)]
    pub args: Option<Vec<Argument>>,
    #[serde(default)]
    pub includes: Option<Circumstances>,
    #[serde(default)]
    pub excludes: Option<Circumstances>,
}

/// A comparison of one argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Argument {
    /// 0 to 5.
    pub index: u32,
    pub value: u64,
    #[serde(default)]
    pub value_two: u64,
    pub op: String,
}

/// When a rule counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Circumstances {
    /// `CAP_SYS_ADMIN` and the like.
    #[serde(default)]
    pub caps: Option<Vec<String>>,
    /// Go's names of architectures.
    #[serde(default)]
    pub arches: Option<Vec<String>>,
    /// `4.8`.
    #[serde(default)]
    pub min_kernel: Option<String>,
}

impl SeccompProfile {
    /// Reads a profile; `None` when it asks for no filter at all.
    ///
    /// # Errors
    /// Docker's sentence.
    pub fn read(text: &str) -> Result<Option<Self>, String> {
        let profile: Self =
            serde_json::from_str(text).map_err(|error| format!("Decoding seccomp profile failed: {error}"))?;
        if profile.default_action.is_empty() && profile.rules().is_empty() {
            return Ok(None);
        }
        let given = |list: Option<usize>| list.is_some_and(|length| length > 0);
        if given(profile.architectures.as_ref().map(Vec::len)) && given(profile.arch_map.as_ref().map(Vec::len)) {
            return Err("both 'architectures' and 'archMap' are specified in the seccomp profile, use either 'architectures' or 'archMap'".to_owned());
        }
        if profile.rules().iter().any(|rule| !rule.name.is_empty() && !rule.names().is_empty()) {
            return Err(
                "both 'name' and 'names' are specified in the seccomp profile, use either 'name' or 'names'".to_owned()
            );
        }
        Ok(Some(profile))
    }

    /// Its rules, in order.
    pub(super) fn rules(&self) -> &[Rule] {
        self.syscalls.as_deref().unwrap_or_default()
    }
}

impl Rule {
    fn names(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }

    /// The calls it speaks of.
    pub(super) fn calls(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(self.names()).map(String::as_str).filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_that_says_nothing_is_no_filter() {
        assert_eq!(SeccompProfile::read("{}"), Ok(None));
        assert!(SeccompProfile::read("builtin").unwrap_err().starts_with("Decoding seccomp profile failed: "));
    }

    #[test]
    fn both_spellings_of_the_calls_are_read() {
        let text = r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
            {"name":"mkdir","action":"SCMP_ACT_ERRNO"},{"names":["a","b"],"action":"SCMP_ACT_ERRNO","args":null}]}"#;
        let profile = SeccompProfile::read(text).unwrap().unwrap();
        let calls: Vec<_> = profile.rules().iter().flat_map(Rule::calls).collect();
        assert_eq!(calls, ["mkdir", "a", "b"]);
        let both = text.replace(r#""name":"mkdir""#, r#""name":"mkdir","names":["x"]"#);
        assert!(SeccompProfile::read(&both).unwrap_err().starts_with("both 'name' and 'names'"));
    }
}
