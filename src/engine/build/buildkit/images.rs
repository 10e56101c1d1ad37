//! The images a build stands on or copies from, and what they leave to be done.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::progress::{Progress, Running};
use crate::engine::Engine;
use crate::engine::build::error::buildkit_words;
use crate::engine::build::plan::{Located, Origin, StageGraph, sources};
use crate::engine::build::source::{self, Found};
use crate::engine::build::syntax::Dockerfile;
use crate::engine::build::{BuildError, BuildRequest, Vertex, VertexWork, triggers};
use crate::engine::oci::Reference;
use crate::engine::store::{ImageRecord, PullEvent};

/// An image some stage needs.
pub(super) struct BaseImage {
    pub(super) image: ImageRecord,
    pub(super) found: Found,
}

/// The layers of an image on their way: how many bytes they have, and when what last happened to them did, since the
/// vertex started.
#[derive(Default)]
struct Arriving {
    layers: HashMap<String, (u64, Duration)>,
}

impl Arriving {
    /// Tells of a layer that is here, and of one that is unpacked.
    fn heard(&mut self, event: PullEvent, loading: &Running<'_>) {
        let now = loading.elapsed();
        match event {
            PullEvent::LayerStarted { layer } => drop(self.layers.insert(layer, (0, now))),
            PullEvent::Downloading { layer, total, .. } => self.layers.entry(layer).or_insert((0, now)).0 = total,
            PullEvent::Downloaded { layer } => {
                let (bytes, since) = self.layers.get(&layer).copied().unwrap_or((0, now));
                self.layers.insert(layer.clone(), (bytes, now));
                loading.worked(VertexWork::DownloadedLayer { layer, bytes, elapsed: now.saturating_sub(since) });
            }
            PullEvent::LayerComplete { layer } => {
                let (_, since) = self.layers.get(&layer).copied().unwrap_or((0, now));
                loading.worked(VertexWork::ExtractedLayer { layer, elapsed: now.saturating_sub(since) });
            }
            PullEvent::Started { .. }
            | PullEvent::AlreadyExists { .. }
            | PullEvent::Verifying { .. }
            | PullEvent::Extracting { .. } => {}
        }
    }
}

/// Brings the images of these stages here when they are not, and adds them to those that are known.
pub(super) fn load_images(
    engine: &Engine,
    request: &BuildRequest,
    progress: &Progress,
    graph: &StageGraph<'_>,
    needed: &[usize],
    images: &mut HashMap<Reference, BaseImage>,
) -> Located<()> {
    for number in needed {
        let stage = &graph.dockerfile.stages[*number];
        let mut wanted = vec![(graph.bases[*number].clone(), stage.span)];
        for (span, from) in sources(stage) {
            wanted.push((graph.origin(*number, &from).map_err(|error| (error, Some(span)))?, span));
        }
        for (origin, span) in wanted {
            let Origin::Image(name, reference) = origin else { continue };
            if images.contains_key(&reference) {
                continue;
            }
            let loading = progress.start(Vertex::LoadMetadata { reference: reference.clone() });
            let mut arriving = Arriving::default();
            let mut heard = |event| arriving.heard(event, &loading);
            match source::image(engine, &reference, request.pull, request, &mut heard) {
                Ok((image, found)) => {
                    loading.done();
                    images.insert(reference, BaseImage { image, found });
                }
                Err(error) => {
                    loading.failed(buildkit_words(&error, &reference));
                    return Err((BuildError::pull(&name, &reference, error), Some(span)));
                }
            }
        }
    }
    Ok(())
}

/// The Dockerfile with the triggers of these stages' bases in front of their own statements; nothing when none is left.
pub(super) fn with_triggers(
    graph: &StageGraph<'_>,
    needed: &[usize],
    images: &HashMap<Reference, BaseImage>,
    triggered: &mut BTreeSet<usize>,
) -> Located<Option<Dockerfile>> {
    let mut grown: Option<Dockerfile> = None;
    for number in needed {
        let left = match &graph.bases[*number] {
            Origin::Image(_, reference) => images[reference].image.config.config.on_build.clone(),
            Origin::Stage(other) => triggers::left_by(graph.dockerfile, *other),
            Origin::Scratch | Origin::Directory(_) => Vec::new(),
        };
        if left.is_empty() || !triggered.insert(*number) {
            continue;
        }
        let span = graph.dockerfile.stages[*number].span;
        let statements = triggers::statements(&left, span).map_err(|error| (error, Some(span)))?;
        let dockerfile = grown.get_or_insert_with(|| graph.dockerfile.clone());
        dockerfile.stages[*number].statements.splice(0..0, statements);
    }
    Ok(grown)
}
