//! The fields of a form that no state holds: React resets them behind an action, to what their attributes say. These are
//! kept at what was entered.
//!
//! ```tsx
//! <input name="title" />                                 // defaultValue={entered?.get('title')?.toString()}
//! <input name="terms" type="checkbox" />                 // defaultChecked={entered?.has('terms') ?? false}
//! <input name="tags" type="checkbox" value="a" />        // defaultChecked={entered?.getAll('tags').includes('a') ?? false}
//! <input name="size" type="radio" value="m" />           // defaultChecked={entered?.get('size') === 'm'}
//! <select name="kind">                                   // key={`kind-${entered?.get('kind')}`} defaultValue={…}
//! ```
//!
//! React keeps the attributes of these up to date, but not the options of a `select`, nor a box that a state holds. So a
//! `select` is made anew when another option was sent, which then is the one that a reset falls back to.

use std::collections::{BTreeMap, BTreeSet};

use super::Kept as Obstacle;
use super::element::{Form, OLDER_NUMBER, attribute_name, attributes, is_children, is_component, kind};
use crate::rewrite::Edit;
use crate::server_action::caller::indent_at;
use crate::syntax::ast::{
    ArrowExpr, Function as AstFunction, JSXAttr, JSXElement, JSXElementChild, JSXExprContainer, JSXOpeningElement,
};
use crate::syntax::{Module, Span, Visit, VisitWith, span_of};

/// The attributes that make a field show what was entered.
pub struct Shown {
    texts: Vec<String>,
    /// What stands there for them, or where they are added.
    at: Span,
}

impl Shown {
    /// The edit that writes them.
    pub fn edit(&self, module: &Module) -> Edit {
        let at = self.at.start;
        let line = module.text[..at].rfind('\n').map_or(0, |line| line + 1);
        let indent = indent_at(&module.text, at);
        // Where each attribute has a line, so have these.
        let is_alone = !module.text[line + indent.len()..].starts_with('<');
        let gap = if is_alone { format!("\n{indent}") } else { " ".to_owned() };
        let text = self.texts.join(&gap);
        match self.at.end > at {
            true => Edit::replace(self.at, text),
            false => Edit::insert(at, format!("{gap}{text}")),
        }
    }
}

/// What the fields of `form` show, as far as no state holds them; `Err` is one that could not.
pub fn entered(module: &Module, form: &Form) -> Result<Vec<Shown>, Obstacle> {
    let mut fields = Finder { module, fields: Vec::new(), names: BTreeMap::new(), depth: 0, obstacle: None };
    form.children.visit_with(&mut fields);
    if let Some(obstacle) = fields.obstacle {
        return Err(obstacle);
    }
    let Finder { fields, names, .. } = fields;
    fields
        .iter()
        .map(|field| {
            let of_name = fields.iter().filter(|other| other.name == field.name);
            let texts = field.texts(module, &of_name.collect::<Vec<_>>(), names[&field.name]);
            texts.map(|texts| Shown { texts, at: field.attribute }).ok_or_else(|| (field.at, SEVERAL.to_owned()))
        })
        .collect()
}

const SEVERAL: &str = "which of the fields with this name was filled in is not known";

/// Why a field that is disabled stands in the way.
const NOT_SENT: &str = "a field that is disabled is not among those that were sent";

/// What a reset does to a field whose attributes React does not keep up to date.
pub const AS_AT_FIRST: &str = "would show this field as it was at first";

/// A field that no state holds.
struct Field {
    at: Span,
    name: String,
    kind: Kind,
    /// What is there of the attribute, or where it is added.
    attribute: Span,
}

enum Kind {
    Text,
    /// Its value, and whether it is ticked at first.
    Box(Option<String>, bool),
    Radio(String, bool),
    /// The value that it has at first, if it is given one.
    Select(Option<String>),
}

