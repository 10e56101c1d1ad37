//! Names and addresses: of hosts, labels, variables, kernel settings, other containers.

use std::net::IpAddr;

/// `-e NAME=value`.
pub(super) fn environment(text: &str) -> Result<(), String> {
    if text.is_empty() || text.starts_with('=') { Err(format!("invalid environment variable: {text}")) } else { Ok(()) }
}

/// `--label name=value`.
pub(super) fn label(text: &str) -> Result<(), String> {
    const BLANKS: [char; 2] = [' ', '\t'];
    match text.split('=').next().unwrap_or_default().trim_start_matches(BLANKS) {
        "" => Err(format!("invalid label '{text}': empty name")),
        name if name.contains(BLANKS) => Err(format!("label '{name}' contains whitespaces")),
        _ => Ok(()),
    }
}

/// `--add-host name:address`.
pub(super) fn address(text: &str) -> Result<(), String> {
    let parts = text.split_once('=').or_else(|| text.split_once(':'));
    let Some((_, address)) = parts.filter(|(name, _)| !name.is_empty()) else {
        return Err(format!("bad format for add-host: \"{text}\""));
    };
    let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
    if address == "host-gateway" || bare.parse::<IpAddr>().is_ok() {
        Ok(())
    } else {
        Err(format!("invalid IP address in add-host: \"{address}\""))
    }
}

/// `--dns address`.
pub(super) fn ip(text: &str) -> Result<(), String> {
    if text.trim().parse::<IpAddr>().is_ok() {
        Ok(())
    } else {
        Err(format!("IP address is not correctly formatted: {text}"))
    }
}

/// `--dns-search domain`; a dot alone is none.
pub(super) fn domain(text: &str) -> Result<(), String> {
    let trimmed = text.trim();
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let named = trimmed.bytes().any(|byte| byte.is_ascii_alphabetic());
    let fits = named && trimmed.len() < 255 && trimmed.strip_suffix('.').unwrap_or(trimmed).split('.').all(label);
    if trimmed == "." || fits { Ok(()) } else { Err(format!("{text} is not a valid domain")) }
}

/// `--link container[:alias]`.
pub(super) fn link(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("empty string specified for links".to_owned());
    }
    if text.split(':').count() > 2 { Err(format!("bad format for links: {text}")) } else { Ok(()) }
}

/// `--sysctl name=value`: only what belongs to a namespace.
pub(super) fn sysctl(text: &str) -> Result<(), String> {
    const NAMES: &[&str] = &[
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ];
    const PREFIXES: &[&str] = &["net.", "fs.mqueue."];
    let allowed = text
        .split_once('=')
        .is_some_and(|(name, _)| NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix)));
    if allowed { Ok(()) } else { Err(format!("sysctl '{text}' is not allowed")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_need_a_name_and_an_address() {
        assert!(address("db:10.0.0.1").is_ok());
        assert!(address("db:::1").is_ok());
        assert!(address("db:[::1]").is_ok());
        assert_eq!(address("db").unwrap_err(), "bad format for add-host: \"db\"");
        assert_eq!(address("db:1.2.3").unwrap_err(), "invalid IP address in add-host: \"1.2.3\"");
    }

    #[test]
    fn names_are_dockers() {
        assert!(domain("example.org.").is_ok() && domain(".").is_ok());
        assert_eq!(domain("a b").unwrap_err(), "a b is not a valid domain");
        assert!(domain("a..b").is_err() && domain("1.2").is_err());
        assert!(
            sysctl("net.ipv4.ip_forward=1").is_ok() && sysctl("kernel.hostname=x").is_err() && sysctl("net.x").is_err()
        );
        assert!(link("a:b").is_ok() && link("a:b:c").is_err() && link("").is_err());
        assert!(label("  =x").is_err() && label("a").is_ok());
        assert!(environment("").is_err() && environment("A").is_ok());
    }
}
