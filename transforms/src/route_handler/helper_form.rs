//! The new form of a helper that carried the request or the response: its parameters, and what stands
//! at its top.
//!
//! ```ts
//! function deny(req: NextApiRequest, res: NextApiResponse, why: string) {      function deny(why: string) {
//!   return res.status(403).json({ why });                                   →    return NextResponse.json(…);
//! }                                                                            }
//! ```

use std::collections::BTreeSet;

use super::body::{BodyRewrite, Line, Names};
use super::doc_comment::{Change, helper_edits};
use super::held_parameter::held_parameter;
use super::needs::{Body, Needs, Query};
use super::next_parameter::{is_next_handler, next_parameter};
use super::overloads;
use super::recursion;
use super::request_type::request_parameter;
use super::signature::Dialect;
use super::wrapper_form::{
    given_type, is_untyped, own_parameter, own_type, plain_handler_type, typed, variable_annotation, variable_type,
    wrapper_edits,
};
use crate::pages_api::{Carrier, Carriers, Maker, Place, Role, annotations};
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::Pat;
use crate::syntax::{Module, Span, bare, line_indent, pat_ident, span_of};

/// The function that a router hands to a middleware.
const NEXT: &str = "(error?: unknown) => Promise<Response>";

/// What the helpers of one module are made from.
pub struct HelperForm<'s, 'a> {
    /// The module.
    pub module: &'a Module,
    /// All carriers.
    pub carriers: &'s Carriers<'a>,
    /// Their needs.
    pub needs: &'s [Needs],
    /// How code is written.
    pub dialect: &'s Dialect,
    /// Generated names.
    pub names: &'s Names,
    /// Where parameters start that may be left away.
    pub optional: &'s BTreeSet<usize>,
    /// How many of the carriers, from the first, are handlers that wrappers call with the request and the
    /// context.
    pub leaves: usize,
}

