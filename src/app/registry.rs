//! `registre`: serves the local images, and takes what is pushed.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::mpsc;

use super::namespace;
use super::problem::Trouble;
use super::program::Program;
use crate::engine::registry_server::{RegistryOptions, ServedEvent};
use crate::i18n::Arguments;

/// Serves until it is interrupted. What is under way then is swept by the next one.
///
/// # Errors
/// When the engine or the address is not to be had.
pub fn run(program: &Program, address: SocketAddr, deletion: bool) -> Result<ExitCode, Trouble> {
    let tier = namespace::enter(&program.state_root)?;
    let engine = program.open_engine(tier)?;
    let server = engine.open_registry(RegistryOptions { address, deletion })?;
    let address = server.address();
    let said =
        |key: &str, name: &'static str, value: &str| program.texts.with(key, &Arguments::new().text(name, value));
    let say = |line: String| {
        // Nobody need listen to what is said.
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    };
    say(said("registry-open", "address", &address.to_string()));
    if !address.ip().is_loopback() {
        say(program.texts.text("registry-no-accounts"));
    }
    let (sender, events) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            server.run(&|event| {
                let _ = sender.send(event);
            });
        });
        for event in &events {
            match event {
                ServedEvent::Pulled(name) => say(said("registry-pulled", "name", &name)),
                ServedEvent::Pushed(name) => say(said("registry-pushed", "name", &name)),
            }
        }
    });
    Ok(ExitCode::SUCCESS)
}
