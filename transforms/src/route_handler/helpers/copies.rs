//! A helper that somebody still needs as it is gets a copy beside it.
//!
//! ```ts
//! export function deny(res: NextApiResponse) { … }      // as it was
//!
//! /** `deny` for Route Handlers: returns the response. */
//! export function denyForRoute() { … }
//! ```

use super::users::exported_names;
use super::{File, statement_of};
use crate::pages_api::{Carrier, Role, declared_id};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::needs::{Body, Query};
use crate::syntax::ast::{
    Decl, DefaultDecl, ExportSpecifier, Expr, Id, ModuleDecl, ModuleExportName, ModuleItem, Stmt,
};
use crate::syntax::{Method, Module, Span, bound_names, class_method, default_object, pat_ident, span_of};

impl File<'_> {
    /// What the new form of a helper does that the old one did not.
    fn difference(&self, at: usize) -> String {
        let (carrier, needs) = (&self.unit.carriers.list[at], &self.needs[at]);
        let name = |role: Role, own: &Option<Id>| {
            let held = carrier.held.iter().any(|held| held.role == role);
            let carried = held || carrier.roles.contains(&Some(role));
            carried.then(|| own.as_ref().map(|id| format!("`{}`", id.0))).flatten()
        };
        let (req, res) = (name(Role::Req, &carrier.req), name(Role::Res, &carrier.res));
        match (req, res) {
            _ if needs.effect.sends => "returns the response in place of sending it".into(),
            (_, Some(res)) if needs.effect.headers => format!("takes the headers in place of {res}"),
            (Some(_), None) if needs.request => "takes the request of those".into(),
            (None, Some(res)) => format!("does without {res}"),
            (Some(_), Some(res)) if needs.request => format!("does without {res}"),
            (req, res) if needs.query == Query::Unread && needs.body == Body::Unread && !needs.params => {
                let old: Vec<String> = req.into_iter().chain(res).collect();
                format!("does without {}", old.join(" and "))
            }
            // A function around a handler, which itself has neither.
            (None, None) => "wraps these".into(),
            (req, res) => {
                let old: Vec<String> = req.into_iter().chain(res).collect();
                format!("takes what it needs in place of {}", old.join(" and "))
            }
        }
    }

    /// The old form, and behind it the new one under another name, which waits for something now if it is `made_async`. Its
    /// comment has the `tags` of the old one, as they are for it.
    pub fn copy(&self, at: usize, name: &str, made_async: bool, tags: &[String]) -> Vec<Edit> {
        let carrier = &self.unit.carriers.list[at];
        let module = self.unit.module;
        if let Some(method) = class_method(module, carrier.function.span().start) {
            return self.copied_method(at, method, name, tags);
        }
        let Some(item) = statement_of(module, carrier.function.span()) else { return Vec::new() };
        let statement = span_of(item);
        let old = carrier.name.as_ref().map(declared_id).or(carrier.outer.clone());
        let old = match old {
            Some(id) if id == default_object() => self.middleware_name(at).map(str::to_owned),
            own => own.map(|id| id.0.to_string()),
        };
        let old = old.map_or("The default export".to_owned(), |name| format!("`{name}`"));
        let doc = doc(&format!("{old} for Route Handlers: {}.", self.difference(at)), tags, "");
        // Line ends of inserted text are those of the file; the old form has them already.
        let own = statement.text(&module.text).replace("\r\n", "\n");
        let pieces = vec![Piece::Text(format!("{own}\n\n{doc}\n")), Piece::Source(statement)];
        let mut edits = vec![Edit::of(statement, pieces)];
        // What waits for a middleware is exported in its place.
        let waits = carrier.name.as_ref().filter(|_| self.behind(at).is_some());
        let exported = waits.is_some_and(|name| !exported_names(module, Some(name), usize::MAX).is_empty());
        let head = if made_async { "async " } else { "" };
        edits.extend(renaming(module, item, carrier, statement, (name, exported, head)));
        edits
    }

    /// The same for a method of a class.
    fn copied_method(&self, at: usize, method: Method, name: &str, tags: &[String]) -> Vec<Edit> {
        let text = &self.unit.module.text;
        let own = method.span.text(text).replace("\r\n", "\n");
        let line = &text[text[..method.span.start].rfind('\n').map_or(0, |end| end + 1)..method.span.start];
        let indent = &line[..line.len() - line.trim_start().len()];
        let old = method.key.text(text);
        let doc = doc(&format!("`{old}` for Route Handlers: {}.", self.difference(at)), tags, indent);
        let head = format!("{own}\n\n{indent}{doc}\n{indent}");
        let pieces = vec![Piece::Text(head), Piece::Source(method.span)];
        vec![Edit::of(method.span, pieces), Edit::replace(method.key, name)]
    }
}

