//! The root file system of a container: overlay and mount plan, as plain data.
