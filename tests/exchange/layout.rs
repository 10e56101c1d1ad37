//! OCI image layouts written by hand, for others to push.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::image::{INDEX, Image, MANIFEST, digest};

/// An index of two platforms: where skopeo finds it, its digest, and the id of the image for this machine.
pub fn index_of(directory: &Path) -> (String, String, String) {
    let here = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let (ours, theirs) = (Image::of(&[b"ours".to_vec()]), Image::of(&[b"theirs".to_vec()]));
    let entry = |image: &Image, architecture: &str| {
        let text = image.manifest.to_string();
        let platform = json!({ "os": "linux", "architecture": architecture });
        json!({ "mediaType": MANIFEST, "digest": digest(text.as_bytes()), "size": text.len(), "platform": platform })
    };
    let entries = [entry(&theirs, "s390x"), entry(&ours, here)];
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }).to_string();
    for image in [&ours, &theirs] {
        write_image(directory, image);
    }
    let layout = write_top(directory, INDEX, index.as_bytes());
    (layout, digest(index.as_bytes()), ours.manifest["config"]["digest"].as_str().unwrap().to_owned())
}

/// An image of so many layers, each with a file: where skopeo finds it, and its manifest's digest.
pub fn deep_image(directory: &Path, layers: usize) -> (String, String) {
    let contents: Vec<Vec<u8>> = (0..layers).map(|number| format!("layer {number}\n").into_bytes()).collect();
    let image = Image::of(&contents);
    write_image(directory, &image);
    let manifest = image.manifest.to_string();
    (write_top(directory, MANIFEST, manifest.as_bytes()), digest(manifest.as_bytes()))
}

fn write_image(directory: &Path, image: &Image) {
    for content in image.blobs.values() {
        write_blob(directory, content);
    }
    write_blob(directory, image.manifest.to_string().as_bytes());
}

fn write_blob(directory: &Path, content: &[u8]) {
    let blobs = directory.join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    fs::write(blobs.join(digest(content).trim_start_matches("sha256:")), content).unwrap();
}

fn write_top(directory: &Path, media: &str, content: &[u8]) -> String {
    write_blob(directory, content);
    let entry = json!({
        "mediaType": media, "digest": digest(content), "size": content.len(),
        "annotations": { "org.opencontainers.image.ref.name": "1" },
    });
    let index = json!({ "schemaVersion": 2, "manifests": [entry] }).to_string();
    fs::write(directory.join("index.json"), index).unwrap();
    fs::write(directory.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    format!("oci:{}:1", directory.display())
}
