//! Handlers of what changes the page by itself: links, with all that stands in them and around them, and forms that the
//! browser sends.
//!
//! ```tsx
//! <Link href="/done"><button onClick={() => track()}>…</button></Link>
//! <Button asChild onClick={() => track()}><Link href="/done">…</Link></Button>
//! <form action="/search" onSubmit={() => track()}>…</form>
//! ```

use super::navigating::{Navigating, is_here};
use super::{LATER_KEPT, WAITING_KEPT};
use crate::project::NextVersion;
use crate::syntax::ast::{
    Expr, JSXAttrName, JSXAttrOrSpread, JSXAttrValue, JSXElement, JSXExpr, JSXOpeningElement, Lit,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, function_of, literal_str, span_of};

/// What a click calls.
const CLICKS: [&str; 12] = [
    "onClick",
    "onClickCapture",
    "onMouseDown",
    "onMouseDownCapture",
    "onMouseUp",
    "onMouseUpCapture",
    "onPointerDown",
    "onPointerDownCapture",
    "onPointerUp",
    "onPointerUpCapture",
    "onTouchStart",
    "onTouchEnd",
];

/// Where the browser goes nowhere, or leaves the page as it is.
const STAYS: [&str; 4] = ["#", "javascript:", "mailto:", "tel:"];

/// The handlers in `module` that a link or a form overtakes, with the first version of Next that sends an action from
/// there nonetheless.
pub fn overtaken(module: &Module, names: &Navigating) -> Vec<(Span, Option<NextVersion>)> {
    let mut links = Links { module, names, around: Vec::new(), slots: 0, inside: None, found: Vec::new() };
    module.ast.visit_with(&mut links);
    links.found
}

struct Links<'m> {
    module: &'m Module,
    names: &'m Navigating,
    /// The handlers of the elements around.
    around: Vec<Span>,
    /// From here on, they are those of the next element: of what stands for its only child.
    slots: usize,
    /// The link around, unless something in it keeps it from going anywhere.
    inside: Option<Option<NextVersion>>,
    found: Vec<(Span, Option<NextVersion>)>,
}

impl Links<'_> {
    fn attribute<'e>(&self, element: &'e JSXOpeningElement, wanted: &str) -> Option<Option<&'e JSXAttrValue>> {
        element.attrs.iter().find_map(|attribute| match attribute {
            JSXAttrOrSpread::JSXAttr(own) if self.module.text_of(&own.name) == wanted => Some(own.value.as_ref()),
            _ => None,
        })
    }

    /// The handlers of an element that a click calls, and whether that is the event that a link follows.
    fn clicked(&self, element: &JSXOpeningElement) -> Vec<(Span, bool)> {
        // What stands for its only child is chosen in a list by other means than a click, too.
        let chosen = self.attribute(element, "asChild").is_some();
        let handlers = element.attrs.iter().filter_map(|attribute| match attribute {
            JSXAttrOrSpread::JSXAttr(own) => match &own.name {
                JSXAttrName::Ident(name) if CLICKS.contains(&&*name.sym) || (chosen && &*name.sym == "onSelect") => {
                    own.value.as_ref().map(|value| (span_of(value), name.sym.starts_with("onClick")))
                }
                _ => None,
            },
            JSXAttrOrSpread::SpreadElement(_) => None,
        });
        handlers.collect()
    }

    /// Whether a handler keeps the browser from what it does, by itself or by a function that it mentions. To stop the
    /// event does not: the browser follows the link all the same.
    fn keeps(&self, handler: Span) -> bool {
        let says = |span: Span| span.text(&self.module.text).contains("preventDefault");
        let references = self.module.references();
        let mentioned = |name| references.get(name).into_iter().flatten().any(|at| handler.contains(*at));
        says(handler) || self.names.functions.iter().any(|(name, function)| mentioned(name) && says(*function))
    }

    /// Whether an element is a link to another page, and the first version of Next that sends an action behind it.
    fn link(&self, element: &JSXOpeningElement) -> Option<Option<NextVersion>> {
        let href = self.attribute(element, "href")?.and_then(text);
        let elsewhere = self
            .attribute(element, "target")
            .is_some_and(|target| target.and_then(text).is_none_or(|window| !is_here(&window)));
        let stays = href.as_deref().is_some_and(|url| STAYS.iter().any(|start| url.starts_with(start)));
        if stays || elsewhere || self.attribute(element, "download").is_some() {
            return None;
        }
        let foreign = href.is_some_and(|url| url.contains("://") || url.starts_with("//"));
        let routed = self.module.text_of(&element.name) != "a" && !foreign;
        Some(routed.then_some(WAITING_KEPT))
    }

    /// The handler of a form that the browser sends all the same.
    fn sent(&self, element: &JSXOpeningElement) -> Option<Span> {
        if self.module.text_of(&element.name) != "form" {
            return None;
        }
        // A function is the action of React, which sends the form by itself.
        let by_browser = match self.attribute(element, "action") {
            None => true,
            Some(action) => action.is_some_and(is_text),
        };
        let other = |name: &str, is: &dyn Fn(&str) -> bool| {
            self.attribute(element, name).is_some_and(|value| value.and_then(text).is_none_or(|text| is(&text)))
        };
        if !by_browser || other("target", &|window| !is_here(window)) || other("method", &|method| method == "dialog") {
            return None;
        }
        let Some(Some(JSXAttrValue::JSXExprContainer(container))) = self.attribute(element, "onSubmit") else {
            return None;
        };
        let JSXExpr::Expr(handler) = &container.expr else { return None };
        // Who is given the event may prevent it, as `handleSubmit` of react-hook-form does; so may what is no function here.
        let blind = match bare(handler) {
            Expr::Ident(name) => self.names.blind.contains(&name.to_id()),
            handler => function_of(handler).is_some_and(|function| function.params().is_empty()),
        };
        blind.then(|| span_of(&**handler))
    }
}

