//! Lessons: model, catalogue, session, progress, course commands.

pub mod model;
