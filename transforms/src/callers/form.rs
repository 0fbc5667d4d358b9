//! Forms that the browser itself sends: an action can take their place, with and without JavaScript.
//!
//! ```tsx
//! <form action="/api/contact" method="post">
//!   <input name="email" />
//!   <button>Send</button>
//! </form>
//! ```

use std::collections::BTreeSet;

use super::fetch::{Encoding, Sent};
use super::mention::{Caller, Kind};
use super::path::path;
use super::reading::{Failure, Reading};
use crate::project::Method;
use crate::syntax::ast::{
    ArrowExpr, BinaryOp, CallExpr, Expr, Function as AstFunction, JSXAttr, JSXAttrName, JSXAttrOrSpread, JSXAttrValue,
    JSXElement, JSXElementChild, JSXElementName, JSXExpr, JSXOpeningElement, Lit, OptCall,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, literal_str, member_name, span_of};

/// A form of the page, as far as that matters for an action.
#[derive(Clone, Debug)]
pub struct NativeForm {
    /// `action="/api/contact"`.
    pub action: Span,
    /// Attributes that React sets by itself for an action.
    pub gone: Vec<Span>,
    /// It is sent as `multipart/form-data`.
    pub multipart: bool,
    /// No two fields have one name, as far as that can be seen, which is all the way.
    pub distinct: bool,
    /// It may send a file.
    pub files: Option<Span>,
}

/// Attributes of a button that sends its form in another way. What it leaves open, the form says: by which method, and in
/// which encoding.
pub const SENT_OTHERWISE: [&str; 4] = ["formAction", "formMethod", "formEncType", "formTarget"];

/// Attributes that change nothing of what is sent.
const HARMLESS: [&str; 8] = ["className", "style", "role", "key", "title", "noValidate", "autoComplete", "id"];

/// The URL of a form, and what an action needs to know of it.
pub fn read(module: &Module, element: &JSXElement) -> Option<(Span, Kind)> {
    let JSXElementName::Ident(name) = &element.opening.name else { return None };
    if &*name.sym != "form" {
        return None;
    }
    let (mut url, mut method, mut refused) = (None, "get".to_owned(), None);
    let mut form = NativeForm {
        action: span_of(&element.opening),
        gone: Vec::new(),
        multipart: false,
        distinct: true,
        files: None,
    };
    for attribute in &element.opening.attrs {
        let JSXAttrOrSpread::JSXAttr(attribute) = attribute else {
            refused.get_or_insert((span_of(attribute), "the attributes of its form are not known"));
            continue;
        };
        let (span, name) = (span_of(attribute), module.text_of(&attribute.name));
        let before = module.text[..span.start].trim_end().len();
        match name {
            "action" => {
                form.action = span;
                url = value(attribute);
            }
            "method" => match value(attribute).as_ref().and_then(literal_str) {
                Some(own) => {
                    method = own.to_ascii_lowercase();
                    form.gone.push(Span::new(before, span.end));
                }
                None => {
                    refused.get_or_insert((span, "the method of its form is not known"));
                }
            },
            "encType" => {
                form.gone.push(Span::new(before, span.end));
                match value(attribute).as_ref().and_then(literal_str).as_deref() {
                    Some("multipart/form-data") => form.multipart = true,
                    Some("application/x-www-form-urlencoded") => {}
                    _ => {
                        refused.get_or_insert((span, "the encoding of its form is not known"));
                    }
                }
            }
            // Fields elsewhere may name the form by its id.
            "id" => form.distinct = false,
            name if HARMLESS.contains(&name) || name.starts_with("aria-") || name.starts_with("data-") => {}
            _ => {
                refused.get_or_insert((span, "this attribute of its form may change what is sent"));
            }
        }
    }
    let url = url?;
    let at = span_of(bare(&url));
    if method == "get" || method == "dialog" {
        return refused.is_none().then_some((at, Kind::Get));
    }
    let mut fields = Fields { names: BTreeSet::new(), submits: BTreeSet::new(), form, otherwise: None, depth: 0 };
    for child in &element.children {
        child.visit_with(&mut fields);
    }
    fields.form.distinct &= fields.names.is_disjoint(&fields.submits);
    if let Some(at) = scripted(module) {
        refused.get_or_insert((at, "this may send its form without the event that React waits for"));
    }
    if let Some(at) = fields.otherwise {
        refused
            .get_or_insert((at, "this button sends its form in another way, for which the form keeps its attributes"));
    }
    let path = path(&url, &BTreeSet::new()).filter(|path| path.query.is_empty());
    let Some(path) = path.filter(|_| method == "post" && refused.is_none()) else {
        let (span, why) = refused.unwrap_or((at, "its URL is not a path of static segments and single values"));
        return Some((at, Kind::Other(Some(Method::Post), (span, why.to_owned()))));
    };
    let sent = Sent { method: Method::Post, path, body: None, encoding: Encoding::Form, others: Vec::new() };
    let reading = Reading { json: Vec::new(), failure: Failure::Either, annotation: None };
    let form = Some(fields.form);
    let caller = Caller {
        call: span_of(&element.opening),
        sent,
        reading,
        rejecting: None,
        settled: None,
        returned: None,
        form,
        in_mutation: false,
        overtaken: None,
    };
    Some((at, Kind::Call(Box::new(caller))))
}

