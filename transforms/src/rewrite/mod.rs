//! Source-preserving text changes.
//!
//! Code is changed by describing what becomes of parts of the *original* text: an [`Edit`] is a span
//! and the [`Piece`]s that stand there afterwards, some new, some taken from the original. A piece of the
//! original brings along the edits inside it, so independent changes compose: one edit turns a call
//! around, another one changes its argument, and neither knows of the other. What no edit
//! covers keeps every byte.
//!
//! ```
//! use routelift_transforms::rewrite::{Edit, Piece, Rewrite};
//! use routelift_transforms::syntax::Span;
//!
//! let source = "res.json(user /* public */);";
//! let argument = Span::new(9, 26);
//!
//! let mut rewrite = Rewrite::new();
//! rewrite.add(Edit::of(
//!     Span::new(0, 27),
//!     vec![Piece::Text("return Response.json(".into()), Piece::Source(argument), Piece::Text(")".into())],
//! ))?;
//! rewrite.add(Edit::replace(Span::new(9, 13), "account"))?;
//!
//! assert_eq!(rewrite.render(source)?, "return Response.json(account /* public */);");
//! # Ok::<(), routelift_transforms::rewrite::Conflict>(())
//! ```
//!
//! A [`Rewrite`] holds the edits of one file; edits that contradict each other are a [`Conflict`], never a
//! guess. A [`ChangeSet`] holds what becomes of all files: created, edited, moved and deleted.

mod change_set;
mod conflict;
mod edit;
mod render;
mod rewriter;
mod span_index;

pub use change_set::{Change, ChangeKind, ChangeSet};
pub use conflict::Conflict;
pub use edit::{Edit, Piece, parted};
pub use rewriter::Rewrite;
