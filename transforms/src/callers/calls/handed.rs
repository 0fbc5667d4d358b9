//! Functions that a component is handed, and calls where a question is about what is called there: who hands them over?
//!
//! ```tsx
//! function Editor({ onSave }: Props) { const done = () => { onSave(); router.push('/done'); }; … }
//! <Editor onSave={() => save(text)} />      // so `save` is called there
//! function Item({ onOpen }: Props) { return <Link href="/done" onClick={onOpen}>…</Link>; }
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::callers::value::Evaluator;
use crate::syntax::ast::{
    ArrowExpr, CallExpr, Expr, FnDecl, FnExpr, Function as AstFunction, Id, JSXAttrName, JSXAttrOrSpread,
    JSXElementName, JSXExpr, JSXExprContainer, JSXOpeningElement, ObjectPatProp, Pat, VarDeclarator,
};
use crate::syntax::{
    Module, Span, Visit, VisitWith, bare, bound_ids, function_of, ident, member_name, pat_ident, prop_name, span_of,
};

/// A component and what it is handed: its file, its name, and the name of the attribute.
type Handed = (String, String, String);

/// What components are handed that is called in the code at `found`, and that `known` does not have yet: the code of the
/// attributes, by file.
pub fn handed(
    evaluator: &Evaluator<'_>,
    found: &BTreeMap<String, BTreeSet<Span>>,
    known: &mut BTreeSet<Handed>,
) -> Vec<(String, Span)> {
    let mut new: BTreeSet<Handed> = BTreeSet::new();
    for (file, spans) in found {
        let Ok(module) = evaluator.modules.get(file) else { continue };
        let mut components =
            Components { spans, component: None, named: None, props: HashMap::new(), found: Vec::new() };
        module.ast.visit_with(&mut components);
        let called = components.found.into_iter().map(|(component, prop)| (file.clone(), component, prop));
        new.extend(called.filter(|handed| !known.contains(handed)));
    }
    if new.is_empty() {
        return Vec::new();
    }
    let marks: BTreeSet<String> = new.iter().map(|(.., prop)| format!("{prop}=")).collect();
    let mut attributes = Vec::new();
    for (file, text) in &evaluator.project.files {
        let marked = text.as_ref().is_ok_and(|text| marks.iter().any(|mark| text.contains(mark.as_str())));
        let Some(module) = marked.then(|| evaluator.modules.get(file).ok()).flatten() else { continue };
        let mut elements = Elements { evaluator, module, handed: &new, found: Vec::new() };
        module.ast.visit_with(&mut elements);
        attributes.extend(elements.found.into_iter().map(|span| (file.clone(), span)));
    }
    known.extend(new);
    attributes
}

/// Finds calls of what components are handed.
struct Components<'s> {
    /// The code in question.
    spans: &'s BTreeSet<Span>,
    component: Option<String>,
    /// The name of the constant whose value is looked at.
    named: Option<String>,
    /// What the component calls what it is handed; `None` for all of it.
    props: HashMap<Id, Option<String>>,
    found: Vec<(String, String)>,
}

impl Components<'_> {
    /// Looks at a function, which is a component if `name` or the constant that it is in begins as such.
    fn function(&mut self, name: Option<String>, param: Option<&Pat>, visit: impl FnOnce(&mut Self)) {
        let name = name.or_else(|| self.named.take()).filter(|name| name.starts_with(char::is_uppercase));
        let Some(name) = name else { return visit(self) };
        let outer = (self.component.replace(name), std::mem::take(&mut self.props));
        match param {
            Some(Pat::Object(object)) => {
                for property in &object.props {
                    match property {
                        ObjectPatProp::Assign(short) => {
                            self.props.insert(short.key.id.to_id(), Some(short.key.id.sym.to_string()));
                        }
                        ObjectPatProp::KeyValue(pair) => {
                            let key = prop_name(&pair.key);
                            self.props.extend(bound_ids(&pair.value).into_iter().map(|id| (id, key.clone())));
                        }
                        ObjectPatProp::Rest(rest) => {
                            self.props.extend(bound_ids(&rest.arg).into_iter().map(|id| (id, None)));
                        }
                    }
                }
            }
            Some(other) => self.props.extend(pat_ident(other).map(|name| (name.to_id(), None))),
            None => {}
        }
        visit(self);
        (self.component, self.props) = outer;
    }

    /// `callee` is called, or is handed to an element that calls it.
    fn called(&mut self, callee: &Expr) {
        let place = span_of(callee);
        let Some(component) = self.component.as_ref().filter(|_| self.spans.iter().any(|span| span.contains(place)))
        else {
            return;
        };
        let prop = match bare(callee) {
            Expr::Member(member) => ident(&member.obj)
                .filter(|object| self.props.get(&object.to_id()) == Some(&None))
                .and_then(|_| member_name(member)),
            callee => ident(callee).and_then(|name| self.props.get(&name.to_id()).cloned().flatten()),
        };
        self.found.extend(prop.map(|prop| (component.clone(), prop)));
    }
}