fn value(attribute: &JSXAttr) -> Option<Expr> {
    match attribute.value.as_ref()? {
        JSXAttrValue::Str(text) => Some(Expr::Lit(Lit::Str(text.clone()))),
        JSXAttrValue::JSXExprContainer(container) => match &container.expr {
            JSXExpr::Expr(expr) => Some((**expr).clone()),
            JSXExpr::JSXEmptyExpr(_) => None,
        },
        _ => None,
    }
}

/// `event.currentTarget.form.submit()`: the browser sends the form at once, to what its attribute says.
fn scripted(module: &Module) -> Option<Span> {
    struct Submits(Option<Span>);
    impl Visit for Submits {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            self.called(call.callee.as_expr().map(|callee| bare(callee)));
            call.visit_children_with(self);
        }

        fn visit_opt_call(&mut self, call: &OptCall) {
            self.called(Some(bare(&call.callee)));
            call.visit_children_with(self);
        }
    }
    impl Submits {
        fn called(&mut self, callee: Option<&Expr>) {
            let member = match callee {
                Some(Expr::Member(member)) => Some(member),
                Some(Expr::OptChain(chain)) => chain.base.as_member(),
                _ => None,
            };
            if let Some(member) = member.filter(|member| member_name(member).as_deref() == Some("submit")) {
                self.0.get_or_insert(span_of(member));
            }
        }
    }
    let mut submits = Submits(None);
    if module.text.contains("submit") {
        module.ast.visit_with(&mut submits);
    }
    submits.0
}

/// Looks at what a form contains.
struct Fields {
    names: BTreeSet<String>,
    /// Names of submit buttons, of which only one is sent.
    submits: BTreeSet<String>,
    form: NativeForm,
    /// A button that sends the form to another URL, or in another way.
    otherwise: Option<Span>,
    /// How many functions are around: what they make, they may make more than once.
    depth: usize,
}

impl Visit for Fields {
    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        let own = match &element.name {
            JSXElementName::Ident(name) if name.sym.starts_with(|c: char| c.is_ascii_lowercase()) => &*name.sym,
            _ => "",
        };
        self.form.distinct &= !own.is_empty() && self.depth == 0;
        let (mut name, mut kind) = (None, None);
        for attribute in &element.attrs {
            let JSXAttrOrSpread::JSXAttr(attribute) = attribute else {
                self.form.distinct = false;
                continue;
            };
            let JSXAttrName::Ident(key) = &attribute.name else { continue };
            let text = value(attribute).as_ref().and_then(literal_str);
            match &*key.sym {
                "name" => {
                    self.form.distinct &= text.is_some();
                    name = text;
                }
                "type" => {
                    self.form.distinct &= text.is_some();
                    kind = text;
                }
                "multiple" | "form" => self.form.distinct = false,
                key if SENT_OTHERWISE.contains(&key) => {
                    self.otherwise.get_or_insert(span_of(attribute));
                }
                _ => {}
            }
        }
        match kind.as_deref() {
            Some("file") => self.form.files = Some(span_of(element)),
            Some("image") => self.form.distinct = false,
            _ => {}
        }
        let submits = own == "button" || (own == "input" && kind.as_deref() == Some("submit"));
        if let Some(name) = name {
            if submits {
                self.submits.insert(name);
            } else {
                self.form.distinct &= self.names.insert(name);
            }
        }
        element.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.depth += 1;
        function.visit_children_with(self);
        self.depth -= 1;
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.depth += 1;
        arrow.visit_children_with(self);
        self.depth -= 1;
    }

    fn visit_jsx_element_child(&mut self, child: &JSXElementChild) {
        if let JSXElementChild::JSXExprContainer(container) = child
            && let JSXExpr::Expr(expr) = &container.expr
        {
            self.form.distinct &= is_plain_child(expr);
        }
        child.visit_children_with(self);
    }
}

/// Whether all that an expression among the children may show is seen: `{children}` may hold fields.
fn is_plain_child(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) | Expr::Tpl(_) | Expr::JSXElement(_) | Expr::JSXFragment(_) => true,
        Expr::Bin(bin) if bin.op == BinaryOp::LogicalAnd => is_plain_child(&bin.right),
        Expr::Cond(choice) => is_plain_child(&choice.cons) && is_plain_child(&choice.alt),
        _ => false,
    }
}
