//! Course packs: one file with lessons, their translations and every image they name, so that a class needs no network.
//!
//! A pack is a plain tar: `paquet.json` ([`PackManifest`]) first, then the files it lists, each with its digest: `lessons/…`,
//! `locales/…` and `images.tar` (what `docker save` writes). The digest of `paquet.json` is the pack's *fingerprint*: whoever
//! compares it with the maker's has compared everything.

mod create;
mod error;
mod install;
mod manifest;
mod reader;

pub use create::{PackRequest, create_pack};
pub use error::PackError;
pub use install::{InstalledPack, install_pack, installed_packs};
pub use manifest::{PackFile, PackImage, PackManifest};
pub use reader::{OpenedPack, verify_pack};
