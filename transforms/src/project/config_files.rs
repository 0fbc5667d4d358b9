//! The files that a `next.config.*` or middleware is made of: itself, and what it imports within the project.
//!
//! ```js
//! const base = require('../next.base')                     // read, too
//! module.exports = { ...base, rewrites: () => require('./rewrites') }
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Resolve, Unreadable};
use crate::syntax::ast::{Id, ImportSpecifier, Prop, VarDeclarator};
use crate::syntax::{Module, Span, Visit, VisitWith, bound_ids, prop_name, span_of};

/// More than any of them is made of.
const MAX_FILES: usize = 64;

/// The paths in `start` that exist, and what those files import, the importing ones first.
pub fn config_closure(
    files: &BTreeMap<String, Result<Arc<str>, Unreadable>>,
    resolver: &dyn Resolve,
    start: Vec<String>,
) -> Vec<String> {
    let mut found: Vec<String> = start.into_iter().filter(|file| files.contains_key(file)).collect();
    let mut at = 0;
    while let Some(file) = found.get(at).cloned() {
        at += 1;
        let Some(Ok(text)) = files.get(&file) else { continue };
        let Ok(module) = Module::parse(&file, Arc::clone(text)) else { continue };
        for specifier in module.specifiers().iter().filter(|specifier| !specifier.type_only) {
            let Some(imported) = resolver.resolve(&file, &specifier.value) else { continue };
            if !found.contains(&imported) && found.len() < MAX_FILES {
                found.push(imported);
            }
        }
    }
    found
}

/// Where the setting `name` of the configuration `module` comes from a file that is not read, such as
/// `rewrites: () => require('./rewrites.json')`.
pub(super) fn from_elsewhere(module: &Module, name: &'static str, resolver: &dyn Resolve) -> Option<Span> {
    let mut values = Values { name, found: Vec::new() };
    module.ast.visit_with(&mut values);
    let within = |span: Span| values.found.iter().any(|value| value.contains(span));
    let unread = |value: &str| value.starts_with('.') && resolver.resolve(&module.path, value).is_none();
    module.specifiers().iter().filter(|specifier| !specifier.type_only && unread(&specifier.value)).find_map(|one| {
        if within(one.span) {
            return Some(one.span);
        }
        // The names that the statement around the specifier declares.
        let item = module.ast.body.iter().find(|item| span_of(*item).contains(one.span))?;
        let mut names = Declared::default();
        item.visit_with(&mut names);
        let mentions = names.0.iter().filter_map(|id| module.references().get(id)).flatten();
        mentions.copied().find(|mention| within(*mention))
    })
}

/// The values of the properties with a name, and the methods with it.
struct Values {
    name: &'static str,
    found: Vec<Span>,
}

impl Visit for Values {
    fn visit_prop(&mut self, property: &Prop) {
        let name = match property {
            Prop::KeyValue(pair) => prop_name(&pair.key),
            Prop::Method(method) => prop_name(&method.key),
            Prop::Shorthand(name) => Some(name.sym.to_string()),
            _ => None,
        };
        if name.as_deref() == Some(self.name) {
            self.found.push(span_of(property));
        }
        property.visit_children_with(self);
    }
}

#[derive(Default)]
struct Declared(Vec<Id>);

impl Visit for Declared {
    fn visit_import_specifier(&mut self, specifier: &ImportSpecifier) {
        self.0.push(specifier.local().to_id());
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        self.0.extend(bound_ids(&declarator.name));
    }
}
