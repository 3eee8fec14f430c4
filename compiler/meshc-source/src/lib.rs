//! Takes the texts of a project and gives every byte of them a name: file, line and column.
//!
//! **Invariant:** a [`Span`] made from a file of a [`SourceMap`] lies within that file.

mod file;
mod format;
mod position;
mod span;

pub use file::{FileId, SourceFile, SourceMap};
pub use format::Format;
pub use position::{LineIndex, Position};
pub use span::Span;
