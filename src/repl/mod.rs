//! One line in: line editing, completion, highlighting, history, words with spans.
