//! Copies of helpers in CommonJS files: how these are exported, and how others require them.
//!
//! ```js
//! module.exports = { deny, denyForRoute };             module.exports = deny;
//!                                                      module.exports.denyForRoute = denyForRoute;
//! const { denyForRoute } = require('../lib/deny');
//! ```

use super::statement_of;
use crate::project::{Import, Imported};
use crate::rewrite::Edit;
use crate::syntax::ast::Id;
use crate::syntax::{Exported, Module, Span, commonjs, is_commonjs, line_behind, line_indent, required, span_of};

/// Whether the function at `start` stands in the statement of a CommonJS module that exports it, so that there is nothing to
/// copy.
pub(super) fn is_exported_value(module: &Module, start: usize) -> bool {
    let item = is_commonjs(module).then(|| statement_of(module, Span::at(start))).flatten();
    item.is_some_and(|item| item.as_stmt().is_some_and(|statement| statement.is_expr()))
}

/// The edits that export copies, of functions and by names that `copies` says, where these are exported themselves.
pub(super) fn exports(module: &Module, copies: &[(Id, &str)]) -> Vec<Edit> {
    let Some(found) = commonjs(module) else { return Vec::new() };
    let (text, semi) = (&module.text, module.style.semi());
    let mut edits = Vec::new();
    let mut behind = String::new();
    for (old, name) in copies {
        let by_name = found.names.iter().find_map(|(_, value)| match value {
            Exported::Name(own) if own.to_id() == *old => Some(span_of(*own)),
            _ => None,
        });
        match (by_name, found.object.map(span_of)) {
            (Some(place), Some(object)) if object.contains(place) => {
                let broken = text[object.start..place.start].contains('\n');
                let between = if broken { format!(",\n{}", line_indent(text, place.start)) } else { ", ".to_owned() };
                edits.push(Edit::insert(place.end, format!("{between}{name}")));
            }
            (Some(place), _) => {
                let Some(statement) = statement_of(module, place).map(span_of) else { continue };
                let prefix = if statement.text(text).starts_with("module") { "module.exports" } else { "exports" };
                let (at, before) = line_behind(text, statement);
                edits.push(Edit::insert(at, format!("{before}{prefix}.{name} = {name}{semi}\n")));
            }
            (None, _) if found.exported().any(|own| own.to_id() == *old) => {
                behind.push_str(&format!("module.exports.{name} = {name}{semi}\n"));
            }
            (None, _) => {}
        }
    }
    // Right behind, for who requires this module while it requires others has what is there by then.
    let whole = found.whole.and_then(|value| statement_of(module, span_of(value))).map(span_of);
    if let Some(whole) = whole.filter(|_| !behind.is_empty()) {
        let (at, before) = line_behind(text, whole);
        edits.push(Edit::insert(at, format!("{before}{behind}")));
    }
    edits
}

/// The edit of a constant in `module` by which `import` requires a helper, so that it has the copy `name`, in place of the
/// helper or besides; `None` if the copy needs a constant of its own.
pub(super) fn required_too(module: &Module, import: &Import, name: &str, in_place: bool) -> Option<Edit> {
    let own = required(module).into_iter().find(|own| own.statement == import.statement)?;
    match (&import.name, own.braces) {
        (Imported::Name(_), Some(_)) if in_place => Some(Edit::replace(import.span, name)),
        (Imported::Name(_), Some(_)) => Some(Edit::insert(import.span.end, format!(", {name}"))),
        (Imported::Whole, None) if in_place => Some(Edit::replace(import.span, module.style.braces(name))),
        _ => None,
    }
}
