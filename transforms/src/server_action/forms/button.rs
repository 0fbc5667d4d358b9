//! In Next.js 14, only a component inside of a form can be told that it is sent. So the button that shows it becomes one.
//!
//! ```tsx
//! <button disabled={saving}>Save</button>   →   <SubmitButton />
//!
//! function SubmitButton() {
//!   const { pending } = useFormStatus();
//!   return <button disabled={pending}>Save</button>;
//! }
//! ```

use super::Kept;
use super::element::{Form, attribute_name, attributes, is_component, kind};
use super::handler::Handler;
use super::state::{Held, plain_kind};
use crate::rewrite::{Edit, Piece};
use crate::server_action::input_type::is_typescript;
use crate::syntax::ast::{
    ArrowExpr, CallExpr, Function as AstFunction, Id, JSXAttrOrSpread, JSXElement, JSXElementName, JSXOpeningElement,
    Prop,
};
use crate::syntax::{Module, Span, Visit, VisitWith, declared_names, imported, line_indent, references, span_of};

/// The edits that move the button which reads `told` into a component of its own; none if nothing reads it. `Err` says
/// which part of the form stands in the way.
pub fn button_edits(module: &Module, handler: &Handler, form: &Form, told: &Held) -> Result<Vec<Edit>, Kept> {
    let against = |(at, why): Kept| {
        let only =
            "in Next.js 14, only a component inside of the form can be told that it is sent (`useFormStatus`), and";
        (at, format!("{only} {why}"))
    };
    moved(module, handler, form, told).map_err(against)
}

fn moved(module: &Module, handler: &Handler, form: &Form, told: &Held) -> Result<Vec<Edit>, Kept> {
    let state = &told.name;
    let mentions = module.references().get(&told.id).into_iter().flatten();
    let known = |at: &&Span| told.gone.iter().chain([&told.statement]).any(|gone| gone.contains(**at));
    let mut reads: Vec<Span> = mentions.filter(|at| !known(at)).copied().collect();
    reads.sort_unstable();
    let Some(first) = reads.first() else { return Ok(Vec::new()) };

    let mut buttons = Buttons { module, around: Around::Host, found: Vec::new() };
    form.children.visit_with(&mut buttons);
    let holds = |button: &&Button| span_of(&button.element).contains(*first);
    let elsewhere = |at| (at, format!("`{state}` is read outside of its button"));
    // The innermost one is found last.
    let button = buttons.found.iter().rfind(holds).ok_or_else(|| elsewhere(*first))?;
    let whole = span_of(&button.element);
    if let Some(other) = reads.iter().find(|at| !whole.contains(**at)) {
        let of_another = buttons.found.iter().any(|button| span_of(&button.element).contains(*other));
        return Err(if of_another { (*other, format!("two buttons read `{state}`")) } else { elsewhere(*other) });
    }
    match &button.around {
        Around::Host => {}
        Around::Component(name) => return Err((whole, format!("`{name}` may look at the button inside of it"))),
        Around::Unknown => return Err((whole, "its button is made in a function, a call or an attribute".into())),
    }
    if let Some(own) =
        attributes(&button.element.opening).find(|own| matches!(attribute_name(own), Some("key" | "ref")))
    {
        return Err((span_of(own), "this attribute could not move with the button".into()));
    }
    let mut unusual = Unusual { module, told, found: None };
    button.element.visit_with(&mut unusual);
    unusual.found.map_or(Ok(()), Err)?;
    let props = props(module, handler, &button.element, told)?;
    let name = component_name(module, form).ok_or_else(|| (whole, "the names for it are taken".to_owned()))?;

    let given: String = props.iter().map(|(prop, _)| format!(" {prop}={{{prop}}}")).collect();
    let used = Edit::replace(whole, format!("<{name}{given} />"));
    Ok(vec![component(module, handler, (whole, &reads), &name, &props), used])
}

