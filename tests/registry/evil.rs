//! Registries that lie, loop or never end: a clear error, and nothing in the store.

use std::collections::BTreeMap;

use serde_json::json;

use super::image::{INDEX, Image, MANIFEST, answer, digest, noise};
use super::puller::Puller;
use super::server::{Asked, Reply, Server};

fn image() -> Image {
    Image::of(&[noise(1, 200_000), noise(2, 1000)])
}

/// Pulls from a registry that answers so; the error's text.
fn refused(case: &str, answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (String, Server) {
    let server = Server::start(answer);
    let puller = Puller::with_credentials();
    let error = puller.pull(&format!("{}/evil:1", server.address)).expect_err(case);
    puller.assert_empty(case);
    (error.to_string(), server)
}

fn is_layer(image: &Image, asked: &Asked) -> bool {
    asked.target.ends_with(&image.layers[0])
}

#[test]
fn a_blob_that_is_not_what_its_digest_says() {
    let image = image();
    let (error, _server) = refused("wrong digest", move |asked| {
        let mut reply = image.answer(asked);
        if is_layer(&image, asked) {
            let last = reply.body.len() - 1;
            reply.body[last] ^= 1;
        }
        reply
    });
    assert!(error.contains("verification failed for digest sha256:"), "{error}");
}

#[test]
fn a_blob_of_another_image() {
    let image = image();
    let other = super::image::gzip(&super::image::tar("0", b"somebody else's"));
    let (error, _server) = refused("another blob", move |asked| {
        if is_layer(&image, asked) { Reply::new(200, other.clone()) } else { image.answer(asked) }
    });
    assert!(error.contains("sha256:") || error.contains("EOF"), "{error}");
}

#[test]
fn a_blob_longer_than_promised() {
    for counted in [true, false] {
        let image = image();
        let (error, _server) = refused("longer", move |asked| {
            let mut reply = image.answer(asked);
            if is_layer(&image, asked) {
                reply.body.extend([0; 5000]);
                if !counted {
                    reply = reply.header("Transfer-Encoding", "chunked").header("Content-Length", "0");
                    reply.headers.retain(|(name, _)| name != "Content-Length");
                    let chunk = format!("{:x}\r\n", reply.body.len()).into_bytes();
                    reply.body = [chunk, reply.body, b"\r\n0\r\n\r\n".to_vec()].concat();
                    reply.headers.push(("X-Counted".to_owned(), "no".to_owned()));
                }
            }
            reply
        });
        assert!(error.contains("its manifest says"), "{error}");
    }
}

#[test]
fn a_blob_that_always_ends_too_soon() {
    let image = image();
    let (error, _server) = refused("truncated", move |asked| {
        let mut plain = asked.clone();
        plain.headers.remove("range");
        let mut reply = image.answer(&plain);
        if is_layer(&image, asked) {
            reply.cut_after = Some(1000);
        }
        reply
    });
    assert!(error.contains("EOF") || error.contains("reset"), "{error}");
}

#[test]
fn a_manifest_that_never_ends() {
    let (error, _server) = refused("endless manifest", |asked| {
        let mut reply = Reply::new(200, "{}");
        reply.endless = asked.target.contains("/manifests/");
        reply
    });
    assert!(error.contains("longer than 4194304 bytes"), "{error}");
}

#[test]
fn a_manifest_that_is_not_what_its_digest_says() {
    let image = image();
    let promised = digest(b"something else");
    let (error, _server) = refused("wrong manifest", move |asked| {
        let reply = image.answer(asked);
        if asked.method == "HEAD" && asked.target.contains("/manifests/") {
            return Reply::new(200, "").header("Docker-Content-Digest", promised.clone());
        }
        if asked.target.contains("/manifests/") {
            return Reply::new(200, image.manifest.to_string()).header("Content-Type", MANIFEST);
        }
        reply
    });
    assert!(error.contains("manifest verification failed for digest sha256:"), "{error}");
}

#[test]
fn a_config_that_is_not_what_its_digest_says() {
    let image = image();
    let config = image.manifest["config"]["digest"].as_str().unwrap().to_owned();
    let (error, _server) = refused("wrong config", move |asked| {
        if asked.target.ends_with(&config) { Reply::new(200, "{}") } else { image.answer(asked) }
    });
    assert!(error.contains("verification failed for digest sha256:"), "{error}");
}

#[test]
fn an_index_inside_an_index() {
    let here = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let inner = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [] }).to_string().into_bytes();
    let entry = json!({
        "mediaType": INDEX, "digest": digest(&inner), "size": inner.len(),
        "platform": { "os": "linux", "architecture": here },
    });
    let outer = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [entry] }).to_string().into_bytes();
    let documents = BTreeMap::from([("1".to_owned(), (INDEX, outer)), ("inner".to_owned(), (INDEX, inner))]);
    let (error, _server) = refused("recursive index", move |asked| answer(asked, &documents, &BTreeMap::new()));
    assert!(error.contains("an index inside an index"), "{error}");
}

