//! A COPY or ADD whose variables have been replaced.

use super::BuildError;
use super::download::{Downloaded, download};
use super::interrupt::Interrupt;
use super::plan::Origin;
use super::remote::{self, SourceKind};
use super::scope::BuildScope;
use super::state::StageState;
use super::syntax::{Expander, HereVariables, Transfer};
use crate::engine::Engine;
use crate::engine::oci::Digest;

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
    pub(super) excludes: Vec<String>,
    pub(super) parents: bool,
    pub(super) link: bool,
    /// What a URL must give.
    pub(super) checksum: Option<Digest>,
    /// Whether archives are unpacked.
    pub(super) unpack: bool,
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
        match remote::kind(source) {
            SourceKind::Local => {}
            SourceKind::Git if name == "ADD" => {
                return Err(BuildError::Unsupported(format!("ADD of a git repository ({source})")));
            }
            SourceKind::Git => return Err(BuildError::Invalid("source can't be a git ref for COPY".to_owned())),
            SourceKind::Http if name == "ADD" => {}
            SourceKind::Http => return Err(BuildError::Invalid("source can't be a URL for COPY".to_owned())),
        }
    }
    let checksum = transfer.checksum.as_ref().map(expand).transpose()?.filter(|text| !text.is_empty());
    if checksum.is_some() {
        let wrong = match sources.as_slice() {
            [only] if remote::kind(only) == SourceKind::Http => None,
            [_] => Some("checksum requires HTTP(S) or Git sources"),
            _ => Some("checksum can't be specified for multiple sources"),
        };
        if let Some(wrong) = wrong {
            return Err(BuildError::Invalid(wrong.to_owned()));
        }
    }
    let checksum = checksum.map(|text| remote::checksum(&text)).transpose()?;
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
        working_dir: state.working_dir(),
        owner: transfer.owner.as_ref().map(expand).transpose()?.filter(|owner| !owner.is_empty()),
        mode: transfer.mode.as_ref().map(expand).transpose()?.filter(|mode| !mode.is_empty()),
        excludes: transfer.excludes.iter().map(expand).collect::<Result<_, _>>()?,
        parents: transfer.parents,
        link: transfer.link,
        checksum,
        unpack: transfer.unpack.unwrap_or(name == "ADD"),
    })
}

impl TransferOperation {
    /// What its URLs give.
    pub(super) fn downloads(&self, engine: &Engine, interrupt: &Interrupt) -> Result<Vec<Downloaded>, BuildError> {
        let urls = self.sources.iter().filter(|source| remote::kind(source) == SourceKind::Http);
        urls.map(|url| download(engine, interrupt, url, self.checksum.as_ref())).collect()
    }
}