impl Visit for Components<'_> {
    fn visit_fn_decl(&mut self, declaration: &FnDecl) {
        let param = declaration.function.params.first().map(|param| &param.pat);
        let name = Some(declaration.ident.sym.to_string());
        self.function(name, param, |this| declaration.visit_children_with(this));
    }

    fn visit_fn_expr(&mut self, function: &FnExpr) {
        let param = function.function.params.first().map(|param| &param.pat);
        let name = function.ident.as_ref().map(|name| name.sym.to_string());
        self.function(name, param, |this| function.visit_children_with(this));
    }

    fn visit_function(&mut self, function: &AstFunction) {
        function.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.function(None, arrow.params.first(), |this| arrow.visit_children_with(this));
    }

    // `const Editor = memo(({ onSave }) => …)`, and `const { onSave } = props`.
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let makes = declarator.init.as_deref().is_some_and(|init| match bare(init) {
            Expr::Call(call) => call.args.iter().any(|argument| function_of(&argument.expr).is_some()),
            init => function_of(init).is_some(),
        });
        self.named = pat_ident(&declarator.name).filter(|_| makes).map(|name| name.sym.to_string());
        if let (Pat::Object(object), Some(init)) = (&declarator.name, declarator.init.as_deref())
            && ident(init).is_some_and(|name| self.props.get(&name.to_id()) == Some(&None))
        {
            let short = object.props.iter().filter_map(|property| property.as_assign());
            self.props.extend(short.map(|short| (short.key.id.to_id(), Some(short.key.id.sym.to_string()))));
        }
        declarator.visit_children_with(self);
        self.named = None;
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(callee) = call.callee.as_expr() {
            self.called(callee);
        }
        call.visit_children_with(self);
    }

    fn visit_jsx_expr_container(&mut self, container: &JSXExprContainer) {
        if let JSXExpr::Expr(value) = &container.expr {
            self.called(value);
        }
        container.visit_children_with(self);
    }
}

/// Finds what elements hand over.
struct Elements<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    module: &'a Module,
    handed: &'e BTreeSet<Handed>,
    found: Vec<Span>,
}

impl Visit for Elements<'_, '_> {
    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        if let JSXElementName::Ident(tag) = &element.name {
            let symbol = self.evaluator.symbol(&self.module.path, &tag.to_id());
            let is = |(file, name, _): &&Handed| {
                *tag.sym == **name || symbol.as_ref().is_some_and(|(own, id)| own == file && *id.0 == **name)
            };
            let wanted: Vec<&str> = self.handed.iter().filter(is).map(|(.., prop)| prop.as_str()).collect();
            let attributes = element.attrs.iter().filter_map(|attribute| match attribute {
                JSXAttrOrSpread::JSXAttr(own) => match &own.name {
                    JSXAttrName::Ident(name) if wanted.contains(&&*name.sym) => own.value.as_ref().map(span_of),
                    _ => None,
                },
                JSXAttrOrSpread::SpreadElement(_) => None,
            });
            self.found.extend(attributes);
        }
        element.visit_children_with(self);
    }
}
