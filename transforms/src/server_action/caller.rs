//! A caller calls the action instead of `fetch`.
//!
//! ```ts
//! const res = await fetch(`/api/posts/${id}`, { method: 'DELETE' });   →   const res = await deletePost(id);
//! const data = await res.json();                                       →   const data = res.data;
//! ```

use std::collections::BTreeMap;

use super::absent::Absent;
use super::input::{BodyKind, Input};
use super::native::form_edits;
use super::query::{as_text, asked, query_arguments};
use super::result::NoAnswer;
use super::settled::{settled_text, taken_global};
use super::text::is_harmless;
use super::values::Values;
use crate::callers::{Bound, Caller, Encoding, JsonRead, Part, Reading, Rejecting, Returned};
use crate::pages_api::{Segment, parse_route};
use crate::project::Project;
use crate::rewrite::{Edit, Piece};
use crate::route_handler::moves::{relative, stem};
use crate::syntax::ast::{Expr, ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, Span, Visit, VisitWith, declared_names, line_behind, literal_str, span_of};

/// The edits of one call; `callee` is the action's name in this file, `absent` tells where its results have no data.
pub fn call_edits(
    module: &Module,
    caller: &Caller,
    url: &[Part],
    route: &str,
    input: &Input,
    absent: &Absent,
    callee: &str,
) -> Result<Vec<Edit>, NoAnswer> {
    let values = Values::of(module);
    let mut arguments: Vec<Vec<Piece>> = Vec::new();
    let segments = parse_route(route).into_iter().skip(1).enumerate();
    let dynamic = segments.filter(|(_, part)| !matches!(part, Segment::Static(_))).map(|(at, _)| at);
    let value_at = |at: usize| caller.sent.path.values.iter().find(|(place, _)| *place == at).map(|(_, value)| *value);
    for (at, param) in dynamic.zip(&input.params) {
        if param.is_none() {
            if value_at(at).is_some_and(|value| !expr_at(module, value.span).is_some_and(|value| is_harmless(&value))) {
                return Err(("not-only-fetch", caller.call, "a value in its URL is computed and not read".into()));
            }
            continue;
        }
        match (value_at(at), url.get(at)) {
            (Some(value), _) => arguments.push(as_text(module, &values, value)),
            (None, Some(Part::Text(text))) => arguments.push(vec![Piece::Text(module.style.string(text))]),
            _ => return Err(("not-only-fetch", caller.call, "a part of its URL is not known".into())),
        }
    }
    if let Some(form) = &caller.form {
        return form_edits(caller.call, form, input, callee, arguments);
    }
    let text = &module.text;
    match (&input.body, caller.sent.body) {
        (None, None) => {}
        (None, Some(body)) => {
            if !expr_at(module, body).is_some_and(|body| is_harmless(&body)) {
                return Err(("not-only-fetch", body, "it sends a body that the handler does not read".into()));
            }
        }
        (Some(_), None) => {
            return Err(("not-only-fetch", caller.call, "it sends no body, and the handler reads one".into()));
        }
        (Some(expected), Some(body)) => {
            let form = expected.kind == BodyKind::Form;
            if form != (caller.sent.encoding == Encoding::Form) {
                let message = "it does not send what the handler reads: one is a form, the other JSON".to_owned();
                return Err(("not-only-fetch", body, message));
            }
            if expected.kind == BodyKind::ByType && caller.sent.encoding == Encoding::Untyped {
                let message = "it does not declare its body as JSON, so that the handler sees a string".to_owned();
                return Err(("not-only-fetch", caller.call, message));
            }
            let value = expr_at(module, body);
            let as_it_is = match caller.sent.encoding {
                Encoding::Form => value.as_ref().is_some_and(|value| values.is_form(value)),
                Encoding::Object => value.as_ref().is_some_and(|value| values.is_object(value)),
                Encoding::Json | Encoding::Untyped => true,
            };
            if !as_it_is {
                let what = if form { "a `FormData`" } else { "an object" };
                return Err(("not-only-fetch", body, format!("its body is not known to be {what}")));
            }
            if !form && !value.as_ref().is_some_and(|value| values.is_given(value)) {
                return Err(("not-only-fetch", body, "the body may be `undefined`, which is sent as no body".into()));
            }
            let piece = Piece::Reindented {
                span: body,
                from: indent_at(text, body.start),
                to: indent_at(text, caller.call.start),
            };
            arguments.push(if form || value.is_some_and(|value| values.plain(&value).is_some()) {
                vec![piece]
            } else {
                vec![Piece::Text("JSON.parse(JSON.stringify(".into()), piece, Piece::Text("))".into())]
            });
        }
    }
    let queried = asked(module, caller)?;
    arguments.extend(query_arguments(module, caller, &queried, input)?);
    let mut pieces = vec![Piece::Text(format!("{callee}("))];
    for (at, argument) in arguments.into_iter().enumerate() {
        if at > 0 {
            pieces.push(Piece::Text(", ".into()));
        }
        pieces.extend(argument);
    }
    pieces.push(Piece::Text(")".into()));
    if let Some(settled) = &caller.settled {
        if let Some(name) = taken_global(module, settled) {
            let message = format!("its function uses `{name}`, which means something else in this file");
            return Err(("not-only-fetch", caller.call, message));
        }
        let text = settled_text(module, caller.call, settled, absent);
        let unclear = || ("not-rewritable", caller.call, "what its function does could not be written here".to_owned());
        pieces.push(Piece::Text(text.ok_or_else(unclear)?));
    }
    let mut edits = vec![Edit::of(caller.call, pieces)];
    edits.extend(queried.gone.into_iter().map(Edit::delete));
    if caller.settled.is_some() {
        return Ok(edits);
    }
    if let Some(rejecting) = &caller.rejecting {
        edits.extend(throwing(module, rejecting));
        return Ok(edits);
    }
    if let Some(Returned { annotation, .. }) = &caller.returned {
        edits.extend(annotation.map(Edit::delete));
        return Ok(edits);
    }
    edits.extend(read_edits(text, &caller.reading, absent));
    Ok(edits)
}

