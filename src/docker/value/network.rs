//! `--network NAME` and `--network name=NAME,alias=…,ip=…`. Source: docker/cli `opts.NetworkOpt`.

use super::{csv, number};

/// What one `--network` asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkValue {
    /// `bridge`, `none`, `host`, `container:NAME`, or the name or id of a network. Empty only in the short form.
    pub target: String,
    /// `alias`, in order.
    pub aliases: Vec<String>,
    /// `driver-opt`, in order.
    pub driver_options: Vec<(String, String)>,
    /// `ip`.
    pub ipv4: Option<String>,
    /// `ip6`.
    pub ipv6: Option<String>,
    /// `mac-address`.
    pub mac_address: Option<String>,
    /// `link-local-ip`, in order.
    pub link_local: Vec<String>,
    /// `gw-priority`.
    pub gateway_priority: i64,
}

/// Reads one.
///
/// # Errors
/// Docker's sentence.
pub fn parse(text: &str) -> Result<NetworkValue, String> {
    if !is_long(text) {
        return Ok(NetworkValue { target: text.to_owned(), ..NetworkValue::default() });
    }
    let mut network = NetworkValue::default();
    for field in csv::fields(text)? {
        let Some((key, value)) = field.split_once('=') else { return Err(format!("invalid field {field}")) };
        let (key, value) = (key.trim().to_lowercase(), value.trim().to_lowercase());
        match key.as_str() {
            "name" => network.target = value,
            "alias" => network.aliases.push(value),
            "ip" => network.ipv4 = Some(value),
            "ip6" => network.ipv6 = Some(value),
            "mac-address" => network.mac_address = Some(value),
            "link-local-ip" => network.link_local.push(value),
            "driver-opt" => {
                let (name, value) = value.split_once('=').ok_or("invalid key value pair format in driver options")?;
                network.driver_options.push((name.to_owned(), value.to_owned()));
            }
            "gw-priority" => {
                network.gateway_priority = number::int(&value, 64).map_err(|why| {
                    let reason = why.rsplit(": ").next().unwrap_or_default().to_owned();
                    format!("invalid gw-priority ({value}): {reason}")
                })?;
            }
            _ => return Err(format!("invalid field key {key}")),
        }
    }
    if network.target.is_empty() {
        return Err("network name/id is not specified".to_owned());
    }
    Ok(network)
}

/// The long form has, somewhere, `=` between two letters.
fn is_long(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.as_bytes().windows(3).any(|three| is_word(three[0]) && three[1] == b'=' && is_word(three[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        assert_eq!(parse("web").unwrap().target, "web");
        assert_eq!(parse("name=").unwrap().target, "name=");
        assert_eq!(parse("container:web").unwrap().target, "container:web");
        let network = parse("name=web,alias=db,ip=10.0.0.2,driver-opt=a=b").unwrap();
        assert_eq!(
            (network.target.as_str(), network.aliases.len(), network.ipv4.as_deref()),
            ("web", 1, Some("10.0.0.2"))
        );
        assert_eq!(network.driver_options, [("a".into(), "b".into())]);
    }

    #[test]
    fn refusals_are_dockers() {
        for (text, expected) in [
            ("name=x,bogus=1", "invalid field key bogus"),
            ("name=x,alias", "invalid field alias"),
            ("alias=x", "network name/id is not specified"),
            ("name=x,driver-opt=a", "invalid key value pair format in driver options"),
            ("name=x,gw-priority=z", "invalid gw-priority (z): invalid syntax"),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
