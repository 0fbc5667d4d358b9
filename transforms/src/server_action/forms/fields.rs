//! Handlers that collect the fields of their form by themselves. An action is given them, and React resets the form
//! behind it: a state keeps what was entered where the handler did not reset the form itself.
//!
//! ```tsx
//! const data = new FormData(event.currentTarget);   →   async (_previous: string, data: FormData) => {
//!                                                         setEntered(data);
//! <input name="title" />                            →   <input name="title" defaultValue={entered?.get('title')?.toString()} />
//! form.reset();                                     →   setEntered(undefined);
//! ```
//!
//! What each kind of field shows then is said in `entered`.

use super::Kept as Obstacle;
use super::element::{Form, attribute_name, attribute_value, attributes, is_component, kind};
use super::entered::{Shown, entered};
use super::handler::Handler;
use crate::project::NextVersion;
use crate::rewrite::Edit;
use crate::server_action::caller::indent_at;
use crate::server_action::input_type::is_typescript;
use crate::syntax::ast::{
    ArrowExpr, Decl, Expr, Function as AstFunction, Id, JSXAttrOrSpread, JSXOpeningElement, Stmt,
};
use crate::syntax::{
    Module, References, Span, Visit, VisitWith, bare, declared_names, ident, is_ident, member_name, pat_ident, span_of,
};

/// `const data = new FormData(event.currentTarget)` in a handler.
pub struct Collected {
    name: String,
    statement: Span,
    /// `const form = event.currentTarget`.
    form: Option<Span>,
    /// `form.reset()`, and whether that needs the event.
    resets: Vec<(Span, bool)>,
    /// One of them stands at the only way out of the handler.
    always_resets: bool,
}

impl Collected {
    /// The places where the event may be mentioned.
    pub fn places(&self) -> Vec<Span> {
        let resets = self.resets.iter().map(|(reset, _)| *reset);
        [self.statement].into_iter().chain(self.form).chain(resets).collect()
    }
}

/// What `handler` collects of `form`; `None` if it does not, or does more with the form.
pub fn collected(module: &Module, handler: &Handler, form: &Form, all: &References) -> Option<Collected> {
    let mut forms = Forms { event: handler.event()?, form: None, reference: form.reference.as_ref() };
    let (mut found, mut alias) = (None, None);
    let inside = handler.body.iter().flat_map(|statement| match statement {
        Stmt::Try(attempt) => attempt.block.stmts.as_slice(),
        other => std::slice::from_ref(other),
    });
    for statement in inside {
        let Stmt::Decl(Decl::Var(variable)) = statement else { continue };
        let [only] = variable.decls.as_slice() else { continue };
        let (Some(id), Some(init)) = (pat_ident(&only.name), only.init.as_deref()) else { continue };
        match bare(init) {
            Expr::New(new) if ident(&new.callee).is_some_and(|name| &*name.sym == "FormData") => {
                let [own] = new.args.as_deref().unwrap_or_default() else { continue };
                if own.spread.is_none() && forms.is_form(&own.expr) {
                    found.get_or_insert((id.sym.to_string(), span_of(statement)));
                }
            }
            init if alias.is_none() && forms.is_of_event(init) => {
                forms.form = Some(id.to_id());
                alias = Some(span_of(statement));
            }
            _ => {}
        }
    }
    let (name, statement) = found?;
    let mut resets = Resets { forms: &forms, module, found: Vec::new() };
    handler.body.visit_with(&mut resets);
    let at_top = |reset: Span| handler.body.iter().any(|statement| span_of(statement) == reset);
    let leaves = |statement: &Stmt| {
        let text = module.text_of(statement);
        ["return", "throw", "try"].iter().any(|word| text.contains(word))
    };
    let always_resets = resets.found.iter().any(|(at, _)| at_top(*at)) && !handler.body.iter().any(leaves);
    let collected = Collected { name, statement, form: alias, resets: resets.found, always_resets };
    let places = collected.places();
    let mentions = forms.form.as_ref().and_then(|form| all.get(form)).into_iter().flatten();
    let is_known = mentions.into_iter().all(|at| places.iter().any(|place| place.contains(*at)));
    is_known.then_some(collected)
}

/// What becomes of the fields that a handler collects.
pub struct Fields {
    name: String,
    /// Statements that go.
    pub gone: Vec<Span>,
    /// Where they are kept in a state.
    kept: Option<Kept>,
}

struct Kept {
    /// Where the handler collected them.
    statement: Span,
    /// Where it reset the form.
    resets: Vec<Span>,
    /// What each field shows then.
    shown: Vec<Shown>,
}

impl Fields {
    /// Of `form`, which is given an action; `Err` if that would show something else.
    pub fn of(
        module: &Module,
        next: NextVersion,
        (handler, form): (&Handler, &Form),
        collected: &Collected,
    ) -> Result<Fields, Obstacle> {
        if let Some(button) = named_button(module, form) {
            return Err((button, "this button sends something, and an action is given that, too".into()));
        }
        if let Some(field) = form.field_outside(module) {
            return Err((field, "this field, which stands outside, may belong to the form".into()));
        }
        let Collected { statement, form: alias, resets, .. } = collected;
        let mut fields = Fields { name: collected.name.clone(), gone: alias.iter().copied().collect(), kept: None };
        if !next.has_action_state() {
            if let Some((reset, _)) = resets.iter().find(|(_, by_event)| *by_event) {
                return Err((*reset, "without its event, it cannot reset the form".into()));
            }
            fields.gone.push(*statement);
            return Ok(fields);
        }
        let reset = |(at, why)| (at, format!("React resets the form after an action, and {why}"));
        let shown = entered(module, form).map_err(reset)?;
        let resets = resets.iter().map(|(reset, _)| *reset);
        if shown.is_empty() || collected.always_resets {
            fields.gone.extend(resets.chain([*statement]));
            return Ok(fields);
        }
        let taken = declared_names(&module.ast);
        if taken.contains("entered") || taken.contains("setEntered") {
            return Err((*statement, "`entered` means something else in this file".into()));
        }
        let others = handler.component.iter().filter(|statement| span_of(*statement) != handler.statement);
        if let Some(other) = others.into_iter().find(|other| module.text_of(*other).contains("new FormData(")) {
            return Err((span_of(other), "this collects fields of a form in the same component, too".into()));
        }
        fields.kept = Some(Kept { statement: *statement, resets: resets.collect(), shown });
        Ok(fields)
    }

