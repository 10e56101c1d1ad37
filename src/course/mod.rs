//! Lessons: model, catalogue, session, progress, course commands.