/// The component of that name, before the one with the form.
fn component(
    module: &Module,
    handler: &Handler,
    (whole, reads): (Span, &[Span]),
    name: &str,
    props: &[(String, String)],
) -> Edit {
    let (unit, semi) = (module.style.indent.as_str(), module.style.semi());
    let names = props.iter().map(|(prop, _)| prop.as_str()).collect::<Vec<_>>().join(", ");
    let kinds = props.iter().map(|(prop, kind)| format!("{prop}: {kind}")).collect::<Vec<_>>().join("; ");
    let params = match (props.is_empty(), is_typescript(&module.path)) {
        (true, _) => String::new(),
        (false, true) => format!("{}: {{ {kinds} }}", module.style.braces(&names)),
        (false, false) => module.style.braces(&names),
    };
    let has_lines = whole.text(&module.text).contains('\n');
    let (open, close, depth) = match has_lines {
        true => (format!("(\n{unit}{unit}"), format!("\n{unit})"), 2),
        false => (String::new(), String::new(), 1),
    };
    let status = module.style.braces("pending");
    let at = before_component(module, handler);
    let is_below = module.text[..at].lines().next_back().is_some_and(|line| !line.trim().is_empty());
    let gap = if is_below { "\n" } else { "" };
    let head =
        format!("{gap}function {name}({params}) {{\n{unit}const {status} = useFormStatus(){semi}\n{unit}return {open}");
    let mut pieces = vec![Piece::Text(head)];
    let (from, to) = (line_indent(&module.text, whole.start).to_owned(), unit.repeat(depth));
    // Each part is smaller than the element: its edits belong to the component, and that of the whole to the form.
    let mut start = whole.start;
    for read in reads {
        let span = Span::new(start, read.start);
        pieces.push(Piece::Reindented { span, from: from.clone(), to: to.clone() });
        pieces.push(Piece::Text("pending".into()));
        start = read.end;
    }
    pieces.push(Piece::Reindented { span: Span::new(start, whole.end), from, to });
    pieces.push(Piece::Text(format!("{close}{semi}\n}}\n\n")));
    Edit::of(Span::at(at), pieces)
}

/// Where the statement of the module begins that `handler` stands in, with the comments that belong to it.
fn before_component(module: &Module, handler: &Handler) -> usize {
    let text = &module.text;
    let item = module.ast.body.iter().map(span_of).find(|item| item.contains(handler.statement));
    let mut start = item.map_or(0, |item| item.start);
    for comment in module.comments.iter().rev() {
        if comment.end > start {
            continue;
        }
        let line = text[..comment.start].rfind('\n').map_or(0, |line| line + 1);
        let between = &text[comment.end..start];
        let belongs = between.trim().is_empty() && between.matches('\n').count() <= 1;
        if !belongs || !text[line..comment.start].trim().is_empty() {
            break;
        }
        start = comment.start;
    }
    start
}

/// What the button reads of the component around it, and the types of that.
fn props(module: &Module, handler: &Handler, element: &JSXElement, told: &Held) -> Result<Vec<(String, String)>, Kept> {
    let whole = span_of(element);
    let mut inside: Vec<(Id, Vec<Span>)> = references(element).into_iter().collect();
    inside.sort_by_key(|(_, spans)| spans.first().copied());
    let mut props = Vec::new();
    for (id, spans) in inside {
        let at = spans.first().copied().unwrap_or(whole);
        let name = id.0.to_string();
        if id == told.id || module.is_top_level(&id) && name != "pending" {
            continue;
        }
        if matches!(name.as_str(), "pending" | "arguments") {
            return Err((at, format!("`{name}` would mean something else there")));
        }
        let all = module.references().get(&id).into_iter().flatten();
        let is_own = all.into_iter().all(|at| whole.contains(*at));
        if module.is_free(&id) || is_own {
            continue;
        }
        match plain_kind(module, handler, &id).filter(|_| !matches!(name.as_str(), "key" | "ref")) {
            Some(kind) => props.push((name, kind)),
            None => return Err((at, format!("`{name}`, which its button reads, belongs to the one around it"))),
        }
    }
    Ok(props)
}

