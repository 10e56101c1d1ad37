//! The images a build stands on or copies from, and what they leave to be done.

use std::collections::{BTreeSet, HashMap};

use super::progress::Progress;
use crate::engine::Engine;
use crate::engine::build::error::buildkit_words;
use crate::engine::build::plan::{Located, Origin, StageGraph, sources};
use crate::engine::build::syntax::Dockerfile;
use crate::engine::build::{BuildError, BuildRequest, Vertex, source, triggers};
use crate::engine::oci::Reference;
use crate::engine::store::{ImageRecord, PullEvent};

/// An image some stage needs, and what happened when it was pulled.
pub(super) struct BaseImage {
    pub(super) image: ImageRecord,
    /// Nothing when it was here.
    pub(super) pulled: Vec<PullEvent>,
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
            match source::image(engine, &reference, request.pull, request) {
                Ok((image, pulled)) => {
                    loading.done();
                    images.insert(reference, BaseImage { image, pulled });
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
