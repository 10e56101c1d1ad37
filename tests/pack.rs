//! A course pack made on one machine and used on another without a network, as ourselves and as an ordinary user.

#![allow(clippy::unwrap_used, dead_code)] // shared pieces are not all used here

#[path = "security/world.rs"]
mod world;

use std::fs;
use std::process::Output;

use serde_json::Value;
use world::World;

#[test]
fn a_pack_carries_a_class_as_ourselves() {
    carry(&World::as_ourselves(), &World::as_ourselves());
}

#[test]
fn a_pack_carries_a_class_as_an_ordinary_user() {
    carry(&World::as_an_ordinary_user(), &World::as_an_ordinary_user());
}

fn carry(trainer: &World, learner: &World) {
    trainer.docker(&["run", "--name", "conteneur", "alpine", "sh", "-c", "echo bonjour > /mot"]).stdout();
    trainer.docker(&["commit", "conteneur", "maison:1"]).stdout();
    let file = trainer.path("victim/cours.paquet").display().to_string();
    let made = json(&run(trainer, &["--format", "json", "paquet", "créer", &file, "diff", "--image", "maison:1"]));
    assert_eq!(made["lessons"], serde_json::json!(["diff"]));
    let images: Vec<&str> =
        made["images"].as_array().unwrap().iter().map(|i| i["reference"].as_str().unwrap()).collect();
    assert_eq!(images, ["alpine:latest", "maison:1"]);

    let carried = learner.path("victim/cours.paquet");
    fs::copy(&file, &carried).unwrap();
    fs::set_permissions(&carried, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let carried = carried.display().to_string();
    let verified = json(&run(learner, &["pack", "verify", &carried, "--format", "json"]));
    assert_eq!(verified["fingerprint"], made["fingerprint"]);
    let installed = json(&run(learner, &["paquet", "installer", &carried, "--format", "json"]));
    assert_eq!(installed["fingerprint"], made["fingerprint"]);
    // Once more: in the place of the first.
    run(learner, &["paquet", "installer", &carried]);

    let said = offline(learner, &["docker", "run", "--rm", "maison:1", "cat", "/mot"]);
    assert_eq!(String::from_utf8_lossy(&said.stdout), "bonjour\n", "{}", String::from_utf8_lossy(&said.stderr));
    let id = |world: &World| world.docker(&["images", "-q", "--no-trunc", "maison:1"]).stdout();
    assert_eq!(id(learner), id(trainer));
    assert!(String::from_utf8_lossy(&run(learner, &["leçons"]).stdout).contains("diff"));

    damaged_packs_are_refused(learner, &carried);
}

fn damaged_packs_are_refused(learner: &World, pack: &str) {
    let whole = fs::read(pack).unwrap();
    let bad = learner.path("bad.paquet");
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for (case, bytes) in [
        ("flipped", flipped),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("text", b"not a pack".to_vec()),
    ] {
        fs::write(&bad, bytes).unwrap();
        for verb in ["vérifier", "installer"] {
            let output = learner.moussaillon(&["paquet", verb, bad.to_str().unwrap()]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success() && said.contains("bad.paquet"), "{case}, {verb}: {said}");
        }
    }
    let packs: Vec<_> = fs::read_dir(learner.path("state/paquets")).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(packs, ["cours"], "only the good one is there");
}

fn run(world: &World, arguments: &[&str]) -> Output {
    finished(arguments, world.moussaillon(arguments).output().unwrap())
}

fn offline(world: &World, arguments: &[&str]) -> Output {
    finished(arguments, world.moussaillon(arguments).env("MOUSSAILLON_IMAGES", "hors-ligne").output().unwrap())
}

fn finished(arguments: &[&str], output: Output) -> Output {
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}