/// The text of an attribute, if it says one.
fn text(value: &JSXAttrValue) -> Option<String> {
    match value {
        JSXAttrValue::Str(text) => text.value.as_str().map(str::to_owned),
        JSXAttrValue::JSXExprContainer(container) => match &container.expr {
            JSXExpr::Expr(value) => literal_str(value),
            JSXExpr::JSXEmptyExpr(_) => None,
        },
        _ => None,
    }
}

/// Whether the value of an attribute is certainly a text.
fn is_text(value: &JSXAttrValue) -> bool {
    match value {
        JSXAttrValue::JSXExprContainer(container) => match &container.expr {
            JSXExpr::Expr(value) => matches!(bare(value), Expr::Tpl(_) | Expr::Lit(Lit::Str(_))),
            JSXExpr::JSXEmptyExpr(_) => false,
        },
        other => text(other).is_some(),
    }
}

impl Visit for Links<'_> {
    fn visit_jsx_element(&mut self, element: &JSXElement) {
        let handlers = self.clicked(&element.opening);
        let link = self.link(&element.opening);
        let kept = handlers.iter().any(|(handler, follows)| *follows && self.keeps(*handler));
        let handlers = handlers.into_iter().map(|(handler, _)| handler);
        let inside = if kept { None } else { link.or(self.inside) };
        if let Some(until) = inside {
            self.found.extend(handlers.clone().map(|handler| (handler, until)));
        }
        if let (Some(until), false) = (link, kept) {
            // What stands around hears of the click when the link goes already.
            let (around, own) = self.around.split_at(self.slots);
            self.found.extend(around.iter().map(|handler| (*handler, until.map(|_| LATER_KEPT))));
            self.found.extend(own.iter().map(|handler| (*handler, until)));
        }
        self.found.extend(self.sent(&element.opening).map(|handler| (handler, None)));
        let outer = (std::mem::replace(&mut self.inside, inside), self.around.len(), self.slots);
        self.around.extend(handlers);
        if self.attribute(&element.opening, "asChild").is_none() {
            self.slots = self.around.len();
        }
        element.visit_children_with(self);
        self.around.truncate(outer.1);
        (self.inside, self.slots) = (outer.0, outer.2);
    }
}
