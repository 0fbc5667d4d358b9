//! The edits of a helper's file, and those of the imports that lead to a copy.
//!
//! ```ts
//! export function deny(res: NextApiResponse) { … }      // somebody still needs it
//!
//! /** `deny` for Route Handlers: returns the response. */
//! export function denyForRoute() { … }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::commonjs::{exports, required_too};
use super::users::exported_names;
use super::{File, Helpers, Key, Placement, statement_of};
use crate::finding::Finding;
use crate::pages_api::{Carrier, Role, declared_id};
use crate::project::{Import, Imported};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::body::Names;
use crate::route_handler::compat::Helper;
use crate::route_handler::handed::map_types;
use crate::route_handler::helper_form::HelperForm;
use crate::route_handler::mentions::renamed_mentions;
use crate::route_handler::moves::{relative, stem};
use crate::route_handler::needs::indices_of;
use crate::route_handler::needs::{Body, Query};
use crate::route_handler::overloads::has_overloads;
use crate::route_handler::unit::{Link, Unit};
use crate::route_handler::wrapped::written_out;
use crate::route_handler::wrapper_form::cast_edits;
use crate::syntax::ast::{Id, ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem};
use crate::syntax::{Method, Module, Span, class_method, default_object, line_behind, span_of};

/// The edits of one helper's file, and the generated helpers that it needs.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The edits.
    pub edits: Vec<Edit>,
    /// The generated helpers.
    pub helpers: Vec<Helper>,
}

/// Which calls, by callee and place, the new code makes, and which mentions go with the old code.
type Mentions<'c> = (&'c dyn Fn(&Id, Span) -> bool, &'c dyn Fn(Span) -> bool);

