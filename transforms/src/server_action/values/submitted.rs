//! The fields of a form that react-hook-form gives to a function: an object, whatever is known of its type.
//!
//! ```tsx
//! const { handleSubmit } = useForm();
//! <form onSubmit={handleSubmit((data) => …)}>
//! ```

use std::collections::HashMap;

use crate::syntax::ast::{CallExpr, Expr, FnDecl, Id, ObjectPatProp, Pat, VarDeclarator};
use crate::syntax::{
    Function, Module, Visit, VisitWith, bare, callee_ident, function_of, ident, imported, is_ident, member_name,
    prop_name,
};

/// The parameters in `module` that hold such fields.
pub fn submitted(module: &Module) -> Vec<Id> {
    let Some(hook) = imported(module, "react-hook-form", "useForm") else { return Vec::new() };
    let mut forms = Forms { hook, names: Vec::new(), wholes: Vec::new() };
    module.ast.visit_with(&mut forms);
    let mut given = Given { forms: &forms, fields: Vec::new(), named: HashMap::new() };
    module.ast.visit_with(&mut given);
    let Given { mut fields, named, .. } = given;
    // What nobody else calls.
    let all = module.references();
    let only = named.into_iter().filter(|(id, count)| all.get(id).is_some_and(|all| all.len() == count + 1));
    let mut declared = Declared { names: only.map(|(id, _)| id).collect(), fields: Vec::new() };
    module.ast.visit_with(&mut declared);
    fields.append(&mut declared.fields);
    fields
}

/// The name of what a function takes first.
fn first(function: Function<'_>) -> Option<Id> {
    match function.params().first()? {
        Pat::Ident(name) if !name.id.optional => Some(name.id.to_id()),
        _ => None,
    }
}

/// Finds what `useForm` gives.
struct Forms {
    hook: Id,
    /// `handleSubmit`.
    names: Vec<Id>,
    /// `form`, of which that is a member.
    wholes: Vec<Id>,
}

impl Visit for Forms {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let is_hook = declarator.init.as_deref().is_some_and(|init| match bare(init) {
            Expr::Call(call) => callee_ident(call).is_some_and(|name| name.to_id() == self.hook),
            _ => false,
        });
        match &declarator.name {
            Pat::Ident(name) if is_hook => self.wholes.push(name.id.to_id()),
            Pat::Object(object) if is_hook => {
                self.names.extend(object.props.iter().filter_map(|property| match property {
                    ObjectPatProp::Assign(short) => {
                        (&*short.key.id.sym == "handleSubmit").then(|| short.key.id.to_id())
                    }
                    ObjectPatProp::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("handleSubmit") => {
                        pair.value.as_ident().map(|name| name.id.to_id())
                    }
                    _ => None,
                }));
            }
            _ => {}
        }
        declarator.visit_children_with(self);
    }
}

/// Finds what is given to `handleSubmit`.
struct Given<'f> {
    forms: &'f Forms,
    fields: Vec<Id>,
    /// Functions by name, and how often each is given.
    named: HashMap<Id, usize>,
}

impl Visit for Given<'_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let is_submit = call.callee.as_expr().is_some_and(|callee| match bare(callee) {
            Expr::Member(member) => {
                member_name(member).as_deref() == Some("handleSubmit")
                    && self.forms.wholes.iter().any(|form| is_ident(&member.obj, form))
            }
            callee => self.forms.names.iter().any(|name| is_ident(callee, name)),
        });
        if let Some(handler) = call.args.first().filter(|_| is_submit) {
            self.fields.extend(function_of(&handler.expr).and_then(first));
            if let Some(name) = ident(&handler.expr) {
                *self.named.entry(name.to_id()).or_default() += 1;
            }
        }
        call.visit_children_with(self);
    }
}

/// Finds what the functions with these names take.
struct Declared {
    names: Vec<Id>,
    fields: Vec<Id>,
}

impl Visit for Declared {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let named = declarator.name.as_ident().filter(|name| self.names.contains(&name.id.to_id()));
        let function = declarator.init.as_deref().filter(|_| named.is_some()).and_then(function_of);
        self.fields.extend(function.and_then(first));
        declarator.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, function: &FnDecl) {
        if self.names.contains(&function.ident.to_id()) {
            self.fields.extend(first(Function::Declaration(function)));
        }
        function.visit_children_with(self);
    }
}