/// A doc comment whose first line stands behind `indent`.
fn doc(words: &str, tags: &[String], indent: &str) -> String {
    if tags.is_empty() {
        return format!("/** {words} */");
    }
    let lines: String = tags.iter().map(|tag| format!("{indent} * {tag}\n")).collect();
    format!("/**\n{indent} * {words}\n{lines}{indent} */")
}

/// Edits inside the declaration that give it the name, put `head` before it, and export it where it is `listed` for
/// export elsewhere.
fn renaming(
    module: &Module,
    item: &ModuleItem,
    carrier: &Carrier<'_>,
    statement: Span,
    (name, listed, head): (&str, bool, &str),
) -> Vec<Edit> {
    let text = &module.text;
    match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(own)) => {
            let waited = carrier.waited.and_then(|own| own.place).map(|place| place.call);
            let value = waited.unwrap_or_else(|| span_of(&*own.expr));
            vec![Edit::replace(Span::new(statement.start, value.start), format!("export const {name} = "))]
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(own)) => {
            let DefaultDecl::Fn(own) = &own.decl else { return Vec::new() };
            let behind = |word: &str, from: usize| text[from..].find(word).map_or(from, |at| from + at + word.len());
            let blank = |at: usize| at + text[at..].find(|c: char| !c.is_whitespace()).unwrap_or(0);
            match &own.ident {
                Some(ident) => {
                    let end = behind("default", statement.start);
                    let keyword = Span::new(end - "default".len(), blank(end));
                    vec![Edit::delete(keyword), Edit::replace(span_of(ident), name)]
                }
                None => {
                    let asynchronous = if own.function.is_async { "async " } else { "" };
                    let head = Span::new(statement.start, blank(behind("function", statement.start)));
                    vec![Edit::replace(head, format!("export {asynchronous}function {name}"))]
                }
            }
        }
        _ => {
            let exported = statement.text(text).starts_with("export");
            let mut edits = Vec::new();
            // It is exported by a list further down; the copy is called from elsewhere, too.
            let listed = listed || function_names(item).iter().any(|own| is_listed(module, own));
            let export = if !exported && listed { "export " } else { "" };
            if !export.is_empty() || !head.is_empty() {
                let word = statement.text(text).find(char::is_whitespace).unwrap_or(0);
                let word = Span::new(statement.start, statement.start + word);
                edits.push(Edit::replace(word, format!("{export}{head}{}", word.text(text))));
            }
            let declared = match item {
                ModuleItem::Stmt(Stmt::Decl(declaration)) => Some(declaration),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => Some(&export.decl),
                _ => None,
            };
            let ident = declared.and_then(|declaration| match declaration {
                Decl::Fn(function) => Some(span_of(&function.ident)),
                Decl::Var(variable) => {
                    let ident = pat_ident(&variable.decls.first()?.name)?;
                    let start = span_of(ident).start;
                    Some(Span::new(start, start + ident.sym.len()))
                }
                _ => None,
            });
            edits.extend(ident.map(|span| Edit::replace(span, name)));
            edits
        }
    }
}

fn function_names(item: &ModuleItem) -> Vec<String> {
    match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Fn(function))) => vec![function.ident.sym.to_string()],
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => {
            variable.decls.iter().flat_map(|declarator| bound_names(&declarator.name)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the module exports the name by `export { name }` or `export default name`.
fn is_listed(module: &Module, name: &str) -> bool {
    module.ast.body.iter().any(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(named)) if named.src.is_none() => {
            named.specifiers.iter().any(|specifier| {
                matches!(specifier, ExportSpecifier::Named(named)
                    if matches!(&named.orig, ModuleExportName::Ident(own) if &*own.sym == name))
            })
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
            matches!(&*export.expr, Expr::Ident(own) if &*own.sym == name)
        }
        _ => false,
    })
}
