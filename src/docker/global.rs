//! The flags of the program itself: `docker -v`, `docker --host …`.

use super::flag::{Flag, FlagKind, flag};

/// What may stand between `docker` and the verb.
pub static FLAGS: &[Flag] = &[
    flag("config", FlagKind::Text, "docker-global-config").not_yet(),
    flag("context", FlagKind::Text, "docker-global-context").short('c').not_yet(),
    flag("debug", FlagKind::Bool, "docker-global-debug").short('D'),
    flag("host", FlagKind::List, "docker-global-host").short('H').not_yet(),
    flag("log-level", FlagKind::Text, "docker-global-log-level")
        .short('l')
        .default("info")
        .choices(&["debug", "error", "fatal", "info", "warn"]),
    flag("tls", FlagKind::Bool, "docker-global-tls").not_yet(),
    flag("tlscacert", FlagKind::Text, "docker-global-tlscacert").not_yet(),
    flag("tlscert", FlagKind::Text, "docker-global-tlscert").not_yet(),
    flag("tlskey", FlagKind::Text, "docker-global-tlskey").not_yet(),
    flag("tlsverify", FlagKind::Bool, "docker-global-tlsverify").not_yet(),
    flag("version", FlagKind::Bool, "docker-global-version").short('v'),
];

/// A flag of the program by its long name.
pub fn by_name(long: &str) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.long == long)
}

/// A flag of the program by its letter.
pub fn by_letter(letter: char) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.short == Some(letter))
}
