//! Control groups: what holds a container to its limits, counts what it uses, and stops it whole.
//!
//! Owns the words *hierarchy*, *controller* and *group*. Which groups there are is found out ([`Hierarchy`]) below a
//! place that is passed in ([`CgroupPlace`]); what a machine can enforce is a [`Capacity`]; the group of one container
//! is a [`ContainerGroup`], plain data that the monitor makes before the first process and removes after the last.
//!
//! A group is made when it is worth something: always in the unified hierarchy (one directory, entered at birth),
//! only for limits in the older ones, where entering costs milliseconds. Nothing is wrong when there are none: Docker
//! has sentences for that.

mod capacity;
mod controller;
mod error;
mod freezer;
mod group;
mod hierarchy;
mod place;
mod setting;
mod sweep;
mod usage;

pub use capacity::Capacity;
pub use controller::Controller;
pub use error::CgroupError;
pub use group::{ContainerGroup, enter};
pub use hierarchy::Hierarchy;
pub use place::CgroupPlace;
pub use setting::{Setting, settings};
pub use sweep::{containers_with_groups, remove_deserted};
pub use usage::Usage;