/// The edits of what reads a response, in the file with that text. `absent` tells where results have no data.
pub fn read_edits(text: &str, reading: &Reading, absent: &Absent) -> Vec<Edit> {
    let read = |read: &JsonRead| {
        let data = absent.data(text, read);
        // With an operator, it needs them.
        let span = if data.len() > 2 { read.span } else { unwrapped(text, read.span) };
        Edit::of(span, data)
    };
    reading.json.iter().map(read).chain(reading.annotation.map(Edit::delete)).collect()
}

/// axios rejects what is not `ok`, with this message.
///
/// ```ts
/// const response = await createPost(values);
/// if (!response.ok) throw new Error(`Request failed with status code ${response.status}`);
/// ```
fn throwing(module: &Module, rejecting: &Rejecting) -> Vec<Edit> {
    let Rejecting { statement, result } = rejecting;
    let (start, end) = (statement.start, statement.end);
    let mut edits = Vec::new();
    let mut members = None;
    let name = match result {
        Bound::Variable(name) => name.clone(),
        Bound::Nothing(before) => {
            let name = match before {
                0 => unused(module, ""),
                _ => unused(module, &(before + 1).to_string()),
            };
            edits.push(Edit::insert(start, format!("const {name} = ")));
            name
        }
        Bound::Members(pattern) => {
            let name = unused(module, "");
            edits.push(Edit::replace(*pattern, name.clone()));
            members = Some(pattern.text(&module.text));
            name
        }
    };
    let (semi, indent) = (module.style.semi(), indent_at(&module.text, start));
    let throw = format!("throw new Error(`Request failed with status code ${{{name}.status}}`){semi}");
    let mut lines = format!("\n{indent}if (!{name}.ok) {throw}");
    if let Some(members) = members {
        lines.push_str(&format!("\n{indent}const {members} = {name}{semi}"));
    }
    edits.push(Edit::insert(end, lines));
    edits
}

/// A name for a result that the file does not use, with `number` behind it.
fn unused(module: &Module, number: &str) -> String {
    let taken = declared_names(&module.ast);
    let free = |name: &&str| !taken.contains(*name) && !taken.contains(&format!("{name}{number}"));
    let name = ["response", "res", "result", "answer"].into_iter().find(free).unwrap_or("actionResult");
    format!("{name}{number}")
}

/// `(await res.json())` needs no parentheses when it becomes `res.data`.
pub fn unwrapped(text: &str, span: Span) -> Span {
    let wrapped = text[..span.start].ends_with('(') && text[span.end..].starts_with(')');
    let before = text[..span.start.saturating_sub(1)].chars().next_back();
    let called = before.is_some_and(|c| c.is_alphanumeric() || "_$)]>".contains(c));
    if wrapped && !called { Span::new(span.start - 1, span.end + 1) } else { span }
}