impl HelperForm<'_, '_> {
    /// The edits for a helper that carries the request or the response.
    pub fn edits(&self, index: usize, body: &BodyRewrite) -> Vec<Edit> {
        let carrier = &self.carriers.list[index];
        let needs = &self.needs[index];
        let function = carrier.function;
        let mut edits = body.edits.clone();
        let prologue: Vec<&Line> = body.prologue.iter().filter(|line| !line.used_at.is_empty()).collect();
        edits.extend(match function.expression() {
            Some(expression) => self.block_edits(function.span(), span_of(expression), &prologue),
            None => {
                prologue_edit(self.module, self.dialect, function.block().map(span_of), &prologue).into_iter().collect()
            }
        });
        let params = function.params();
        let annotation = variable_annotation(self.module, function);
        if let Some(call) = carrier.caught {
            let own = function.span();
            edits.extend([Span::new(call.start, own.start), Span::new(own.end, call.end)].map(Edit::delete));
        }
        let given_types = annotation.is_some() || carrier.caught.is_some();
        let untyped = carrier.routed.is_some() && self.dialect.typescript && given_types;
        let gone = annotation.as_ref().map_or("", |annotation| annotation.span().text(&self.module.text));
        let asked = Some(gone.trim_start_matches(':').trim()).filter(|asked| !asked.is_empty());
        let mut list: Vec<String> = Vec::new();
        let mut doc = Change::default();
        let typed = Dialect { typescript: true, ..self.dialect.clone() };
        let leaf = index < self.leaves || carrier.routed.is_some() || carrier.handed;
        let count = if carrier.routed.is_some() { params.len().min(super::connect::GIVEN) } else { params.len() };
        for (at, param) in params.iter().enumerate().take(count) {
            let own = own_parameter(self.module, carrier, param, self.dialect, !needs.extensions.is_empty());
            // Its type came with that of the variable, which goes.
            let bare = untyped && matches!(param, Pat::Ident(binding) if binding.type_ann.is_none());
            // What comes behind must stay in its place.
            let followed = leaf && at + 1 < count;
            let name = pat_ident(param).map(|name| &*name.sym);
            match carrier.roles.get(at).copied().flatten() {
                Some(Role::Req) => {
                    // One that gives data has no `res` whose place the context could take.
                    let alone = carrier.gives && !carrier.roles.contains(&Some(Role::Res));
                    let given = carrier.is_given_headers();
                    let context = params.len() > 2 || needs.params || given || (alone && followed);
                    if needs.request || (leaf && context) {
                        list.push(request_parameter(self.module, carrier, &needs.extensions, self.dialect));
                        let own = needs.extensions.keys().cloned().collect();
                        doc.request = name.map(|name| (name, own));
                    } else {
                        doc.gone.extend(name);
                    }
                    if needs.query == Query::Given {
                        list.push(self.dialect.query(&self.names.query));
                        doc.added.extend(name.map(|name| (name, typed.query(&self.names.query))));
                    }
                    if needs.body == Body::Given {
                        let any = if self.dialect.typescript { ": any" } else { "" };
                        list.push(format!("{}{any}", self.names.body));
                        doc.added.extend(name.map(|name| (name, format!("{}: any", self.names.body))));
                    }
                    if alone && needs.params {
                        list.push(self.dialect.context(&self.names.params));
                        doc.added.extend(name.map(|name| (name, typed.context(&self.names.params))));
                    } else if alone && followed {
                        list.push(self.dialect.no_context(&self.names.no_context));
                    }
                }
                Some(Role::Res) => {
                    doc.gone.extend(name);
                    let called = carrier.handed || (carrier.routed.is_some() && self.dialect.helper);
                    let context = |dialect: &Dialect| match () {
                        () if carrier.wraps || (called && needs.params) => {
                            Some(dialect.any_context(&self.names.params))
                        }
                        () => needs.params.then(|| dialect.context(&self.names.params)),
                    };
                    if carrier.is_given_headers() {
                        let given =
                            |dialect: &Dialect| dialect.with_headers(context(dialect), &self.names.outer_headers);
                        list.push(given(self.dialect));
                        doc.added.extend(name.map(|name| (name, given(&typed))));
                    } else if let Some(own) = context(self.dialect) {
                        list.push(own);
                        doc.added.extend(name.zip(context(&typed)));
                    } else if followed {
                        list.push(self.dialect.no_context(&self.names.no_context));
                    }
                    if needs.effect.headers {
                        list.push(self.dialect.headers(&self.names.headers));
                        doc.added.extend(name.map(|name| (name, typed.headers(&self.names.headers))));
                    }
                }
                None if needs.emptied.contains(&at) || (carrier.waited.is_some() && at == 2) => {}
                None if carrier.held.iter().any(|held| held.at == at) => {
                    list.push(held_parameter(self, carrier, needs, at, param, asked));
                }
                None if carrier.answering.contains(&at) => {
                    let old = carrier.routed == Some(Maker::Old) && is_next_handler(self.module, param);
                    let untyped = asked.is_some() && is_untyped(param);
                    let name = pat_ident(param).filter(|_| bare || old);
                    let own = name.map_or(own, |name| format!("{}: {NEXT}", name.sym));
                    if untyped {
                        list.push(format!("{own}: (...args: any[]) => Response | Promise<Response>"));
                        continue;
                    }
                    list.push(next_parameter(self.module, &params[..at], param).filter(|_| !bare).unwrap_or(own));
                }
                None if bare => list.push(format!("{own}: any")),
                None => list.push(match asked.filter(|_| is_untyped(param)) {
                    // Its type came with that of the variable, too.
                    Some(_) => self.parameter(carrier, needs, at, param),
                    None => own,
                }),
            }
        }
        // One that gives data may leave out the response, which its wrapper hands over all the same.
        let left_out = carrier.roles.iter().position(|role| *role == Some(Role::Res)) == Some(count);
        if leaf && carrier.gives && left_out && needs.params && !params.is_empty() {
            list.push(self.dialect.context(&self.names.params));
        }
        if carrier.wraps {
            let extended = !needs.extensions.is_empty() || self.extends_inside(carrier);
            edits.extend(wrapper_edits(self.module, carrier, self.optional, self.dialect, extended));
        }
        edits.extend(annotation);
        edits.extend(overloads::edits(self.module, carrier, needs, self.dialect));
        let place = carrier.waited.and_then(|waited| waited.place);
        edits.extend(place.into_iter().flat_map(|place| unwaited(self.module, place, function.span())));
        let awaits = !body.awaits_at.is_empty() || prologue.iter().any(|line| line.awaits);
        // One that gives data may give the answer to a body that cannot be read, too.
        let answers = needs.effect.sends || (carrier.gives && needs.body == Body::Own);
        let recursive = || {
            recursion::is_recursive(self.carriers, index)
                .then(|| recursion::return_type(carrier, &needs.effect, awaits))
        };
        let recursive = answers.then(recursive).flatten().flatten();
        doc.returns = answers.then_some(recursive);
        doc.handler = carrier.wraps.then(|| plain_handler_type(&typed, false));
        edits.extend(helper_edits(self.module, function, &doc));
        let (Some(first), Some(last)) = (params.first(), params.last()) else { return edits };
        let text = &self.module.text;
        let start = text[..span_of(*first).start].rfind('(');
        let bare_arrow = !text[function.span().start..span_of(*first).start].contains('(');
        let end = text[span_of(*last).end..].find(')').map(|at| span_of(*last).end + at + 1);
        let line_start = text[..function.span().start].rfind('\n').map_or(0, |at| at + 1);
        let indent = indent_of(self.module, function.span().start);
        if let (Some(start), Some(end), false) = (start, end, bare_arrow) {
            let before = text[line_start..start].replace(gone, "");
            // A list that was broken because of what follows it stays broken.
            let broken = text[start..end].contains('\n') && !(needs.effect.sends && function.return_type().is_some());
            let after = if broken { text[end..].lines().next().unwrap_or_default() } else { " => {" };
            let list = self.dialect.list(&before, &list, after, &indent);
            edits.push(Edit::replace(Span::new(start, end), list));
        } else {
            let list = self.dialect.list("", &list, "", &indent);
            edits.push(Edit::replace(span_of(*first), list));
        }
        if let Some(returns) = function.return_type().filter(|_| answers) {
            let own = recursive.filter(|_| self.dialect.typescript);
            edits.push(Edit::replace(span_of(returns), own.map_or(String::new(), |own| format!(": {own}"))));
        }
        if (awaits || carrier.waited.is_some()) && !function.is_async() {
            edits.push(Edit::insert(function.span().start, "async "));
        }
        edits
    }
}

