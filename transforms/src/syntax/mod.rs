//! Everything that knows swc. The rest of the crate sees [`Span`]s, and the syntax tree through here.

mod span;

pub use span::{LineIndex, Position, Span};
