//! From what a client asks to what it is answered.

use std::collections::BTreeSet;
use std::io::Read;

use serde_json::{Value, json};

use super::answer::{Answer, Body, Refusal};
use super::depot::Depot;
use super::local::{self, LocalBlob};
use super::name::{is_repository, is_tag};
use super::paging::{Query, linked, page};
use super::{ServedEvent, upload};
use crate::engine::Engine;
use crate::engine::oci::{Digest, media_type};

/// No manifest is larger.
const MAX_MANIFEST: u64 = 4 << 20;
/// What one may name.
const MAX_REFERENCES: usize = 1000;

/// A request, read as far as its headers.
pub struct Asked<'a> {
    /// `GET`, `HEAD`, …
    pub method: &'a str,
    /// Before `?`.
    pub path: &'a str,
    /// After it.
    pub query: Query,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Range` of a chunk: its first byte.
    pub chunk_start: Option<u64>,
    /// `Range`.
    pub range: Option<String>,
    /// What follows the headers.
    pub body: &'a mut dyn Read,
}

/// What requests are answered from.
pub struct Routes<'a> {
    /// Local images.
    pub engine: &'a Engine,
    /// What was pushed.
    pub depot: &'a Depot,
    /// Whether anything may be deleted.
    pub deletion: bool,
    /// Who is told.
    pub events: &'a (dyn Fn(ServedEvent) + Sync),
}

type Answered = Result<Answer, Refusal>;

impl Routes<'_> {
    /// Answers.
    pub fn answer(&self, asked: &mut Asked<'_>) -> Answer {
        let path = asked.path;
        self.route(asked)
            .unwrap_or_else(|refusal| refusal.answer(path))
            .header("Docker-Distribution-Api-Version", "registry/2.0")
    }

    fn route(&self, asked: &mut Asked<'_>) -> Answered {
        let rest = match asked.path.strip_prefix("/v2") {
            Some("" | "/") => return reading(asked, Answer::json(200, &json!({}))),
            Some(rest) if rest.starts_with('/') => rest[1..].to_owned(),
            _ => return Err(Refusal::NameInvalid),
        };
        if rest == "_catalog" {
            let answer = self.catalogue(asked)?;
            return reading(asked, answer);
        }
        if let Some(name) = rest.strip_suffix("/tags/list") {
            let answer = self.tags(repository(name)?, asked)?;
            return reading(asked, answer);
        }
        if let Some((name, reference)) = rest.rsplit_once("/manifests/") {
            return self.manifest(repository(name)?, reference, asked);
        }
        if let Some((name, id)) = rest.rsplit_once("/blobs/uploads") {
            return self.upload(repository(name)?, id.trim_start_matches('/'), asked);
        }
        if let Some((name, digest)) = rest.rsplit_once("/blobs/") {
            repository(name)?;
            return self.blob(&digest.parse().map_err(|_| Refusal::DigestInvalid)?, asked);
        }
        Err(Refusal::NameInvalid)
    }

    fn catalogue(&self, asked: &Asked<'_>) -> Answered {
        let mut names = local::repositories(self.engine)?;
        names.extend(self.depot.repositories()?);
        let (names, next) = page(names.into_iter().collect(), &asked.query, "/v2/_catalog");
        Ok(linked(Answer::json(200, &json!({"repositories": names})), next))
    }

    fn tags(&self, name: &str, asked: &Asked<'_>) -> Answered {
        let mut tags: BTreeSet<String> = local::tags(self.engine, name)?;
        tags.extend(self.depot.tags(name)?);
        if tags.is_empty() && !self.depot.has_repository(name) {
            return Err(Refusal::NameUnknown);
        }
        let (tags, next) = page(tags.into_iter().collect(), &asked.query, &format!("/v2/{name}/tags/list"));
        Ok(linked(Answer::json(200, &json!({"name": name, "tags": tags})), next))
    }

    fn manifest(&self, name: &str, reference: &str, asked: &mut Asked<'_>) -> Answered {
        let digest = reference.parse::<Digest>().ok();
        if digest.is_none() && !is_tag(reference) {
            return Err(Refusal::ManifestInvalid);
        }
        match asked.method {
            "GET" | "HEAD" => {
                let (media_type, bytes) = self.find_manifest(name, reference)?.ok_or(Refusal::ManifestUnknown)?;
                if asked.method == "GET" {
                    (self.events)(ServedEvent::Pulled(shown(name, reference)));
                }
                let digest = Digest::of(&bytes);
                Ok(Answer::empty(200).body(Body::bytes(bytes)).header("Content-Type", media_type).digest(&digest))
            }
            "PUT" => self.put_manifest(name, reference, asked),
            "DELETE" if self.deletion => {
                let gone = match &digest {
                    Some(digest) => self.depot.delete_manifest(name, digest)?,
                    None => self.depot.delete_tag(name, reference)?,
                };
                if gone { Ok(Answer::empty(202)) } else { Err(Refusal::ManifestUnknown) }
            }
            _ => Err(Refusal::Unsupported),
        }
    }

    /// What was pushed under a name hides a local image of that name.
    fn find_manifest(&self, name: &str, reference: &str) -> Result<Option<(String, Vec<u8>)>, Refusal> {
        let digest = match reference.parse() {
            Ok(digest) => Some(digest),
            Err(_) => self.depot.tag(name, reference)?,
        };
        if let Some(digest) = digest
            && let Some(found) = self.depot.manifest(name, &digest)?
        {
            return Ok(Some(found));
        }
        let manifest = local::manifest(self.engine, name, reference)?;
        Ok(manifest.map(|bytes| (media_type::MANIFEST.to_owned(), bytes)))
    }

    fn put_manifest(&self, name: &str, reference: &str, asked: &mut Asked<'_>) -> Answered {
        let mut bytes = Vec::new();
        asked.body.take(MAX_MANIFEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_MANIFEST {
            return Err(Refusal::SizeInvalid);
        }
        let document: Value = serde_json::from_slice(&bytes).map_err(|_| Refusal::ManifestInvalid)?;
        let media_type = document["mediaType"].as_str().map(str::to_owned).or(asked.content_type.clone());
        let media_type = media_type
            .filter(|kind| kind.len() < 256 && kind.bytes().all(|byte| byte.is_ascii_graphic()))
            .ok_or(Refusal::ManifestInvalid)?;
        let digest = Digest::of(&bytes);
        let tag = match reference.parse::<Digest>() {
            Ok(promised) if promised != digest => return Err(Refusal::DigestInvalid),
            Ok(_) => None,
            Err(_) => Some(reference),
        };
        self.check_references(name, &document)?;
        self.depot.put_manifest(name, &media_type, &bytes, tag)?;
        (self.events)(ServedEvent::Pushed(shown(name, reference)));
        Ok(Answer::empty(201).header("Location", format!("/v2/{name}/manifests/{digest}")).digest(&digest))
    }

    /// Everything a manifest names must be here before it is.
    fn check_references(&self, name: &str, document: &Value) -> Result<(), Refusal> {
        let list = |key: &str| document[key].as_array().cloned().unwrap_or_default();
        let digest = |item: &Value| -> Result<Digest, Refusal> {
            item["digest"].as_str().and_then(|digest| digest.parse().ok()).ok_or(Refusal::ManifestInvalid)
        };
        let (layers, manifests) = (list("layers"), list("manifests"));
        if layers.len() + manifests.len() > MAX_REFERENCES {
            return Err(Refusal::SizeInvalid);
        }
        if document["config"].is_null() && !document["manifests"].is_array() {
            return Err(Refusal::ManifestInvalid);
        }
        let config = Some(document["config"].clone()).filter(|config| !config.is_null());
        for item in layers.iter().chain(&config) {
            // Layers that live elsewhere are not ours to have.
            if item["urls"].is_array() {
                continue;
            }
            let digest = digest(item)?;
            if self.depot.blob(&digest)?.is_none() && local::blob(self.engine, &digest)?.is_none() {
                return Err(Refusal::ManifestBlobUnknown);
            }
        }
        for item in &manifests {
            if self.find_manifest(name, digest(item)?.as_str())?.is_none() {
                return Err(Refusal::ManifestBlobUnknown);
            }
        }
        Ok(())
    }

    fn blob(&self, digest: &Digest, asked: &Asked<'_>) -> Answered {
        match asked.method {
            "GET" | "HEAD" => {}
            "DELETE" if self.deletion => {
                return if self.depot.delete_blob(digest)? {
                    Ok(Answer::empty(202))
                } else {
                    Err(Refusal::BlobUnknown)
                };
            }
            _ => return Err(Refusal::Unsupported),
        }
        let pushed = self.depot.blob(digest)?;
        let local: Option<LocalBlob> = if pushed.is_some() { None } else { local::blob(self.engine, digest)? };
        let total = match (&pushed, &local) {
            (Some(file), _) => file.metadata()?.len(),
            (None, Some(blob)) => blob.length(),
            (None, None) => return Err(Refusal::BlobUnknown),
        };
        let part = match &asked.range {
            Some(range) => Some(part(range, total).ok_or(Refusal::RangeInvalid)?),
            None => None,
        };
        let (start, length) = part.unwrap_or((0, total));
        let body = match (pushed, local) {
            // The length is what a HEAD asks for, not the bytes.
            (_, Some(_)) if asked.method == "HEAD" => Body { reader: Box::new(std::io::empty()), length },
            (Some(file), _) => Body::file(file, start, length)?,
            (None, Some(blob)) => blob.body(self.engine, start, length)?,
            (None, None) => return Err(Refusal::BlobUnknown),
        };
        let answer = Answer::empty(if part.is_some() { 206 } else { 200 })
            .body(body)
            .digest(digest)
            .header("Content-Type", "application/octet-stream")
            .header("Accept-Ranges", "bytes");
        Ok(match part {
            Some((start, length)) => {
                answer.header("Content-Range", format!("bytes {start}-{}/{total}", start + length - 1))
            }
            None => answer,
        })
    }

    fn upload(&self, name: &str, id: &str, asked: &mut Asked<'_>) -> Answered {
        let digest = asked.query.get("digest").map(str::parse::<Digest>).transpose();
        let digest = digest.map_err(|_| Refusal::DigestInvalid)?;
        let under_way = |id: &str, length: u64, status: u16| {
            Answer::empty(status)
                .header("Location", format!("/v2/{name}/blobs/uploads/{id}"))
                .header("Range", format!("0-{}", length.saturating_sub(1)))
                .header("Docker-Upload-UUID", id)
        };
        let created = |digest: &Digest| {
            Answer::empty(201).header("Location", format!("/v2/{name}/blobs/{digest}")).digest(digest)
        };
        match (asked.method, id) {
            ("POST", "") => {
                // The blobs of all repositories are one store: mounting is knowing.
                if let Some(mounted) = asked.query.get("mount").and_then(|digest| digest.parse::<Digest>().ok())
                    && (self.depot.blob(&mounted)?.is_some() || local::blob(self.engine, &mounted)?.is_some())
                {
                    return Ok(created(&mounted));
                }
                let id = upload::begin(self.depot)?;
                if let Some(digest) = &digest {
                    upload::append(self.depot, &id, None, asked.body)?;
                    upload::finish(self.depot, &id, digest)?;
                    return Ok(created(digest));
                }
                Ok(under_way(&id, 0, 202))
            }
            ("GET", id) => Ok(under_way(id, upload::length(self.depot, id)?, 204)),
            ("PATCH", id) => {
                let length = upload::append(self.depot, id, asked.chunk_start, asked.body)?;
                Ok(under_way(id, length, 202))
            }
            ("PUT", id) => {
                let digest = digest.ok_or(Refusal::DigestInvalid)?;
                upload::append(self.depot, id, asked.chunk_start, asked.body)?;
                upload::finish(self.depot, id, &digest)?;
                Ok(created(&digest))
            }
            ("DELETE", id) => upload::abandon(self.depot, id).map(|()| Answer::empty(204)),
            _ => Err(Refusal::Unsupported),
        }
    }
}

fn shown(name: &str, reference: &str) -> String {
    let separator = if reference.contains(':') { '@' } else { ':' };
    format!("{name}{separator}{reference}")
}

fn reading(asked: &Asked<'_>, answer: Answer) -> Answered {
    if matches!(asked.method, "GET" | "HEAD") { Ok(answer) } else { Err(Refusal::Unsupported) }
}

fn repository(name: &str) -> Result<&str, Refusal> {
    if is_repository(name) { Ok(name) } else { Err(Refusal::NameInvalid) }
}

/// First byte and length of `bytes=A-B`, `bytes=A-` or `bytes=-N`; `None` when nothing of it is there.
fn part(range: &str, total: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first.trim(), last.trim()) {
        ("", count) => (total.saturating_sub(count.parse().ok()?), total),
        (first, "") => (first.parse().ok()?, total),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(total)),
    };
    (start < end).then(|| (start, end - start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_what_there_is() {
        for (range, expected) in [
            ("bytes=0-3", Some((0, 4))),
            ("bytes=6-", Some((6, 4))),
            ("bytes=-3", Some((7, 3))),
            ("bytes=8-99", Some((8, 2))),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("lines=1-2", None),
            ("bytes=0-1,3-4", None),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
    }
}
