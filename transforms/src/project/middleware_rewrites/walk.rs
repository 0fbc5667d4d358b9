//! Goes through a middleware in the order in which its code runs.

use super::{Seen, Value, place};
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, AssignOp, AssignTarget, BinExpr, CallExpr, Callee, CatchClause, CondExpr, Expr, ForOfStmt,
    Function, IfStmt, ObjectPatProp, Pat, SimpleAssignTarget, SwitchCase, VarDeclarator,
};
use crate::syntax::{Visit, VisitWith, bare, literal_str, member_name, prop_name, span_of};

impl Visit for Seen {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        match (&declarator.name, declarator.init.as_deref()) {
            (Pat::Ident(name), Some(init)) => self.bind(name.id.to_id(), init),
            (Pat::Object(pattern), Some(init)) => {
                if let Some((root, path)) = place(init) {
                    for property in &pattern.props {
                        let (key, name) = match property {
                            ObjectPatProp::Assign(own) => (own.key.sym.to_string(), own.key.to_id()),
                            ObjectPatProp::KeyValue(pair) => match (prop_name(&pair.key), pair.value.as_ident()) {
                                (Some(key), Some(name)) => (key, name.to_id()),
                                _ => continue,
                            },
                            ObjectPatProp::Rest(_) => continue,
                        };
                        self.aliases.insert(name, (root.clone(), format!("{path}.{key}")));
                    }
                }
            }
            _ => {}
        }
        declarator.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) if assign.op == AssignOp::Assign => {
                self.bind(name.id.to_id(), &assign.right);
            }
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) => {
                self.values.push(((name.id.to_id(), String::new()), Value::Unknown));
            }
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => {
                if let (Some(name), Some(object)) = (member_name(member), place(&member.obj)) {
                    self.assign_member(&name, object, assign);
                }
            }
            _ => {}
        }
        assign.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
        {
            match (member_name(member).as_deref(), call.args.as_slice()) {
                (Some("set" | "append"), [key, _]) => {
                    let params = place(&member.obj);
                    self.added.extend(params.map(|params| (params, literal_str(&key.expr), span_of(call))));
                }
                (Some("rewrite"), [to, ..]) => {
                    let target = self.value(&to.expr);
                    self.targets.push((target, span_of(&*to.expr)));
                }
                // What is taken away is gone for a Pages API route, too, and still there for a Route Handler.
                (Some("delete"), [key, ..]) => {
                    let params = place(&member.obj);
                    self.added.extend(params.map(|params| (params, literal_str(&key.expr), span_of(call))));
                }
                _ => {}
            }
        }
        // What is handed the URL may add to its query.
        if !Seen::only_looks(&call.callee) {
            for (root, path) in call.args.iter().filter_map(|arg| place(&arg.expr)) {
                let path = if path.ends_with(".searchParams") { path } else { path + ".searchParams" };
                self.added.push(((root, path), None, span_of(call)));
            }
        }
        call.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, statement: &IfStmt) {
        statement.test.visit_with(self);
        self.branch(span_of(&*statement.cons), |seen| statement.cons.visit_with(seen));
        if let Some(otherwise) = &statement.alt {
            self.branch(span_of(&**otherwise), |seen| otherwise.visit_with(seen));
        }
    }

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.branch(span_of(case), |seen| case.visit_children_with(seen));
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        self.branch(span_of(clause), |seen| clause.visit_children_with(seen));
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        bin.left.visit_with(self);
        self.branch(span_of(&*bin.right), |seen| bin.right.visit_with(seen));
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        choice.test.visit_with(self);
        for arm in [&choice.cons, &choice.alt] {
            self.branch(span_of(&**arm), |seen| arm.visit_with(seen));
        }
    }

    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        self.branch(span_of(each), |seen| each.visit_children_with(seen));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.branch(span_of(arrow), |seen| arrow.visit_children_with(seen));
    }

    fn visit_function(&mut self, function: &Function) {
        self.branch(span_of(function), |seen| function.visit_children_with(seen));
    }
}
