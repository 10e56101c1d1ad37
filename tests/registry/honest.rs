//! Registries that do nothing wrong: what is fetched, and how often.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use moussaillon::engine::store::PullOptions;
use serde_json::json;

use super::image::{GZIP, INDEX, Image, MANIFEST, answer, digest, gzip, noise, ranged, tar};
use super::puller::Puller;
use super::server::{Reply, Server};

const LAYER_BYTES: usize = 300_000;

fn three_layers() -> (Vec<Vec<u8>>, Image) {
    let contents: Vec<Vec<u8>> = (0..3).map(|n| noise(n, LAYER_BYTES)).collect();
    let image = Image::of(&contents);
    (contents, image)
}

#[test]
fn an_image_comes_whole_and_a_second_pull_asks_for_its_digest_only() {
    let (contents, image) = three_layers();
    let served = image.clone();
    let server = Server::start(move |asked| served.answer(asked));
    let puller = Puller::new();
    let name = format!("{}/some/image:1", server.address);

    let pulled = puller.pull(&name).unwrap();
    assert!(pulled.downloaded);
    assert_eq!(puller.contents(&pulled), contents);
    assert_eq!(pulled.digest.to_string(), digest(image.manifest.to_string().as_bytes()));
    let gets = |asked: &super::server::Asked| asked.method == "GET" && asked.target.contains("/blobs/");
    assert_eq!(server.asked().iter().filter(|asked| gets(asked)).count(), 4);

    let before = server.asked().len();
    assert!(!puller.pull(&name).unwrap().downloaded);
    let later: Vec<String> =
        server.asked()[before..].iter().map(|asked| format!("{} {}", asked.method, asked.target)).collect();
    assert_eq!(later, ["GET /v2/", "HEAD /v2/some/image/manifests/1"]);
}

#[test]
fn a_connection_cut_every_64_kib_is_taken_up_where_it_was_cut() {
    let (contents, image) = three_layers();
    let server = Server::start(move |asked| {
        let mut reply = image.answer(asked);
        if asked.target.contains("/blobs/") {
            reply.cut_after = Some(64 << 10);
        }
        reply
    });
    let puller = Puller::new();
    let pulled = puller.pull(&format!("{}/cut:1", server.address)).unwrap();
    assert_eq!(puller.contents(&pulled), contents);
    assert!(server.asked().iter().any(|asked| asked.headers.contains_key("range")));
}

#[test]
fn a_registry_without_ranges_begins_anew() {
    let (contents, image) = three_layers();
    let cuts = AtomicUsize::new(0);
    let server = Server::start(move |asked| {
        let mut plain = asked.clone();
        plain.headers.remove("range");
        let mut reply = image.answer(&plain);
        if asked.target.contains("/blobs/") && cuts.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            reply.cut_after = Some(100_000);
        }
        reply
    });
    let puller = Puller::new();
    let pulled = puller.pull(&format!("{}/cut:1", server.address)).unwrap();
    assert_eq!(puller.contents(&pulled), contents);
}

#[test]
fn a_moment_of_weakness_is_forgiven() {
    let (contents, image) = three_layers();
    let seen = std::sync::Mutex::new(std::collections::BTreeSet::new());
    let server = Server::start(move |asked| {
        if asked.target != "/v2/" && seen.lock().unwrap().insert((asked.method.clone(), asked.target.clone())) {
            return Reply::new(503, "busy");
        }
        image.answer(asked)
    });
    let puller = Puller::new();
    let pulled = puller.pull(&format!("{}/weak:1", server.address)).unwrap();
    assert_eq!(puller.contents(&pulled), contents);
}

#[test]
fn the_image_for_this_machine_is_chosen_and_the_index_names_it() {
    let ours = Image::of(&[b"ours".to_vec()]);
    let theirs = Image::of(&[b"theirs".to_vec()]);
    let here = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let entry = |image: &Image, architecture: &str| {
        let text = image.manifest.to_string();
        let platform = json!({ "os": "linux", "architecture": architecture });
        json!({ "mediaType": MANIFEST, "digest": digest(text.as_bytes()), "size": text.len(), "platform": platform })
    };
    let index = json!({
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [entry(&theirs, "s390x"), entry(&ours, here)],
    })
    .to_string()
    .into_bytes();
    let index_digest = digest(&index);
    let documents = BTreeMap::from([
        ("1".to_owned(), (INDEX, index)),
        ("ours".to_owned(), (MANIFEST, ours.manifest.to_string().into_bytes())),
        ("theirs".to_owned(), (MANIFEST, theirs.manifest.to_string().into_bytes())),
    ]);
    let mut blobs = ours.blobs.clone();
    blobs.extend(theirs.blobs.clone());
    let server = Server::start(move |asked| answer(asked, &documents, &blobs));
    let puller = Puller::new();
    let pulled = puller.pull(&format!("{}/many:1", server.address)).unwrap();
    assert_eq!(puller.contents(&pulled), [b"ours"]);
    assert_eq!(pulled.digest.to_string(), index_digest);
    assert!(!puller.pull(&format!("{}/many@{index_digest}", server.address)).unwrap().downloaded);
}

