//! The command language: what was typed becomes a closed [`DockerCommand`].