/// A name for the component, which no other form of the file takes.
fn component_name(module: &Module, form: &Form) -> Option<String> {
    struct Before<'m>(&'m Module, usize, usize);
    impl Visit for Before<'_> {
        fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
            let is_before = self.0.text_of(&element.name) == "form" && span_of(element).end < self.1;
            self.2 += usize::from(is_before);
            element.visit_children_with(self);
        }
    }
    let mut before = Before(module, form.attribute.start, 0);
    module.ast.visit_with(&mut before);
    let number = if before.2 == 0 { String::new() } else { (before.2 + 1).to_string() };
    let taken = declared_names(&module.ast);
    if taken.contains("useFormStatus")
        && imported(module, "react-dom", "useFormStatus").is_none_or(|id| *id.0 != *"useFormStatus")
    {
        return None;
    }
    let names = ["SubmitButton", "FormSubmitButton"].map(|name| format!("{name}{number}"));
    names.into_iter().find(|name| !taken.contains(name))
}

/// A button of a form, and what it stands in.
struct Button {
    element: JSXElement,
    around: Around,
}

#[derive(Clone)]
enum Around {
    /// An element of HTML, which leaves it as it is.
    Host,
    /// A component of that name: it may clone what stands in it, or look at its type.
    Component(String),
    /// A function, or an attribute.
    Unknown,
}

/// Collects the buttons of a form.
struct Buttons<'m> {
    module: &'m Module,
    around: Around,
    found: Vec<Button>,
}

impl Buttons<'_> {
    fn is_button(&self, element: &JSXOpeningElement) -> bool {
        match self.module.text_of(&element.name) {
            "button" => true,
            "input" => matches!(kind(self.module, element), Some("submit" | "button")),
            name => is_component(&element.name) && name.ends_with("Button"),
        }
    }

    fn within(&mut self, around: Around, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.around, around);
        visit(self);
        self.around = outer;
    }
}

impl Visit for Buttons<'_> {
    fn visit_jsx_element(&mut self, element: &JSXElement) {
        let name = &element.opening.name;
        if self.is_button(&element.opening) {
            self.found.push(Button { element: element.clone(), around: self.around.clone() });
        }
        let around = match &self.around {
            Around::Unknown => Around::Unknown,
            _ if matches!(name, JSXElementName::Ident(_)) && !is_component(name) => Around::Host,
            _ => Around::Component(self.module.text_of(name).to_owned()),
        };
        self.within(around, |own| element.visit_children_with(own));
    }

    fn visit_jsx_attr_or_spread(&mut self, attribute: &JSXAttrOrSpread) {
        self.within(Around::Unknown, |own| attribute.visit_children_with(own));
    }

    // An argument may be anything, and so may what is returned from a function.
    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.within(Around::Unknown, |own| call.visit_children_with(own));
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.within(Around::Unknown, |own| function.visit_children_with(own));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.within(Around::Unknown, |own| arrow.visit_children_with(own));
    }
}

/// Looks for what means something else in a component of its own.
struct Unusual<'m> {
    module: &'m Module,
    told: &'m Held,
    found: Option<Kept>,
}

impl Visit for Unusual<'_> {
    // It may ask for what is around it.
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let callee = self.module.text_of(&call.callee);
        let name = callee.rsplit('.').next().unwrap_or(callee);
        let is_hook = name.strip_prefix("use").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
        if is_hook || name == "use" {
            self.found.get_or_insert((span_of(call), "its button calls a hook".to_owned()));
        }
        call.visit_children_with(self);
    }

    fn visit_prop(&mut self, prop: &Prop) {
        if let Prop::Shorthand(own) = prop
            && own.to_id() == self.told.id
        {
            self.found.get_or_insert((span_of(prop), format!("this member is called `{}`, too", self.told.name)));
        }
        prop.visit_children_with(self);
    }
}
