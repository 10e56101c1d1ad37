//! An image on offer: what the door needs to bring it in, wherever it comes from.

use std::io::{self, Read};

use crate::engine::oci::Manifest;

/// An image somewhere else: its documents, and a way to read its layers.
pub(crate) struct OfferedImage {
    /// The manifest, byte for byte: its digest names the image.
    pub manifest_json: Vec<u8>,
    /// What the manifest says.
    pub manifest: Manifest,
    /// The config, byte for byte: its digest is the image's id.
    pub config_json: Vec<u8>,
    /// One per layer of the manifest, lowest first.
    pub layers: Vec<Box<dyn LayerBlob>>,
    /// Whether it is one of the stand-ins that live in this program.
    pub embedded: bool,
}

/// The archive of a layer, readable more than once: to verify it, then to unpack it.
pub(crate) trait LayerBlob {
    /// Starts reading it.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;
}
