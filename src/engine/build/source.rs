//! What a build starts from: the Dockerfile's text, the ARGs before its first FROM, the images it stands on.

use std::io::ErrorKind;

use jiff::Timestamp;

use super::BuildError;
use super::files::FileTree;
use super::lint::Lints;
use super::plan::Located;
use super::request::{BuildContext, BuildFrontend, BuildRequest, DockerfileSource};
use super::scope::BuildScope;
use super::syntax::{Dockerfile, DockerfileError, Expander, Instruction, Misread};
use crate::engine::oci::Reference;
use crate::engine::store::{ImageRecord, PullEvent, PullOptions};
use crate::engine::{Engine, EngineError};

/// Reads the Dockerfile.
pub(super) fn read(request: &BuildRequest) -> Result<String, BuildError> {
    let missing = || BuildError::NoDockerfile { name: request.dockerfile_name.clone() };
    let text = match &request.dockerfile {
        DockerfileSource::Inside(name) => {
            let BuildContext::Directory(directory) = &request.context else { return Err(missing()) };
            FileTree::of_directory(directory)?.read_file(name.as_ref()).ok_or_else(missing)?
        }
        DockerfileSource::Text(text) => text.clone(),
        DockerfileSource::File(path) => match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(BuildError::NoDockerfile { name: request.dockerfile_name.clone() });
            }
            Err(error) if error.kind() == ErrorKind::IsADirectory => {
                let name = &request.dockerfile_name;
                return Err(BuildError::Invalid(format!("failed to read dockerfile: read {name}: is a directory")));
            }
            Err(error) => return Err(EngineError::io(path, error).into()),
        },
    };
    Ok(text)
}

/// Parses it.
pub(super) fn parse(text: &str) -> Located<Dockerfile> {
    if text.is_empty() {
        return Err((BuildError::Empty, None));
    }
    Dockerfile::parse(text).map_err(|error| match error {
        DockerfileError::Syntax(error) => (BuildError::Syntax(error.message), error.span),
        DockerfileError::Instruction { misread: Misread::Wrong(message), span } => {
            (BuildError::Parse { line: span.first, message }, Some(span))
        }
        DockerfileError::Instruction { misread: Misread::Unsupported(name), span } => {
            (BuildError::Unsupported(name), Some(span))
        }
        DockerfileError::Instruction { misread: Misread::Forbidden(message), span } => {
            (BuildError::Invalid(message.to_owned()), Some(span))
        }
        DockerfileError::NoStage(span) => (BuildError::NoStage, Some(span)),
        DockerfileError::NoFrom => (BuildError::Invalid("dockerfile contains no stages to build".to_owned()), None),
    })
}

/// The build argument that dates everything.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// `SOURCE_DATE_EPOCH`, of the build arguments or else of the client's environment.
fn epoch(request: &BuildRequest) -> Result<Option<Timestamp>, BuildError> {
    let given = request.build_args.iter().rev().find(|(name, _)| name == EPOCH).map(|(_, value)| value.as_str());
    let seconds = match given {
        None | Some("") => request.epoch,
        Some(text) => {
            Some(text.parse().map_err(|_| BuildError::Invalid(format!("invalid SOURCE_DATE_EPOCH: {text}")))?)
        }
    };
    let dated = seconds.map(|seconds| Timestamp::from_second(seconds).map_err(|error| error.to_string()));
    dated.transpose().map_err(|error| BuildError::Invalid(format!("invalid SOURCE_DATE_EPOCH: {error}")))
}

/// Gives the global ARGs their values.
pub(super) fn scope<'a>(request: &'a BuildRequest, dockerfile: &Dockerfile) -> Located<BuildScope<'a>> {
    let mut scope = BuildScope {
        frontend: request.frontend,
        escape: dockerfile.escape,
        given: &request.build_args,
        global: match request.frontend {
            BuildFrontend::BuildKit => BuildScope::platform_arguments(),
            BuildFrontend::Classic => Vec::new(),
        },
        named: &request.named_contexts,
        network: request.environment.network,
        epoch: epoch(request).map_err(|error| (error, None))?,
        lints: Lints::new(dockerfile.check.as_deref(), &request.build_args)?,
        defaults: Vec::new(),
        consumed: std::cell::RefCell::default(),
    };
    scope.defaults.clone_from(&scope.global);
    for statement in &dockerfile.global_arguments {
        let Instruction::Arg(arguments) = &statement.instruction else { continue };
        for (name, default) in arguments {
            let expand = |word: &String| Expander::for_words(scope.escape).expand(word, &|name| scope.global(name));
            let written = default.as_ref();
            let default =
                default.as_ref().map(expand).transpose().map_err(|error| (error.into(), Some(statement.span)))?;
            let known = |name: &str| scope.defaults.iter().rev().find(|(other, _)| other == name)?.1.clone();
            let written = written.and_then(|word| Expander::for_words(scope.escape).expand(word, &known).ok());
            let written = written.map(|expanded| expanded.text);
            let value = scope.given(name).or(default.map(|expanded| expanded.text));
            scope.global.push((name.clone(), value));
            scope.defaults.push((name.clone(), written));
        }
    }
    Ok(scope)
}

/// How base images are pulled: until the user has had enough.
pub(super) fn pulling(request: &BuildRequest) -> PullOptions {
    PullOptions { platform: None, interrupt: request.interrupt.clone() }
}

/// Where an image was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// In the store.
    Here,
    /// In a registry.
    Pulled,
}

/// An image of the store, pulled when it is not there.
pub(super) fn image(
    engine: &Engine,
    reference: &Reference,
    pull: bool,
    request: &BuildRequest,
    events: &mut dyn FnMut(PullEvent),
) -> Result<(ImageRecord, Found), EngineError> {
    if pull {
        match engine.pull_image_with(reference, &pulling(request), events) {
            Ok(pulled) if pulled.downloaded => return Ok((pulled.image, Found::Pulled)),
            Ok(here) => return Ok((here.image, Found::Here)),
            // What was made here exists nowhere else.
            Err(EngineError::PullDenied(_) | EngineError::ManifestUnknown(_)) => {}
            Err(error) => return Err(error),
        }
    }
    match engine.resolve_image(&reference.to_string()) {
        Err(EngineError::NoSuchImage(_)) => {
            Ok((engine.pull_image_with(reference, &pulling(request), events)?.image, Found::Pulled))
        }
        other => other.map(|image| (image, Found::Here)),
    }
}