impl HelperForm<'_, '_> {
    /// Whether a function inside the wrapper that calls what this was given puts something on the request.
    fn extends_inside(&self, wrapper: &Carrier<'_>) -> bool {
        let calls = |carrier: &Carrier<'_>| {
            let whole = carrier.function.span();
            wrapper.given_inside.iter().any(|call| whole.contains(call.span))
        };
        self.carriers.list.iter().zip(self.needs).any(|(carrier, needs)| calls(carrier) && !needs.extensions.is_empty())
    }

    /// The text of a parameter whose type came with that of the variable.
    fn parameter(&self, carrier: &Carrier<'_>, needs: &Needs, at: usize, param: &Pat) -> String {
        let HelperForm { module, dialect, .. } = self;
        let Some(asked) = variable_type(module, carrier.function) else { return module.text_of(param).to_owned() };
        let given = given_type(module, &asked.type_ann, at);
        let own = own_type(module, carrier, param, given, dialect, !needs.extensions.is_empty());
        typed(module, param, &own, self.optional.contains(&span_of(param).start))
    }

    /// Makes a block of the expression that an arrow function gives, behind the prologue.
    fn block_edits(&self, function: Span, expression: Span, prologue: &[&Line]) -> Vec<Edit> {
        if prologue.is_empty() {
            return Vec::new();
        }
        let text = &self.module.text;
        // Parentheses around the expression stay around it.
        let head = &text[function.start..expression.start];
        let start = head.rfind("=>").map_or(expression.start, |at| function.start + at + "=>".len());
        let space = text[start..].len() - text[start..].trim_start().len();
        let outer = line_indent(&self.module.text, function.start);
        let indent = format!("{outer}{}", self.dialect.style.indent);
        let own_line = text[start..start + space].contains('\n');
        let mut pieces = vec![Piece::Text(if space == 0 || own_line { " {\n".into() } else { "{\n".into() })];
        pieces.extend(prologue_pieces(prologue, &indent));
        pieces.push(Piece::Text(format!("{indent}return ")));
        let end = format!("{}\n{outer}}}", self.dialect.style.semi());
        let head = if own_line { Span::new(start, start + space) } else { Span::at(start + space) };
        vec![Edit::of(head, pieces), Edit::insert(function.end, end)]
    }
}

