//! Archives out and in, honest and hostile.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

use super::{LoadEvent, LoadRequest, SaveRequest};
use crate::engine::EngineError;
use crate::engine::container::{CommitRequest, RemoveRequest};
use crate::engine::fixture::TestEngine;
use crate::engine::oci::{Digest, ImageId};
use crate::engine::store::RemoveImageRequest;

fn save(engine: &TestEngine, images: &[&str]) -> Vec<u8> {
    let request =
        SaveRequest { images: images.iter().map(|name| (*name).to_owned()).collect(), ..SaveRequest::default() };
    let mut archive = Vec::new();
    engine.save_images(&request, &mut archive).unwrap();
    archive
}

fn load(engine: &TestEngine, archive: &[u8]) -> Result<Vec<String>, EngineError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive");
    fs::write(&path, archive).unwrap();
    let mut told = Vec::new();
    engine.load_images(File::open(&path).unwrap(), &LoadRequest::default(), &mut |event| match event {
        LoadEvent::Loaded(name) => told.push(name.familiar()),
        LoadEvent::LoadedId(id) => told.push(id.to_string()),
        _ => {}
    })?;
    Ok(told)
}

/// `alpine` and `mine:1`, made on it, with a hard link, a link, a long name and an executable.
fn furnished() -> TestEngine {
    let engine = TestEngine::new();
    engine.pull("alpine");
    let container = engine.create("alpine");
    let upper = engine.paths().container(&container).join("upper");
    fs::write(upper.join("a"), "content").unwrap();
    fs::hard_link(upper.join("a"), upper.join("b")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", upper.join("c")).unwrap();
    fs::write(upper.join("long-".repeat(40)), "x").unwrap();
    let request = CommitRequest { reference: Some("mine:1".parse().unwrap()), ..CommitRequest::default() };
    engine.commit_container(&container, &request).unwrap();
    engine.remove_container(&container, RemoveRequest::default()).unwrap();
    engine
}

fn empty(engine: &TestEngine) {
    for image in engine.images().unwrap() {
        let _ = engine.remove_image(&image.id.to_string(), RemoveImageRequest { force: true, keep_parents: false });
    }
    for image in engine.images().unwrap() {
        engine.remove_image(&image.id.to_string(), RemoveImageRequest { force: true, keep_parents: false }).unwrap();
    }
}

#[test]
fn what_is_saved_is_loaded_with_its_ids_names_and_parents() {
    let engine = furnished();
    let before = engine.images().unwrap();
    let archive = save(&engine, &["mine", "alpine"]);
    assert_eq!(archive, save(&engine, &["mine", "alpine"]), "the same bytes each time");
    empty(&engine);
    assert_eq!(load(&engine, &archive).unwrap(), ["mine:1", "alpine:latest"]);
    let after = engine.images().unwrap();
    let known = |images: &[crate::engine::store::ImageRecord]| -> Vec<_> {
        images.iter().map(|image| (image.id.clone(), image.tags.clone(), image.parent.clone(), image.size)).collect()
    };
    assert_eq!(known(&before), known(&after));
    assert_eq!(save(&engine, &["mine", "alpine"]), archive);
    assert_eq!(load(&engine, &archive).unwrap().len(), 2);
    assert_eq!(fs::read_dir(engine.paths().staging()).unwrap().count(), 0);
    // Compressed, and through a pipe.
    empty(&engine);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&archive).unwrap();
    assert_eq!(load(&engine, &gzip.finish().unwrap()).unwrap().len(), 2);
    empty(&engine);
    let (reader, mut writer) = std::io::pipe().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || writer.write_all(&archive));
        let input = File::from(std::os::fd::OwnedFd::from(reader));
        assert_eq!(engine.load_images(input, &LoadRequest::default(), &mut |_| {}).unwrap().len(), 2);
    });
}

/// An archive as someone else packs it: files in an order of theirs.
struct Forged(Vec<(String, EntryType, Vec<u8>)>);

