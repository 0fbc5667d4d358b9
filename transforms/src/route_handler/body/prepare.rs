//! Headers and statuses that are set out of reach of the send that they go with.

use super::Builder;
use crate::pages_api::{Call, CorsOptions, HeaderChange, Payload, ResponseUse, operand};
use crate::rewrite::Piece;
use crate::route_handler::compat::Helper;
use crate::route_handler::content_length::is_replaced;
use crate::route_handler::payload::Kind;
use crate::route_handler::responses::{self, is_pure};
use crate::syntax::ast::{Expr, TsTypeAnn, UnaryOp};
use crate::syntax::{Span, bare, literal_str, span_of};

impl Builder<'_, '_, '_> {
    /// Statements that have to stand before a send with collected headers, because `res` replaced what a
    /// `Response` would keep: the content type by `res.json`, the length by whatever knows it.
    pub(super) fn forced(&mut self, send: &ResponseUse, collected: &[Span], helper: Option<Helper>) -> Vec<String> {
        let mut forced = Vec::new();
        // That one sets the type itself.
        if self.forces_content_type(send, collected) && helper != Some(Helper::SendJson) {
            let style = &self.cx.dialect.style;
            let (name, value) = (style.string("Content-Type"), style.string("application/json"));
            forced.push(format!("{}.set({name}, {value})", self.cx.names.headers));
        }
        if send.payload.as_ref().is_some_and(|payload| self.has_stale_length(send, payload, collected)) {
            let name = self.cx.dialect.style.string("Content-Length");
            forced.push(format!("{}.delete({name})", self.cx.names.headers));
        }
        forced
    }

    /// The headers of `send`, a function of a package, as lines before it: others are collected already.
    pub(super) fn set_before(&self, send: &ResponseUse) -> Option<Vec<Vec<Piece>>> {
        let style = &self.cx.dialect.style;
        let line = |change: &HeaderChange| {
            let name = change.literal_name()?;
            let value = responses::header_value(&name, change.value.as_ref()?, style, self.cx.constants)?;
            let open = format!("{}.set({}, ", self.cx.names.headers, style.string(&literal_str(&change.name)?));
            Some([Piece::Text(open)].into_iter().chain(value).chain([Piece::Text(")".into())]).collect())
        };
        send.headers.iter().map(line).collect()
    }

    /// Whether `headers` may hold the length of another body than the one of `payload`.
    fn has_stale_length(&self, send: &ResponseUse, payload: &Payload, collected: &[Span]) -> bool {
        let sets = |change: &HeaderChange| is_replaced(change, payload, self.cx.constants);
        // A name that is not written out may be this one.
        let names = |change: &HeaderChange| match change.literal_name() {
            Some(name) => name == "content-length",
            None => change.verb == "set" && matches!(bare(&change.name), Expr::Ident(_) | Expr::Member(_)),
        };
        let writes = || {
            let writes = self.carrier.writes.iter().filter(|write| collected.contains(&write.span));
            writes.filter(|write| write.headers.iter().any(names))
        };
        let is_own = |write: &&ResponseUse| !write.headers.iter().any(sets);
        let fresh = writes().filter(is_own).any(|write| self.lists.behind(write.span).contains(&send.span));
        let replaces = matches!(payload, Payload::Json(_) | Payload::Send(_));
        replaces && !fresh && writes().any(|write| write.nested || self.lists.can_precede(write.span, send.span))
    }

    /// Whether `res.send` makes JSON of it in any case.
    fn is_json(&self, value: &Expr) -> bool {
        self.cx.constants.kind(value) == Kind::Json
    }

    /// Whether `headers` may hold a content type that `res.json`, or `res.send` of an object, would
    /// replace and a `Response` would keep.
    fn forces_content_type(&mut self, send: &ResponseUse, collected: &[Span]) -> bool {
        let value = match &send.payload {
            Some(Payload::Json(value)) => value,
            Some(Payload::Send(value)) if value.as_ref().is_some_and(|value| self.is_json(value)) => value,
            _ => return false,
        };
        let writes = &self.carrier.writes;
        let before = writes
            .iter()
            .filter(|w| collected.contains(&w.span) && (w.nested || self.lists.can_precede(w.span, send.span)));
        let other = before.flat_map(|write| &write.headers).find(|change| match change.literal_name().as_deref() {
            Some("content-type") => {
                let value = change.value.as_ref().and_then(literal_str).unwrap_or_default();
                !value.starts_with("application/json")
            }
            Some(_) => false,
            None => change.verb != "cors",
        });
        // Others may have set one, too.
        let by_helper = self.carrier.calls.iter().find(|call| {
            collected.contains(&call.span) && self.callee_needs(call).is_some_and(|needs| needs.effect.sets_type)
        });
        if other.is_none()
            && by_helper.is_none()
            && !self.needs.effect.headers
            && (value.is_some() || send.otherwise.is_some())
        {
            return false;
        }
        // The type is set before the body is made; where that fails, another send has the wrong type.
        let certain = value.as_ref().is_none_or(is_pure) || !self.lists.in_try(send.span);
        let json = writes.iter().all(|write| match &write.payload {
            None | Some(Payload::Json(_)) => true,
            Some(Payload::Send(Some(value))) => self.is_json(value),
            _ => false,
        });
        let helpers = self.carrier.calls.iter().any(|c| self.callee_needs(c).is_some_and(|needs| needs.effect.sends));
        if !certain && (!json || helpers) {
            let unsure =
                |who: String| format!("{who} may set a content type, which `res.json` replaces and a `Response` keeps");
            let message = match (other, by_helper) {
                (Some(change), _) if change.literal_name().is_some() => {
                    "`res.json` replaces the content type that was set before, a `Response` keeps it".to_owned()
                }
                (Some(change), _) => {
                    unsure(format!("`{}`, a header whose name is not known,", self.text_of(span_of(&change.name))))
                }
                (None, Some(call)) => unsure(format!("`{}`, which is called before,", call.callee.0)),
                (None, None) => unsure("who calls this".to_owned()),
            };
            self.refuse("response-form", send.span, message, "set the content type only where it is meant");
        }
        true
    }

    /// `await cors(req, res)`: the headers are put where the others are, a preflight request is answered.
    fn cors(&mut self, call: Span) -> Vec<Vec<Piece>> {
        let Some((_, found)) = self.carrier.cors.iter().find(|(span, _)| *span == call) else { return Vec::new() };
        let (req, headers) = (self.req().to_owned(), self.cx.names.headers.clone());
        let preflight = self.fresh("preflight", call.start);
        let name = self.cx.names.helper(Helper::ApplyCors);
        let mut apply = vec![Piece::Text(format!("const {preflight} = {name}({req}, {headers}"))];
        match &found.options {
            Some(CorsOptions::Here(options)) => apply.extend([Piece::Text(", ".into()), Piece::Source(*options)]),
            Some(CorsOptions::Written(options)) => apply.push(Piece::Text(format!(", {options}"))),
            None => {}
        }
        apply.push(Piece::Text(")".into()));
        self.out.request_at.push(call);
        self.out.helpers.push((Helper::ApplyCors, call));
        vec![apply, vec![Piece::Text(format!("if ({preflight}) return {preflight}"))]]
    }

    /// The header change that is all that the carrier does, by an expression: `(res) => res.setHeader(…)`. What that
    /// gives is no response any more, which whoever calls it is asked about; see [`Self::passed`]. A `void` goes, too.
    fn own_expression(&self, write: &ResponseUse) -> Option<Span> {
        let function = self.carrier.function;
        let nothing =
            |returns: &TsTypeAnn| matches!(self.text_of(span_of(&*returns.type_ann)), "void" | "Promise<void>");
        let plain = self.needs.effect.headers && write.status.is_none();
        let value = function.expression().map(bare)?;
        let written = match value {
            Expr::Unary(unary) if unary.op == UnaryOp::Void => bare(&unary.arg),
            other => other,
        };
        let own = plain && span_of(written) == write.span && function.return_type().is_none_or(nothing);
        own.then(|| span_of(value))
    }

    /// The call of a helper that gives the response where it has prepared it: nobody may look at that.
    pub(super) fn passed(&mut self, call: &Call) {
        let own = self.carrier.function.expression().is_some_and(|value| span_of(operand(value)) == call.span);
        let statement = self.statement_of(call.span).or_else(|| self.lists.branch_of(call.span));
        let statement = statement.or_else(|| self.inner.statement_of(call.span));
        let dropped = statement.is_some_and(|statement| !self.text_of(statement).starts_with("return"));
        if !own && !dropped && self.lists.short_of(call.span).is_none() {
            let message = "what this helper gives is the response, which is used here";
            self.refuse("response-form", call.span, message, "call the helper in a statement of its own");
        }
    }

    /// A header or status that is set out of reach of its send.
    pub(super) fn collect(&mut self, write: &ResponseUse, total: usize) {
        let (names, style) = (self.cx.names, &self.cx.dialect.style);
        if write.nested && write.headers.iter().any(|change| change.verb == "cors") {
            let message = "CORS headers are set from a function inside the handler";
            return self.refuse("response-form", write.span, message, "set them in the handler itself");
        }
        let streamed = self.carrier.streamed.iter().any(|streamed| streamed.span().contains(write.span));
        let before_stream = |send: Span| self.lists.before(send) == Some(write.span);
        let goes_first = self.carrier.streamed.iter().any(|streamed| before_stream(streamed.send));
        if write.head && !(streamed || goes_first) {
            let message = "the head is written apart from the `end` that belongs to it";
            return self.refuse("response-form", write.span, message, "call `end` right behind it");
        }
        // In a function inside this one, `headers` can be reached as `res` was; a status needs more care.
        let statement = match write.nested {
            true => {
                let inner = || self.inner.statement_of(write.span).filter(|_| write.status.is_none());
                self.statement_of(write.span).or_else(inner)
            }
            false => self.statement_of(write.span).or_else(|| self.lists.branch_of(write.span)),
        };
        let expression = self.own_expression(write);
        let statement = statement.or(expression);
        // What `return res.status(400)` returns is the response itself, and nobody has sent it.
        let statement = statement.filter(|statement| !self.text_of(*statement).starts_with("return"));
        let Some(statement) = statement else {
            let help = "set it in a statement of its own in the handler";
            return self.refuse(
                "response-form",
                write.span,
                "the response is prepared inside a larger expression",
                help,
            );
        };
        // Where the caller gives the headers, it may have set cookies before.
        let again = total > 1 || write.nested || self.needs.effect.headers || self.lists.repeats(write.span);
        let mut lines: Vec<Vec<Piece>> = Vec::new();
        // Among what writes the body, it is the one that goes out anyway.
        if let Some(status) = write.status.as_ref().filter(|_| !streamed) {
            lines.push(vec![Piece::Text(format!("{} = ", names.status)), Piece::Source(span_of(status))]);
        }
        for change in &write.headers {
            let name = change.literal_name();
            // Keys of `writeHead` are names without quotes.
            let written = Piece::Source(span_of(&change.name));
            let quoted = || literal_str(&change.name).map_or(written.clone(), |key| Piece::Text(style.string(&key)));
            let written = if write.head { quoted() } else { written };
            let call = |verb: &str, value: Option<Vec<Piece>>| {
                let mut pieces = vec![Piece::Text(format!("{}.{verb}(", names.headers)), written.clone()];
                if let Some(value) = value {
                    pieces.push(Piece::Text(", ".into()));
                    pieces.extend(value);
                }
                pieces.push(Piece::Text(")".into()));
                pieces
            };
            if change.verb == "cors" {
                lines.extend(self.cors(write.span));
                continue;
            }
            let Some(value) = &change.value else {
                lines.push(call("delete", None));
                continue;
            };
            let cookies = name.as_deref() == Some("set-cookie");
            let own = name.as_deref().unwrap_or("set-cookie");
            match (responses::header_value(own, value, style, self.cx.constants), value) {
                (Some(value), _) => lines.push(call(change.verb, Some(value))),
                (None, Expr::Array(list)) if cookies && list.elems.iter().flatten().all(|e| e.spread.is_none()) => {
                    if let ([Some(only)], "set") = (list.elems.as_slice(), change.verb) {
                        lines.push(call("set", Some(vec![Piece::Source(span_of(&only.expr))])));
                        continue;
                    }
                    if again && change.verb == "set" {
                        lines.push(call("delete", None));
                    }
                    for element in list.elems.iter().flatten() {
                        lines.push(call("append", Some(vec![Piece::Source(span_of(&element.expr))])));
                    }
                }
                (None, value) if cookies => {
                    if again && change.verb == "set" {
                        lines.push(call("delete", None));
                    }
                    // `cookie` is what the value itself is called more often than not.
                    let cookie = self.fresh("cookie", statement.start);
                    let open = format!("for (const {cookie} of [");
                    let mut pieces = vec![Piece::Text(open), Piece::Source(span_of(value))];
                    pieces.push(Piece::Text(format!("].flat()) {}.append(", names.headers)));
                    let literal = literal_str(&change.name).map(|name| Piece::Text(style.string(&name)));
                    pieces.push(literal.unwrap_or_else(|| written.clone()));
                    pieces.push(Piece::Text(format!(", {cookie})")));
                    lines.push(pieces);
                }
                // Neither name nor value is known: it might be a list, also of cookies.
                (None, value) if change.verb == "set" && responses::may_be_anything(value, self.cx.constants) => {
                    let helper = self.cx.names.helper(Helper::SetHeader);
                    self.out.helpers.push((Helper::SetHeader, write.span));
                    let open = Piece::Text(format!("{helper}({}, ", names.headers));
                    let value = Piece::Source(span_of(value));
                    lines.push(vec![open, written.clone(), Piece::Text(", ".into()), value, Piece::Text(")".into())]);
                }
                (None, value) => lines.push(call(change.verb, Some(vec![Piece::Source(span_of(value))]))),
            }
        }
        // Several statements in place of one without braces need some, and so does a loop in place of an expression.
        let is_loop = matches!(lines.as_slice(), [line] if matches!(line.as_slice(), [Piece::Text(open), ..] if open.starts_with("for ")));
        let braces = (lines.len() > 1 && !write.nested && !self.lists.holds(statement))
            || (is_loop && expression == Some(statement));
        let closed = self.text_of(statement).ends_with(';') || (braces && expression.is_some() && style.semicolons);
        let semi = if closed { ";" } else { "" };
        let outer = self.indent_at(statement.start);
        let indent = if braces { format!("{outer}{}", style.indent) } else { outer.clone() };
        let mut pieces = Vec::new();
        if braces {
            pieces.push(Piece::Text(format!("{{\n{indent}")));
        }
        for (at, line) in lines.into_iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text(format!("\n{indent}")));
            }
            pieces.extend(line);
            pieces.push(Piece::Text(semi.into()));
        }
        if braces {
            pieces.push(Piece::Text(format!("\n{outer}}}")));
        }
        self.edit(statement, pieces);
    }
}