/// Puts the prologue behind the brace that opens the function.
pub fn prologue_edit(module: &Module, dialect: &Dialect, block: Option<Span>, prologue: &[&Line]) -> Option<Edit> {
    if prologue.is_empty() {
        return None;
    }
    let block = block?;
    let inner = &module.text[block.start + 1..block.end];
    let first = inner.find(|c: char| !c.is_whitespace()).map_or(0, |at| block.start + 1 + at);
    let own_line = inner[..first.saturating_sub(block.start + 1)].contains('\n');
    let indent = if own_line {
        indent_of(module, first)
    } else {
        format!("{}{}", indent_of(module, block.start), dialect.style.indent)
    };
    let mut pieces = vec![Piece::Text("\n".into())];
    pieces.extend(prologue_pieces(prologue, &indent));
    match pieces.last_mut() {
        // The line end that follows the brace ends the last line, too.
        Some(Piece::Text(last)) if own_line && last.ends_with('\n') => {
            last.pop();
        }
        _ => {}
    }
    Some(Edit::of(Span::at(block.start + 1), pieces))
}

/// The white space that starts the line at `offset`.
pub fn indent_of(module: &Module, offset: usize) -> String {
    let text = &module.text[..offset];
    let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
    let text = &module.text[offset..];
    let own = &text[..text.len() - text.trim_start_matches([' ', '\t']).len()];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    format!("{indent}{own}")
}

/// Lines for the top of a function, indented.
pub fn prologue_pieces(prologue: &[&Line], indent: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for line in prologue {
        pieces.push(Piece::Text(indent.to_owned()));
        for piece in &line.pieces {
            pieces.push(match piece {
                Piece::Text(text) => Piece::Text(text.replace('\n', &format!("\n{indent}"))),
                other => other.clone(),
            });
        }
        pieces.push(Piece::Text("\n".into()));
    }
    pieces
}

/// `initMiddleware((req, res, next) => …)` → `(req) => …`; in parentheses where it is called at once. A type behind the
/// name goes, which was that of the old form.
fn unwaited(module: &Module, place: Place, function: Span) -> Vec<Edit> {
    let mut edits: Vec<Edit> =
        annotations(module, |value| span_of(bare(value)) == place.call).into_iter().map(Edit::delete).collect();
    if !place.argument.contains(function) {
        edits.push(Edit::of(place.call, vec![Piece::Source(place.argument)]));
        return edits;
    }
    let (outer, inner) = (indent_of(module, place.call.start), indent_of(module, function.start));
    let own = Piece::Reindented { span: function, from: inner, to: outer };
    let called = module.text[place.call.end..].trim_start().starts_with('(');
    let text = |text: &str| Piece::Text(text.to_owned());
    edits.push(Edit::of(place.call, if called { vec![text("("), own, text(")")] } else { vec![own] }));
    edits
}
