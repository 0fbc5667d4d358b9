//! Calls of other carriers: arguments follow what the callee needs, answers are returned.

use super::Builder;
use crate::pages_api::{After, Call, Role, declared_id};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::needs::{Body, Needs, Query, index_of};
use crate::syntax::Span;

impl<'b> Builder<'b, '_, '_> {
    pub(super) fn callee_needs(&self, call: &Call) -> Option<&'b Needs> {
        match index_of(self.cx.carriers, call) {
            Some(at) => self.cx.needs.get(at),
            None => self.cx.callees.get(&call.callee).map(|callee| &callee.needs),
        }
    }

    pub(super) fn calls(&mut self) {
        let carrier = self.carrier;
        for call in &carrier.calls {
            let Some(needs) = self.callee_needs(call) else { continue };
            if self.takes_cookies(call) {
                self.cookie_store(call);
                continue;
            }
            if self.taught(call, needs) {
                continue;
            }
            self.options_set_no_headers(call);
            self.arguments(call, needs);
            self.made_async(call, needs);
            self.renamed(call);
            if !self.hands_over(call, needs) {
                continue;
            }
            if !needs.effect.sends {
                if needs.effect.passes {
                    self.passed(call);
                }
                continue;
            }
            if self.is_lost(call.span, call.nested) {
                let help = "await what calls back, then answer in the handler itself";
                self.refuse(
                    "send-in-callback",
                    call.span,
                    "the response is sent from a function inside the handler",
                    help,
                );
                continue;
            }
            if self.settles(call.span) {
                if self.shared.contains(&call.span) {
                    let message = "headers set before this call go with the response that the helper sends later";
                    self.refuse("headers-shared", call.span, message, "set them in the helper");
                }
                self.settle_call(call, needs);
                continue;
            }
            let statement = self.statement_of(call.span).or_else(|| self.lists.branch_of(call.span));
            if !self.next(call, statement) {
                continue;
            }
            match (self.cx.after.get(&call.span), statement) {
                (Some(After::Returned), _) => {
                    self.kept(call.span);
                    self.returned_call(call, needs);
                }
                (Some(_), Some(statement)) => {
                    let text = self.text_of(statement);
                    let void = text.starts_with("void ");
                    let expression = if void { self.awaited(call.span) } else { statement_expression(text, statement) };
                    if self.is_open(call, needs)
                        && let Some((line, value)) = self.opened(call, statement)
                    {
                        self.leave(call.span, statement, vec![line], value);
                        continue;
                    }
                    let value = self.with_headers(call, needs, expression);
                    self.leave(call.span, statement, Vec::new(), value);
                }
                (None, Some(statement)) if self.text_of(statement).starts_with("return") => {
                    self.returned_call(call, needs);
                }
                (Some(After::Nothing(_) | After::Send(_)), None) if needs.effect.always => self.short_call(call, needs),
                _ => self.guard(call, needs),
            }
        }
    }

    /// `item || notFound(res);`.
    fn short_call(&mut self, call: &Call, needs: &Needs) {
        let Some((statement, short)) = self.lists.short_of(call.span) else { return self.guard(call, needs) };
        let expression = self.awaited(call.span);
        let value = self.with_headers(call, needs, expression);
        self.branch(statement, Some(short), value, Vec::new());
    }

    /// A call that is returned already.
    fn returned_call(&mut self, call: &Call, needs: &Needs) {
        if self.shared.contains(&call.span) {
            let expression = self.awaited(call.span);
            let pieces = self.with_headers(call, needs, expression);
            self.edit(expression, pieces);
        } else if self.is_open(call, needs)
            && let Some(statement) = self.statement_of(call.span)
            && let Some((line, value)) = self.opened(call, statement)
        {
            let (indent, semi) = (self.indent_at(statement.start), self.cx.dialect.style.semi());
            let between = [Piece::Text(format!("{semi}\n{indent}return "))];
            let ends = [Piece::Text(self.own_semi(statement).into())];
            self.edit(statement, line.into_iter().chain(between).chain(value).chain(ends).collect());
        }
    }

    /// A carrier of another module that has a new name.
    fn renamed(&mut self, call: &Call) {
        let name = self.cx.callees.get(&call.callee).and_then(|callee| callee.name.clone());
        let own = index_of(self.cx.carriers, call).and_then(|at| self.cx.renamed.get(&at).cloned());
        if let Some(name) = own.or(name) {
            let declared = declared_id(&call.callee).0;
            if let (Some(own), Some((_, member))) =
                (self.text_of(call.span).strip_prefix("this."), declared.split_once('.'))
                && own.starts_with(member)
            {
                let start = call.span.start + "this.".len();
                return self.edit(Span::new(start, start + member.len()), vec![Piece::Text(name)]);
            }
            let span = Span::new(call.span.start, call.span.start + declared.len());
            if span.end > call.span.end || self.text_of(span) != &*declared {
                let message = "this call cannot be given the name of the new helper";
                return self.refuse("helper-form", call.span, message, "call the helper by its plain name");
            }
            // A member of a namespace: `errors.notFound` becomes `errors.notFoundForRoute`.
            let object = call.callee.0.split_once('.').map(|(object, _)| format!("{object}."));
            self.out.edits.push(Edit::replace(span, format!("{}{name}", object.unwrap_or_default())));
        }
    }

    /// Whether a function with these needs has to await something in its new form.
    pub(super) fn becomes_async(&self, needs: &Needs) -> bool {
        (needs.params && self.cx.dialect.params_need_async()) || needs.body == Body::Own
    }

    /// A helper that has to become async returns a Promise: its caller must not need the value at once, and
    /// a `try` around the call would not see what it throws.
    fn made_async(&mut self, call: &Call, needs: &Needs) {
        let own = index_of(self.cx.carriers, call);
        let was_async = own.is_none_or(|at| self.cx.carriers.list[at].is_async());
        if was_async || !self.becomes_async(needs) {
            return;
        }
        let holds =
            |list: &&crate::route_handler::lists::List| list.items.iter().any(|item| item.span.contains(call.span));
        let in_try = self.lists.lists.iter().filter(holds).any(|list| list.in_try);
        if !needs.effect.sends || in_try {
            let message =
                "this helper would have to become async, and the code around the call depends on its being synchronous";
            self.refuse("helper-becomes-async", call.span, message, "make the helper async and await it here first");
        }
    }

    pub(super) fn arguments(&mut self, call: &Call, needs: &Needs) {
        let names = self.cx.names;
        // Each with the index of the argument that it is, if it is one of them.
        let mut kept: Vec<(Option<usize>, Piece)> = Vec::new();
        let mut placed = !call.held.is_empty();
        for (at, (span, role)) in call.args.iter().enumerate() {
            match role {
                Some(Role::Req) => {
                    if needs.request {
                        self.out.request_at.push(*span);
                        kept.push(
                            match (
                                self.request_argument(call, *span),
                                self.recast(self.text_of(*span), needs.extensions.keys()),
                            ) {
                                (Piece::Source(_), Some(own)) => (None, Piece::Text(own)),
                                (same @ Piece::Source(_), None) => (Some(at), same),
                                (other, _) => (None, other),
                            },
                        );
                    }
                    if needs.query == Query::Given {
                        kept.push((None, Piece::Text(self.query_name.clone())));
                    }
                    if needs.body == Body::Given {
                        kept.push((None, Piece::Text(self.body_name.clone())));
                    }
                    // A handler that gives data has no response in whose place the parameters could stand.
                    if needs.params && call.asks_for_data() && self.carrier.continuations.contains(&call.callee) {
                        placed = true;
                        kept.push((None, Piece::Text(context_argument(&names.params))));
                    }
                }
                // The parameters and the headers take the place of the response.
                Some(Role::Res) => {
                    if needs.params {
                        placed = true;
                        let context = context_argument(&names.params);
                        kept.push((None, Piece::Text(self.context_with_headers(call, context))));
                    }
                    if needs.effect.headers {
                        kept.extend(self.headers_argument(call).map(|own| (None, Piece::Text(own))));
                    }
                }
                None if needs.emptied.contains(&at) || self.carrier.idle.contains(span) => {}
                None => kept.push((Some(at), Piece::Source(*span))),
            }
        }
        if needs.params && (!placed || !(self.is_dynamic() || self.needs.hands_on)) {
            let message = "this helper needs the route's parameters, and there is no place for them";
            return self.refuse("helper-needs-params", call.span, message, "pass what it needs as an argument");
        }
        if needs.params {
            self.out.params_at.push(call.span);
        }
        self.held_arguments(call, needs);
        let (Some((first, _)), Some((last, _))) = (call.args.first(), call.args.last()) else { return };
        if kept.iter().map(|(at, _)| *at).eq((0..call.args.len()).map(Some)) {
            return;
        }
        let text = &self.cx.module.text;
        if kept.is_empty() {
            // The parentheses close: white space and a last comma go, too.
            let open = text[..first.start].rfind('(').map_or(first.start, |at| at + 1);
            let close = text[last.end..call.span.end].find(')').map_or(last.end, |at| last.end + at);
            return self.edit(Span::new(open, close), Vec::new());
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut before: Option<Option<usize>> = None;
        for (at, piece) in kept {
            match (before, at) {
                (None, _) => {}
                // Neighbours stay as far apart as they were.
                (Some(Some(one)), Some(other)) if one + 1 == other => {
                    pieces.push(Piece::Source(Span::new(call.args[one].0.end, call.args[other].0.start)));
                }
                _ => pieces.push(Piece::Text(self.separator(call))),
            }
            pieces.push(piece);
            before = Some(at);
        }
        self.edit(Span::new(first.start, last.end), pieces);
    }

    /// What stands between arguments: a comma, and the line break that the others have.
    fn separator(&self, call: &Call) -> String {
        let [one, other, ..] = call.args.as_slice() else { return ", ".into() };
        let between = self.text_of(Span::new(one.0.end, other.0.start));
        if between.trim() == "," { between.to_owned() } else { ", ".into() }
    }
}

/// `{ params }`, with `params` called `name`.
fn context_argument(name: &str) -> String {
    if name == "params" { "{ params }".into() } else { format!("{{ params: {name} }}") }
}

/// The expression of an expression statement.
fn statement_expression(text: &str, statement: Span) -> Span {
    let length = text.trim_end().trim_end_matches(';').trim_end().len();
    Span::new(statement.start, statement.start + length)
}
