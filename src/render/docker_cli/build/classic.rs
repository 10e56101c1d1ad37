//! The classic builder's story: `Step 1/5 : …`.

use super::super::layer_lines::LayerLines;
use super::super::units;
use super::super::visible::visible;
use crate::engine::build::ClassicEvent;

/// What was told so far.
#[derive(Debug, Default)]
pub(super) struct Steps {
    pull: LayerLines,
}

impl Steps {
    /// The text of an event; a pull is drawn on a terminal of so many columns.
    pub(super) fn tell(&mut self, event: &ClassicEvent, terminal_columns: Option<usize>) -> String {
        match event {
            ClassicEvent::ContextSent { bytes } => {
                // The client ends this line with its progress bar's habits, terminal or not.
                format!("Sending build context to Docker daemon  {}\r\r\n", units::human_size(*bytes, 4))
            }
            ClassicEvent::StepStarted { number, total, instruction } => {
                format!("Step {number}/{total} : {}\n", visible(instruction))
            }
            ClassicEvent::TriggersFound { count } => {
                format!("# Executing {count} build trigger{}\n", if *count == 1 { "" } else { "s" })
            }
            ClassicEvent::NoBase => " ---> \n".to_owned(),
            ClassicEvent::Pulled(event) => self.pull.pulled(event, terminal_columns),
            ClassicEvent::PullComplete(pulled) => {
                let name = pulled.image.tags.first().map(crate::engine::oci::Reference::familiar).unwrap_or_default();
                let status = if pulled.downloaded { "Downloaded newer image for" } else { "Image is up to date for" };
                format!("Digest: {}\nStatus: {status} {name}\n", pulled.digest)
            }
            ClassicEvent::CacheUsed => " ---> Using cache\n".to_owned(),
            ClassicEvent::ContainerStarted { container } => format!(" ---> Running in {}\n", container.short()),
            ClassicEvent::ContainerRemoved { container } => {
                format!(" ---> Removed intermediate container {}\n", container.short())
            }
            ClassicEvent::ImageMade { image } => format!(" ---> {}\n", image.short()),
            ClassicEvent::BuildArgumentsUnused { names } => {
                format!("[Warning] One or more build-args [{}] were not consumed\n", names.join(" "))
            }
            ClassicEvent::Built { image } => format!("Successfully built {}\n", image.short()),
            ClassicEvent::Tagged { reference } => format!("Successfully tagged {}\n", reference.familiar()),
            ClassicEvent::Output { .. } => String::new(),
        }
    }
}
