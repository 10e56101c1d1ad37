//! Programs that come with Docker and stand behind its command line: not part of it, and not of this engine.

/// Those that Docker Desktop and Docker's packages install. Source: docs.docker.com, the reference of the client.
const NAMES: &[&str] = &["buildx", "compose", "debug", "desktop", "extension", "init", "mcp", "model", "sbom", "scout"];

/// Whether a first word names one of them.
pub fn is_plugin(word: &str) -> bool {
    NAMES.contains(&word)
}
