use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::oci::{ImageConfig, Index, Manifest};

/// What is a document is the same one when it is written and read again.
pub fn manifest(data: &[u8]) {
    same_again::<Manifest>(data);
    same_again::<Index>(data);
    same_again::<ImageConfig>(data);
}

fn same_again<T: DeserializeOwned + Serialize + PartialEq + Debug>(data: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(data) else { return };
    let written = serde_json::to_string(&read).expect("what was read can be written");
    let again: T = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(again, read);
}
