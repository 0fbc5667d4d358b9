//! The walk through a module that finds the calls, and keeps track of the functions around them and their names.

use super::Sites;
use crate::callers::client::{Request, Sends, callee, construction};
use crate::callers::swr;
use crate::callers::via::Via;
use crate::project::{Imported, Method};
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, CallExpr, Class, ClassDecl, ClassMethod, Expr, FnDecl, FnExpr, Id, KeyValueProp, MethodProp,
    NewExpr, ObjectLit, Pat, VarDeclarator,
};
use crate::syntax::{Function, Visit, VisitWith, bare, function_of, member_id, prop_name, span_of};

impl Visit for Sites<'_, '_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        match self.targets {
            Some(targets) => self.target(call, targets),
            None => self.client(call),
        };
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        if self.targets.is_none()
            && let Some(request) = construction(new)
        {
            self.add(span_of(new), request, None);
        }
        new.visit_children_with(self);
    }

    /// `window.location.href = url`.
    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        let target = self.module.text_of(&assign.left);
        let navigates = target == "location" || target.ends_with(".location") || target.ends_with("location.href");
        if navigates && self.targets.is_none() {
            let request = Request {
                via: Via::Location,
                url: (*assign.right).clone(),
                sends: Sends::Known(Method::Get),
                based: false,
                open: false,
            };
            self.add(span_of(assign), request, None);
        }
        assign.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, function: &FnDecl) {
        let params = Function::Declaration(function).params().into_iter().cloned().collect();
        self.in_function(Some(function.ident.to_id()), params, |this| function.function.visit_children_with(this));
    }

    fn visit_fn_expr(&mut self, function: &FnExpr) {
        let params = Function::Expression(function).params().into_iter().cloned().collect();
        let id = function.ident.as_ref().map(|name| name.to_id()).or_else(|| self.name.take());
        self.in_function(id, params, |this| function.function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        let id = self.name.take();
        self.in_function(id, arrow.params.clone(), |this| arrow.visit_children_with(this));
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        // `useCallback(async (url) => …, [])` is that function.
        let init = declarator.init.as_deref().map(bare);
        let inner = init.and_then(|init| match init {
            Expr::Call(call)
                if callee(call).is_some_and(|(_, name)| name.as_deref().is_none_or(|n| n == "useCallback")) =>
            {
                let wraps = matches!(&call.callee, crate::syntax::ast::Callee::Expr(name)
                    if matches!(self.module.text_of(name), "useCallback" | "React.useCallback" | "cache"));
                call.args.first().filter(|_| wraps).map(|argument| bare(&argument.expr))
            }
            other => Some(other),
        });
        let follows = inner.is_some_and(|value| matches!(value, Expr::Arrow(_) | Expr::Fn(_) | Expr::Object(_)));
        if let Some(init) = init {
            let is_config = |id: &Id| {
                self.import(id).is_some_and(|import| {
                    import.specifier == "swr" && import.name == Imported::Name("useSWRConfig".to_owned())
                })
            };
            let mutator = swr::mutator(&declarator.name, init, is_config);
            self.mutators.extend(mutator);
        }
        let saved = self.name.take();
        if let (Pat::Ident(binding), true) = (&declarator.name, follows) {
            self.name = Some(binding.id.to_id());
        }
        declarator.init.visit_with(self);
        self.name = saved;
    }

    fn visit_object_lit(&mut self, object: &ObjectLit) {
        let name = self.name.take();
        for property in &object.props {
            self.name.clone_from(&name);
            property.visit_with(self);
        }
        self.name = None;
    }

    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        self.name = match (self.name.take(), prop_name(&pair.key)) {
            (Some(object), Some(key)) if function_of(&pair.value).is_some() => Some(member_id(&object, &key)),
            _ => None,
        };
        // `useMutation({ mutationFn: savePost })` gives on what the function gives.
        if let (Some(targets), Expr::Ident(given)) = (self.targets, bare(&pair.value))
            && prop_name(&pair.key).as_deref() == Some("mutationFn")
        {
            self.given(given, targets);
        }
        pair.value.visit_with(self);
    }

    fn visit_method_prop(&mut self, method: &MethodProp) {
        let id = self.name.take().zip(prop_name(&method.key)).map(|(object, key)| member_id(&object, &key));
        let params = method.function.params.iter().map(|param| param.pat.clone()).collect();
        self.in_function(id, params, |this| method.function.visit_children_with(this));
    }

    fn visit_class_decl(&mut self, class: &ClassDecl) {
        let saved = self.name.replace(class.ident.to_id());
        class.class.visit_with(self);
        self.name = saved;
    }

    fn visit_class(&mut self, class: &Class) {
        let name = self.name.clone();
        for member in &class.body {
            self.name.clone_from(&name);
            member.visit_with(self);
        }
    }

    fn visit_class_method(&mut self, method: &ClassMethod) {
        let class = self.name.clone();
        let id = class.zip(prop_name(&method.key)).map(|(class, key)| member_id(&class, &key));
        let params = method.function.params.iter().map(|param| param.pat.clone()).collect();
        // `this` inside is the class still.
        self.in_function(id, params, |this| method.function.visit_children_with(this));
    }
}
