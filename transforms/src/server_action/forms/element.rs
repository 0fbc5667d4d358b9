//! The form that a function is the `onSubmit` of, and what a reset would do to its fields.

use super::Kept;
use super::entered::AS_AT_FIRST;
use super::fields::reference;
use super::handler::Handler;
use crate::callers::SENT_OTHERWISE;
use crate::syntax::ast::{
    Expr, Id, JSXAttr, JSXAttrName, JSXAttrOrSpread, JSXAttrValue, JSXElement, JSXElementChild, JSXElementName,
    JSXExpr, JSXExprContainer, JSXOpeningElement,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, function_of, ident, is_ident, member_name, span_of};

/// `<form onSubmit={submit}>`.
pub struct Form {
    /// The name `onSubmit`.
    pub attribute: Span,
    pub children: Vec<JSXElementChild>,
    /// `<input form="id">`: elements that may belong to it without standing in it, or stand in it and belong elsewhere.
    pub outside: Vec<JSXOpeningElement>,
    /// What its `ref` is.
    pub reference: Option<Id>,
    /// What keeps it from having an action.
    pub obstacle: Option<Kept>,
}

/// The form that `handler` is the `onSubmit` of.
pub fn form_of(module: &Module, handler: &Handler) -> Option<Form> {
    let mut forms = Forms { module, handler, found: None };
    handler.component.visit_with(&mut forms);
    forms.found
}

/// The `onSubmit` of a form that is a function of its own and calls `handler`: `onSubmit={(e) => { …; submit(); }}`.
pub fn around(module: &Module, handler: &Handler) -> Option<Span> {
    struct Around<'a>(&'a [Span], Option<Span>);
    impl Visit for Around<'_> {
        fn visit_jsx_attr(&mut self, attribute: &JSXAttr) {
            if attribute_name(attribute) == Some("onSubmit")
                && let Some(value) = attribute_value(attribute).filter(|value| function_of(value).is_some())
                && self.0.iter().any(|mention| span_of(value).contains(*mention))
            {
                self.1.get_or_insert(span_of(attribute));
            }
            attribute.visit_children_with(self);
        }
    }
    let all = module.references();
    let mut found = Around(all.get(&handler.id).map_or(&[][..], Vec::as_slice), None);
    handler.component.visit_with(&mut found);
    found.1
}

struct Forms<'m> {
    module: &'m Module,
    handler: &'m Handler,
    found: Option<Form>,
}

impl Visit for Forms<'_> {
    fn visit_jsx_element(&mut self, element: &JSXElement) {
        if self.module.text_of(&element.opening.name) == "form" {
            let submits = |attribute: &JSXAttr| {
                let named = attribute_name(attribute) == Some("onSubmit");
                named && attribute_value(attribute).is_some_and(|value| is_ident(value, &self.handler.id))
            };
            let mut attribute = None;
            let mut obstacle = None;
            for each in &element.opening.attrs {
                match each {
                    JSXAttrOrSpread::JSXAttr(own) if submits(own) => attribute = Some(span_of(&own.name)),
                    JSXAttrOrSpread::JSXAttr(own)
                        if matches!(
                            attribute_name(own),
                            Some("action" | "method" | "encType" | "target" | "onReset")
                        ) =>
                    {
                        obstacle.get_or_insert((span_of(own), "its form has one of its own".to_owned()));
                    }
                    JSXAttrOrSpread::JSXAttr(_) => {}
                    JSXAttrOrSpread::SpreadElement(spread) => {
                        obstacle
                            .get_or_insert((span_of(spread), "the attributes of its form are not known".to_owned()));
                    }
                }
            }
            if let Some(attribute) = attribute {
                let outside = outside(self.module, element);
                let mut buttons = Buttons(None);
                element.children.visit_with(&mut buttons);
                outside.iter().for_each(|element| element.visit_with(&mut buttons));
                let elsewhere =
                    |at| (at, "this button would send the form to another place than its action".to_owned());
                obstacle = obstacle.or(buttons.0.map(elsewhere));
                let reference = reference(&element.opening.attrs);
                self.found = Some(Form { attribute, children: element.children.clone(), outside, reference, obstacle });
            }
        }
        element.visit_children_with(self);
    }
}

/// Looks for `<button formAction="/api/other">`, of which `preventDefault()` kept the browser, and an action does not.
struct Buttons(Option<Span>);

impl Visit for Buttons {
    fn visit_jsx_attr(&mut self, attribute: &JSXAttr) {
        if attribute_name(attribute).is_some_and(|name| SENT_OTHERWISE.contains(&name)) {
            self.0.get_or_insert(span_of(attribute));
        }
        attribute.visit_children_with(self);
    }
}

/// What of the form a reset might change: a field that no state holds.
pub fn resets(module: &Module, form: &Form) -> Option<Kept> {
    let mut fields = Fields { module, found: None };
    form.children.visit_with(&mut fields);
    let outside = form.field_outside(module);
    let outside = outside.map(|at| (at, "this field, which stands outside, may belong to the form".to_owned()));
    fields.found.or(outside)
}

impl Form {
    /// Something that may be a field of the form, and does not stand in it.
    pub fn field_outside(&self, module: &Module) -> Option<Span> {
        let is_button = |element: &&JSXOpeningElement| match (module.text_of(&element.name), kind(module, element)) {
            ("button", _) => true,
            ("input", Some(kind)) => matches!(kind, "submit" | "button" | "reset"),
            (_, Some(kind)) => is_component(&element.name) && matches!(kind, "submit" | "button" | "reset"),
            _ => false,
        };
        self.outside.iter().find(|element| !is_button(element)).map(span_of)
    }
}