impl<'m> Helpers<'m> {
    /// The edits of all files that hold a helper of `placement`.
    pub fn render<'p>(
        &'p self,
        placement: &'p Placement,
    ) -> Result<BTreeMap<&'p str, Rendered>, (String, Vec<Finding>)> {
        let mut rendered: BTreeMap<&str, Rendered> = BTreeMap::new();
        for (path, file) in &self.files {
            let taking_part: Vec<usize> = (0..file.unit.carriers.list.len())
                .filter(|at| placement.reached.contains(&file.key(path, *at)))
                .collect();
            if !taking_part.is_empty() {
                let own = self.render_file(path, file, &taking_part, placement);
                rendered.insert(path.as_str(), own.map_err(|findings| (path.clone(), findings))?);
            }
        }
        for (path, place) in &placement.waited {
            let own = Edit::of(place.call, vec![Piece::Source(place.argument)]);
            rendered.entry(path).or_default().edits.push(own);
        }
        Ok(rendered)
    }

    fn render_file(
        &self,
        path: &str,
        file: &File<'m>,
        taking_part: &[usize],
        placement: &Placement,
    ) -> Result<Rendered, Vec<Finding>> {
        let module = file.unit.module;
        let callees = self.callees(&file.unit, &placement.copies);
        let renamed: BTreeMap<usize, String> = taking_part
            .iter()
            .filter_map(|at| Some((*at, placement.copies.get(&file.key(path, *at))?.clone())))
            .collect();
        let dialect = file.dialect();
        let names = Names::fresh(module, &file.unit.carriers);
        let form = HelperForm {
            module,
            carriers: &file.unit.carriers,
            needs: &file.needs,
            dialect: &dialect,
            names: &names,
            optional: &file.unit.optional,
            leaves: 0,
        };
        let mut rendered = Rendered::default();
        // Whoever is called by new code has its new form, too; nothing else would be right.
        for at in taking_part {
            let calls = &file.unit.carriers.list[*at].calls;
            let left = calls
                .iter()
                .find(|call| indices_of(&file.unit.carriers, call).iter().any(|callee| !taking_part.contains(callee)));
            if let Some(call) = left {
                let message = "this function would be called in its new form, and keeps the old one";
                return Err(vec![Finding::manual("not-rewritable", path, call.span, message)]);
            }
        }
        let mut covered = Vec::new();
        let mut bodies = file.bodies(&callees, &renamed);
        for at in taking_part {
            let body = std::mem::replace(&mut bodies[*at], Err(Vec::new()))?;
            let edits = form.edits(*at, &body);
            let function = file.unit.carriers.list[*at].function.span();
            let statement = statement_of(module, function).map_or(function, span_of);
            rendered.helpers.extend(body.helpers.iter().map(|(helper, _)| *helper));
            match renamed.get(at) {
                Some(name) if has_overloads(module, &file.unit.carriers.list[*at]) => {
                    let message = format!("this helper has overloads, and others still need it beside `{name}`");
                    let place = self.place_of(&file.key(path, *at));
                    let finding = Finding::manual("helper-form", path, place, message);
                    return Err(vec![finding.help("give the rest a function of its own")]);
                }
                Some(name) => {
                    // The comment above is that of the old form.
                    let inside = edits.into_iter().filter(|edit| statement.contains(edit.span()));
                    // What is put before the statement belongs to the copy alone.
                    let (before, inside): (Vec<_>, Vec<_>) =
                        inside.partition(|edit| edit.span() == Span::at(statement.start));
                    rendered.edits.extend(inside);
                    rendered.edits.extend(file.copy(*at, name, !before.is_empty()));
                }
                None => {
                    rendered.edits.extend(edits);
                    covered.push(statement);
                }
            }
        }
        let copied = renamed.iter().filter_map(|(at, name)| {
            let carrier = &file.unit.carriers.list[*at];
            Some((carrier.name.as_ref().map(declared_id).or(carrier.outer.clone())?, name.as_str()))
        });
        rendered.edits.extend(exports(module, &copied.collect::<Vec<_>>()));
        let functions: Vec<Span> = taking_part.iter().map(|at| file.unit.carriers.list[*at].function.span()).collect();
        rendered.edits.extend(map_types(&file.unit, &|call| functions.iter().any(|own| own.contains(call))));
        let named = file.unit.wraps.iter().filter_map(|wrap| {
            let taken = wrap.owner.is_some_and(|owner| placement.reached.contains(&(path.to_owned(), owner)));
            let name = callees.get(&wrap.call.callee)?.name.clone().filter(|_| taken)?;
            Some((wrap.call.name, name))
        });
        rendered.edits.extend(renamed_mentions(module, named.collect()));
        let is_new = |owner: &usize| placement.reached.contains(&(path.to_owned(), *owner));
        let composed = file.unit.composed.iter().filter(|composed| composed.owner.as_ref().is_some_and(is_new));
        rendered.edits.extend(composed.flat_map(|composed| written_out(module, composed, &dialect)));
        let casts = file.unit.casts.iter().copied();
        let casts = casts.filter(|cast| functions.iter().any(|own| own.contains(*cast) || cast.contains(*own)));
        // What other wrappers put on the request is their affair.
        rendered.edits.extend(cast_edits(module, &casts.collect::<Vec<_>>(), &dialect, true));
        for around in &file.unit.around {
            let taken = around.owner.is_some_and(|owner| placement.reached.contains(&(path.to_owned(), owner)));
            if let Some(helper) = around.helper().filter(|_| taken) {
                rendered.edits.push(Edit::replace(around.name, names.helper(helper)));
                rendered.helpers.push(helper);
            }
        }
        if renamed.is_empty() {
            rendered.edits.extend(crate::route_handler::cors::unused_middlewares(module, file.unit.carriers.cors()));
        }
        // The old form of a copied statement still needs what it mentions.
        let copied = |at: &usize| file.unit.carriers.list[*at].function.span();
        covered.retain(|own| !renamed.keys().map(copied).any(|function| own.contains(function)));
        let covers = |mention: Span| covered.iter().any(|function| function.contains(mention));
        let functions: Vec<Span> = taking_part.iter().map(|at| file.unit.carriers.list[*at].function.span()).collect();
        // The name of a wrapper stands outside of the function that it is put around.
        let around = file
            .unit
            .wraps
            .iter()
            .filter(|wrap| wrap.owner.is_some_and(|owner| placement.reached.contains(&(path.to_owned(), owner))));
        let around: Vec<Span> = around.map(|wrap| wrap.call.name).collect();
        let calls =
            |_: &Id, call: Span| around.contains(&call) || functions.iter().any(|function| function.contains(call));
        rendered.edits.extend(self.import_edits(&file.unit, path, placement, (&calls, &covers)));
        Ok(rendered)
    }

    /// Edits of `unit`'s imports, in a file that is at `target` afterwards, for the copies that it calls.
    /// `in_new` tells the calls that the new code makes, `covers` the mentions that go with the old code.
    pub fn import_edits(
        &self,
        unit: &Unit<'m>,
        target: &str,
        placement: &Placement,
        (in_new, covers): Mentions<'_>,
    ) -> Vec<Edit> {
        let mut edits = Vec::new();
        let all = unit.module.references();
        let mut additions: BTreeMap<Span, Vec<String>> = BTreeMap::new();
        let mut lines: BTreeMap<Span, Vec<(String, String)>> = BTreeMap::new();
        let mut required: BTreeMap<Span, Vec<(String, String)>> = BTreeMap::new();
        let called = unit.links.iter().filter_map(|(local, link)| match link {
            Link::Helper(helper) => Some((local, helper)),
            Link::Library(_) | Link::Taught(_) => None,
        });
        let around = unit.wraps.iter().map(|wrap| (&wrap.call.callee, &wrap.target));
        let mut seen = BTreeSet::new();
        for (local, helper) in called.chain(around) {
            if !seen.insert(local) {
                continue;
            }
            let Some(name) = placement.copies.get(&helper.key()) else { continue };
            let declared = declared_id(local);
            let Some(import) = unit.imports.get(&declared) else { continue };
            let uses = uses(unit, local);
            if !uses.iter().any(|span| in_new(local, *span)) {
                continue;
            }
            let mentions = all.get(&declared).into_iter().flatten().filter(|span| !import.span.contains(**span));
            let whole =
                mentions.clone().all(|mention| covers(*mention) && uses.iter().any(|used| used.start == mention.start));
            let default = import.name == Imported::Name("default".into());
            let alone = specifier_count(unit.module, import) == 1;
            if import.required {
                let edit = (!helper.renamed).then(|| required_too(unit.module, import, name, whole)).flatten();
                match edit {
                    Some(edit) => edits.push(edit),
                    None => {
                        let path = if helper.file.ends_with(".cjs") { helper.file } else { stem(helper.file) };
                        let specifier = relative(target, path);
                        required.entry(import.statement).or_default().push((name.clone(), specifier));
                    }
                }
                continue;
            }
            let beside = last_named(unit.module, import).filter(|_| default && whole && !helper.renamed);
            if let Some(beside) = beside {
                additions.entry(beside).or_default().push(name.clone());
            } else if helper.renamed || (default && whole && !alone) {
                let specifier = relative(target, stem(helper.file));
                lines.entry(import.statement).or_default().push((name.clone(), specifier));
            } else if whole && !default {
                edits.push(Edit::replace(import.span, name.clone()));
            } else if whole {
                edits.push(Edit::replace(import.span, unit.module.style.braces(name)));
            } else if default && !alone {
                let specifier = relative(target, stem(helper.file));
                lines.entry(import.statement).or_default().push((name.clone(), specifier));
            } else if default {
                let list = format!(", {}", unit.module.style.braces(name));
                edits.push(Edit::insert(import.span.end, list));
            } else {
                additions.entry(import.span).or_default().push(name.clone());
            }
        }
        for (span, names) in additions {
            edits.push(Edit::insert(span.end, format!(", {}", names.join(", "))));
        }
        let style = &unit.module.style;
        for (statement, list) in lines {
            let (at, before) = line_behind(&unit.module.text, statement);
            let line = |(name, specifier): (String, String)| {
                format!("import {} from {}{}\n", style.braces(&name), style.string(&specifier), style.semi())
            };
            edits.push(Edit::insert(at, format!("{before}{}", list.into_iter().map(line).collect::<String>())));
        }
        for (statement, list) in required {
            let (at, before) = line_behind(&unit.module.text, statement);
            let line = |(name, specifier): (String, String)| {
                format!("const {} = require({}){}\n", style.braces(&name), style.string(&specifier), style.semi())
            };
            edits.push(Edit::insert(at, format!("{before}{}", list.into_iter().map(line).collect::<String>())));
        }
        edits
    }
}

