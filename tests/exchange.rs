//! Images exchanged through registries: Debian's `docker-registry` and ours, with `skopeo` on the other side. What one pushes
//! the other pulls, under the same digests: a large image, one for several platforms, one of 127 layers.
//! A program the machine lacks is named, and its part left out.

#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code)] // shared pieces are not all used here

#[path = "registry/image.rs"]
mod image;
#[path = "exchange/layout.rs"]
mod layout;
#[path = "exchange/manifests.rs"]
mod manifests;
#[path = "exchange/registries.rs"]
mod registries;
#[path = "registry/server.rs"]
mod server;

use std::fs;
use std::io::Read;

use layout::{deep_image, index_of};
use registries::{Learner, Registry, has, skopeo};

/// A hundred megabytes in eight layers.
const LARGE_LAYERS: u64 = 8;
const LARGE_LAYER_BYTES: usize = 12_500_000;
/// The deepest stack Docker takes.
const DEEPEST: usize = 127;

#[test]
fn images_are_exchanged_through_debians_registry() {
    if has("docker-registry") {
        exchange(&Registry::debians());
    }
}

#[test]
fn images_are_exchanged_through_our_registry() {
    exchange(&Registry::ours());
}

#[test]
fn manifests_are_shown_as_the_docker_client_shows_them() {
    if has("skopeo") && manifests::docker_client_is_recent() {
        manifests::compare(&Registry::ours());
    }
}

fn exchange(registry: &Registry) {
    large(registry);
    built(registry);
    if has("skopeo") {
        many_platforms(registry);
        deep(registry);
    }
}

/// What is built can be sent away in the same breath.
fn built(registry: &Registry) {
    let learner = Learner::new();
    let context = learner.path("context");
    fs::create_dir(&context).unwrap();
    fs::write(context.join("Dockerfile"), "FROM alpine\nRUN echo built > /built\n").unwrap();
    let name = format!("{}/built:1", registry.address);
    learner.docker(&["build", "--push", "-t", &name, context.to_str().unwrap()]);
    let other = Learner::new();
    assert_eq!(other.docker(&["run", "--rm", "-q", &name, "cat", "/built"]), "built\n");
    assert_eq!(learner.id(&name), other.id(&name));
    let again = format!("{}/built:2", registry.address);
    learner.docker(&["buildx", "build", "-o", "type=registry", "-t", &again, context.to_str().unwrap()]);
    other.docker(&["pull", "-q", &again]);
}

/// We push, we pull and they pull.
fn large(registry: &Registry) {
    let learner = Learner::new();
    let context = learner.path("context");
    fs::create_dir(&context).unwrap();
    let mut dockerfile = "FROM scratch\n".to_owned();
    for number in 0..LARGE_LAYERS {
        let mut noise = vec![0; LARGE_LAYER_BYTES];
        fs::File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut noise)).unwrap();
        fs::write(context.join(number.to_string()), noise).unwrap();
        dockerfile.push_str(&format!("COPY {number} /\n"));
    }
    fs::write(context.join("Dockerfile"), dockerfile).unwrap();
    let name = format!("{}/large:1", registry.address);
    learner.docker(&["build", "-q", "-t", &name, context.to_str().unwrap()]);
    let pushed = learner.docker(&["push", &name]);
    let digest = pushed.lines().last().unwrap().split_whitespace().nth(2).unwrap();

    let other = Learner::new();
    other.docker(&["pull", "-q", &name]);
    assert_eq!(other.id(&name), learner.id(&name));
    assert_eq!(other.digest(&name), digest);
    if has("skopeo") {
        let remote = format!("docker://{name}");
        let said = skopeo(&["inspect", "--tls-verify=false", "-f", "{{.Digest}}", &remote]);
        assert_eq!(said.trim(), digest);
        let copy = format!("oci:{}:1", other.path("copy").display());
        skopeo(&["copy", "-q", "--src-tls-verify=false", &remote, &copy]);
    }
}

/// They push an index, we pull the image for this machine.
fn many_platforms(registry: &Registry) {
    let learner = Learner::new();
    let (layout, digest, id) = index_of(&learner.path("layout"));
    let name = format!("{}/many:1", registry.address);
    skopeo(&["copy", "-q", "--all", "--dest-tls-verify=false", &layout, &format!("docker://{name}")]);
    learner.docker(&["pull", "-q", &name]);
    assert_eq!((learner.id(&name), learner.digest(&name)), (id, digest));
}

/// They push 127 layers, we pull them and push them elsewhere: the same manifest.
fn deep(registry: &Registry) {
    let learner = Learner::new();
    let (layout, digest) = deep_image(&learner.path("layout"), DEEPEST);
    let name = format!("{}/deep:1", registry.address);
    skopeo(&["copy", "-q", "--preserve-digests", "--dest-tls-verify=false", &layout, &format!("docker://{name}")]);
    learner.docker(&["pull", "-q", &name]);
    assert_eq!(learner.digest(&name), digest);
    let again = format!("{}/again:1", registry.address);
    learner.docker(&["tag", &name, &again]);
    learner.docker(&["push", "-q", &again]);
    let said = skopeo(&["inspect", "--tls-verify=false", "-f", "{{.Digest}}", &format!("docker://{again}")]);
    assert_eq!(said.trim(), digest);
    let container = learner.docker(&["create", &name, "/none"]);
    let archive = learner.path("deep.tar");
    learner.docker(&["export", "-o", archive.to_str().unwrap(), container.trim()]);
    let mut archive = tar::Archive::new(fs::File::open(archive).unwrap());
    let files = archive.entries().unwrap().filter(|entry| {
        let path = entry.as_ref().unwrap().path().unwrap().into_owned();
        path.to_str().is_some_and(|path| path.parse::<usize>().is_ok())
    });
    assert_eq!(files.count(), DEEPEST);
}