/// The elements of `module` with an attribute `form` that may mean the form `element`, and those in it that have one.
fn outside(module: &Module, element: &JSXElement) -> Vec<JSXOpeningElement> {
    struct Named<'m> {
        module: &'m Module,
        form: Span,
        id: Option<&'m str>,
        found: Vec<JSXOpeningElement>,
    }
    impl Visit for Named<'_> {
        fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
            if let Some(form) = attribute_text(self.module, element, "form") {
                let is_text = |value: &str| value.starts_with(['"', '\'']);
                let may_be =
                    |id: &str| !(is_text(id) && is_text(form)) || id[1..id.len() - 1] == form[1..form.len() - 1];
                if self.form.contains(span_of(element)) || self.id.is_some_and(may_be) {
                    self.found.push(element.clone());
                }
            }
            element.visit_children_with(self);
        }
    }
    let id = attribute_text(module, &element.opening, "id");
    let mut named = Named { module, form: span_of(element), id, found: Vec::new() };
    module.ast.visit_with(&mut named);
    named.found
}

/// The value of an attribute as it is written.
fn attribute_text<'m>(module: &'m Module, element: &JSXOpeningElement, name: &str) -> Option<&'m str> {
    let own = attributes(element).find(|attribute| attribute_name(attribute) == Some(name))?;
    Some(own.value.as_ref().map_or("", |value| module.text_of(value)))
}

/// The text of the attribute `type`; an expression that is no text keeps its braces.
pub fn kind<'m>(module: &'m Module, element: &JSXOpeningElement) -> Option<&'m str> {
    let own = attribute_text(module, element, "type")?;
    let inside = own.strip_prefix('{').and_then(|own| own.strip_suffix('}'));
    let own = inside.filter(|inside| inside.starts_with(['\'', '"'])).unwrap_or(own);
    Some(own.trim_matches(['\'', '"']))
}

pub fn attributes(element: &JSXOpeningElement) -> impl Iterator<Item = &JSXAttr> {
    element.attrs.iter().filter_map(|attribute| match attribute {
        JSXAttrOrSpread::JSXAttr(attribute) => Some(attribute),
        JSXAttrOrSpread::SpreadElement(_) => None,
    })
}

/// React keeps what a reset falls back to up to date, but not for numbers while they are typed.
pub const OLDER_NUMBER: &str = "this field would fall back to an older number if it is sent by the Enter key";

struct Fields<'m> {
    module: &'m Module,
    found: Option<Kept>,
}

impl Fields<'_> {
    fn against(&mut self, at: Span, why: &str) {
        self.found.get_or_insert((at, why.to_owned()));
    }
}

impl Visit for Fields<'_> {
    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        let name = self.module.text_of(&element.name);
        let has = |name: &str| attributes(element).any(|attribute| attribute_name(attribute) == Some(name));
        let kind = kind(self.module, element);
        let at = span_of(element);
        let held = has("value") && has("onChange");
        match (name, kind) {
            ("input" | "button", Some("submit" | "button" | "hidden" | "reset")) | ("button", _) => {}
            ("input", Some("checkbox" | "radio")) => self.against(at, AS_AT_FIRST),
            ("input", Some("file")) => self.against(at, "would clear this field"),
            ("input", Some("number")) => self.against(at, OLDER_NUMBER),
            ("input" | "textarea", _) if held => {}
            ("select", _) => self.against(at, AS_AT_FIRST),
            ("input" | "textarea", _) => self.against(at, "no state holds this field"),
            (_, Some("submit")) => {}
            _ if is_component(&element.name) && !(held || has("htmlFor")) => {
                self.against(at, "what this component shows is not known");
            }
            _ => {}
        }
        element.visit_children_with(self);
    }

    fn visit_jsx_expr_container(&mut self, container: &JSXExprContainer) {
        if is_children(container) {
            self.against(span_of(container), "what stands here is not known");
        }
        container.visit_children_with(self);
    }
}

/// `{children}`, which may be anything.
pub fn is_children(container: &JSXExprContainer) -> bool {
    let JSXExpr::Expr(expr) = &container.expr else { return false };
    match bare(expr) {
        Expr::Member(member) => member_name(member).as_deref() == Some("children"),
        other => ident(other).is_some_and(|name| &*name.sym == "children"),
    }
}

/// `<Field />`, `<Form.Field />`.
pub fn is_component(name: &JSXElementName) -> bool {
    match name {
        JSXElementName::Ident(name) => name.sym.starts_with(|c: char| c.is_ascii_uppercase()),
        JSXElementName::JSXMemberExpr(_) => true,
        JSXElementName::JSXNamespacedName(_) => false,
    }
}

pub fn attribute_name(attribute: &JSXAttr) -> Option<&str> {
    match &attribute.name {
        JSXAttrName::Ident(name) => Some(&name.sym),
        JSXAttrName::JSXNamespacedName(_) => None,
    }
}

pub fn attribute_value(attribute: &JSXAttr) -> Option<&Expr> {
    match attribute.value.as_ref()? {
        JSXAttrValue::JSXExprContainer(container) => match &container.expr {
            JSXExpr::Expr(expr) => Some(expr),
            JSXExpr::JSXEmptyExpr(_) => None,
        },
        _ => None,
    }
}
