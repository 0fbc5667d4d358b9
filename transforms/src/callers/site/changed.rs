//! Names of which the value is another one later, or the method in it.
//!
//! ```ts
//! let method = 'GET'; if (draft) method = 'POST';
//! const options = { method: 'GET' }; options.method = 'POST'; Object.assign(options, more);
//! ```

use std::collections::HashSet;

use crate::syntax::ast::{
    AssignExpr, AssignTarget, CallExpr, Expr, Id, MemberExpr, SimpleAssignTarget, UnaryExpr, UnaryOp,
};
use crate::syntax::{Module, Visit, VisitWith, assigned, bare, ident, member_name};

/// The names of `module` for which that holds. Errs on the side of yes.
pub fn changed(module: &Module) -> HashSet<Id> {
    let mut changes = Changes(assigned(&module.ast).into_iter().map(|(id, _)| id).collect());
    module.ast.visit_with(&mut changes);
    changes.0
}

struct Changes(HashSet<Id>);

impl Changes {
    /// `options.method`, `options[key]`.
    fn member(&mut self, member: &MemberExpr) {
        if member_name(member).is_none_or(|name| name == "method") {
            self.0.extend(ident(&member.obj).map(|name| name.to_id()));
        }
    }
}

impl Visit for Changes {
    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assign.left {
            self.member(member);
        }
        assign.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if let (UnaryOp::Delete, Expr::Member(member)) = (unary.op, bare(&unary.arg)) {
            self.member(member);
        }
        unary.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
            && member_name(member).as_deref() == Some("assign")
            && let Some(first) = call.args.first()
        {
            self.0.extend(ident(&first.expr).map(|name| name.to_id()));
        }
        call.visit_children_with(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that `text` changes.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let module = Module::parse("a.ts", text.into()).expect("the text parses");
        let found = changed(&module);
        let mut names: Vec<&str> = found.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{text}");
    }

    #[test]
    fn methods_that_change_later() {
        check("let method = 'GET'; method = 'POST';", &["method"]);
        check("const a = {}; a.method='POST';", &["a"]);
        check("const a = {}; a[\"method\"] = 'POST'; delete b.method; c[key] = 1;", &["a", "b", "c"]);
        check("Object.assign(a, b); [c] = d;", &["a", "c"]);
    }

    #[test]
    fn what_leaves_the_method_alone() {
        check("const method = 'GET'; a.body = method; const b = { ...a }; Object.assign({}, c);", &[]);
        check("function f(options = {}) { return `options = 1`; }", &[]);
        check("// method = 'POST'\nconst x = 'options.method = 1';", &[]);
    }
}