    /// What the action is given.
    pub fn param(&self, module: &Module) -> String {
        let kind = if is_typescript(&module.path) { ": FormData" } else { "" };
        format!("{}{kind}", self.name)
    }

    /// Whether a state keeps what was entered.
    pub fn keeps(&self) -> bool {
        self.kept.is_some()
    }

    /// The declaration of that state, before the action.
    pub fn state(&self, module: &Module, handler: &Handler) -> String {
        if self.kept.is_none() {
            return String::new();
        }
        let indent = indent_at(&module.text, handler.statement.start);
        let kind = if is_typescript(&module.path) { "<FormData>" } else { "" };
        format!("const [entered, setEntered] = useState{kind}(){}\n{indent}", module.style.semi())
    }

    /// The edits where that state is set and read.
    pub fn edits(&self, module: &Module) -> Vec<Edit> {
        let Some(Kept { statement, resets, shown }) = &self.kept else { return Vec::new() };
        let semi = module.style.semi();
        let mut edits = vec![Edit::replace(*statement, format!("setEntered({}){semi}", self.name))];
        edits.extend(resets.iter().map(|reset| Edit::replace(*reset, format!("setEntered(undefined){semi}"))));
        edits.extend(shown.iter().map(|shown| shown.edit(module)));
        edits
    }
}

/// What stands for the form in a handler.
struct Forms<'h> {
    event: &'h Id,
    /// `const form = event.currentTarget`.
    form: Option<Id>,
    /// `<form ref={reference}>`.
    reference: Option<&'h Id>,
}

impl Forms<'_> {
    fn is_form(&self, expr: &Expr) -> bool {
        let named = self.form.as_ref().is_some_and(|form| is_ident(plain(expr), form));
        named || self.is_of_event(expr) || self.is_reference(expr)
    }

    /// `formRef.current`.
    fn is_reference(&self, expr: &Expr) -> bool {
        let Expr::Member(member) = plain(expr) else { return false };
        let named = member_name(member).as_deref() == Some("current");
        named && self.reference.is_some_and(|reference| is_ident(&member.obj, reference))
    }

    /// `event.currentTarget`, `event.target as HTMLFormElement`.
    fn is_of_event(&self, expr: &Expr) -> bool {
        let Expr::Member(member) = plain(expr) else { return false };
        let named = matches!(member_name(member).as_deref(), Some("currentTarget" | "target"));
        named && is_ident(&member.obj, self.event)
    }
}

/// Without parentheses, casts and `!`.
fn plain(expr: &Expr) -> &Expr {
    match bare(expr) {
        Expr::TsAs(cast) => plain(&cast.expr),
        Expr::TsNonNull(certain) => plain(&certain.expr),
        other => other,
    }
}

/// Looks for `form.reset();`, not in functions inside.
struct Resets<'f, 'h> {
    forms: &'f Forms<'h>,
    module: &'f Module,
    found: Vec<(Span, bool)>,
}

impl Visit for Resets<'_, '_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        if let Stmt::Expr(own) = statement {
            if let Expr::Call(call) = bare(&own.expr)
                && let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
                && member_name(member).as_deref() == Some("reset")
                && self.forms.is_form(&member.obj)
            {
                self.found.push((span_of(statement), !self.forms.is_reference(&member.obj)));
            }
            let by_reference = |reference: &Id| format!("{}.current?.reset()", reference.0);
            if self.forms.reference.map(by_reference).as_deref() == Some(self.module.text_of(&own.expr)) {
                self.found.push((span_of(statement), false));
            }
        }
        statement.visit_children_with(self);
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// The button that submits a form has a name: an action is given its value, too.
fn named_button(module: &Module, form: &Form) -> Option<Span> {
    struct Buttons<'m>(&'m Module, Option<Span>);
    impl Visit for Buttons<'_> {
        fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
            let has = |name: &str| attributes(element).any(|attribute| attribute_name(attribute) == Some(name));
            let submits = match self.0.text_of(&element.name) {
                "button" => true,
                "input" => matches!(kind(self.0, element), Some("submit" | "image")),
                _ => is_component(&element.name) && kind(self.0, element) == Some("submit"),
            };
            if submits && (has("name") || kind(self.0, element) == Some("image")) {
                self.1.get_or_insert(span_of(element));
            }
            element.visit_children_with(self);
        }
    }
    let mut buttons = Buttons(module, None);
    form.children.visit_with(&mut buttons);
    form.outside.iter().for_each(|element| element.visit_with(&mut buttons));
    buttons.1
}

/// The value of `ref` in `<form ref={formRef}>`.
pub fn reference(attributes: &[JSXAttrOrSpread]) -> Option<Id> {
    attributes.iter().find_map(|attribute| match attribute {
        JSXAttrOrSpread::JSXAttr(own) if attribute_name(own) == Some("ref") => {
            ident(attribute_value(own)?).map(|name| name.to_id())
        }
        _ => None,
    })
}
