//! What becomes of the last stage: an image of the store, or files.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::execute::ExecutedStage;
use super::progress::{Progress, Running};
use crate::engine::archive::SaveRequest;
use crate::engine::build::scope::BuildScope;
use crate::engine::build::{BuildError, BuildOutput, BuildRequest, Vertex, VertexWork, history, source};
use crate::engine::layer::{OverlayXattrs, Owners, UnpackOptions, pack, unpack};
use crate::engine::oci::{DiffId, ImageId, Reference};
use crate::engine::registry::{PushEvent, RegistryError};
use crate::engine::store::{RemoveImageRequest, Stage};
use crate::engine::{Engine, EngineError};

/// Makes of the stage what was asked; the image, when it is one.
pub(super) fn export(
    engine: &Engine,
    request: &BuildRequest,
    progress: &Progress,
    stage: ExecutedStage,
    scope: &BuildScope<'_>,
) -> Result<Option<ImageId>, BuildError> {
    match &request.output {
        BuildOutput::Image | BuildOutput::Check => {
            let exporting = progress.start(Vertex::Export);
            told(exporting, |exporting| image(engine, request, exporting, stage, scope, &request.tags).map(Some))
        }
        BuildOutput::Registry => {
            let made = told(progress.start(Vertex::Export), |exporting| {
                image(engine, request, exporting, stage, scope, &request.tags)
            })?;
            for reference in &request.tags {
                let pushing = progress.start(Vertex::Push { reference: reference.clone() });
                told(pushing, |pushing| push(engine, request, pushing, reference))?;
            }
            Ok(Some(made))
        }
        BuildOutput::Archive(output) => {
            let exporting = progress.start(Vertex::ExportArchive);
            told(exporting, |exporting| {
                let before = engine.image_ids()?;
                let image = image(engine, request, exporting, stage, scope, &[])?;
                let saved = save(engine, &image, request, output);
                // Nobody asked for it to be here; its layers stay for the next build.
                if !before.contains(&image) {
                    engine.remove_image(&image.to_string(), RemoveImageRequest::default())?;
                }
                saved?;
                exporting.worked(VertexWork::SentTar { elapsed: exporting.elapsed() });
                Ok(Some(image))
            })
        }
        BuildOutput::Directory(directory) => {
            let exporting = progress.start(Vertex::ExportDirectory);
            told(exporting, |exporting| {
                let bytes = files(engine, &stage.layers, |packed| lay_down(engine, packed, directory))?;
                exporting.worked(VertexWork::CopiedFiles { bytes, elapsed: exporting.elapsed() });
                Ok(None)
            })
        }
        BuildOutput::Tar(output) => {
            let exporting = progress.start(Vertex::ExportTar);
            told(exporting, |exporting| {
                files(engine, &stage.layers, |packed| copy(packed, output))?;
                exporting.worked(VertexWork::SentTar { elapsed: exporting.elapsed() });
                Ok(None)
            })
        }
    }
}

/// Ends the vertex as the work ends.
fn told<T>(exporting: Running<'_>, work: impl FnOnce(&Running<'_>) -> Result<T, BuildError>) -> Result<T, BuildError> {
    match work(&exporting) {
        Ok(made) => {
            exporting.done();
            Ok(made)
        }
        Err(BuildError::Canceled) => {
            exporting.canceled();
            Err(BuildError::Canceled)
        }
        Err(error) => {
            exporting.failed(error.to_string());
            Err(error)
        }
    }
}

fn image(
    engine: &Engine,
    request: &BuildRequest,
    exporting: &Running<'_>,
    stage: ExecutedStage,
    scope: &BuildScope<'_>,
    names: &[Reference],
) -> Result<ImageId, BuildError> {
    let mut config = stage.config.expect("an executed stage has a config");
    config.rootfs.diff_ids = stage.layers;
    config.config.labels.extend(request.labels.iter().cloned());
    history::date(&mut config, engine.clock.now(), scope.epoch);
    exporting.worked(VertexWork::ExportedLayers { elapsed: exporting.elapsed() });
    let image = engine.create_image(&config, None, names)?.id;
    exporting.worked(VertexWork::WroteImage { image: image.clone() });
    for reference in names {
        exporting.worked(VertexWork::Named { reference: reference.clone() });
    }
    Ok(image)
}

/// Sends an image that was just made to the registry of this name.
fn push(
    engine: &Engine,
    request: &BuildRequest,
    pushing: &Running<'_>,
    reference: &Reference,
) -> Result<(), BuildError> {
    let pushed = engine.push_image(reference, &source::pulling(request), &mut |event| match event {
        PushEvent::Pushed { layer } | PushEvent::AlreadyExists { layer } | PushEvent::Mounted { layer, .. } => {
            pushing.worked(VertexWork::PushedLayer { layer, elapsed: pushing.elapsed() });
        }
        PushEvent::Preparing { .. } | PushEvent::Packing { .. } | PushEvent::Pushing { .. } => {}
    });
    match pushed {
        Err(EngineError::Registry(RegistryError::Canceled)) => Err(BuildError::Canceled),
        Err(source) => Err(BuildError::Push { reference: Box::new(reference.clone()), source: Box::new(source) }),
        Ok(_) => Ok(()),
    }
}

/// Writes the image as an archive, under the names that were asked for.
fn save(engine: &Engine, image: &ImageId, request: &BuildRequest, output: &OwnedFd) -> Result<(), BuildError> {
    let failed = |error: io::Error| EngineError::io("archive", error);
    let file = BufWriter::new(File::from(output.try_clone().map_err(failed)?));
    let saving =
        SaveRequest { images: vec![image.to_string()], extra_names: request.tags.clone(), ..SaveRequest::default() };
    Ok(engine.save_images(&saving, file)?)
}

/// Lays the layers down together and packs them for `take`; how many bytes the archive has.
fn files(
    engine: &Engine,
    layers: &[DiffId],
    take: impl FnOnce(&Path) -> Result<(), EngineError>,
) -> Result<u64, BuildError> {
    let stage = Stage::new(&engine.paths)?;
    let (root, packed) = (stage.path().join("root"), stage.path().join("files.tar"));
    let failed = |error: io::Error| EngineError::io(&packed, error);
    fs::DirBuilder::new().mode(0o755).create(&root).map_err(failed)?;
    engine.flatten_layers(layers, Path::new("/"), &root)?;
    let mut output = BufWriter::new(File::create_new(&packed).map_err(failed)?);
    pack(&root, OverlayXattrs::of(engine.tier), &mut output).map_err(EngineError::from)?;
    output.flush().map_err(failed)?;
    let bytes = fs::metadata(&packed).map_err(failed)?.len();
    take(&packed)?;
    Ok(bytes)
}

/// Unpacks over a directory of the host; everything there belongs to whoever asked.
fn lay_down(engine: &Engine, packed: &Path, directory: &Path) -> Result<(), EngineError> {
    let failed = |error: io::Error| EngineError::io(directory, error);
    fs::create_dir_all(directory).map_err(failed)?;
    let options = UnpackOptions { owners: Owners::Ignore, ..UnpackOptions::of(engine.tier) };
    unpack(BufReader::new(File::open(packed).map_err(failed)?), directory, options)?;
    Ok(())
}

fn copy(packed: &Path, output: &OwnedFd) -> Result<(), EngineError> {
    let failed = |error: io::Error| EngineError::io(packed, error);
    let mut output = File::from(output.try_clone().map_err(failed)?);
    io::copy(&mut File::open(packed).map_err(failed)?, &mut output).map_err(failed)?;
    Ok(())
}