#[test]
fn layers_may_be_plain_or_compressed_either_way() {
    let tars: Vec<Vec<u8>> = (0..3).map(|n| tar(&n.to_string(), &noise(n, 50_000))).collect();
    let zstd = ruzstd::encoding::compress_to_vec(tars[2].as_slice(), ruzstd::encoding::CompressionLevel::Fastest);
    let image = Image::of_archives(&[
        (tars[0].clone(), tars[0].clone(), "application/vnd.oci.image.layer.v1.tar"),
        (tars[1].clone(), gzip(&tars[1]), GZIP),
        (tars[2].clone(), zstd, "application/vnd.oci.image.layer.v1.tar+zstd"),
    ]);
    let server = Server::start(move |asked| image.answer(asked));
    let puller = Puller::new();
    let pulled = puller.pull(&format!("{}/kinds:1", server.address)).unwrap();
    assert_eq!(puller.contents(&pulled), (0..3).map(|n| noise(n, 50_000)).collect::<Vec<_>>());
}

#[test]
fn a_blob_may_be_elsewhere_and_our_token_stays_here() {
    let image = Image::of(&[noise(9, LAYER_BYTES)]);
    let blobs = image.blobs.clone();
    let store = Server::start(move |asked| ranged(asked, &blobs[asked.target.rsplit('/').next().unwrap()]));
    let elsewhere = store.address.replace("127.0.0.1", "localhost");
    let server = Server::start(move |asked| {
        if asked.target.starts_with("/token") {
            return Reply::new(200, r#"{"token":"t0ken"}"#);
        }
        if asked.headers.get("authorization").map(String::as_str) != Some("Bearer t0ken") {
            let host = &asked.headers["host"];
            let challenge = format!("Bearer realm=\"http://{host}/token\",service=\"here\"");
            return Reply::new(401, "{}").header("WWW-Authenticate", challenge);
        }
        if asked.target.contains("/blobs/") {
            return Reply::new(307, "").header("Location", format!("http://{elsewhere}{}", asked.target));
        }
        image.answer(asked)
    });
    let puller = Puller::with_credentials();
    puller.pull(&format!("{}/far:1", server.address)).unwrap();
    let token = server.asked().into_iter().find(|asked| asked.target.starts_with("/token")).unwrap();
    assert_eq!(token.headers["authorization"], "Basic bWU6c2VjcmV0");
    assert!(token.target.contains("scope=repository%3Afar%3Apull"), "{}", token.target);
    assert!(store.asked().len() >= 2);
    assert!(store.asked().iter().all(|asked| !asked.headers.contains_key("authorization")));
}

#[test]
fn who_has_no_password_is_told_so_and_a_wrong_one_is_refused_as_docker_does() {
    let server = Server::start(|_| Reply::new(401, "{}").header("WWW-Authenticate", "Basic realm=\"here\""));
    let stranger = Puller::new();
    let said = stranger.pull(&format!("{}/mine:1", server.address)).unwrap_err().to_string();
    let url = format!("http://{}/v2/mine/manifests/1", server.address);
    assert_eq!(said, format!("Head \"{url}\": no basic auth credentials"));
    let wrong = moussaillon::engine::registry::Credentials { username: "me".to_owned(), secret: "wrong".to_owned() };
    let said = stranger.engine.log_in(&server.address, wrong, None).unwrap_err().to_string();
    let url = format!("http://{}/v2/", server.address);
    assert_eq!(said, format!("login attempt to {url} failed with status: 401 Unauthorized"));
}

#[test]
fn tags_of_no_repository_are_nobodys() {
    let unknown = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}"#;
    let server = Server::start(move |asked| match asked.target.as_str() {
        "/v2/" => Reply::new(200, "{}"),
        _ => Reply::new(404, unknown),
    });
    let name = format!("{}/nosuch", server.address);
    let error = Puller::new().engine.remote_tags(&name.parse().unwrap(), &PullOptions::default()).unwrap_err();
    let expected = format!("repository {name} not found: name unknown: repository name not known to registry");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_registry_that_can_be_searched_is() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/v1/search?q=web%20server&n=2" => {
            let found = json!({ "name": "team/web", "description": "serves", "star_count": 3, "is_official": true });
            Reply::new(200, json!({ "results": [found, { "name": "team/other" }] }).to_string())
        }
        _ => Reply::new(404, "{}"),
    });
    let puller = Puller::new();
    let search = |words: &str| puller.engine.search_registry(&format!("{}/{words}", server.address), 2, None);
    let found = search("web server").unwrap();
    let shown: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.star_count, one.is_official)).collect();
    assert_eq!(shown, [("team/web", 3, true), ("team/other", 0, false)]);
    assert_eq!(search("nothing").unwrap_err().to_string(), "received unexpected HTTP status: 404 Not Found");
}