impl Forged {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn with(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.0.push((name.to_owned(), EntryType::Regular, content.as_ref().to_vec()));
        self
    }

    fn of_kind(mut self, name: &str, kind: EntryType) -> Self {
        self.0.push((name.to_owned(), kind, Vec::new()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, kind, content) in &self.0 {
            let mut header = Header::new_gnu();
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(0);
            header.set_uid(0);
            header.set_gid(0);
            if *kind == EntryType::Symlink {
                header.set_link_name_literal("/etc/passwd").unwrap();
            }
            header.set_cksum();
            builder.append(&header, content.as_slice()).unwrap();
        }
        builder.into_inner().unwrap()
    }
}

/// A layer of one file, packed in a way that is not ours (GNU header, a user's name).
fn layer() -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(5);
    header.set_mode(0o644);
    header.set_mtime(1);
    header.set_uid(0);
    header.set_gid(0);
    header.set_username("somebody").unwrap();
    builder.append_data(&mut header, "hello", &b"world"[..]).unwrap();
    builder.into_inner().unwrap()
}

fn config(diffs: &[Digest], os: &str) -> Vec<u8> {
    let config = json!({
        "architecture": "amd64", "os": os, "config": {"Cmd": ["/hello"]}, "unknown": "kept",
        "rootfs": {"type": "layers", "diff_ids": diffs},
    });
    serde_json::to_vec(&config).unwrap()
}

fn manifest(config: &str, tags: &[&str], layers: &[&str]) -> Vec<u8> {
    serde_json::to_vec(&json!([{"Config": config, "RepoTags": tags, "Layers": layers}])).unwrap()
}

#[test]
fn old_archives_are_read_and_foreign_layers_leave_as_they_came() {
    let engine = TestEngine::new();
    let (layer, config) = (layer(), config(&[Digest::of(&layer())], "linux"));
    let archive = Forged::new()
        .with("0123/layer.tar", &layer)
        .with("0123/VERSION", "1.0")
        .with("config.json", &config)
        .with("manifest.json", manifest("config.json", &["old:1", "old:2"], &["0123/layer.tar"]));
    assert_eq!(load(&engine, &archive.bytes()).unwrap(), ["old:1", "old:2"]);
    let image = engine.resolve_image("old:1").unwrap();
    assert_eq!(image.id, ImageId::new(Digest::of(&config)));
    let saved = save(&engine, &["old"]);
    let path = format!("blobs/sha256/{}", Digest::of(&layer).hex());
    let mut saved = tar::Archive::new(saved.as_slice());
    let mut found =
        saved.entries().unwrap().map(Result::unwrap).find(|entry| entry.path().unwrap() == Path::new(&path));
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(found.as_mut().unwrap(), &mut bytes).unwrap();
    assert!(bytes == layer);
}

#[test]
fn layouts_are_read_by_platform_and_checked_by_digest() {
    let engine = TestEngine::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&layer()).unwrap();
    let (blob, config) = (gzip.finish().unwrap(), config(&[Digest::of(&layer())], "linux"));
    let descriptor = |kind: &str, bytes: &[u8]| json!({"mediaType": format!("application/vnd.oci.image.{kind}"), "digest": Digest::of(bytes), "size": bytes.len()});
    let manifest = json!({
        "schemaVersion": 2,
        "config": descriptor("config.v1+json", &config),
        "layers": [descriptor("layer.v1.tar+gzip", &blob)],
    });
    let manifest = serde_json::to_vec(&manifest).unwrap();
    let platform = |architecture: &str| {
        let mut item = descriptor("manifest.v1+json", &manifest);
        item["platform"] = json!({"os": "linux", "architecture": architecture});
        item
    };
    let host = crate::engine::oci::Platform::host().architecture;
    let nested =
        serde_json::to_vec(&json!({"schemaVersion": 2, "manifests": [platform("vax"), platform(&host)]})).unwrap();
    let mut item = descriptor("index.v1+json", &nested);
    item["annotations"] = json!({"io.containerd.image.name": "docker.io/library/laid:out"});
    let index = json!({"schemaVersion": 2, "manifests": [item]});
    let path = |bytes: &[u8]| format!("./blobs/sha256/{}", Digest::of(bytes).hex());
    let honest = |blob_bytes: &[u8]| {
        Forged::new()
            .with("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
            .with("index.json", index.to_string())
            .with(&path(&nested), &nested)
            .with(&path(&manifest), &manifest)
            .with(&path(&config), &config)
            .with(&path(&blob), blob_bytes)
            .bytes()
    };
    let mut wrong = blob.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let refusal = load(&engine, &honest(&wrong)).unwrap_err().to_string();
    assert!(refusal.contains("its digest is"), "{refusal}");
    assert!(engine.images().unwrap().is_empty());
    assert_eq!(load(&engine, &honest(&blob)).unwrap(), ["laid:out"]);
}

