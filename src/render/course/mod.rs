//! The course speaks: prose, verdicts, tables, in the learner's language.