/// The calls of carriers and wrappers by a local name.
fn uses(unit: &Unit<'_>, local: &Id) -> Vec<Span> {
    let calls = unit.carriers.list.iter().flat_map(|carrier| &carrier.calls);
    let calls = calls.filter(|call| call.callee == *local).map(|call| call.span);
    let wraps = unit.wraps.iter().filter(|wrap| wrap.call.callee == *local).map(|wrap| wrap.call.name);
    calls.chain(wraps).collect()
}

fn specifier_count(module: &Module, import: &Import) -> usize {
    let of = |own: &ImportDecl| own.specifiers.iter().filter(|s| !matches!(s, ImportSpecifier::Namespace(_))).count();
    statement(module, import).map_or(0, of)
}

/// The last name in the braces of an import that has a default one before them.
fn last_named(module: &Module, import: &Import) -> Option<Span> {
    match statement(module, import)?.specifiers.last()? {
        ImportSpecifier::Named(last) => Some(span_of(last)),
        ImportSpecifier::Default(_) | ImportSpecifier::Namespace(_) => None,
    }
}

fn statement<'m>(module: &'m Module, import: &Import) -> Option<&'m ImportDecl> {
    module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(own)) if span_of(own) == import.statement => Some(own),
        _ => None,
    })
}

impl File<'_> {
    fn key(&self, path: &str, at: usize) -> Key {
        (path.to_owned(), self.unit.carriers.list[at].function.span().start)
    }

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

    /// The old form, and behind it the new one under another name, which waits for something now if it is `made_async`.
    fn copy(&self, at: usize, name: &str, made_async: bool) -> Vec<Edit> {
        let carrier = &self.unit.carriers.list[at];
        let module = self.unit.module;
        if let Some(method) = class_method(module, carrier.function.span().start) {
            return self.copied_method(at, method, name);
        }
        let Some(item) = statement_of(module, carrier.function.span()) else { return Vec::new() };
        let statement = span_of(item);
        let old = carrier.name.as_ref().map(declared_id).or(carrier.outer.clone());
        let old = match old {
            Some(id) if id == default_object() => self.middleware_name(at).map(str::to_owned),
            own => own.map(|id| id.0.to_string()),
        };
        let old = old.map_or("The default export".to_owned(), |name| format!("`{name}`"));
        let doc = format!("/** {old} for Route Handlers: {}. */", self.difference(at));
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
    fn copied_method(&self, at: usize, method: Method, name: &str) -> Vec<Edit> {
        let text = &self.unit.module.text;
        let own = method.span.text(text).replace("\r\n", "\n");
        let line = &text[text[..method.span.start].rfind('\n').map_or(0, |end| end + 1)..method.span.start];
        let indent = &line[..line.len() - line.trim_start().len()];
        let old = method.key.text(text);
        let doc = format!("/** `{old}` for Route Handlers: {}. */", self.difference(at));
        let head = format!("{own}\n\n{indent}{doc}\n{indent}");
        let pieces = vec![Piece::Text(head), Piece::Source(method.span)];
        vec![Edit::of(method.span, pieces), Edit::replace(method.key, name)]
    }
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
    use crate::syntax::ast::DefaultDecl;
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
                ModuleItem::Stmt(crate::syntax::ast::Stmt::Decl(declaration)) => Some(declaration),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => Some(&export.decl),
                _ => None,
            };
            let ident = declared.and_then(|declaration| match declaration {
                crate::syntax::ast::Decl::Fn(function) => Some(span_of(&function.ident)),
                crate::syntax::ast::Decl::Var(variable) => {
                    let ident = crate::syntax::pat_ident(&variable.decls.first()?.name)?;
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
    use crate::syntax::ast::{Decl, Stmt};
    match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Fn(function))) => vec![function.ident.sym.to_string()],
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => {
            variable.decls.iter().flat_map(|declarator| crate::syntax::bound_names(&declarator.name)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the module exports the name by `export { name }` or `export default name`.
fn is_listed(module: &Module, name: &str) -> bool {
    use crate::syntax::ast::{ExportSpecifier, Expr, ModuleExportName};
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
