//! `ifconfig [-a] [NAME]`: looks, changes nothing.

use std::io::Write;
use std::net::IpAddr;

use super::devices::{self, Device};
use super::words;

const UP: u32 = 1;
const FLAGS: &[(u32, &str)] = &[
    (0x1, "UP"),
    (0x2, "BROADCAST"),
    (0x8, "LOOPBACK"),
    (0x10, "POINTOPOINT"),
    (0x40, "RUNNING"),
    (0x80, "NOARP"),
    (0x1000, "MULTICAST"),
];

/// Runs it.
pub fn main(arguments: &[String]) -> i32 {
    let all = arguments.first().is_some_and(|word| word == "-a");
    let rest = &arguments[usize::from(all)..];
    let complain = |text: &str| {
        let _ = writeln!(std::io::stderr(), "ifconfig: {text}");
        1
    };
    let name = match rest {
        [] => None,
        [name] => Some(name),
        _ => return complain("not supported, this ifconfig only shows"),
    };
    let devices = match devices::all() {
        Ok(devices) => devices,
        Err(error) => return complain(&words(&error)),
    };
    let shown = |device: &&Device| name.map_or(all || device.flags & UP != 0, |name| device.name == *name);
    let text: Vec<String> = devices.iter().filter(shown).map(show).collect();
    match name {
        Some(name) if text.is_empty() => {
            complain(&format!("{name}: error fetching interface information: Device not found"))
        }
        _ => i32::from(std::io::stdout().write_all(text.concat().as_bytes()).is_err()),
    }
}

fn show(device: &Device) -> String {
    let mut text = if device.kind == 772 {
        format!("{:<9} Link encap:Local Loopback  \n", device.name)
    } else {
        let hardware = devices::hardware(&device.hardware).to_uppercase();
        format!("{:<9} Link encap:Ethernet  HWaddr {hardware}  \n", device.name)
    };
    for address in &device.addresses {
        match address.here {
            IpAddr::V4(here) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(address.prefix)).unwrap_or(0);
                let broadcast = address.broadcast.map(|broadcast| format!("  Bcast:{broadcast}")).unwrap_or_default();
                let mask = std::net::Ipv4Addr::from(mask);
                text.push_str(&format!("          inet addr:{here}{broadcast}  Mask:{mask}\n"));
            }
            IpAddr::V6(here) => {
                let scope = match address.scope {
                    254 => "Host",
                    253 => "Link",
                    _ => "Global",
                };
                text.push_str(&format!("          inet6 addr: {here}/{} Scope:{scope}\n", address.prefix));
            }
        }
    }
    let flags: Vec<&str> = FLAGS.iter().filter(|(bit, _)| device.flags & bit != 0).map(|(_, word)| *word).collect();
    let [received, received_bytes, sent, sent_bytes] = device.traffic;
    text.push_str(&format!("          {}  MTU:{}  Metric:1\n", flags.join(" "), device.mtu));
    text.push_str(&format!("          RX packets:{received} bytes:{received_bytes}\n"));
    text.push_str(&format!("          TX packets:{sent} bytes:{sent_bytes}\n\n"));
    text
}