impl Field {
    /// The attributes, if the fields of its name, of which there are `number`, are `of_name` and can be told apart.
    fn texts(&self, module: &Module, of_name: &[&Field], number: usize) -> Option<Vec<String>> {
        if number != of_name.len() {
            return None;
        }
        let name = module.style.string(&self.name);
        let values: BTreeSet<Option<&str>> = of_name.iter().map(|field| field.value()).collect();
        let is_distinct = values.len() == number && (number == 1 || !values.contains(&None));
        let alike = |field: &&Field| std::mem::discriminant(&field.kind) == std::mem::discriminant(&self.kind);
        if !is_distinct || !of_name.iter().all(alike) {
            return None;
        }
        let text = match &self.kind {
            Kind::Text => format!("defaultValue={{entered?.get({name})?.toString()}}"),
            Kind::Select(first) => {
                let first =
                    first.as_ref().map_or_else(String::new, |first| format!(" ?? {}", module.style.string(first)));
                let key = format!("key={{`{}-${{entered?.get({name})}}`}}", self.name);
                return Some(vec![key, format!("defaultValue={{entered?.get({name})?.toString(){first}}}")]);
            }
            Kind::Box(Some(value), ticked) if number > 1 => {
                let value = module.style.string(value);
                format!("defaultChecked={{entered?.getAll({name}).includes({value}) ?? {ticked}}}")
            }
            Kind::Box(_, ticked) => format!("defaultChecked={{entered?.has({name}) ?? {ticked}}}"),
            Kind::Radio(value, ticked) => {
                let value = module.style.string(value);
                match ticked {
                    true => format!("defaultChecked={{(entered?.get({name}) ?? {value}) === {value}}}"),
                    false => format!("defaultChecked={{entered?.get({name}) === {value}}}"),
                }
            }
        };
        Some(vec![text])
    }

    fn value(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text | Kind::Select(_) => None,
            Kind::Box(value, _) => value.as_deref(),
            Kind::Radio(value, _) => Some(value),
        }
    }
}

struct Finder<'m> {
    module: &'m Module,
    fields: Vec<Field>,
    /// How many elements have a name.
    names: BTreeMap<String, usize>,
    /// How many functions are around: what they make, they may make more than once.
    depth: usize,
    obstacle: Option<Obstacle>,
}

impl Finder<'_> {
    fn against(&mut self, at: Span, why: &str) {
        self.obstacle.get_or_insert((at, why.to_owned()));
    }

    /// The text of an attribute that is a plain string.
    fn literal(&self, element: &JSXOpeningElement, name: &str) -> Option<String> {
        let text = self.module.text_of(attribute(element, name)?.value.as_ref()?);
        let is_plain = text.len() > 2 && text.starts_with(['"', '\'']) && !text.contains(['&', '\n']);
        is_plain.then(|| text[1..text.len() - 1].to_owned())
    }

    /// Whether a box is ticked at first; `None` if that cannot be told.
    fn is_ticked(&self, element: &JSXOpeningElement) -> Option<bool> {
        let Some(own) = attribute(element, "defaultChecked") else { return Some(false) };
        match own.value.as_ref().map(|value| self.module.text_of(value)) {
            None | Some("{true}") => Some(true),
            Some("{false}") => Some(false),
            Some(_) => None,
        }
    }

    fn add(&mut self, element: &JSXOpeningElement, kind: Kind) {
        let at = span_of(element);
        let has_spread = attributes(element).count() < element.attrs.len();
        let Some(name) = self.literal(element, "name").filter(|_| !has_spread) else {
            return self.against(at, "this field has no name that could be read");
        };
        if self.depth > 0 {
            return self.against(at, SEVERAL);
        }
        if attribute(element, "disabled").is_some() {
            return self.against(at, NOT_SENT);
        }
        let end = element.attrs.last().map_or(at.end, |last| span_of(last).end);
        let shown = if matches!(kind, Kind::Select(_)) { "defaultValue" } else { "defaultChecked" };
        let attribute = attribute(element, shown).map_or_else(|| Span::at(end), span_of);
        self.fields.push(Field { at, name, kind, attribute });
    }

    fn add_box(&mut self, element: &JSXOpeningElement, is_radio: bool) {
        let at = span_of(element);
        let has = |name: &str| attribute(element, name).is_some();
        if has("checked") {
            return self.against(at, AS_AT_FIRST);
        }
        let value = self.literal(element, "value");
        let is_known = value.is_some() || !(is_radio || has("value"));
        match (self.is_ticked(element).filter(|_| is_known), value) {
            (Some(ticked), Some(value)) if is_radio => self.add(element, Kind::Radio(value, ticked)),
            (Some(ticked), value) => self.add(element, Kind::Box(value, ticked)),
            (None, _) => self.against(at, "when this field is ticked is not known"),
        }
    }

    fn add_select(&mut self, element: &JSXOpeningElement) {
        let has = |name: &str| attribute(element, name).is_some();
        let own = attribute(element, "defaultValue").and_then(|own| own.value.as_ref());
        let is_empty = own.is_some_and(|value| matches!(self.module.text_of(value), "\"\"" | "''"));
        let first = if is_empty { Some(String::new()) } else { self.literal(element, "defaultValue") };
        let is_plain = self.literal(element, "name").is_some_and(|name| !name.contains(['`', '$', '\\']));
        // One that is made anew would have the focus.
        let is_unusual = ["value", "multiple", "size", "key", "ref", "autoFocus"].into_iter().any(has);
        if is_unusual || (first.is_none() && has("defaultValue")) || !is_plain {
            return self.against(span_of(element), AS_AT_FIRST);
        }
        self.add(element, Kind::Select(first));
    }
}

