//! What the text of a handler's module shows: the strings, names and packages that rules look for. Comments do not
//! count, nor does what the handler sends to others.

use crate::syntax::ast::{CallExpr, Expr, Ident, KeyValueProp, MemberExpr, NewExpr, Str, Tpl, TsType};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, literal_str, member_name, prop_name, span_of};

/// The signs of one module, each with its place, in the order of the text.
#[derive(Default)]
pub struct Signs {
    /// String literals.
    pub strings: Vec<(String, Span)>,
    /// What `get` and `has` are asked for, of headers and of the query.
    pub asked: Vec<(String, Span)>,
    /// Names that are mentioned: `constructEvent`, `ReadableStream`.
    pub names: Vec<(String, Span)>,
    /// Imported modules.
    pub imports: Vec<(String, Span)>,
    /// Content types of responses that are made, `new Response(csv, { headers: { 'Content-Type': 'text/csv' } })`, and
    /// headers that name a file.
    pub answered: Vec<(String, Span)>,
    in_response: bool,
}

impl Signs {
    /// Reads them once.
    pub fn of(module: &Module) -> Signs {
        let mut signs = Signs::default();
        for import in module.specifiers() {
            signs.imports.push((import.value.clone(), import.span));
        }
        module.ast.visit_with(&mut signs);
        signs
    }
}

/// The first of `found` that fits in lower case.
pub fn first(found: &[(String, Span)], fits: impl Fn(&str) -> bool) -> Option<&(String, Span)> {
    found.iter().find(|(text, _)| fits(&text.to_ascii_lowercase()))
}

impl Visit for Signs {
    fn visit_str(&mut self, text: &Str) {
        if let Some(value) = text.value.as_str() {
            self.strings.push((value.to_owned(), span_of(text)));
        }
    }

    fn visit_tpl(&mut self, template: &Tpl) {
        for quasi in &template.quasis {
            if let Some(text) = quasi.cooked.as_ref().and_then(|text| text.as_str()) {
                self.strings.push((text.to_owned(), span_of(template)));
            }
        }
        template.exprs.visit_with(self);
    }

    fn visit_ident(&mut self, name: &Ident) {
        self.names.push((name.sym.to_string(), span_of(name)));
    }

    fn visit_ts_type(&mut self, _: &TsType) {}

    // `process.env.CRON_SECRET`; other members say little.
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let of_env = matches!(bare(&member.obj), Expr::Member(inner) if member_name(inner).as_deref() == Some("env"));
        if of_env {
            self.names.extend(member_name(member).map(|name| (name, span_of(member))));
        }
        member.visit_children_with(self);
    }

    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        let key = prop_name(&pair.key).unwrap_or_default().to_ascii_lowercase();
        if self.in_response && key == "content-type" {
            self.answered.extend(literal_str(&pair.value).map(|text| (text, span_of(pair))));
        }
        if self.in_response && key == "content-disposition" {
            self.answered.push((key.clone(), span_of(pair)));
        }
        // `headers: { Authorization: `Bearer ${KEY}` }` goes to somebody else.
        if key == "authorization" || key == "x-api-key" {
            return;
        }
        self.strings.push((key, span_of(&pair.key)));
        pair.value.visit_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) {
            let name = member_name(member).unwrap_or_default();
            let asks = matches!(name.as_str(), "get" | "has");
            if let Some(asked) = call.args.first().filter(|_| asks).and_then(|argument| literal_str(&argument.expr)) {
                self.asked.push((asked, span_of(call)));
            }
            let header = call.args.first().and_then(|argument| literal_str(&argument.expr)).unwrap_or_default();
            if matches!(name.as_str(), "set" | "append") && header.eq_ignore_ascii_case("content-disposition") {
                self.answered.push((header, span_of(call)));
            }
            self.names.push((name, span_of(call)));
        }
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        let response = matches!(bare(&new.callee), Expr::Ident(name) if name.sym.ends_with("Response"));
        let outer = self.in_response;
        self.in_response |= response;
        new.visit_children_with(self);
        self.in_response = outer;
    }
}
