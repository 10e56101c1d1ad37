//! The Dockerfile builder: text → [`syntax`] → stages → images.
//!
//! [`Engine::build`](crate::engine::Engine::build) is asked a [`BuildRequest`], tells [`BuildEvent`]s and
//! answers a [`BuiltImage`] or a [`BuildFailure`].

pub mod syntax;

mod error;
mod event;
mod excerpt;
mod request;

pub use error::{BuildError, BuildFailure};
pub use event::{BuildEvent, ClassicEvent, ProgressEvent, StagePlace, Vertex, VertexWork};
pub use excerpt::{Excerpt, ExcerptLine};
pub use request::{BuildContext, BuildFrontend, BuildRequest, DockerfileSource};

use crate::engine::Engine;
use crate::engine::oci::ImageId;

/// What a build made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltImage {
    /// Its id.
    pub image: ImageId,
}

impl Engine {
    /// Builds the image a Dockerfile describes.
    ///
    /// # Errors
    /// [`BuildFailure`]; the store holds no half-made image then, and the steps that succeeded are remembered.
    pub fn build(&self, request: &BuildRequest, events: &mut dyn FnMut(BuildEvent)) -> Result<BuiltImage, BuildFailure> {
        let _ = (request, events);
        Err(BuildError::Unsupported("build".to_owned()).into())
    }
}
