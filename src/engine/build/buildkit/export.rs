//! What becomes of the last stage: an image of the store.

use super::execute::ExecutedStage;
use super::progress::Progress;
use crate::engine::Engine;
use crate::engine::build::scope::BuildScope;
use crate::engine::build::{BuildError, BuildOutput, BuildRequest, BuiltImage, Vertex, VertexWork, history};

/// Makes the image.
pub(super) fn export(
    engine: &Engine,
    request: &BuildRequest,
    progress: &Progress<'_>,
    stage: ExecutedStage,
    scope: &BuildScope<'_>,
) -> Result<BuiltImage, BuildError> {
    let mut config = stage.config.expect("an executed stage has a config");
    let exporting = progress.start(Vertex::Export);
    config.rootfs.diff_ids = stage.layers;
    config.config.labels.extend(request.labels.iter().cloned());
    history::date(&mut config, engine.clock.now(), scope.epoch);
    exporting.worked(VertexWork::ExportedLayers { elapsed: exporting.elapsed() });
    let names = match request.output {
        BuildOutput::Image => request.tags.as_slice(),
        BuildOutput::Archive => &[],
    };
    let image = match engine.create_image(&config, None, names) {
        Ok(record) => record.id,
        Err(error) => {
            exporting.failed(error.to_string());
            return Err(error.into());
        }
    };
    exporting.worked(VertexWork::WroteImage { image: image.clone() });
    for reference in names {
        exporting.worked(VertexWork::Named { reference: reference.clone() });
    }
    exporting.done();
    Ok(BuiltImage { image })
}
