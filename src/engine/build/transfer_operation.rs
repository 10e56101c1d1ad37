//! A COPY or ADD whose variables have been replaced.

use super::BuildError;
use super::plan::Origin;
use super::state::{BuildScope, StageState};
use super::syntax::{Expander, HereVariables, Transfer};

/// A COPY or ADD whose variables have been replaced; its owner is still to be looked up.
#[derive(Debug)]
pub(super) struct TransferOperation {
    pub(super) name: &'static str,
    /// Nothing for the context.
    pub(super) from: Option<Origin>,
    pub(super) sources: Vec<String>,
    pub(super) inline: Vec<(String, Vec<u8>)>,
    pub(super) destination: String,
    pub(super) working_dir: String,
    pub(super) owner: Option<String>,
    pub(super) mode: Option<String>,
}

/// Replaces the variables of a COPY or ADD.
pub(super) fn expand_transfer(
    state: &StageState,
    scope: &BuildScope<'_>,
    name: &'static str,
    transfer: &Transfer,
    from: Option<Origin>,
) -> Result<TransferOperation, BuildError> {
    let expand = |word: &String| state.expand(scope, word);
    let sources = transfer.sources.iter().map(expand).collect::<Result<Vec<_>, _>>()?;
    for source in &sources {
        let remote =
            ["http://", "https://", "git://", "git@", "ssh://"].iter().any(|scheme| source.starts_with(scheme));
        if name == "ADD" && remote {
            return Err(BuildError::Unsupported(format!("ADD of a URL ({source})")));
        }
    }
    let mut inline = Vec::new();
    for document in &transfer.inline {
        let text = document.text();
        let content = match document.variables {
            HereVariables::Kept => text,
            HereVariables::Replaced => Expander::for_here_documents().expand(&text, &|name| state.lookup(name))?.text,
        };
        inline.push((document.name.clone(), content.into_bytes()));
    }
    Ok(TransferOperation {
        name,
        from,
        sources,
        inline,
        destination: expand(&transfer.destination)?,
        working_dir: state.working_dir().to_owned(),
        owner: transfer.owner.as_ref().map(expand).transpose()?,
        mode: transfer.mode.as_ref().map(expand).transpose()?,
    })
}
