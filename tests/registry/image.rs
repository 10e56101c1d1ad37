//! Images made by hand, and how an honest registry serves them.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use moussaillon::engine::oci::Digest;
use serde_json::{Value, json};

use super::server::{Asked, Reply};

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// An image: its documents and its blobs.
#[derive(Debug, Clone)]
pub struct Image {
    pub manifest: Value,
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// The digests of the layers' blobs, lowest first.
    pub layers: Vec<String>,
}

impl Image {
    /// One layer per content, each a file `N`.
    pub fn of(contents: &[Vec<u8>]) -> Self {
        let tars: Vec<Vec<u8>> = contents.iter().enumerate().map(|(n, content)| tar(&n.to_string(), content)).collect();
        Self::of_archives(&tars.iter().map(|tar| (tar.clone(), gzip(tar), GZIP)).collect::<Vec<_>>())
    }

    /// Each archive with what is served of it and its media type.
    pub fn of_archives(archives: &[(Vec<u8>, Vec<u8>, &str)]) -> Self {
        let diffs: Vec<String> = archives.iter().map(|(tar, ..)| digest(tar)).collect();
        let config = json!({
            "architecture": if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" },
            "os": "linux",
            "config": { "Cmd": ["/0"] },
            "rootfs": { "type": "layers", "diff_ids": diffs },
        })
        .to_string()
        .into_bytes();
        let mut blobs = BTreeMap::from([(digest(&config), config.clone())]);
        let mut layers = Vec::new();
        for (_, served, media) in archives {
            layers.push(json!({ "mediaType": media, "digest": digest(served), "size": served.len() }));
            blobs.insert(digest(served), served.clone());
        }
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": digest(&config),
                "size": config.len(),
            },
            "layers": layers,
        });
        let layers = archives.iter().map(|(_, served, _)| digest(served)).collect();
        Self { manifest, blobs, layers }
    }

    /// What an honest registry answers.
    pub fn answer(&self, asked: &Asked) -> Reply {
        let manifest = self.manifest.to_string().into_bytes();
        answer(asked, &BTreeMap::from([("1".to_owned(), (MANIFEST, manifest))]), &self.blobs)
    }
}

/// An honest registry of documents by tag (and by their digests) and blobs.
pub fn answer(
    asked: &Asked,
    documents: &BTreeMap<String, (&str, Vec<u8>)>,
    blobs: &BTreeMap<String, Vec<u8>>,
) -> Reply {
    let rest = asked.target.rsplit('/').next().unwrap_or_default();
    if asked.target == "/v2/" {
        return Reply::new(200, "{}");
    }
    if asked.target.contains("/manifests/") {
        let found = documents.iter().find(|(tag, (_, content))| *tag == rest || digest(content) == rest);
        return found.map_or_else(not_found, |(_, (media, content))| {
            Reply::new(200, content.clone())
                .header("Content-Type", *media)
                .header("Docker-Content-Digest", digest(content))
        });
    }
    match blobs.get(rest) {
        Some(blob) => ranged(asked, blob),
        None => not_found(),
    }
}

/// A blob, from where it was asked.
pub fn ranged(asked: &Asked, blob: &[u8]) -> Reply {
    let start =
        asked.headers.get("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    match start {
        None => Reply::new(200, blob),
        Some(start) => Reply::new(206, &blob[start..])
            .header("Content-Range", format!("bytes {start}-{}/{}", blob.len() - 1, blob.len())),
    }
}

pub fn not_found() -> Reply {
    Reply::new(404, r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#)
}

pub fn digest(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o755);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    archive.append_data(&mut header, name, content).unwrap();
    archive.into_inner().unwrap()
}

/// Bytes that do not compress, the same each time.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2) + 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[0]
        })
        .collect()
}
