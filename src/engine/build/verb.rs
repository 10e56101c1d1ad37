//! `docker build`.

use super::lint::LintWarning;
use super::request::BuildFrontend;
use super::{BuildError, BuildEvent, BuildFailure, BuildRequest, buildkit, classic};
use crate::engine::Engine;
use crate::engine::oci::ImageId;

/// What a build made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltImage {
    /// The image, unless something else was asked for.
    pub image: Option<ImageId>,
    /// What the build checks found.
    pub warnings: Vec<LintWarning>,
}

impl Engine {
    /// Builds the image a Dockerfile describes.
    ///
    /// # Errors
    /// [`BuildFailure`]; the store holds no half-made image then, and the steps that succeeded are remembered.
    pub fn build(
        &self,
        request: &BuildRequest,
        events: &mut dyn FnMut(BuildEvent),
    ) -> Result<BuiltImage, BuildFailure> {
        if request.tags.iter().any(|tag| tag.digest().is_some()) {
            return Err(BuildFailure {
                error: Box::new(BuildError::Invalid("build tag cannot contain a digest".to_owned())),
                excerpt: None,
                refusal: true,
                dockerfile_name: request.dockerfile_name.clone(),
            });
        }
        match request.frontend {
            BuildFrontend::BuildKit => buildkit::build(self, request, events),
            BuildFrontend::Classic => classic::build(self, request, events),
        }
    }
}
