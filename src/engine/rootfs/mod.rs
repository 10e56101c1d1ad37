//! The root file system of a container: overlay and mount plan, as plain data.
//!
//! Carried out by `launch`, which is inside the new namespaces by then.

mod driver;
mod look;
mod lower;
mod plan;
mod storage_plan;

pub use driver::StorageDriver;
pub use plan::{Mount, MountKind, RootfsBase, RootfsPlan};
pub use storage_plan::{BindPlan, MountAccess, Propagation, StorageContent, StorageMount, TmpfsPlan};
