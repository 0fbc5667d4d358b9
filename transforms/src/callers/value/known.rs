//! What is known of a text: the parts that are written out, and values between them.

use std::collections::BTreeSet;

use crate::callers::url::HOLE;
use crate::syntax::Span;
use crate::syntax::ast::Id;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bit {
    Text(String),
    /// A value that is not known, and where it comes from if that is a name or a member of one.
    Value(Option<(Id, Option<String>)>),
}

/// One text that an expression may stand for.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub bits: Vec<Bit>,
    /// The literals and names that it was read from, by file.
    pub uses: BTreeSet<(String, Span)>,
}

impl Known {
    /// `path`, put behind this base by a client.
    pub fn above(&self, path: &Known) -> Known {
        let mut joined = self.clone();
        let (base, rest) = (self.text(), path.text());
        if !base.ends_with('/') && !rest.starts_with('/') && !rest.is_empty() {
            joined.bits.push(Bit::Text("/".into()));
        }
        // `prefixUrl: '/api/'` and `/posts`: one slash.
        if base.ends_with('/')
            && rest.starts_with('/')
            && let Some(Bit::Text(last)) = joined.bits.last_mut()
        {
            last.pop();
        }
        joined.joined(path)
    }

    /// Whether it continues the folder of another URL: `posts`.
    pub(super) fn is_relative(&self) -> bool {
        let text = self.text();
        !text.starts_with(['/', HOLE]) && !text.contains("://")
    }

    /// The start of what is relative to this URL; what it is called itself is left out, or not known.
    pub(super) fn folder(mut self) -> Known {
        if !self.text().ends_with('/') {
            self.bits.push(Bit::Value(None));
        }
        self
    }

    pub(super) fn value(from: Option<(Id, Option<String>)>) -> Known {
        Known { bits: vec![Bit::Value(from)], uses: BTreeSet::new() }
    }

    /// The text with a [`HOLE`] for each value.
    pub fn text(&self) -> String {
        self.bits
            .iter()
            .map(|bit| match bit {
                Bit::Text(text) => text.clone(),
                Bit::Value(_) => HOLE.to_string(),
            })
            .collect()
    }

    pub(super) fn joined(mut self, other: &Known) -> Known {
        self.bits.extend(other.bits.iter().cloned());
        self.uses.extend(other.uses.iter().cloned());
        self
    }
}
