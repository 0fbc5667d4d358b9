//! Mentions that get another name, with the keys of objects kept.
//!
//! ```ts
//! createRouter({ onError })      →      createRouter({ onError: onErrorForRoute })
//! ```

use std::collections::HashMap;

use crate::rewrite::Edit;
use crate::syntax::ast::Prop;
use crate::syntax::{Module, Span, Visit, VisitWith, span_of};

/// The edits that give each of the `mentions` of a module its new name.
pub fn renamed_mentions(module: &Module, mentions: HashMap<Span, String>) -> Vec<Edit> {
    if mentions.is_empty() {
        return Vec::new();
    }
    let mut keys = Keys { mentions, edits: Vec::new() };
    module.ast.visit_with(&mut keys);
    let Keys { mentions, mut edits } = keys;
    edits.extend(mentions.into_iter().map(|(mention, name)| Edit::replace(mention, name)));
    edits.sort_by_key(Edit::span);
    edits
}

/// Looks for mentions that are keys as well.
struct Keys {
    mentions: HashMap<Span, String>,
    edits: Vec<Edit>,
}

impl Visit for Keys {
    fn visit_prop(&mut self, property: &Prop) {
        if let Prop::Shorthand(key) = property
            && let Some(name) = self.mentions.remove(&span_of(key))
        {
            self.edits.push(Edit::replace(span_of(key), format!("{}: {name}", key.sym)));
        }
        property.visit_children_with(self);
    }
}