#[test]
fn what_no_honest_archive_holds_is_refused_and_leaves_nothing() {
    let engine = TestEngine::new();
    let (layer, good) = (layer(), config(&[Digest::of(&layer())], "linux"));
    let base =
        |manifest: Vec<u8>| Forged::new().with("l.tar", &layer).with("c.json", &good).with("manifest.json", manifest);
    let plain = || manifest("c.json", &["x:1"], &["l.tar"]);
    let huge = vec![b' '; (8 << 20) + 1];
    let nothing: Value = json!([]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("no tar", b"hello".repeat(300), "invalid tar header"),
        ("empty", Vec::new(), "unexpected EOF"),
        ("cut", base(plain()).bytes()[..1000].to_vec(), "unexpected EOF"),
        ("nothing", Forged::new().with("x", "y").bytes(), "neither manifest.json nor index.json"),
        ("escape", base(plain()).with("../evil", "x").bytes(), "leads outside"),
        ("named escape", base(manifest("../../etc/passwd", &["x:1"], &[])).bytes(), "leads outside"),
        ("absolute", base(manifest("/etc/passwd", &["x:1"], &[])).bytes(), "etc/passwd is not in it"),
        (
            "link",
            base(manifest("c.json", &[], &["l2.tar"])).of_kind("l2.tar", EntryType::Symlink).bytes(),
            "l2.tar is not in it",
        ),
        ("device", base(plain()).of_kind("d", EntryType::Char).bytes(), "neither a file nor a directory"),
        ("twice", base(plain()).with("c.json", "{}").bytes(), "it is there twice"),
        ("huge", base(huge).bytes(), "too large"),
        ("no JSON", base(b"{".to_vec()).bytes(), "manifest.json"),
        ("missing layer", base(manifest("c.json", &[], &["nosuch"])).bytes(), "nosuch is not in it"),
        ("layer count", base(manifest("c.json", &[], &[])).bytes(), "layers length mismatch: expected 1, got 0"),
        ("no tag", base(manifest("c.json", &["x@sha256"], &["l.tar"])).bytes(), "invalid reference format"),
        (
            "wrong layer",
            Forged::new().with("l.tar", [0; 1024]).with("c.json", &good).with("manifest.json", plain()).bytes(),
            "invalid diffID for layer 0",
        ),
        (
            "windows",
            Forged::new()
                .with("l.tar", &layer)
                .with("c.json", config(&[Digest::of(&layer)], "windows"))
                .with("manifest.json", plain())
                .bytes(),
            "cannot be used on this platform",
        ),
    ];
    for (name, archive, words) in cases {
        let refusal = load(&engine, &archive).map_err(|error| error.to_string());
        assert!(refusal.as_ref().is_err_and(|refusal| refusal.contains(words)), "{name}: {refusal:?}");
        assert!(engine.images().unwrap().is_empty(), "{name}");
        assert_eq!(fs::read_dir(engine.paths().staging()).unwrap().count(), 0, "{name}");
    }
    assert!(load(&engine, &Forged::new().with("manifest.json", nothing.to_string()).bytes()).unwrap().is_empty());
}