#[test]
fn an_index_without_this_machine() {
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [] }).to_string().into_bytes();
    let documents = BTreeMap::from([("1".to_owned(), (INDEX, index))]);
    let (error, _server) = refused("no platform", move |asked| answer(asked, &documents, &BTreeMap::new()));
    assert!(error.starts_with("no matching manifest for linux/"), "{error}");
}

#[test]
fn a_registry_that_is_never_content() {
    let (error, server) = refused("401 loop", |asked| {
        if asked.target.starts_with("/token") {
            return Reply::new(200, r#"{"token":"again"}"#);
        }
        let challenge = format!("Bearer realm=\"http://{}/token\"", asked.headers["host"]);
        Reply::new(401, "{}").header("WWW-Authenticate", challenge)
    });
    assert!(error.contains("pull access denied"), "{error}");
    assert!(server.asked().len() < 20, "{} requests", server.asked().len());
}

#[test]
fn an_authentication_server_of_another_house_gets_nothing() {
    let thief = Server::start(|_| Reply::new(200, r#"{"token":"t"}"#));
    let realm = thief.address.replace("127.0.0.1", "localhost");
    let (error, _server) = refused("foreign realm", move |_| {
        Reply::new(401, "{}").header("WWW-Authenticate", format!("Bearer realm=\"http://{realm}/token\""))
    });
    assert!(error.contains("an authentication server of another house"), "{error}");
    assert!(thief.asked().is_empty());
}

#[test]
fn a_redirect_that_never_ends_or_leads_to_a_file() {
    for (location, reason) in [("/v2/evil/manifests/1", "redirects"), ("file:///etc/passwd", "neither HTTP nor HTTPS")]
    {
        let (error, _server) = refused("redirects", move |asked| {
            if asked.target == "/v2/" {
                Reply::new(200, "{}")
            } else {
                Reply::new(307, "").header("Location", location)
            }
        });
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_registry_that_has_had_enough_says_until_when() {
    use moussaillon::engine::EngineError;
    use moussaillon::engine::registry::RegistryError;
    let server = Server::start(|asked| {
        if asked.target == "/v2/" {
            return Reply::new(200, "{}");
        }
        let body = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}"#;
        Reply::new(429, body).header("Retry-After", "3600")
    });
    let puller = Puller::new();
    match puller.pull(&format!("{}/busy:1", server.address)).unwrap_err() {
        EngineError::Registry(RegistryError::TooManyRequests { lifts_in, .. }) => {
            assert_eq!(lifts_in.map(|wait| wait.as_secs()), Some(3600));
        }
        other => panic!("{other}"),
    }
    puller.assert_empty("429");
}

#[test]
fn a_registry_that_fails_for_good() {
    let (error, server) =
        refused("500", |asked| if asked.target == "/v2/" { Reply::new(200, "{}") } else { Reply::new(500, "oh") });
    assert!(error.contains("received unexpected HTTP status: 500"), "{error}");
    assert!(server.asked().len() <= 8, "{} requests", server.asked().len());
}

#[test]
fn a_layer_that_is_no_archive_or_leads_outside() {
    let escape = super::image::tar("x", b"x");
    let mut bad = escape.clone();
    bad[..6].copy_from_slice(b"../../");
    for (case, tar) in [("garbage", b"no archive at all".repeat(100)), ("escape", bad)] {
        let image = Image::of_archives(&[(tar.clone(), super::image::gzip(&tar), super::image::GZIP)]);
        refused(case, move |asked| image.answer(asked));
    }
}
