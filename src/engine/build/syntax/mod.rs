//! The Dockerfile as text: lines, directives, here-documents, words, and the typed instructions made of them.
//! Nothing in here touches a file.

mod span;

pub use span::Span;