fn attribute<'e>(element: &'e JSXOpeningElement, name: &str) -> Option<&'e JSXAttr> {
    attributes(element).find(|attribute| attribute_name(attribute) == Some(name))
}

impl Visit for Finder<'_> {
    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        let at = span_of(element);
        let has = |name: &str| attribute(element, name).is_some();
        let held = has("value") && has("onChange");
        if let Some(name) = self.literal(element, "name") {
            *self.names.entry(name).or_default() += 1;
        }
        match (self.module.text_of(&element.name), kind(self.module, element)) {
            ("button", _) | ("input", Some("submit" | "button" | "hidden" | "reset")) | (_, Some("submit")) => {}
            ("input", Some("checkbox")) => self.add_box(element, false),
            ("input", Some("radio")) => self.add_box(element, true),
            ("input", Some("file")) => self.against(at, "would clear this field"),
            ("input", Some("number")) => self.against(at, OLDER_NUMBER),
            ("input" | "textarea", _) if held => {}
            ("input", Some("password")) => self.against(at, "a password should not be kept in the page"),
            ("input", Some(kind)) if kind.starts_with('{') => self.against(at, "the type of this field is not known"),
            ("input" | "textarea", _) if !has("value") && !has("defaultValue") => self.add(element, Kind::Text),
            ("select", _) => self.add_select(element),
            ("option", _) if has("selected") => self.against(at, AS_AT_FIRST),
            ("fieldset", _) if has("disabled") => self.against(at, NOT_SENT),
            ("input" | "textarea", _) => self.against(at, "no state holds this field"),
            _ if is_component(&element.name) && !held && !has("htmlFor") => {
                self.against(at, "what this component shows is not known");
            }
            _ => {}
        }
        element.visit_children_with(self);
    }

    fn visit_jsx_element(&mut self, element: &JSXElement) {
        let is_text = self.module.text_of(&element.opening.name) == "textarea";
        let is_blank = |child: &JSXElementChild| matches!(child, JSXElementChild::JSXText(own) if self.module.text_of(own).trim().is_empty());
        // React takes no `defaultValue` beside these.
        if is_text && !element.children.iter().all(is_blank) {
            self.against(span_of(element), "no state holds this field");
        }
        element.visit_children_with(self);
    }

    fn visit_jsx_expr_container(&mut self, container: &JSXExprContainer) {
        if is_children(container) {
            self.against(span_of(container), "what stands here is not known");
        }
        container.visit_children_with(self);
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
}
