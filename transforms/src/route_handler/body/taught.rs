//! Calls that users have rules for: the new code of the rule takes their place.
//!
//! ```ts
//! ok(res, await list())              →   NextResponse.json(await list())
//! const user = await me(req, res)    →   const user = await auth()
//! ```

use super::Builder;
use crate::pages_api::{After, Call, TaughtCall};
use crate::project::{Import, Imported, imports};
use crate::rewrite::Piece;
use crate::route_handler::needs::Needs;
use crate::route_handler::taught::{rule_for, specifier};
use crate::settings::{HelperRule, Part};
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    /// Writes the new code, if there is a rule for `call`. False if there is none.
    pub(super) fn taught(&mut self, call: &Call, needs: &Needs) -> bool {
        let (cx, carrier) = (self.cx, self.carrier);
        let rule = cx.callees.get(&call.callee).and_then(|callee| rule_for(&callee.taught, call));
        let taught = carrier.taught.iter().find(|taught| taught.span == call.span);
        let (Some(rule), Some(taught)) = (rule, taught) else { return false };
        if !self.is_possible(call, rule, taught) {
            return true;
        }
        let code = self.new_code(call, rule, taught);
        // Nothing is left to wait for in an answer that is there at once.
        let waits = rule.awaited || (taught.awaited.is_some() && !rule.settled);
        let whole = taught.awaited.unwrap_or(call.span);
        let mut pieces = if waits { vec![Piece::Text("await ".into())] } else { Vec::new() };
        pieces.extend(if waits && !rule.awaited && !rule.closed { in_parentheses(code) } else { code });
        if rule.answers {
            let value = self.headed(call, needs, waits, pieces);
            self.answer_taught(call, whole, value);
        } else {
            let alone = self.statement_of(call.span).is_some();
            let starts = matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with('{'));
            // What is awaited already stays behind its `await`.
            let (span, pieces) = if waits { (whole, pieces) } else { (call.span, pieces) };
            let open = taught.open || (alone && !starts) || (waits && taught.awaited.is_some());
            let parenthesised = !open && (waits || !rule.closed);
            self.edit(span, if parenthesised { in_parentheses(pieces) } else { pieces });
        }
        true
    }

    /// Puts the response `value` where `call` is, returned; `whole` is the call with its `await`.
    fn answer_taught(&mut self, call: &Call, whole: Span, value: Vec<Piece>) {
        if self.is_lost(call.span, call.nested) {
            let message = "the response is sent from a function inside the handler";
            let help = "await what calls back, then answer in the handler itself";
            return self.refuse("send-in-callback", call.span, message, help);
        }
        let returned = matches!(self.cx.after.get(&call.span), Some(After::Returned));
        if returned && !self.settles(call.span) {
            return self.edit(whole, value);
        }
        self.answer(call.span, value, Vec::new());
    }

    fn is_possible(&mut self, call: &Call, rule: &HelperRule, taught: &TaughtCall) -> bool {
        if rule.takes_request() && self.carrier.req.is_none() {
            let message = "the rule for this call needs the request, and this function is not given it";
            self.refuse("helper-form", call.span, message, "hand `req` to this function, too");
            return false;
        }
        if rule.awaits && taught.awaited.is_none() && (call.nested || !self.carrier.function.is_async()) {
            let message = "the rule for this call awaits something, and the function around it is not async";
            self.refuse("helper-becomes-async", call.span, message, "make the function async first");
            return false;
        }
        let handler = self.cx.carriers.list[..self.cx.handlers].iter();
        let in_handler = handler.map(|own| own.function.span()).any(|own| own == self.carrier.function.span());
        if rule.answers && !rule.is_next && !in_handler {
            let message = "the rule for this call gives another class than `NextResponse`, by which the callers of a \
                helper tell an answer from a value";
            self.refuse("helper-form", call.span, message, "use `NextResponse` in the rule");
            return false;
        }
        if let Some(name) = self.taken_name(rule) {
            let message = format!("the rule for this call means something by `{name}` that is something else here");
            self.refuse("name-taken", call.span, message, "rename what has that name");
            return false;
        }
        true
    }

    /// A name of the rule that the module gives to something else.
    fn taken_name<'r>(&self, rule: &'r HelperRule) -> Option<&'r String> {
        let module = self.cx.module;
        let (all, free, imports) = (module.references(), module.free_references(), imports(module));
        rule.names.iter().find(|name| {
            let (from, what) = match rule.imports.iter().find(|import| import.local() == *name) {
                Some(import) => {
                    let what = import.name.split(' ').next().unwrap_or(&import.name);
                    (specifier(&rule.file, &import.specifier, &module.path), what)
                }
                None if *name == "cookies" => ("next/headers".to_owned(), name.as_str()),
                None => ("next/server".to_owned(), name.as_str()),
            };
            let ours = |import: &Import| import.specifier == from && import.name == Imported::Name(what.to_owned());
            let mut bound = all.keys().filter(|id| *id.0 == **name && !free.contains_key(*id));
            bound.any(|id| !imports.get(id).is_some_and(ours))
        })
    }

    /// The code of the rule with the arguments of the call.
    fn new_code(&mut self, call: &Call, rule: &HelperRule, taught: &TaughtCall) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in &rule.becomes {
            let (at, key, open) = match part {
                Part::Text(text) => {
                    pieces.push(Piece::Text(text.clone()));
                    continue;
                }
                Part::Argument { at, key, open } => (*at, key, *open),
            };
            let (value, text, closed) = match at {
                Some(at) => {
                    let (span, _) = call.args[at];
                    (Piece::Source(span), self.text_of(span), taught.args[at].closed)
                }
                None => (Piece::Text(self.req().to_owned()), self.req(), true),
            };
            if let Some(key) = key.as_ref().filter(|key| *key != text) {
                pieces.push(Piece::Text(format!("{key}: ")));
            }
            pieces.extend(if open || closed { vec![value] } else { in_parentheses(vec![value]) });
        }
        if rule.takes_request() {
            self.out.request_at.push(call.span);
        }
        if rule.awaits && !call.nested {
            self.out.awaits_at.push(call.span);
        }
        self.out.response |= rule.names.contains("NextResponse");
        pieces
    }
}

fn in_parentheses(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.insert(0, Piece::Text("(".into()));
    pieces.push(Piece::Text(")".into()));
    pieces
}
