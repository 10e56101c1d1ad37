//! What a build starts from: the Dockerfile's text, the ARGs before its first FROM, the images it stands on.

use std::io::ErrorKind;

use super::BuildError;
use super::plan::Located;
use super::request::{BuildFrontend, BuildRequest, DockerfileSource};
use super::state::BuildScope;
use super::syntax::{Dockerfile, DockerfileError, Expander, Instruction, Misread};
use crate::engine::oci::Reference;
use crate::engine::store::{ImageRecord, PullEvent};
use crate::engine::{Engine, EngineError};

/// Reads the Dockerfile.
pub(super) fn read(request: &BuildRequest) -> Result<String, BuildError> {
    let text = match &request.dockerfile {
        DockerfileSource::Text(text) => text.clone(),
        DockerfileSource::File(path) => match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(BuildError::NoDockerfile { name: request.dockerfile_name.clone() });
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
        DockerfileError::NoStage(span) => (BuildError::NoStage, Some(span)),
        DockerfileError::NoFrom => (BuildError::Invalid("dockerfile contains no stages to build".to_owned()), None),
    })
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
        consumed: std::cell::RefCell::default(),
    };
    for statement in &dockerfile.global_arguments {
        let Instruction::Arg(arguments) = &statement.instruction else { continue };
        for (name, default) in arguments {
            let expand = |word: &String| Expander::for_words(scope.escape).expand(word, &|name| scope.global(name));
            let default =
                default.as_ref().map(expand).transpose().map_err(|error| (error.into(), Some(statement.span)))?;
            let value = scope.given(name).or(default.map(|expanded| expanded.text));
            scope.global.push((name.clone(), value));
        }
    }
    Ok(scope)
}

/// An image of the store, pulled when it is not there.
pub(super) fn image(engine: &Engine, reference: &Reference) -> Result<(ImageRecord, Vec<PullEvent>), EngineError> {
    match engine.resolve_image(&reference.to_string()) {
        Err(EngineError::NoSuchImage(_)) => {
            let mut events = Vec::new();
            let pulled = engine.pull_image(reference, &mut |event| events.push(event))?;
            Ok((pulled.image, events))
        }
        other => other.map(|image| (image, Vec::new())),
    }
}
