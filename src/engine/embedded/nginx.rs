//! The embedded `nginx`: the embedded `alpine`, and over it a small file server with the official image's layout.

use std::path::Path;

use super::alpine;
use super::archive::ArchivePlan;
use super::image::{CREATED_SECONDS, EmbeddedImage, labels};
use crate::engine::EngineError;
use crate::engine::oci::RuntimeConfig;

/// The tags it has.
pub(super) const TAGS: &[&str] = &["latest", "alpine"];
/// The guest program that serves; it is in this image only.
pub(super) const APPLET: &str = "nginx";

const DESCRIPTION: &str = include_str!("nginx/description.txt");

/// Those above a file too, as the layer below has them.
const DIRECTORIES: &[&str] = &[
    "/docker-entrypoint.d",
    "/etc",
    "/etc/nginx",
    "/etc/nginx/conf.d",
    "/usr",
    "/usr/sbin",
    "/usr/share",
    "/usr/share/nginx",
    "/usr/share/nginx/html",
    "/var",
    "/var/cache",
    "/var/cache/nginx",
    "/var/log",
    "/var/log/nginx",
];

const FILES: &[(&str, u32, &str)] = &[
    ("/docker-entrypoint.sh", 0o755, include_str!("nginx/docker-entrypoint.sh")),
    ("/etc/group", 0o644, concat!(include_str!("alpine/etc/group"), "nginx:x:101:nginx\n")),
    ("/etc/nginx/conf.d/default.conf", 0o644, include_str!("nginx/default.conf")),
    ("/etc/nginx/nginx.conf", 0o644, include_str!("nginx/nginx.conf")),
    (
        "/etc/passwd",
        0o644,
        concat!(include_str!("alpine/etc/passwd"), "nginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin\n"),
    ),
    ("/usr/share/nginx/html/50x.html", 0o644, include_str!("nginx/50x.html")),
    ("/usr/share/nginx/html/index.html", 0o644, include_str!("nginx/index.html")),
];

const LINKS: &[(&str, &str)] = &[
    ("/usr/sbin/nginx", alpine::PROGRAM),
    ("/var/log/nginx/access.log", "/dev/stdout"),
    ("/var/log/nginx/error.log", "/dev/stderr"),
];

/// Describes it.
pub(super) fn image(program: &Path, applets: &[(&str, &str)]) -> Result<EmbeddedImage, EngineError> {
    let base = alpine::image(program, applets)?;
    let mut layer = ArchivePlan::new(CREATED_SECONDS);
    for path in DIRECTORIES {
        layer.directory(path, 0o755);
    }
    for (path, mode, content) in FILES {
        layer.file(path, *mode, content.as_bytes());
    }
    for (path, target) in LINKS {
        layer.link(path, target);
    }
    let words = |text: &[&str]| Some(text.iter().map(|word| (*word).to_owned()).collect());
    let version = concat!("NGINX_VERSION=", env!("CARGO_PKG_VERSION"), "-moussaillon").to_owned();
    let mut env = base.config.env;
    env.push(version.clone());
    let mut layers = base.layers;
    layers.push((layer, "COPY moussaillon-nginx / # moussaillon".to_owned()));
    Ok(EmbeddedImage {
        config: RuntimeConfig {
            env,
            entrypoint: words(&["/docker-entrypoint.sh"]),
            cmd: words(&["nginx", "-g", "daemon off;"]),
            exposed_ports: [("80/tcp".to_owned(), serde_json::Map::new())].into(),
            stop_signal: "SIGQUIT".to_owned(),
            working_dir: "/".to_owned(),
            labels: labels("nginx", DESCRIPTION),
            ..RuntimeConfig::default()
        },
        layers,
        settings: vec![
            format!("ENV {version}"),
            "ENTRYPOINT [\"/docker-entrypoint.sh\"]".to_owned(),
            "EXPOSE 80".to_owned(),
            "STOPSIGNAL SIGQUIT".to_owned(),
            "CMD [\"nginx\" \"-g\" \"daemon off;\"]".to_owned(),
        ],
    })
}