/// The white space that the line of `at` begins with.
pub fn indent_at(text: &str, at: usize) -> String {
    let line = &text[text[..at].rfind('\n').map_or(0, |at| at + 1)..];
    line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
}

/// The expression that has that span.
pub fn expr_at(module: &Module, span: Span) -> Option<Expr> {
    struct At(Span, Option<Expr>);
    impl Visit for At {
        fn visit_expr(&mut self, expr: &Expr) {
            if self.1.is_none() && span_of(expr).contains(self.0) {
                if span_of(expr) == self.0 {
                    self.1 = Some(expr.clone());
                } else {
                    expr.visit_children_with(self);
                }
            }
        }
    }
    let mut at = At(span, None);
    module.ast.visit_with(&mut at);
    at.1
}

/// The name by which `module` can import `name`, and whether that is another one.
pub fn free_name(module: &Module, name: &str) -> String {
    let taken = declared_names(&module.ast);
    let candidates =
        [name.to_owned(), format!("{name}Action")].into_iter().chain((2..).map(|n| format!("{name}Action{n}")));
    candidates.into_iter().find(|name| !taken.contains(name)).unwrap_or_else(|| name.to_owned())
}

/// The edits that import names (name, local name) from the modules that are the keys of `targets`.
pub fn import_edits(project: &Project, module: &Module, targets: &BTreeMap<&str, Vec<(String, String)>>) -> Vec<Edit> {
    let style = &module.style;
    let imports = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => Some(import),
        _ => None,
    });
    let imports: Vec<&ImportDecl> = imports.collect();
    let mut edits = Vec::new();
    let mut lines = String::new();
    for (target, names) in targets {
        let list = names.iter().map(|(name, local)| match name == local {
            true => name.clone(),
            false => format!("{name} as {local}"),
        });
        let list = list.collect::<Vec<_>>().join(", ");
        let extended = imports.iter().filter(|import| !import.type_only).find_map(|import| {
            let source = import.src.value.as_str()?;
            let same = project.resolver.resolve(&module.path, source).as_deref() == Some(*target);
            import.specifiers.last().filter(|last| same && matches!(last, ImportSpecifier::Named(_)))
        });
        match extended {
            Some(last) => edits.push(Edit::insert(span_of(last).end, format!(", {list}"))),
            None => {
                let source = style.string(&specifier(project, module, target));
                lines.push_str(&format!("import {} from {source}{}\n", style.braces(&list), style.semi()));
            }
        }
    }
    if lines.is_empty() {
        return edits;
    }
    let is_directive =
        |item: &&ModuleItem| matches!(item, ModuleItem::Stmt(Stmt::Expr(own)) if literal_str(&own.expr).is_some());
    let first = module.ast.body.first();
    edits.push(match (imports.last(), first.filter(is_directive)) {
        (Some(last), _) => {
            let (at, before) = line_behind(&module.text, span_of(*last));
            Edit::insert(at, format!("{before}{lines}"))
        }
        (None, Some(directive)) => {
            let (at, before) = line_behind(&module.text, span_of(directive));
            Edit::insert(at, format!("{before}\n{lines}"))
        }
        (None, None) => Edit::insert(first.map_or(0, |item| span_of(item).start), format!("{lines}\n")),
    });
    edits
}

/// How `module` names the module at `target`: relative if it lies in the same folder or the one around it, else by an
/// alias that the file uses already.
fn specifier(project: &Project, module: &Module, target: &str) -> String {
    let near = relative(&module.path, stem(target));
    if near.rsplit_once('/').is_some_and(|(folder, _)| folder == "." || folder == "..") {
        return near;
    }
    let alias = module.specifiers().iter().find_map(|specifier| {
        let value = &specifier.value;
        if value.starts_with('.') {
            return None;
        }
        let leads_to = project.resolver.resolve(&module.path, value)?;
        let (prefix, tail) = value.split_once('/')?;
        let base = stem(&leads_to).strip_suffix(tail)?;
        // A package of the workspace is no alias.
        let rest = stem(target).strip_prefix(base)?;
        (prefix.len() <= 1 || prefix == "src").then(|| format!("{prefix}/{rest}"))
    });
    alias.unwrap_or(near)
}
