//! Interface strings: Fluent bundles, embedded.
