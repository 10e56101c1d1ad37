//! The small network tools of the embedded images. They look and ask; none of them changes anything.

mod devices;
mod dns;
mod hostname;
mod ifconfig;
mod ip;
mod nc;
mod nslookup;
mod ping;
mod resolve;
mod wget;

pub use hostname::address as own_address;
pub use ifconfig::main as ifconfig;
pub use ip::main as ip;
pub use nc::main as nc;
pub use nslookup::main as nslookup;
pub use ping::main as ping;
pub use wget::main as wget;

/// An error in the words of the system, without Rust's number behind them.
fn words(error: &std::io::Error) -> String {
    crate::userland::applets::describe(error)
}
