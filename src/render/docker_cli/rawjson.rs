//! `--progress=rawjson`: each event as one of BuildKit's `SolveStatus` objects, one a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::engine::build::{BuildEvent, ProgressEvent, VertexWork};
use crate::engine::container::OutputStream;
use crate::engine::oci::Digest;

/// The line of an event; empty for what is not told this way. Times are those of the telling.
pub fn line(event: &BuildEvent) -> String {
    let BuildEvent::Progress(event) = event else { return String::new() };
    status(event, &Timestamp::now().to_string()).map(|status| format!("{status}\n")).unwrap_or_default()
}

/// A vertex is known by the digest of its number: stable within one build.
fn digest(number: usize) -> String {
    Digest::of(format!("vertex {number}").as_bytes()).to_string()
}

fn status(event: &ProgressEvent, now: &str) -> Option<Value> {
    let vertex = |number: &usize, more: Value| {
        let mut vertex = json!({ "digest": digest(*number) });
        if let (Some(vertex), Value::Object(more)) = (vertex.as_object_mut(), more) {
            vertex.extend(more);
        }
        json!({ "vertexes": [vertex] })
    };
    Some(match event {
        ProgressEvent::Started { number, vertex: what } => {
            vertex(number, json!({ "name": what.to_string(), "started": now }))
        }
        ProgressEvent::Cached { number } => vertex(number, json!({ "started": now, "completed": now, "cached": true })),
        ProgressEvent::Done { number, .. } => vertex(number, json!({ "completed": now })),
        ProgressEvent::Failed { number, message, .. } => vertex(number, json!({ "completed": now, "error": message })),
        ProgressEvent::Canceled { number } => vertex(number, json!({ "completed": now, "error": "context canceled" })),
        ProgressEvent::Worked { number, work } => {
            let (id, current) = described(work);
            json!({ "statuses": [{
                "id": id, "vertex": digest(*number), "current": current, "timestamp": now, "completed": now,
            }] })
        }
        ProgressEvent::Output { number, stream, bytes, .. } => {
            let stream = if *stream == OutputStream::Stderr { 2 } else { 1 };
            json!({ "logs": [{
                "vertex": digest(*number), "stream": stream, "data": STANDARD.encode(bytes), "timestamp": now,
            }] })
        }
        ProgressEvent::Warned { number, warning } => {
            let line = warning.span.first;
            json!({ "warnings": [{
                "vertex": digest(*number), "level": 1, "short": STANDARD.encode(warning.summary()),
                "url": warning.rule.address(), "range": [{ "start": { "line": line }, "end": { "line": line } }],
            }] })
        }
        ProgressEvent::Foreseen { .. } | ProgressEvent::TimePassed | ProgressEvent::Finished { .. } => return None,
    })
}

fn described(work: &VertexWork) -> (String, u64) {
    match work {
        VertexWork::TransferredDockerfile { bytes } => ("transferring dockerfile:".to_owned(), *bytes),
        VertexWork::TransferredContext { bytes } => ("transferring context:".to_owned(), *bytes),
        VertexWork::CopiedFiles { bytes, .. } => ("copying files".to_owned(), *bytes),
        VertexWork::SentTar { .. } => ("sending tarball".to_owned(), 0),
        VertexWork::ExportedLayers { .. } => ("exporting layers".to_owned(), 0),
        VertexWork::DownloadedLayer { layer, bytes, .. } => (format!("sha256:{layer}"), *bytes),
        VertexWork::ExtractedLayer { layer, .. } => (format!("extracting sha256:{layer}"), 0),
        VertexWork::PushedLayer { layer, .. } => (format!("pushing layer {layer}"), 0),
        VertexWork::WroteImage { image } => (format!("writing image {image}"), 0),
        VertexWork::Named { reference } => (format!("naming to {reference}"), 0),
    }
}
